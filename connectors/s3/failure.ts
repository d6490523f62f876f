/** Maps whatever the SDK or the network throws to a ConnectorError that says what failed, where, and what to do. */
import { adviceFor, codeOfStatus } from '../../src/bucket/failure.ts';
import { retryAfterSeconds } from '../../src/bucket/retry-after.ts';
import { ConnectorError, type ConnectorErrorCode } from '../../src/errors.ts';

/** What was being done: `ListObjectsV2`, the URI it was done to, and the IAM action that it needs. */
export interface Operation {
  readonly name: string;
  readonly uri: string;
  readonly permission: string;
}

interface Failure {
  readonly name: string;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
}

/** Error codes of S3, STS and the SDK's credential providers. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const BY_NAME: Readonly<Record<string, ConnectorErrorCode>> = {
  SlowDown: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequests: 'throttled',
  BandwidthLimitExceeded: 'throttled',
  RequestTimeout: 'transient',
  TimeoutError: 'transient',
  OperationAborted: 'transient',
  NoSuchBucket: 'not-found',
  NoSuchKey: 'gone',
  NoSuchVersion: 'gone',
  PreconditionFailed: 'changed',
  InvalidRange: 'gone',
  AccessDenied: 'auth',
  AllAccessDisabled: 'auth',
  AccountProblem: 'auth',
  ExpiredToken: 'auth',
  InvalidToken: 'auth',
  TokenRefreshRequired: 'auth',
  InvalidAccessKeyId: 'auth',
  SignatureDoesNotMatch: 'auth',
  RequestTimeTooSkewed: 'auth',
  CredentialsProviderError: 'auth',
  TokenProviderError: 'auth',
  InvalidObjectState: 'unsupported',
  MethodNotAllowed: 'unsupported',
  NotImplemented: 'unsupported',
  PermanentRedirect: 'config',
  AuthorizationHeaderMalformed: 'config',
  IllegalLocationConstraintException: 'config',
  InvalidBucketName: 'config',
  UnknownEndpoint: 'config',
  EndpointError: 'config',
};

const NEXT_STEP: Readonly<Record<string, string>> = {
  ExpiredToken: 'the session of these credentials has ended; log in again',
  InvalidToken: 'log in again',
  TokenRefreshRequired: 'the session of these credentials has ended; log in again',
  InvalidAccessKeyId: 'the server does not know this access key; check the credentials',
  SignatureDoesNotMatch: 'the secret does not belong to the access key; check the credentials',
  RequestTimeTooSkewed: 'set the clock of this machine',
  CredentialsProviderError: 'no credentials; set profile or AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret',
  TokenProviderError: 'run `aws sso login`',
  InvalidObjectState: 'it lies in an archive tier; restore it first',
  PermanentRedirect: 'the bucket is in another region; set region, or endpoint',
  AuthorizationHeaderMalformed: 'the bucket is in another region; set region',
  IllegalLocationConstraintException: 'the bucket is in another region; set region',
};

/** Never throws and never carries a server's text: its error code and status only. */
export function toConnectorError(error: unknown, operation: Operation): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const failure = describe(error);
  const code = BY_NAME[failure.name] ?? codeOfStatus(failure.status);
  const status = failure.status === undefined ? '' : ` (HTTP ${failure.status})`;
  const message = `${operation.name} ${operation.uri}: ${failure.name}${status}; ${nextStep(code, failure, operation)}`;
  return new ConnectorError(code, message, { cause: causeOf(error), retryAfter: failure.retryAfter });
}

/** Whether the session that the credentials are of has ended. */
export function isExpired(error: unknown): boolean {
  // As in describe.
  const { name } = Object(error) as SdkError;
  return name === 'ExpiredToken' || name === 'TokenRefreshRequired';
}

/** The region that a redirect names, which the SDK leaves to its caller. */
export function regionIn(error: unknown): string | undefined {
  // As in describe.
  const { $response } = Object(error) as SdkError;
  const redirect = $response?.statusCode === 301 || $response?.statusCode === 400;
  return redirect ? $response?.headers?.['x-amz-bucket-region'] : undefined;
}

/** Words that only S3 needs. */
const OWN_STEPS = {
  'not-found': 'check the name and the region',
  config: 'check endpoint, region and forcePathStyle',
};

function nextStep(code: ConnectorErrorCode, { name }: Failure, { permission }: Operation): string {
  return NEXT_STEP[name] ?? adviceFor(code, permission, OWN_STEPS);
}

/** What SDK errors and system errors may carry; none of it is sure to be there. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

function describe(error: unknown): Failure {
  // Any object can be looked at through optional fields of unknown content.
  const { code, name, $metadata, $response } = Object(error) as SdkError;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  const system = typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code) ? code : undefined;
  const vague = name === undefined || name === 'Error' || name === 'Unknown' || name === 'SyntaxError';
  const unreadable = status !== undefined && status < 300 ? 'unreadable answer' : 'error';
  return {
    name: system ?? (vague ? unreadable : String(name)),
    status,
    retryAfter: retryAfterSeconds($response?.headers?.['retry-after'], $response?.headers?.date),
  };
}

/** The SDK's exceptions hold the request's headers and the answer's body; only what a support ticket needs is kept. */
function causeOf(error: unknown): unknown {
  // As in describe.
  const { name, $metadata, $response } = Object(error) as SdkError;
  if ($metadata === undefined && $response === undefined) return error;
  return new Error(`${String(name)}, request id ${$metadata?.requestId ?? 'none'}`);
}
