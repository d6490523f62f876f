/** Maps what Graph or the network answers to a ConnectorError that says what failed, where, and what to do. */
import { ConnectorError, type ConnectorErrorCode } from '../../src/errors.ts';

/** What is being done: `list changes`, what it is done to, and the application permission that it needs. */
export interface Operation {
  readonly name: string;
  /** For people; nothing secret. */
  readonly target: string;
  readonly permission: string;
}

/** An answer that is no success. */
export interface Refusal {
  readonly status: number;
  /** Graph's own error code, `itemNotFound`; undefined when the body holds none. */
  readonly code: string | undefined;
  readonly headers: Headers;
}

/** @see https://learn.microsoft.com/graph/errors */
const BY_CODE: Readonly<Record<string, ConnectorErrorCode>> = {
  activityLimitReached: 'throttled',
  tooManyRequests: 'throttled',
  TooManyRequests: 'throttled',
  serviceNotAvailable: 'throttled',
  itemNotFound: 'not-found',
  resyncRequired: 'resync',
  resyncChangesApplyDifferences: 'resync',
  resyncChangesUploadDifferences: 'resync',
  accessDenied: 'auth',
  unauthenticated: 'auth',
  InvalidAuthenticationToken: 'auth',
  Authorization_RequestDenied: 'auth',
  malwareDetected: 'unsupported',
};

const BY_STATUS: Readonly<Record<number, ConnectorErrorCode>> = {
  401: 'auth',
  403: 'auth',
  404: 'not-found',
  408: 'transient',
  410: 'resync',
  412: 'changed',
  // Locked: a site that an administrator has locked.
  423: 'auth',
  429: 'throttled',
  503: 'throttled',
  509: 'throttled',
};

export function refusalError(refusal: Refusal, operation: Operation): ConnectorError {
  const { status, code: said, headers } = refusal;
  // The status rules where the code is one for all occasions, such as generalException.
  const code = BY_STATUS[status] ?? BY_CODE[said ?? ''] ?? (status >= 500 ? 'transient' : 'unsupported');
  const told = said === undefined ? `HTTP ${status}` : `${said} (HTTP ${status})`;
  const id = headers.get('request-id');
  const message = `${operation.name} ${operation.target}: ${told}; ${nextStep(code, refusal, operation)}`;
  return new ConnectorError(code, message, {
    ...(id === null ? {} : { cause: new Error(`request-id ${id}`) }),
    retryAfter: retryAfter(headers),
  });
}

/** A request that got no answer, or a body that broke off. */
export function networkError(error: unknown, operation: Operation): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const said = systemCode(error);
  if (/CERT|TLS|SSL|VERIFY/.test(said)) {
    const advice = 'trust its certificate with NODE_EXTRA_CA_CERTS';
    return new ConnectorError('config', `${operation.name} ${operation.target}: ${said}; ${advice}`);
  }
  return new ConnectorError('transient', `${operation.name} ${operation.target}: ${said}; try again later`);
}

/** `ECONNRESET` and the like, of an error or of one that the SDK made of it. */
export function systemCode(error: unknown): string {
  // Any object can be looked at through optional fields of unknown content.
  const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown };
  const found = [code, name].find((one) => typeof one === 'string' && /^[A-Z][A-Z0-9_]+$/.test(one));
  return typeof found === 'string' ? found : 'broken answer';
}

function nextStep(code: ConnectorErrorCode, { status, code: said }: Refusal, operation: Operation): string {
  if (status === 401) return 'the token is not accepted or has expired; sign in again';
  if (status === 423) return 'it is locked; ask an administrator of SharePoint';
  if (said === 'malwareDetected') return 'Microsoft found malware in it and does not give it out';
  if (code === 'auth') return `grant the app ${operation.permission} and admin consent`;
  if (code === 'not-found') return 'check the name, or it was removed';
  if (code === 'throttled') return 'Microsoft asks for fewer requests; lower resourceUnits, or scan off-peak';
  if (code === 'transient') return 'Graph did not answer properly; try again later';
  if (code === 'resync') return 'the drive is listed anew';
  if (code === 'changed') return 'it was replaced after it was listed; the next scan reads it';
  return 'Graph does not support this here';
}

/** Seconds; the header holds seconds or a date, which is compared with the server's own clock. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(value)
    ? Number(value)
    : (Date.parse(value) - Date.parse(headers.get('date') ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
