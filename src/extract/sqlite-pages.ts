/**
 * The pages of a SQLite file, read by themselves, for files too large to be held: b-trees from the root to the leaves, records with
 * what overflows. https://www.sqlite.org/fileformat2.html
 */
import { ContentError } from './reader.ts';
import type { Access } from './zip-access.ts';

export interface SqliteFile {
  readonly pageSize: number;
  /** Pages in the file. */
  readonly count: number;
  readonly encoding: 'utf8' | 'utf16le' | 'utf16be';
  /** A page by its number from 1; valid as long as it is wanted. @throws ContentError `malformed` for one that is not there */
  page(number: number): Promise<Buffer>;
  /** Bytes of a page that hold data. */
  readonly usable: number;
  /** Bytes of a record above which it is not read. */
  readonly largest: number;
}

/** One record of a leaf, or of an interior page of a table without rowid. */
export interface SqliteRecord {
  /** Null for a table without rowid; a bigint beyond what a number can be. */
  readonly rowid: number | bigint | null;
  /** The record, with what overflowed; undefined when it is too large to be held. */
  readonly payload: Buffer | undefined;
}

/** Levels of a b-tree; twenty would be a table of more pages than a file can have. */
const DEPTH = 20;
const HEADER_BYTES = 100;

/** `largest`: bytes of a record above which it is not read. @throws ContentError `malformed` */
export async function openSqlite(access: Access, largest: number): Promise<SqliteFile> {
  const header = Buffer.from(await access.read(0, HEADER_BYTES));
  const stored = header.length < HEADER_BYTES ? 0 : header.readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) {
    throw new ContentError('malformed', 'the header of the database is damaged');
  }
  const count = Math.floor(access.size / pageSize);
  const encodings = ['utf8', 'utf8', 'utf16le', 'utf16be'] as const;
  return {
    pageSize,
    count,
    usable: pageSize - (header[20] ?? 0),
    largest,
    encoding: encodings[header.readUInt32BE(56)] ?? 'utf8',
    async page(number) {
      if (number < 1 || number > count)
        throw new ContentError('malformed', 'a page of the database is missing');
      return Buffer.from(await access.read((number - 1) * pageSize, number * pageSize));
    },
  };
}

/** True when the header tells of more pages than there are. */
export async function isShort(access: Access, { pageSize, count }: SqliteFile): Promise<boolean> {
  const header = await access.read(0, HEADER_BYTES);
  return (
    header.readUInt32BE(24) === header.readUInt32BE(92) &&
    header.readUInt32BE(28) * pageSize > count * pageSize
  );
}

/** All records of the table whose root is page `root`, in the order of their keys, a page's at a time. @throws ContentError `malformed` */
export async function* recordsFrom(
  file: SqliteFile,
  root: number,
): AsyncGenerator<readonly SqliteRecord[], void, undefined> {
  const visits = { left: file.count };
  yield* recordsUnder(file, { number: root, above: [] }, visits);
}

async function* recordsUnder(
  file: SqliteFile,
  { number, above }: { readonly number: number; readonly above: readonly number[] },
  visits: { left: number },
): AsyncGenerator<readonly SqliteRecord[], void, undefined> {
  // Pages that point to each other would be read for ever, and those that are shared many times.
  visits.left -= 1;
  if (visits.left < 0 || above.length > DEPTH || above.includes(number))
    throw new ContentError('malformed', 'the pages of a table form a loop');
  const tree = treePage(await file.page(number), number);
  if (!tree.interior) {
    yield* recordsOf(file, tree);
    return;
  }
  for (const [i, child] of childrenOf(tree).entries()) {
    yield* recordsUnder(file, { number: child, above: [...above, number] }, visits);
    // In a table without rowid a row stands between two children.
    if (!tree.table && i < tree.cells.length)
      yield* recordsOf(file, { ...tree, cells: tree.cells.slice(i, i + 1) });
  }
}

/** A leaf of the table at `root`, taken by a random child on every level. Interior pages are kept in `known`. */
export async function drawLeaf(
  file: SqliteFile,
  root: number,
  { random, known }: { readonly random: () => number; readonly known: Map<number, Buffer> },
): Promise<{ readonly number: number; readonly page: Buffer }> {
  let number = root;
  for (let depth = 0; depth <= DEPTH; depth += 1) {
    const page = known.get(number) ?? (await file.page(number));
    const tree = treePage(page, number);
    if (!tree.interior) return { number, page };
    known.set(number, page);
    const children = childrenOf(tree);
    number = children[Math.floor(random() * children.length)] ?? 0;
  }
  throw new ContentError('malformed', 'the pages of a table form a loop');
}

/** The records of one leaf. @throws ContentError `malformed` */
export function leafRecords(
  file: SqliteFile,
  { number, page }: { readonly number: number; readonly page: Buffer },
): AsyncGenerator<readonly SqliteRecord[], void, undefined> {
  return recordsOf(file, treePage(page, number));
}

interface TreePage {
  readonly page: Buffer;
  readonly interior: boolean;
  /** False for a table without rowid, which is kept like an index. */
  readonly table: boolean;
  /** Offsets in the page. */
  readonly cells: readonly number[];
  /** Right-most child of an interior page. */
  readonly last: number;
}

function treePage(page: Buffer, number: number): TreePage {
  const at = number === 1 ? HEADER_BYTES : 0;
  const type = page[at] ?? 0;
  if (![2, 5, 10, 13].includes(type)) throw new ContentError('malformed', 'a page of a table is damaged');
  const interior = type === 2 || type === 5;
  const first = at + (interior ? 12 : 8);
  const count = page.readUInt16BE(at + 3);
  if (first + 2 * count > page.length) throw new ContentError('malformed', 'a page of a table is damaged');
  const cells = Array.from({ length: count }, (_, i) => page.readUInt16BE(first + 2 * i));
  return {
    page,
    interior,
    table: type === 5 || type === 13,
    cells,
    last: interior ? page.readUInt32BE(at + 8) : 0,
  };
}

function childrenOf({ page, cells, last }: TreePage): readonly number[] {
  return [...cells.map((cell) => (cell + 4 <= page.length ? page.readUInt32BE(cell) : 0)), last];
}

async function* recordsOf(
  file: SqliteFile,
  { page, interior, table, cells }: TreePage,
): AsyncGenerator<readonly SqliteRecord[], void, undefined> {
  const records: SqliteRecord[] = [];
  const { usable } = file;
  const most = table ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  const cursor = { bytes: page, at: 0 };
  let failure: unknown;
  try {
    for (const cell of cells) {
      cursor.at = interior ? cell + 4 : cell;
      const length = Number(readVarint(cursor));
      const rowid = table ? signed(readVarint(cursor)) : null;
      const payload =
        length <= most
          ? page.subarray(cursor.at, cursor.at + length)
          : await overflowing(file, cursor, { length, most });
      records.push({ rowid, payload });
    }
  } catch (error) {
    failure = error;
  }
  // Those before the damage too.
  if (records.length > 0) yield records;
  if (failure !== undefined) throw failure;
}

/** A rowid of nine bytes may be negative. */
function signed(varint: number | bigint): number | bigint {
  return typeof varint === 'bigint' ? BigInt.asIntN(64, varint) : varint;
}

/** A record of which `most` bytes at most lie in its page; undefined when it is too large to be held. */
async function overflowing(
  file: SqliteFile,
  { bytes, at }: Cursor,
  { length, most }: { readonly length: number; readonly most: number },
): Promise<Buffer | undefined> {
  const { usable } = file;
  if (length > file.largest) return undefined;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((length - least) % (usable - 4));
  const local = wanted <= most ? wanted : least;
  if (at + local + 4 > bytes.length) throw new ContentError('malformed', 'a record of a table is damaged');
  const parts = [bytes.subarray(at, at + local)];
  let next = bytes.readUInt32BE(at + local);
  for (let left = length - local; left > 0 && next > 0; ) {
    const page = await file.page(next);
    const part = page.subarray(4, 4 + Math.min(left, usable - 4));
    parts.push(part);
    left -= part.length;
    next = page.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** A whole number of one to nine bytes, the highest first; a bigint for one of more than seven. */
export function readVarint(cursor: Cursor): number | bigint {
  let value = 0;
  for (let i = 0; i < 7; i += 1) {
    const byte = nextByte(cursor);
    value = value * 128 + (byte & 127);
    if (byte < 128) return value;
  }
  const eighth = nextByte(cursor);
  const high = (BigInt(value) << 7n) | BigInt(eighth & 127);
  return eighth < 128 ? high : (high << 8n) | BigInt(nextByte(cursor));
}

function nextByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new ContentError('malformed', 'a record of a table is damaged');
  cursor.at += 1;
  return byte;
}
