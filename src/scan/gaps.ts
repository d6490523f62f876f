/** Why an asset was not read, or not wholly, in the words that the inventory keeps. */
import type { Asset } from '../connector.ts';
import { ConnectorError, messageOf } from '../errors.ts';
import type { Gap, GapReason } from '../model.ts';

/** It is larger than may be read: `bytes` of it were. */
export function sizeGap(asset: Asset, bytes: number): Gap {
  return { reason: 'size-limit', message: `read ${bytes} of the ${asset.size} bytes of ${asset.uri}` };
}

/** Its time was over after `bytes` of it. `seconds`: what it had of its `fileSeconds`. */
export function timeGap(
  asset: Asset,
  bytes: number,
  { seconds, fileSeconds }: { readonly seconds: number; readonly fileSeconds: number },
): Gap {
  const of = asset.size === null ? '' : ` of ${asset.size}`;
  const message = `read ${bytes}${of} bytes of ${asset.uri} in ${seconds} of its ${fileSeconds} s`;
  return { reason: 'time-limit', message };
}

const REASONS: Readonly<Record<string, GapReason>> = {
  gone: 'gone',
  'not-found': 'gone',
  changed: 'changed',
  auth: 'permission-denied',
  throttled: 'throttled',
  transient: 'unavailable',
  'too-large': 'size-limit',
  unsupported: 'unsupported-format',
};

/** It could not be read at all. A file system's error keeps its own word; a connector's is translated by code. */
export function gapOf(error: unknown, asset: Asset): Gap {
  const reason = error instanceof ConnectorError ? REASONS[error.code] : undefined;
  if (error instanceof ConnectorError && isDiskError(error.cause)) {
    return { reason: 'io-error', message: `reading ${asset.uri}: ${messageOf(error)}` };
  }
  return { reason: reason ?? 'io-error', message: `reading ${asset.uri}: ${messageOf(error)}` };
}

/** A disk or a network mount that failed, as the system words it. */
function isDiskError(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['EIO', 'ESTALE', 'ENXIO'].includes(String(cause.code));
}
