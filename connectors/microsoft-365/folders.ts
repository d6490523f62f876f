/**
 * The folders of a drive while it is listed: paths by parents, and what a later listing of changes must know of them.
 * Graph names a folder that was renamed, moved or deleted, but not what lies in it.
 */
import { createHash } from 'node:crypto';
import { ConnectorError } from '../../src/errors.ts';
import type { Access } from '../../src/model.ts';

/** Bytes: who the folder is, and what it is like. */
const ID = 8;
const STATE = 4;
const RECORD = ID + STATE;
/** Deeper than SharePoint's paths can be (400 characters). */
const DEEPEST = 400;

export interface Folder {
  readonly id: string;
  readonly name: string;
  /** Undefined for the root. */
  readonly parent: string | undefined;
}

/** What became known of a folder before: nothing, the same, or something else. */
export type Change = 'new' | 'same' | 'changed';

export interface Folders {
  /** Takes a folder as it is now. `access`: where it is asked for. */
  put(folder: Folder, access: Access | null): Change;
  has(id: string): boolean;
  /** The path of a folder: empty for the root, else ending in `/`. `ask` is for those that were not given by `put`. */
  pathOf(id: string, ask: (id: string) => Promise<Folder>): Promise<string>;
  readonly count: number;
  /** For a cursor or token; what `createFolders` takes back. */
  encode(): string;
}

/** `encoded`: of an earlier listing; what is put is compared with it. */
export function createFolders(encoded = ''): Folders {
  const known = decode(encoded);
  const named = new Map<string, Folder>();

  async function pathOf(id: string, ask: (id: string) => Promise<Folder>): Promise<string> {
    const parts: string[] = [];
    for (let next: string | undefined = id; next !== undefined; ) {
      const folder: Folder = named.get(next) ?? (await ask(next));
      named.set(next, folder);
      if (folder.parent !== undefined) parts.push(`${folder.name}/`);
      if (parts.length > DEEPEST) {
        throw new ConnectorError('transient', 'Graph gave folders that lie in each other; try again later');
      }
      next = folder.parent;
    }
    return parts.reverse().join('');
  }

  return {
    put(folder, access) {
      const asked = named.get(folder.id);
      named.set(folder.id, folder);
      const id = digest(folder.id, ID);
      const state = digest(JSON.stringify([folder.name, folder.parent ?? null, access]), STATE);
      const before = known.get(id);
      known.set(id, state);
      if (asked && (asked.name !== folder.name || asked.parent !== folder.parent)) return 'changed';
      if (before === undefined) return 'new';
      return before === state ? 'same' : 'changed';
    },
    has: (id) => known.has(digest(id, ID)),
    pathOf,
    get count() {
      return known.size;
    },
    encode: () =>
      // In order, so that equal folders make equal tokens.
      Buffer.concat([...known].sort().map((record) => Buffer.from(record.join(''), 'hex'))).toString(
        'base64',
      ),
  };
}

function decode(encoded: string): Map<string, string> {
  const bytes = Buffer.from(encoded, 'base64');
  const known = new Map<string, string>();
  for (let start = 0; start + RECORD <= bytes.length; start += RECORD) {
    const state = bytes.toString('hex', start + ID, start + RECORD);
    known.set(bytes.toString('hex', start, start + ID), state);
  }
  return known;
}

/** Hex of the first bytes. */
function digest(text: string, bytes: number): string {
  return createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * bytes);
}
