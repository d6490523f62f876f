/** numpy arrays: texts, and arrays with named fields, as rows; objects by their pickle, never executed; bare numbers are a gap. */
import { ByteReader } from './byte-reader.ts';
import { isName } from './header.ts';
import { itemsOf, type NpyType, typeOf } from './npy-type.ts';
import { readPickle } from './pickle.ts';
import { type Literal, parseLiteral } from './python-literal.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';

const MAGIC_BYTES = 6;
const HEADER_BYTES = 1024 ** 2;
/** A row of more bytes is given item by item. */
const ROW_BYTES = 1024 ** 2;
/** The largest item that is held. */
const ITEM_BYTES = 64 * 1024 ** 2;

export async function* readNpy(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  const header = await headerOf(reader);
  const { descr = '', shape = [], fortran_order: byColumns } = header;
  const type = typeOf(descr);
  if (type.kind === 'objects') {
    yield* readPickle({ ...input, stream: () => reader.stream(Number.MAX_SAFE_INTEGER) }, context);
  } else if (type.kind === 'numbers') {
    yield gapNote(input, 'no-text', 'an array of numbers, not read');
  } else if (type.size > ITEM_BYTES) {
    throw new ContentError('memory-limit', `an item holds more than ${ITEM_BYTES} bytes`);
  } else {
    yield* rowsOf(reader, { input, type, layout: layoutOf(shape, type, byColumns === true) }, context);
  }
}

/** @throws ContentError `malformed` */
async function headerOf(reader: ByteReader): Promise<Readonly<Record<string, Literal>>> {
  await reader.skip(MAGIC_BYTES);
  const version = (await reader.take(2))[0] ?? 1;
  const wide = version > 1 ? 4 : 2;
  const field = await reader.take(wide);
  const length = field.length < wide ? 0 : field.readUIntLE(0, wide);
  if (length === 0 || length > HEADER_BYTES) throw new ContentError('malformed', 'its header is damaged');
  const header = parseLiteral((await reader.take(length)).toString());
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new ContentError('malformed', 'its header is damaged');
  }
  // What is neither a list nor a value is a dict.
  return header as Readonly<Record<string, Literal>>;
}

interface Layout {
  readonly rows: number;
  /** Items in a row. */
  readonly width: number;
}

/** Two axes are rows and columns; of more, or where columns come first, each item is a row, in the order in which they lie. */
function layoutOf(shape: Literal, type: NpyType, byColumns: boolean): Layout {
  const axes = Array.isArray(shape) ? (shape as readonly Literal[]) : [shape];
  const width = Number(axes[1] ?? 1);
  const isTable = axes.length === 2 && !byColumns && width * type.size <= ROW_BYTES;
  const items = itemsOf(shape);
  return isTable ? { rows: Number(axes[0]), width } : { rows: items, width: 1 };
}

async function* rowsOf(
  reader: ByteReader,
  { input, type, layout }: { readonly input: Input; readonly type: NpyType; readonly layout: Layout },
  { signal }: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { rows, width } = layout;
  const size = type.size * width;
  // `email.npy` in an archive of columns is the column `email`.
  const own = input.name.replace(/\.npy$/i, '');
  const names = type.fields.map(({ name }) => (name === '' && width === 1 ? own : name));
  const columns = width === 1 ? names.map((name) => (isName(name) ? name : '')) : [];
  const batch = new RowBatch(input, { name: '', columns });
  let read = 0;
  for (; read < rows && size > 0; read += 1) {
    const item = reader.takeNow(size) ?? (await reader.take(size));
    if (item.length < size) break;
    const cells: string[] = [];
    for (let at = 0; at < size; at += type.size) {
      for (const { offset, text } of type.fields)
        cells.push(text(item.subarray(at + offset, at + type.size)));
    }
    if (!batch.add(cells)) continue;
    yield* batch.take();
    signal.throwIfAborted();
  }
  yield* batch.take();
  if (read < rows && size > 0) throw new ContentError('malformed', 'the array is cut short');
}
