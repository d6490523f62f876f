/**
 * Lists what changed in a drive since a token. Of a folder that was renamed, moved, shared or trashed Google names the folder alone:
 * what is in it is then listed folder by folder, for its paths and its readers may be others now.
 */
import { z } from 'zod';
import type { Cursor, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Drive } from './drive.ts';
import { readJson, TOKEN, writeToken } from './token.ts';
import type { DriveFile } from './wire.ts';

const CURSOR = z.object({
  /** Page of changes that comes next; null when they are at their end. */
  page: z.string().nullable(),
  /** Where the next run goes on; null before the end. */
  start: z.string().nullable(),
  /** Folders whose contents are still to be listed. */
  folders: z.array(z.string()),
  /** Folders that are being listed, and their page that comes next; null between them. */
  inside: z.object({ folders: z.array(z.string()), page: z.string() }).nullable(),
});
type Place = z.infer<typeof CURSOR>;

/** Folders asked for in one query. */
const QUERY_FOLDERS = 25;
/** More of them in a cursor, and a whole listing is cheaper. */
const MOST_FOLDERS = 2000;
/**
 * Milliseconds after which a drive is listed whole all the same: Google does not promise to name everything that was in a folder
 * which was deleted, or is no longer shared with us.
 */
const LONGEST = 30 * 24 * 60 * 60 * 1000;

/** @throws ConnectorError `resync` for a token that is none of ours, no longer Google's, or too old, or when too much changed */
export async function* listChanges(
  drive: Drive,
  token: Cursor,
  from: Cursor | undefined,
): AsyncGenerator<Page> {
  const since = readJson(TOKEN, token);
  if (since === undefined) throw resync('the token of the last listing cannot be read');
  if (since.members !== drive.members) throw resync('the drive has other members now');
  const start = { page: since.page, start: null, folders: [], inside: null };
  let place = from === undefined ? start : readJson(CURSOR, from);
  if (place === undefined) throw resync('where the changes were to go on cannot be read');
  for (;;) {
    const inFolders = place.folders.length > 0 || place.inside !== null;
    const step: Step = inFolders
      ? await listFolders(drive, place)
      : await listPage(drive, place, since.whole);
    place = step.place;
    if (place.folders.length > MOST_FOLDERS) throw resync(`more than ${MOST_FOLDERS} folders changed`);
    const { assets, removed } = step;
    const left = place.page !== null || place.folders.length > 0 || place.inside !== null;
    if (!left && place.start !== null) {
      const next = writeToken({ ...since, page: place.start });
      yield { assets, gaps: [], removed, next: null, token: next };
      return;
    }
    yield { assets, gaps: [], removed, next: JSON.stringify(place) };
  }
}

function resync(why: string): ConnectorError {
  return new ConnectorError('resync', `${why}; the drive is listed whole`);
}

type Step = Pick<Page, 'assets'> & { readonly removed: readonly string[]; readonly place: Place };

async function listPage(drive: Drive, place: Place, whole: string): Promise<Step> {
  const { changes, next, start, at } = await drive.changes(place.page ?? '');
  if (Date.parse(at) - Date.parse(whole) > LONGEST) {
    throw resync(`the last time was ${whole}`);
  }
  if (next === null && start === null) {
    throw new ConnectorError(
      'transient',
      'changes.list: Google says neither that it goes on nor that it ends; scan again',
    );
  }
  // The same file may come twice; all entries say what is so now.
  const last = new Map(changes.map(({ id, file }) => [id, file]));
  const folders = [...last.values()].filter((file) => file?.isFolder === true) as readonly DriveFile[];
  drive.folders.add(folders);
  const found = await sorted(drive, last);
  return { ...found, place: { page: next, start, folders: folders.map(({ id }) => id), inside: null } };
}

/** One page of what lies in the next folders; folders among it come after. */
async function listFolders(drive: Drive, place: Place): Promise<Step> {
  const asked = place.inside?.folders ?? place.folders.slice(0, QUERY_FOLDERS);
  const rest = place.inside === null ? place.folders.slice(QUERY_FOLDERS) : place.folders;
  const { files, next } = await drive.files(place.inside?.page ?? null, asked);
  const below = files.filter(({ isFolder }) => isFolder);
  drive.folders.add(below);
  const found = await sorted(drive, new Map(files.map((file) => [file.id, file])));
  const folders = [...new Set([...rest, ...below.map(({ id }) => id)])];
  const inside = next === null ? null : { folders: asked, page: next };
  return { ...found, place: { ...place, folders, inside } };
}

/** What is there, and what is not, or not in this container. */
async function sorted(
  drive: Drive,
  files: ReadonlyMap<string, DriveFile | null>,
): Promise<Omit<Step, 'place'>> {
  const items = [...files].filter(([, file]) => file?.isFolder !== true);
  const assets = await Promise.all(items.map(([, file]) => (file === null ? null : drive.asset(file))));
  return {
    assets: assets.filter((asset) => asset !== null),
    removed: items.flatMap(([id], index) => (assets[index] === null ? id : [])),
  };
}
