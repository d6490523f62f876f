/** Maps whatever the API, the login or the network throws to a ConnectorError that says what failed, where, and what to do. */
import { adviceFor, codeOfStatus } from '../../src/bucket/failure.ts';
import { retryAfterSeconds } from '../../src/bucket/retry-after.ts';
import { ConnectorError, type ConnectorErrorCode } from '../../src/errors.ts';

/** What was being done: `objects.list`, the URI it was done to, and the IAM permission that it needs. */
export interface Operation {
  readonly name: string;
  readonly uri: string;
  readonly permission: string;
  /** True when it is about one object, so that a 404 means that this is gone. */
  readonly ofObject?: boolean;
}

/** Reasons in an error's body. @see https://cloud.google.com/storage/docs/json_api/v1/status-codes */
const BY_REASON: Readonly<Record<string, ConnectorErrorCode>> = {
  rateLimitExceeded: 'throttled',
  userRateLimitExceeded: 'throttled',
  quotaExceeded: 'throttled',
  backendError: 'transient',
  internalError: 'transient',
  conditionNotMet: 'changed',
  requestedRangeNotSatisfiable: 'gone',
  authError: 'auth',
  required: 'auth',
  forbidden: 'auth',
  insufficientPermissions: 'auth',
  userProjectMissing: 'config',
  userProjectInvalid: 'config',
  keyRequired: 'unsupported',
  invalid_grant: 'auth',
  invalid_client: 'auth',
  unauthorized_client: 'auth',
  noLogin: 'auth',
  ENOTFOUND: 'config',
};

const NEXT_STEP: Readonly<Record<string, string>> = {
  authError: 'the login is wrong or has expired; log in again',
  required: 'log in: the bucket is not public',
  userProjectMissing: 'the requester pays for this bucket; set userProject to the project that does',
  userProjectInvalid: 'userProject is not a project that may pay',
  invalid_grant: 'the login has expired; run `gcloud auth application-default login`, or renew the key',
  noLogin: 'nobody is logged in; run `gcloud auth application-default login`, or set keyFile',
  ENOTFOUND: 'there is no such host; check endpoint',
  keyRequired: 'it is encrypted by a key that only its writer has',
};

interface Failure {
  readonly reason: string;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
}

/** Never throws and never carries a server's text: its reason and status only. */
export function toConnectorError(error: unknown, operation: Operation): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const failure = describe(error);
  const code = classify(failure, operation);
  const status = failure.status === undefined ? '' : ` (HTTP ${failure.status})`;
  const message = `${operation.name} ${operation.uri}: ${failure.reason}${status}; ${NEXT_STEP[failure.reason] ?? adviceFor(code, operation.permission)}`;
  // The library's errors hold request and answer, and with them headers and content.
  const cause = new Error(failure.reason);
  return new ConnectorError(code, message, { cause, retryAfter: failure.retryAfter });
}

function classify({ reason, status }: Failure, { ofObject = false }: Operation): ConnectorErrorCode {
  return BY_REASON[reason] ?? (status === 404 && ofObject ? 'gone' : codeOfStatus(status));
}

/** What the library's errors and system errors may carry; none of it is sure to be there. */
interface LibraryError {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly status?: number;
  readonly response?: {
    readonly status?: number;
    readonly headers?: { get?(name: string): string | null };
    readonly data?: unknown;
  };
  readonly cause?: unknown;
}

function describe(error: unknown): Failure {
  // Any object can be looked at through optional fields of unknown content.
  const { message, code, response, status, cause } = Object(error) as LibraryError;
  const answered = response?.status ?? status;
  const system = [code, (Object(cause) as LibraryError).code].find(
    (each): each is string => typeof each === 'string' && /^[A-Z][A-Z_]+$/.test(each),
  );
  // Nothing but these sentences tells that there is no login at all.
  const noLogin = /default credentials|Unable to detect a Project Id|key ?file|ENOENT/i.test(String(message));
  const unnamed = answered !== undefined && answered < 300 ? 'unreadable answer' : 'error';
  const headers = response?.headers;
  return {
    reason:
      reasonIn(response?.data) ??
      (answered === undefined && noLogin ? 'noLogin' : undefined) ??
      // The body of a refused download is not read.
      (answered === 401 ? 'authError' : undefined) ??
      system ??
      unnamed,
    status: answered,
    retryAfter: retryAfterSeconds(headers?.get?.('retry-after'), headers?.get?.('date')),
  };
}

/** `{error: {errors: [{reason}]}}` of the API, as JSON or its text, or `{error: "invalid_grant"}` of a login. */
function reasonIn(data: unknown): string | undefined {
  const body = typeof data === 'string' ? parseJson(data) : data;
  // As in describe.
  const { error } = Object(body) as { readonly error?: unknown };
  if (typeof error === 'string') return /^\w+$/.test(error) ? error : undefined;
  const { errors } = Object(error) as { readonly errors?: readonly { readonly reason?: unknown }[] };
  const reason = Array.isArray(errors) ? errors[0]?.reason : undefined;
  return typeof reason === 'string' && /^\w+$/.test(reason) ? reason : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Errors of downloads are often plain text.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
