/** One file's lstat(2) as an Asset. */
import type { Stats } from 'node:fs';
import type { Asset } from '../connector.ts';
import { environmentOf } from '../environment.ts';
import type { Access } from '../model.ts';
import { bytesOfText, displayOf, isAscii, keyOf, uriOf } from './names.ts';

/** What all files of one folder share; each prefix is empty or ends in `/`. */
export interface FolderNames {
  /** Within the container: exact bytes (latin1, see names.ts), key and display form. */
  readonly bytes: string;
  readonly key: string;
  readonly path: string;
  /** `file:///srv/work/a/`. */
  readonly uri: string;
  /** Of everything in it. */
  readonly environment: string | undefined;
}

export interface AssetFacts {
  readonly container: string;
  readonly access: Access;
  readonly owner: string;
  readonly modifiedAt: string | null;
}

/** The names of the folder that a source begins at, given its absolute path's exact bytes, without a slash at its end. */
export function namesOfRoot(root: string, environment: string | undefined): FolderNames {
  return {
    bytes: '',
    key: '',
    path: '',
    uri: `file://${uriOf(root)}/`,
    environment,
  };
}

/** The names inside a folder's subfolder, given the subfolder's exact bytes. */
export function namesInside(folder: FolderNames, bytes: string): FolderNames {
  const path = `${folder.path}${displayOf(bytes)}/`;
  return {
    bytes: `${folder.bytes}${bytes}/`,
    key: `${folder.key}${keyOf(bytes)}/`,
    path,
    uri: `${folder.uri}${uriOf(bytes)}/`,
    environment: folder.environment ?? environmentOf(path),
  };
}

/** A file of this folder, named by its exact bytes. */
export function toAsset(folder: FolderNames, bytes: string, stats: Stats, facts: AssetFacts): Asset {
  const name = displayOf(bytes);
  const key = folder.key + keyOf(bytes);
  const rawBytes = folder.bytes + bytes;
  const unread = whyUnread(stats);
  const environment = folder.environment ?? environmentOf(name);
  return {
    container: facts.container,
    key,
    uri: folder.uri + uriOf(bytes),
    path: folder.path + name,
    name,
    size: unread ? null : stats.size,
    version: versionOf(stats),
    modifiedAt: facts.modifiedAt,
    owner: facts.owner,
    mediaType: null,
    // A link's own bits say nothing.
    access: unread?.reason === 'link' ? null : facts.access,
    ...(isAscii(rawBytes) || rawBytes === bytesOfText(key)
      ? undefined
      : { rawKey: Uint8Array.from(Buffer.from(rawBytes, 'latin1')) }),
    ...(environment === undefined ? undefined : { environment }),
    ...(unread === undefined && stats.nlink > 1 ? { identity: `${stats.dev}:${stats.ino}` } : undefined),
    ...(unread === undefined ? undefined : { unread }),
  };
}

/**
 * Modified and changed time in microseconds, size and inode. Node's plain stat gives times as doubles, good to a quarter of a
 * microsecond, and is cheaper than bigint stats; the change time, which nobody can set, makes up for what that loses.
 */
export function versionOf(stats: Stats): string {
  return `${Math.round(stats.mtimeMs * 1000)}-${Math.round(stats.ctimeMs * 1000)}-${stats.size}-${stats.ino}`;
}

function whyUnread(stats: Stats): Asset['unread'] {
  if (stats.isFile()) return undefined;
  if (stats.isSymbolicLink())
    return { reason: 'link', message: 'a symbolic link; its target was not followed' };
  const what = stats.isFIFO() ? 'a named pipe' : stats.isSocket() ? 'a socket' : 'a device';
  return { reason: 'not-regular', message: `${what}; it was not opened` };
}
