/**
 * HDF5 files: texts in datasets and attributes, each under its path; numbers alone are a gap. Own code: damaged files keep `jsfive` busy for
 * minutes, and `h5wasm` is 15 MB of the whole C library, in one instance for all files. Not read: indexes that `libver=latest` writes.
 */
import { Cursor, damaged, Hdf5Bytes, NOWHERE } from './hdf5-bytes.ts';
import { shapeOf, type Values, valuesOf } from './hdf5-data.ts';
import { Hdf5Heap } from './hdf5-heap.ts';
import { linksOf, MESSAGE, type Message, messagesAt } from './hdf5-object.ts';
import { decodeType, type Hdf5Type } from './hdf5-type.ts';
import { isName } from './header.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { BATCH_CHARS, BATCH_ROWS } from './rows.ts';
import type { Extracted } from './segment.ts';
import { accessTo } from './zip-access.ts';

/** Groups and datasets of one file. */
const MOST_OBJECTS = 100_000;
const SUPERBLOCK_BYTES = 96;

export async function* readHdf5(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const access = await accessTo(input);
  const start = Buffer.from(await access.read(0, SUPERBLOCK_BYTES));
  const { sizes, root } = superblock(start);
  const file = new Hdf5Bytes(access, sizes);
  const reader = new Reader({ input, file, heap: new Hdf5Heap(file), context });
  const seen = new Set<number>();
  const waiting = [{ path: '', address: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    context.signal.throwIfAborted();
    if (seen.has(next.address) || seen.size > MOST_OBJECTS) continue;
    seen.add(next.address);
    try {
      const messages = await messagesAt(file, next.address);
      yield* reader.attributes(next.path, messages);
      const group = await linksOf(file, messages);
      if (group === undefined) yield* reader.dataset(next.path, messages);
      if (group?.whole === false)
        throw new ContentError('unsupported-format', 'an index that we do not read');
      const { path } = next;
      const links = (group?.links ?? []).map(({ name, address }) => ({
        path: path === '' ? name : `${path}/${name}`,
        address,
      }));
      waiting.push(...links.toReversed());
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      yield gapNote(
        input,
        error.reason,
        `${next.path === '' ? 'the outermost group' : next.path}: ${error.message}`,
      );
    }
  }
  if (reader.numbers > 0) yield gapNote(input, 'no-text', `${reader.numbers} datasets of numbers, not read`);
}

/** Where everything begins, by version. */
function superblock(bytes: Buffer): {
  readonly sizes: { readonly address: number; readonly length: number };
  readonly root: number;
} {
  const version = bytes[8] ?? 0xff;
  const at = version < 2 ? 13 : 9;
  const sizes = { address: bytes[at] ?? 0, length: bytes[at + 1] ?? 0 };
  const known = [4, 8].includes(sizes.address) && [4, 8].includes(sizes.length);
  if (version > 3 || !known) throw damaged();
  // Base, free space or extension, end, and before version 2 a driver; then the root, in an entry after its name.
  const cursor = new Cursor(bytes, version < 2 ? (version === 0 ? 24 : 28) : 12);
  cursor.take((version < 2 ? 5 : 3) * sizes.address);
  return { sizes, root: cursor.number(sizes.address) };
}

interface Where {
  readonly input: Input;
  readonly file: Hdf5Bytes;
  readonly heap: Hdf5Heap;
  readonly context: Context;
}

class Reader {
  readonly #where: Where;
  /** Datasets without text. */
  numbers = 0;

  constructor(where: Where) {
    this.#where = where;
  }

  async *attributes(path: string, messages: readonly Message[]): AsyncGenerator<Extracted, void, undefined> {
    const { file, input } = this.#where;
    for (const { type, bytes } of messages) {
      if (type === MESSAGE.attributeInfo && hasIndex(file, bytes)) {
        yield gapNote(input, 'unsupported-format', `${path}: attributes in an index that we do not read`);
      }
      if (type !== MESSAGE.attribute) continue;
      const attribute = decodeAttribute(file, bytes);
      // A value of no bytes would be there for ever.
      if (attribute === undefined || !attribute.type.hasText || attribute.type.size === 0) continue;
      const { name, type: kind, shape, data } = attribute;
      const label = `attribute ${path === '' ? '' : `${path}/`}${isName(name) ? name : ''}`;
      const values = { bytes: data, start: shape.map(() => 0), shape };
      yield* this.#rows(kind, { values, shape, label, column: name });
    }
  }

  async *dataset(path: string, messages: readonly Message[]): AsyncGenerator<Extracted, void, undefined> {
    const { file, context } = this.#where;
    const typeMessage = messages.find(({ type }) => type === MESSAGE.type);
    const space = messages.find(({ type }) => type === MESSAGE.space);
    if (typeMessage === undefined || space === undefined) return;
    if (typeMessage.shared)
      throw new ContentError('unsupported-format', 'a type with a name of its own: no reader yet');
    const type = decodeType(file, new Cursor(typeMessage.bytes));
    if (!type.hasText || type.size === 0) {
      this.numbers += 1;
      return;
    }
    const shape = shapeOf(file, space.bytes);
    const column = path.slice(path.lastIndexOf('/') + 1);
    for await (const values of valuesOf(file, { shape, size: type.size, messages }, context.budget)) {
      yield* this.#rows(type, { values, shape, label: `dataset ${path}`, column });
    }
  }

  /** The values of a run as rows, each with the number that it has in the dataset. */
  async *#rows(
    { size, fields }: Hdf5Type,
    {
      values,
      shape,
      label,
      column,
    }: {
      readonly values: Values;
      readonly shape: readonly number[];
      readonly label: string;
      readonly column: string;
    },
  ): AsyncGenerator<Extracted, void, undefined> {
    const { input, heap, context } = this.#where;
    const columns = fields.map(({ name }) => (isName(name === '' ? column : name) ? name || column : ''));
    let rows: string[][] = [];
    let numbers: string[] = [];
    let chars = 0;
    const table = placeIn(input, label);
    function* taken(): Generator<Extracted, void, undefined> {
      const at = numbers;
      const place = (row: number, cell: number): string =>
        `${table} ${at[row] ?? ''}${at[row] === '' ? '' : ', '}column ${columns[cell] || cell + 1}`;
      if (rows.length > 0) yield { type: 'rows', table, columns, rows, place };
      rows = [];
      numbers = [];
      chars = 0;
    }
    try {
      for (let i = 0; (i + 1) * size <= values.bytes.length; i += 1) {
        const number = numberOf(i, values, shape);
        if (number === undefined) continue;
        const value = values.bytes.subarray(i * size, (i + 1) * size);
        const cells: string[] = [];
        for (const { offset, show } of fields) {
          const shown = show(value.subarray(offset));
          cells.push(typeof shown === 'string' ? shown : await heap.text(shown));
          chars += cells.at(-1)?.length ?? 0;
        }
        rows.push(cells);
        numbers.push(number);
        if (rows.length < BATCH_ROWS && chars < BATCH_CHARS) continue;
        // Values may refer to the same text any number of times.
        context.budget.inflate(chars, { inflated: 0, packed: 0 });
        yield* taken();
        context.signal.throwIfAborted();
      }
    } catch (error) {
      yield* taken();
      throw error;
    }
    yield* taken();
  }
}

/** `row 3`, `row 3 of 2` on a second axis; undefined for what lies beyond the dataset; empty for a single value. */
function numberOf(
  index: number,
  { start, shape: run }: Values,
  shape: readonly number[],
): string | undefined {
  let rest = index;
  const at: number[] = [];
  for (let axis = run.length - 1; axis >= 0; axis -= 1) {
    const length = run[axis] ?? 1;
    at.unshift((start[axis] ?? 0) + (rest % length));
    rest = Math.floor(rest / length);
  }
  if (rest > 0 || at.some((value, axis) => value >= (shape[axis] ?? 0))) return undefined;
  return at.length === 0 ? '' : `row ${at.map((value) => value + 1).join('.')}`;
}

function hasIndex(file: Hdf5Bytes, bytes: Buffer): boolean {
  const cursor = new Cursor(bytes, 1);
  cursor.take((cursor.number(1) & 1) === 1 ? 2 : 0);
  return cursor.number(file.addressSize) < NOWHERE;
}

interface Attribute {
  readonly name: string;
  readonly type: Hdf5Type;
  readonly shape: readonly number[];
  readonly data: Buffer;
}

/** Undefined when its type or shape stands elsewhere. */
function decodeAttribute(file: Hdf5Bytes, bytes: Buffer): Attribute | undefined {
  const cursor = new Cursor(bytes);
  const version = cursor.number(1);
  const flags = cursor.number(1);
  const [name, type, space] = [cursor.number(2), cursor.number(2), cursor.number(2)];
  if (version === 3) cursor.take(1);
  if (version > 1 && (flags & 3) !== 0) return undefined;
  const part = (length: number): Buffer => cursor.take(version === 1 ? Math.ceil(length / 8) * 8 : length);
  const label = part(name).toString().replace(/\0.*$/s, '');
  const kind = decodeType(file, new Cursor(part(type)));
  const shape = shapeOf(file, part(space));
  return { name: label, type: kind, shape, data: cursor.take(cursor.left) };
}
