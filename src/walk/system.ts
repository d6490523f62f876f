/** What the system's error codes (errno(3)) mean to a listing and to a reader. */
import { ConnectorError } from '../errors.ts';
import type { GapReason } from '../model.ts';

/** `ENOENT`, `EACCES`, ...; undefined for what is no system error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether it says that there is nothing at this path, or no longer. */
export function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether it says that we may not. */
export function isDenied(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EACCES' || code === 'EPERM';
}

/** The gap that a folder leaves which cannot be listed. @throws what is no system error */
export function gapReasonOf(error: unknown): GapReason {
  if (codeOf(error) === undefined) throw error;
  return isDenied(error) ? 'permission-denied' : 'io-error';
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'run as a user who may read it',
  EPERM: 'run as a user who may read it',
  EIO: 'check the disk or the mount',
  ESTALE: 'check the mount, then scan again',
  ENAMETOOLONG: 'its path is longer than the system can open',
  ELOOP: 'it has become a symbolic link; scan again',
  EMFILE: 'raise the limit of open files (ulimit -n)',
};

/** One sentence: operation, place, the system's code and what to do. */
export function explain(operation: string, uri: string, error: unknown): string {
  const code = codeOf(error) ?? 'error';
  return `cannot ${operation} ${uri}: ${code}; ${ADVICE[code] ?? 'scan again'}`;
}

/** The ConnectorError for a file that cannot be opened or read. @throws what is no system error */
export function toConnectorError(operation: string, uri: string, error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const code = codeOf(error);
  if (code === undefined) throw error;
  // A path that now leads through a link is not the one that was listed.
  if (isAbsent(error) || code === 'ELOOP' || code === 'ENXIO') {
    return new ConnectorError('gone', explain(operation, uri, error), { cause: error });
  }
  return new ConnectorError(isDenied(error) ? 'auth' : 'transient', explain(operation, uri, error), {
    cause: error,
  });
}
