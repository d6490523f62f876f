/** Maps what Google or the network answers to a ConnectorError that says what failed, where, and what to do. */
import { retryAfterSeconds } from '../../src/bucket/retry-after.ts';
import { ConnectorError, type ConnectorErrorCode } from '../../src/errors.ts';

/** What is being done: `files.list`, and to what. */
export interface Operation {
  readonly name: string;
  /** A URI or an address; nothing secret. */
  readonly target: string;
}

/** The first reason in an error's body. @see https://developers.google.com/workspace/drive/api/guides/handle-errors */
const BY_REASON: Readonly<Record<string, ConnectorErrorCode>> = {
  userRateLimitExceeded: 'throttled',
  rateLimitExceeded: 'throttled',
  dailyLimitExceeded: 'throttled',
  quotaExceeded: 'throttled',
  sharingRateLimitExceeded: 'throttled',
  downloadQuotaExceeded: 'throttled',
  notFound: 'not-found',
  exportSizeLimitExceeded: 'too-large',
  fileNotDownloadable: 'unsupported',
  fileNotExportable: 'unsupported',
  // Of the token endpoint.
  invalid_grant: 'auth',
  invalid_client: 'auth',
  unauthorized_client: 'auth',
  access_denied: 'auth',
  invalid_scope: 'auth',
};

const BY_STATUS: Readonly<Record<number, ConnectorErrorCode>> = {
  401: 'auth',
  403: 'auth',
  404: 'not-found',
  408: 'transient',
  410: 'resync',
  416: 'changed',
  429: 'throttled',
};

const ADVICE: Readonly<Record<string, string>> = {
  authError: 'the login has expired or was withdrawn; renew the key, or sign in again',
  insufficientPermissions: 'the scope drive.readonly is missing; consent again, or add it to the delegation',
  accessNotConfigured: "enable the Google Drive API in the credential's project",
  cannotDownloadAbusiveFile: 'Google holds it for malware or spam; only its owner can have it',
  cannotDownloadFile: 'its owner does not let readers download it',
  domainPolicy: 'the domain does not allow this app; ask its administrator',
  exportSizeLimitExceeded: 'Google exports 10 MB of a document and no more; open it by hand',
  invalid_grant: 'the consent was withdrawn or has expired, or there is no such user; sign in again',
  unauthorized_client:
    "domain-wide delegation lacks the client id or one of the scopes; see the connector's README",
};

const NEXT: Readonly<Record<ConnectorErrorCode, string>> = {
  auth: 'check who has shared it with whom, and the scopes that were granted (whereabouts doctor)',
  config: 'check the options of the source',
  'not-found': 'it is not there, or not shared with us',
  gone: 'it is no longer there',
  changed: 'it has changed since it was listed; scan again',
  throttled: 'Google asks us to slow down; scan again later or lower --concurrency',
  transient: 'scan again later',
  resync: 'it is listed whole',
  'too-large': 'open it by hand',
  unsupported: 'this cannot be read through the API',
};

/** The parts of the SDK's error that matter. The error itself holds tokens and stays behind. */
interface SdkError {
  readonly code?: unknown;
  /** Of an answer that was to be a stream: its `message` is the body. */
  readonly cause?: { readonly code?: unknown; readonly message?: unknown };
  readonly response?: { readonly status?: number; readonly headers?: unknown; readonly data?: unknown };
}

export function toConnectorError(error: unknown, operation: Operation): ConnectorError {
  if (error instanceof ConnectorError) return error;
  // Whatever was thrown: each field is looked at before it is used.
  const { response, code: name, cause } = (error ?? {}) as SdkError;
  const { status, data } = response ?? {};
  const { name: what, target } = operation;
  if (status === undefined) {
    const system = [name, cause?.code].find((code) => typeof code === 'string');
    const code = /CERT|TLS|SSL/.test(system ?? '') ? 'config' : 'transient';
    return new ConnectorError(code, `${what} ${target}: ${system ?? 'broken answer'}; ${NEXT[code]}`);
  }
  const { reason, location } = reasonOf(data ?? cause?.message);
  const code = codeOf(status, { reason, location });
  const told = `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${location === undefined ? '' : ` (${location})`}`;
  const header = (name: string) => headerIn(response?.headers, name);
  const retryAfter = retryAfterSeconds(header('retry-after'), header('date'));
  const message = `${what} ${target}: ${told}; ${ADVICE[reason ?? ''] ?? NEXT[code]}`;
  return new ConnectorError(code, message, { retryAfter });
}

function codeOf(status: number, { reason, location }: Reason): ConnectorErrorCode {
  if (status >= 500) return 'transient';
  // A place in a list, or in what changed, that Google no longer knows.
  if (status === 400 && /pageToken$/i.test(location ?? reason ?? '')) return 'resync';
  return BY_REASON[reason ?? ''] ?? BY_STATUS[status] ?? 'unsupported';
}

interface Reason {
  readonly reason: string | undefined;
  readonly location: string | undefined;
}

/** `{ error: { errors: [{ reason, location }] } }`, or of the token endpoint `{ error: "invalid_grant" }`; a stream's as text. */
function reasonOf(data: unknown): Reason {
  const none = { reason: undefined, location: undefined };
  const json = typeof data === 'string' ? parsed(data) : data;
  if (typeof json !== 'object' || json === null || !('error' in json)) return none;
  const { error } = json;
  if (typeof error === 'string') return { ...none, reason: error };
  if (typeof error !== 'object' || error === null || !('errors' in error)) return none;
  const [first] = Array.isArray(error.errors) ? error.errors : [];
  const word = (value: unknown) => (typeof value === 'string' && /^\w+$/.test(value) ? value : undefined);
  return { reason: word(first?.reason), location: word(first?.location) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One header of an answer of the SDK, which has those of fetch; null when it is not there. */
export function headerIn(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  if (!('get' in headers) || typeof headers.get !== 'function') return null;
  const value: unknown = headers.get(name);
  return typeof value === 'string' ? value : null;
}
