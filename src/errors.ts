/** The errors that cross layers: what a connector may throw, and what ends a command. Imports nothing. */

/** What the caller can do about a connector's failure. */
export type ConnectorErrorCode =
  | 'config'
  | 'auth'
  | 'not-found'
  | 'gone'
  | 'changed'
  | 'throttled'
  | 'transient'
  | 'resync'
  | 'too-large'
  | 'unsupported';

/** The only error that a connector throws. Its message names the operation, the URI and the next step, and never a credential. */
export class ConnectorError extends Error {
  readonly code: ConnectorErrorCode;
  /** Seconds to wait before trying again, when the provider said so. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ConnectorErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfter?: number | undefined } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ConnectorError';
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** Exit codes of the command line (README repeats them). */
export const EXIT = {
  ok: 0,
  gate: 1,
  usage: 2,
  incomplete: 3,
  fatal: 4,
  locked: 11,
  noAccess: 12,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that a person can act on: ends the command with `exitCode` and its message, without a stack. */
export class UserError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, options: { readonly exitCode?: ExitCode; readonly cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'UserError';
    this.exitCode = options.exitCode ?? EXIT.usage;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
