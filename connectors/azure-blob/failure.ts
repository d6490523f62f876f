/** Maps whatever the SDK or the network throws to a ConnectorError that says what failed, where, and what to do. */
import { adviceFor, codeOfStatus } from '../../src/bucket/failure.ts';
import { retryAfterSeconds } from '../../src/bucket/retry-after.ts';
import { ConnectorError, type ConnectorErrorCode } from '../../src/errors.ts';

/** What was being done: `List Blobs`, the URI it was done to, and the permission that it needs. */
export interface Operation {
  readonly name: string;
  readonly uri: string;
  readonly permission: string;
}

/** Permissions as RBAC names them, with what they are in a SAS. */
export const PERMISSIONS = {
  containers: 'Microsoft.Storage/storageAccounts/blobServices/containers/read (in a SAS: l, for the service)',
  container:
    'Microsoft.Storage/storageAccounts/blobServices/containers/read (in a SAS: r, for the container)',
  acl: 'Microsoft.Storage/storageAccounts/blobServices/containers/getAcl/action (no SAS has it)',
  service: 'Microsoft.Storage/storageAccounts/blobServices/read (in a SAS: r, for the service)',
  blobs: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read (in a SAS: l)',
  blob: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read (in a SAS: r)',
  tags: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags/read (in a SAS: t)',
} as const;

/** Error codes of the service and of @azure/identity. @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const BY_CODE: Readonly<Record<string, ConnectorErrorCode>> = {
  ServerBusy: 'throttled',
  IngressOrEgressLimitExceeded: 'throttled',
  TooManyRequests: 'throttled',
  InternalError: 'transient',
  OperationTimedOut: 'transient',
  BlobNotFound: 'gone',
  ContainerNotFound: 'not-found',
  ContainerBeingDeleted: 'not-found',
  ConditionNotMet: 'changed',
  InvalidRange: 'gone',
  BlobArchived: 'unsupported',
  BlobUsesCustomerSpecifiedEncryption: 'unsupported',
  FeatureVersionMismatch: 'unsupported',
  PublicAccessNotPermitted: 'auth',
  NoAuthenticationInformation: 'auth',
  CredentialUnavailableError: 'auth',
  AuthenticationError: 'auth',
  AuthenticationRequiredError: 'auth',
  AggregateAuthenticationError: 'auth',
  ENOTFOUND: 'config',
};

const NEXT_STEP: Readonly<Record<string, string>> = {
  AuthenticationFailed:
    'the key or SAS is wrong, expired or not yet valid; check it, and the clock of this machine',
  InvalidAuthenticationInfo: 'the token of Entra ID has expired or was withdrawn; run `az login` again',
  KeyBasedAuthenticationNotPermitted: 'the account accepts no keys and SAS of keys; log in by Entra ID',
  AuthorizationSourceIPMismatch: 'the SAS is not valid from this address',
  AuthorizationProtocolMismatch: 'the SAS is valid over https only',
  AccountIsDisabled: 'the account is disabled',
  BlobArchived: 'it lies in the archive tier; rehydrate it first',
  BlobUsesCustomerSpecifiedEncryption: 'it is encrypted by a key that only its writer has',
  ENOTFOUND: 'there is no such host; check account',
  CredentialUnavailableError:
    'nobody is logged in; run `az login`, or set AZURE_CLIENT_ID and what belongs to it',
  AuthenticationRequiredError: 'nobody is logged in; run `az login`',
  AggregateAuthenticationError:
    'nobody is logged in; run `az login`, or set AZURE_CLIENT_ID and what belongs to it',
  AuthenticationError:
    'Entra ID refused the login; check AZURE_TENANT_ID, AZURE_CLIENT_ID and what belongs to it',
};

interface Failure {
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
}

/** Never throws and never carries a server's text or a URL, which may hold a SAS: its error code and status only. */
export function toConnectorError(error: unknown, operation: Operation): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const failure = describe(error);
  const code = BY_CODE[failure.code] ?? codeOfStatus(failure.status);
  const status = failure.status === undefined ? '' : ` (HTTP ${failure.status})`;
  const message = `${operation.name} ${operation.uri}: ${failure.code}${status}; ${nextStep(code, failure, operation)}`;
  return new ConnectorError(code, message, {
    cause: causeOf(error, failure),
    retryAfter: failure.retryAfter,
  });
}

function nextStep(code: ConnectorErrorCode, failure: Failure, { permission }: Operation): string {
  const auth = `grant ${permission}, or check the credentials and the account's firewall`;
  return NEXT_STEP[failure.code] ?? adviceFor(code, permission, { auth });
}

/** What SDK errors and system errors may carry; none of it is sure to be there. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: number;
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

function describe(error: unknown): Failure {
  // Any object can be looked at through optional fields of unknown content.
  const { name, code, statusCode, response } = Object(error) as SdkError;
  const headers = response?.headers;
  const named =
    typeof code === 'string' && /^\w+$/.test(code) && code !== 'REQUEST_SEND_ERROR' ? code : undefined;
  const inHeader = headers?.get('x-ms-error-code');
  const login = typeof name === 'string' && name in BY_CODE ? name : undefined;
  const vague = statusCode === undefined || statusCode >= 300 ? 'error' : 'unreadable answer';
  return {
    code: named ?? inHeader ?? login ?? vague,
    status: statusCode,
    retryAfter: retryAfterSeconds(headers?.get('retry-after'), headers?.get('date')),
  };
}

/** The SDK's errors hold request and answer, and with them URL and headers; only what a support ticket needs is kept. */
function causeOf(error: unknown, { code }: Failure): unknown {
  // As in describe.
  const { response } = Object(error) as SdkError;
  return new Error(`${code}, request id ${response?.headers?.get('x-ms-request-id') ?? 'none'}`);
}
