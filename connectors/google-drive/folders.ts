/** Where a drive's folders lie: an item names its folder alone, and a listing gives items in no order of folders. */
import type { DriveFile, FilePage } from './wire.ts';

/** What a folder means for what is in it. */
export interface Place {
  /** Names of the folders down to it, each with a slash behind; empty at the top. */
  readonly prefix: string;
  /** Below the drive's root. */
  readonly inside: boolean;
  /** The nearest folder, itself or above, that others than the drive's members may read; null for none. */
  readonly guard: string | null;
}

export interface Folders {
  /** Of a folder's id; null for none. */
  place(id: string | null): Promise<Place>;
  /** Remembers folders that were listed. */
  add(folders: readonly DriveFile[]): void;
}

/** Path of what lies in no folder of the drive, or in one that we may not see. */
const ELSEWHERE: Place = { prefix: 'Elsewhere/', inside: false, guard: null };

export interface FolderOptions {
  /** The drive's root. */
  readonly root: string;
  /** One folder, null when it cannot be seen. @throws ConnectorError */
  readonly get: (id: string) => Promise<DriveFile | null>;
}

/** Asks for folders that it has not been told of, each once. */
export function createFolders({ root, get }: FolderOptions): Folders {
  const known = new Map<string, Promise<DriveFile | null>>();
  const places = new Map<string, Promise<Place>>([
    [root, Promise.resolve({ prefix: '', inside: true, guard: null })],
  ]);

  function lookUp(id: string): Promise<DriveFile | null> {
    const folder = known.get(id) ?? get(id);
    known.set(id, folder);
    // A failure is asked about again.
    folder.catch(() => known.delete(id));
    return folder;
  }

  async function find(id: string, below: ReadonlySet<string>): Promise<Place> {
    const folder = await lookUp(id);
    // Folders cannot lie in each other, but a listing taken while they are moved could say so.
    if (folder === null || below.has(id)) return ELSEWHERE;
    const above = await placeOf(folder.parent, new Set([...below, id]));
    return {
      prefix: `${above.prefix}${folder.name}/`,
      inside: above.inside,
      guard: folder.ownAccess ? id : above.guard,
    };
  }

  function placeOf(id: string | null, below: ReadonlySet<string>): Promise<Place> {
    if (id === null || below.has(id)) return Promise.resolve(ELSEWHERE);
    const place = places.get(id) ?? find(id, below);
    places.set(id, place);
    place.catch(() => places.delete(id));
    return place;
  }

  return {
    place: (id) => placeOf(id, new Set()),
    add(folders) {
      for (const folder of folders) known.set(folder.id, Promise.resolve(folder));
    },
  };
}

/** All pages of a list of folders. */
export async function allFiles(
  page: (token: string | null) => Promise<FilePage>,
): Promise<readonly DriveFile[]> {
  const files: DriveFile[] = [];
  for (let token: string | null = null; ; ) {
    const { files: found, next } = await page(token);
    files.push(...found);
    if (next === null) return files;
    token = next;
  }
}
