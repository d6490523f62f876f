/** The columns of a Lance file as values, some rows at a time, page by page. */
import { arrayItems, type ListOffsets, listOffsets } from './lance-arrays.ts';
import { blockCells, isNothing, type LanceCell } from './lance-blocks.ts';
import { unread } from './lance-encodings.ts';
import type { LanceField, LanceFile, LancePage } from './lance-file.ts';
import { isVector, type LanceType, lanceType } from './lance-types.ts';
import { ContentError } from './reader.ts';
import type { Access } from './zip-access.ts';

/** Pages above this are not read. */
const PAGE_BYTES = 128 * 1024 ** 2;
/** Parts that one value of lists may have. */
const PARTS = 1_000_000;
/** Fields within fields. */
const DEPTH = 32;

/** In place of a type. */
const PACKED = 'packed';

/** Where a column's values are: number of the column, and in 2.0 those of the lists around it, the outermost first. */
export interface LanceLeaf {
  /** `metadata.source`. */
  readonly name: string;
  readonly type: string;
  readonly column: number;
  readonly lists: readonly number[];
}

/** Columns in order: in 2.0 each field has one, later only those that have no others in them. */
export function leavesOf({ version, fields }: Pick<LanceFile, 'version' | 'fields'>): readonly LanceLeaf[] {
  const leaves: LanceLeaf[] = [];
  const old = version === '2.0';
  let next = 0;
  const visit = (field: LanceField, above: readonly string[], lists: readonly number[]): void => {
    if (above.length > DEPTH) throw new ContentError('malformed', 'its schema is damaged');
    const isLeaf = field.packed || field.children.length === 0;
    const path = [...above, field.name];
    const column = next;
    if (isLeaf || old) next += 1;
    if (isLeaf) {
      leaves.push({ name: path.join('.'), type: field.packed ? PACKED : field.type, column, lists });
      return;
    }
    const isStruct = field.type === 'struct';
    // Items of lists have a name that says nothing.
    const named = isStruct ? path : [...above, field.name];
    for (const child of field.children) {
      const item = isStruct ? child : { ...child, name: '' };
      visit(item, named, isStruct || !old ? lists : [...lists, column]);
    }
  };
  for (const field of fields) visit(field, [], []);
  return leaves.map((leaf) => ({ ...leaf, name: leaf.name.replace(/\.+$|\.(?=\.)/g, '') }));
}

/** Values of one leaf. */
export interface LanceColumn {
  readonly leaf: LanceLeaf;
  /** The most bytes of a page. */
  readonly bytes: number;
  /** The next values, lists as arrays; fewer at the end. @throws ContentError */
  take(count: number): Promise<readonly unknown[]>;
  /** How many nulls come next that take no bytes; 0 for anything else. */
  nulls(): number;
  /** Passes over that many of them. */
  skip(count: number): void;
}

/** Undefined for vectors. `binary` is called for each value that is no text. @throws ContentError */
export async function lanceColumn(
  { access, file }: { readonly access: Access; readonly file: LanceFile },
  leaf: LanceLeaf,
  binary: () => void,
): Promise<LanceColumn | undefined> {
  if (isVector(leaf.type)) return undefined;
  if (leaf.type === PACKED) throw unread('packed structs');
  const type = lanceType(leaf.type, binary);
  if (type === undefined) throw new ContentError('unsupported-format', 'of a type that is not read');
  const open = openerOf(file, access, leaf.type.startsWith('dict:'));
  const pages = await file.pages(leaf.column);
  const cells = new Cells(pages, { open, type, nullable: file.version !== '2.0' });
  const lists: Lists[] = [];
  for (const column of leaf.lists) lists.push(new Lists(await file.pages(column), access));
  const bytes = Math.max(0, ...pages.map(sizeOf));
  const take = lists.reduceRight<(count: number) => Promise<readonly unknown[]>>(
    (items, list) => (count) => list.take(count, items),
    (count) => cells.take(count),
  );
  const flat = lists.length === 0;
  return { leaf, bytes, take, nulls: () => (flat ? cells.nulls() : 0), skip: (count) => cells.skip(count) };
}

type Open = (page: LancePage) => Promise<Iterable<LanceCell>>;

function openerOf(file: LanceFile, access: Access, coded: boolean): Open {
  return async (page) => {
    const buffers = await buffersOf(access, page);
    if (file.version !== '2.0') return blockCells(page.encoding, buffers, page.rows);
    const items = arrayItems(page.encoding, { buffers, coded }, page.rows);
    return cellsOf(items.length, (row) => items.at(row));
  };
}

function* cellsOf<Cell>(count: number, at: (row: number) => Cell): Generator<Cell, void, undefined> {
  for (let row = 0; row < count; row += 1) yield at(row);
}

async function buffersOf(access: Access, page: LancePage): Promise<readonly Buffer[]> {
  if (sizeOf(page) > PAGE_BYTES)
    throw new ContentError('memory-limit', `a page has more than ${PAGE_BYTES} bytes`);
  const buffers: Buffer[] = [];
  for (const { start, end } of page.buffers) buffers.push(Buffer.from(await access.read(start, end)));
  return buffers;
}

function sizeOf({ buffers }: LancePage): number {
  return buffers.reduce((sum, { start, end }) => sum + end - start, 0);
}

interface CellReader {
  readonly open: Open;
  readonly type: LanceType;
  /** Its pages may be without any value. */
  readonly nullable: boolean;
}

/** The values of a column without regard to lists in 2.0. */
class Cells {
  readonly #pages: readonly LancePage[];
  readonly #reader: CellReader;
  #page = 0;
  /** Rows of the page that are still to come. */
  #left = 0;
  #cells: Iterator<LanceCell> | undefined;

  constructor(pages: readonly LancePage[], reader: CellReader) {
    this.#pages = pages;
    this.#reader = reader;
    this.#left = pages[0]?.rows ?? 0;
  }

  nulls(): number {
    this.#settle();
    return this.#isNothing(this.#pages[this.#page]) ? this.#left : 0;
  }

  #isNothing(page: LancePage | undefined): boolean {
    return this.#reader.nullable && page !== undefined && isNothing(page.encoding, page.buffers.length);
  }

  skip(count: number): void {
    this.#left -= count;
  }

  async take(count: number): Promise<readonly unknown[]> {
    const values: unknown[] = [];
    while (values.length < count) {
      this.#settle();
      const page = this.#pages[this.#page];
      if (page === undefined) break;
      if (this.#isNothing(page)) {
        const nulls = Math.min(this.#left, count - values.length);
        for (let i = 0; i < nulls; i += 1) values.push(null);
        this.#left -= nulls;
        continue;
      }
      this.#cells ??= (await this.#reader.open(page))[Symbol.iterator]();
      this.#read(this.#cells, values, count);
    }
    return values;
  }

  #read(cells: Iterator<LanceCell>, values: unknown[], count: number): void {
    while (this.#left > 0 && values.length < count) {
      const { done, value } = cells.next();
      if (done === true) throw new ContentError('malformed', 'a page has fewer rows than it says');
      values.push(this.#value(value));
      this.#left -= 1;
    }
  }

  #value(cell: LanceCell): unknown {
    const { type } = this.#reader;
    if (cell === null) return null;
    if (Buffer.isBuffer(cell)) return type(cell);
    return cell.map((bytes) => (bytes === null ? null : type(bytes)));
  }

  /** Goes on to the page that has the next value. */
  #settle(): void {
    while (this.#left <= 0 && this.#page < this.#pages.length) {
      this.#page += 1;
      this.#left = this.#pages[this.#page]?.rows ?? 0;
      this.#cells = undefined;
    }
  }
}

/** The lists of a column in 2.0, whose items are taken from another column. */
class Lists {
  readonly #pages: readonly LancePage[];
  readonly #access: Access;
  #page = 0;
  #row = 0;
  #offsets: ListOffsets | undefined;

  constructor(pages: readonly LancePage[], access: Access) {
    this.#pages = pages;
    this.#access = access;
  }

  async take(
    count: number,
    items: (count: number) => Promise<readonly unknown[]>,
  ): Promise<readonly unknown[]> {
    const lists: unknown[] = [];
    for (let page = this.#pages[this.#page]; page !== undefined && lists.length < count; ) {
      this.#offsets ??= listOffsets(page.encoding, await buffersOf(this.#access, page), page.rows);
      if (this.#row < page.rows) {
        const length = this.#offsets.lengthAt(this.#row);
        if (length > PARTS) throw new ContentError('memory-limit', `a value of more than ${PARTS} parts`);
        const found = length === 0 ? [] : await items(length);
        if (found.length < length) throw new ContentError('malformed', 'a list has fewer items than it says');
        lists.push(found);
        this.#row += 1;
      } else {
        this.#page += 1;
        this.#row = 0;
        this.#offsets = undefined;
        page = this.#pages[this.#page];
      }
    }
    return lists;
  }
}
