/**
 * Lists a sorted key space several requests ahead, yet gives its pages in order. The space is cut at folder names, which
 * one listing with a delimiter shows; each piece is listed on its own, the nearest first, a page at a time.
 */
import { type Fetched, listAhead } from './ahead.ts';
import { commonFolder, compareKeys, countEntries } from './keys.ts';

/** Keys after `after` up to and with `upTo`, which are '' and null where the space has no bound. */
export interface KeyRange {
  readonly after: string;
  readonly upTo: string | null;
  /** Continues the request that ended at `after`. */
  readonly token: string | undefined;
  /** The folder at whose entries the range is to be cut next, or was cut already. */
  readonly folder: string;
  readonly cut: boolean;
}

export interface RangeSource<Entry> {
  /** The page that follows `range.after`; `token` is undefined when nothing follows it. Checked to be ascending. */
  page(range: KeyRange): Promise<{ entries: readonly Entry[]; more: boolean; token: string | undefined }>;
  /** The first folders directly in `folder` that end after `after`, ascending, and whether there are more. */
  folders(folder: string, after: string): Promise<{ folders: readonly string[]; more: boolean }>;
  keyOf(entry: Entry): string;
}

/** What is known of folder sizes is a guess from one page; after so many pieces it is made anew. */
const PIECES_PER_CUT = 16;
/** A piece holds about so many pages, so that the page that overlaps the next piece is a small part of it. */
const PAGES_PER_PIECE = 4;

/** The entries of `start`, page by page in ascending order, up to `ahead` requests at once. Only the last page may be empty. */
export async function* listRange<Entry>(
  source: RangeSource<Entry>,
  start: KeyRange,
  ahead: number,
): AsyncGenerator<{ readonly entries: readonly Entry[]; readonly last: boolean }> {
  for await (const { page, next } of listAhead((range) => pageOf(source, range), [start], ahead)) {
    const last = next === undefined;
    if (page.length > 0 || last) yield { entries: page, last };
  }
}

/** One page of a range, cut to it, and the ranges that remain after it. */
async function pageOf<Entry>(
  source: RangeSource<Entry>,
  range: KeyRange,
): Promise<Fetched<KeyRange, readonly Entry[]>> {
  const { entries: listed, more, token } = await source.page(range);
  const { upTo } = range;
  const end = upTo === null ? -1 : listed.findIndex((entry) => compareKeys(source.keyOf(entry), upTo) > 0);
  const entries = end < 0 ? listed : listed.slice(0, end);
  if (!more || end >= 0) return { page: entries, rest: [] };
  const rest = { ...range, after: keyAt(source, entries, -1) ?? range.after, token };
  return { page: entries, rest: await cutAfter(source, rest, entries) };
}

/** Cuts what remains after a page at the folders that follow, from the top down, when this is worth a request. */
async function cutAfter<Entry>(
  source: RangeSource<Entry>,
  rest: KeyRange,
  page: readonly Entry[],
): Promise<readonly KeyRange[]> {
  const folder = folderToCut(source, rest, page);
  if (folder === undefined) return [rest];
  const { folders, more } = await source.folders(folder, rest.after);
  const perPage = countEntries(page.map(source.keyOf), folder);
  const stride = perPage === 1 ? 1 : perPage * PAGES_PER_PIECE;
  const all = folders
    .filter((name) => compareKeys(name, rest.after) > 0)
    .filter((name) => rest.upTo === null || compareKeys(name, rest.upTo) < 0)
    .filter((_, index) => (index + 1) % stride === 0);
  const bounds = all.slice(0, PIECES_PER_CUT);
  const last = bounds.at(-1);
  if (last === undefined) return [{ ...rest, folder, cut: true }];
  return [
    { ...rest, upTo: bounds[0] ?? null, folder, cut: true },
    ...bounds.slice(1).map((upTo, index) => ({ ...piece(bounds[index] ?? '', folder), upTo })),
    { ...piece(last, folder), upTo: rest.upTo, cut: !more && all.length === bounds.length },
  ];
}

function piece(after: string, folder: string): KeyRange {
  return { after, upTo: null, token: undefined, folder, cut: true };
}

/** The range's own folder first; then the one directly in it that holds the whole page; undefined when there is none. */
function folderToCut<Entry>(
  source: RangeSource<Entry>,
  { folder, cut, after }: KeyRange,
  page: readonly Entry[],
): string | undefined {
  if (!cut) return folder;
  const holds = commonFolder(keyAt(source, page, 0) ?? after, after);
  if (!holds.startsWith(folder) || holds === folder) return undefined;
  return holds.slice(0, holds.indexOf('/', folder.length) + 1);
}

function keyAt<Entry>(
  source: RangeSource<Entry>,
  entries: readonly Entry[],
  index: number,
): string | undefined {
  const entry = entries.at(index);
  return entry === undefined ? undefined : source.keyOf(entry);
}
