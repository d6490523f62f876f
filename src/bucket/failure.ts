/** What object stores' refusals have in common: what an HTTP status means where the error's code says no more, and what to do then. */
import type { ConnectorErrorCode } from '../errors.ts';

/** Undefined for no answer at all; below 300 for one that could not be understood. */
export function codeOfStatus(status: number | undefined): ConnectorErrorCode {
  if (status === undefined) return 'transient';
  if (status === 429 || status === 503) return 'throttled';
  if (status >= 500 || status < 300 || status === 408) return 'transient';
  if (status === 401 || status === 403) return 'auth';
  if (status === 404) return 'not-found';
  if (status === 412) return 'changed';
  if (status === 416) return 'gone';
  return status < 400 ? 'config' : 'unsupported';
}

/** The next step, for a person, with the `permission` that the request needs; `own` are the words of one store. */
export function adviceFor(
  code: ConnectorErrorCode,
  permission: string,
  own: Partial<Readonly<Record<ConnectorErrorCode, string>>> = {},
): string {
  return own[code] ?? COMMON[code] ?? `grant ${permission}, or check the credentials`;
}

const COMMON: Partial<Readonly<Record<ConnectorErrorCode, string>>> = {
  config: 'check endpoint',
  'not-found': 'check the name',
  gone: 'it was removed after it was listed; scan again',
  changed: 'it was replaced after it was listed; the next scan reads it',
  throttled: 'the service asks for fewer requests; lower --concurrency',
  transient: 'the service did not answer properly; try again later',
  unsupported: 'the service does not support this',
};
