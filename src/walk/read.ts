/** Reads files as they were listed, through buffers that are used again, without blocking on pipes or following links. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { Asset, OpenOptions } from '../connector.ts';
import { ConnectorError } from '../errors.ts';
import { versionOf } from './asset.ts';
import { callPath } from './names.ts';
import { codeOf, toConnectorError } from './system.ts';

/** More does not fit the processor's second cache, and gets slower. */
const BUFFER_BYTES = 256 * 1024;
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
/** Only where the system has it (Linux); 0 elsewhere. */
const NO_ATIME = constants.O_NOATIME ?? 0;

export interface FileReader {
  /**
   * The bytes of an asset at this absolute path (exact bytes, see names.ts). A chunk is valid until the next is asked for.
   * @throws ConnectorError `gone` when no file is there any more, `changed` when it is not as it was listed or changed while
   * it was read, `auth` when we may not read it, `transient` when the disk failed
   */
  read(path: string, asset: Asset, options: OpenOptions): AsyncGenerator<Uint8Array, void>;
}

/** Buffers go from one file to the next; two files that are read at once have one each. */
export function createFileReader(): FileReader {
  const idle: Uint8Array[] = [];
  return {
    async *read(path, asset, { signal, range, current = false }) {
      signal.throwIfAborted();
      if (asset.unread) {
        throw new ConnectorError('unsupported', `${asset.uri} was not read: ${asset.unread.message}`);
      }
      const { file, size, version } = openListed(path, asset, { current });
      const buffer = idle.pop() ?? new Uint8Array(BUFFER_BYTES);
      try {
        const end = Math.min(range?.end ?? size, size);
        for (let at = range?.start ?? 0; at < end; ) {
          signal.throwIfAborted();
          const taken = readSync(file, buffer, 0, Math.min(buffer.length, end - at), at);
          if (taken === 0) throw changed(asset, 'while it was read');
          at += taken;
          yield buffer.subarray(0, taken);
        }
        if (versionOf(fstatSync(file)) !== version) throw changed(asset, 'while it was read');
      } catch (error) {
        throw codeOf(error)?.startsWith('E') ? toConnectorError('read', asset.uri, error) : error;
      } finally {
        closeSync(file);
        idle.push(buffer);
      }
    },
  };
}

/** Opens what was listed and nothing else, whatever stands at its path now. */
function openListed(path: string, asset: Asset, { current }: { readonly current: boolean }): OpenFile {
  let file: number | undefined;
  let stats: Stats;
  try {
    file = openQuietly(path);
    stats = fstatSync(file);
  } catch (error) {
    if (file !== undefined) closeSync(file);
    throw toConnectorError('open', asset.uri, error);
  }
  const version = versionOf(stats);
  if (stats.isFile() && (current || version === asset.version)) return { file, size: stats.size, version };
  closeSync(file);
  if (stats.isFile()) throw changed(asset, 'after it was listed');
  throw new ConnectorError('gone', `${asset.uri} is no longer a file; the next scan lists what it is now`);
}

interface OpenFile {
  readonly file: number;
  /** Bytes, and the version, at the moment of opening. */
  readonly size: number;
  readonly version: string;
}

/** Without touching the access time, which only the owner and root may ask for. */
function openQuietly(path: string): number {
  try {
    return openSync(callPath(path), FLAGS | NO_ATIME);
  } catch (error) {
    if (NO_ATIME === 0 || codeOf(error) !== 'EPERM') throw error;
    return openSync(callPath(path), FLAGS);
  }
}

function changed(asset: Asset, when: string): ConnectorError {
  return new ConnectorError('changed', `${asset.uri} changed ${when}; the next scan reads it`);
}
