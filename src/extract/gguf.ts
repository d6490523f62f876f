/** GGUF models: the texts of the metadata under their keys (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md); vocabulary and tensors are passed over. */
import { ByteReader } from './byte-reader.ts';
import { isName } from './header.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { BATCH_CHARS, BATCH_ROWS, CELL_CHARS } from './rows.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

const KEY_BYTES = 64 * 1024;
/** The longest text that is held. */
const TEXT_BYTES = 16 * 1024 ** 2;
/** Lists within lists. */
const DEPTH = 4;
const STRING = 8;
const LIST = 9;
/** Bytes of the types that have a fixed size. */
const SIZES: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];
/** Lists of every word that the model knows. */
const VOCABULARY = /^tokenizer\./;

export async function* readGguf(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  await reader.skip(4);
  const version = await number(reader, 4);
  if (version !== 2 && version !== 3)
    throw new ContentError('unsupported-format', 'a version that we do not read');
  const tensors = await number(reader, 8);
  const pairs = await number(reader, 8);
  for (let i = 0; i < pairs; i += 1) {
    context.signal.throwIfAborted();
    const key = await text(reader, KEY_BYTES);
    yield* value(reader, { input, key, depth: 0 }, await number(reader, 4));
  }
  if (tensors > 0) yield gapNote(input, 'no-text', 'tensors are numbers, not read');
}

interface Where {
  readonly input: Input;
  readonly key: string;
  readonly depth: number;
}

async function* value(
  reader: ByteReader,
  where: Where,
  type: number,
): AsyncGenerator<Extracted, void, undefined> {
  const size = SIZES[type];
  if (size !== undefined) await exactly(reader, size);
  else if (type === STRING) yield* texts(where, [await text(reader, TEXT_BYTES)]);
  else if (type === LIST && where.depth < DEPTH) yield* list(reader, where);
  else throw damaged();
}

async function* list(reader: ByteReader, where: Where): AsyncGenerator<Extracted, void, undefined> {
  const type = await number(reader, 4);
  const count = await number(reader, 8);
  const size = SIZES[type];
  if (size !== undefined) {
    const start = reader.offset;
    await reader.skip(size * count);
    if (reader.offset - start < size * count) throw damaged();
  } else if (type !== STRING) {
    for (let i = 0; i < count; i += 1) yield* value(reader, { ...where, depth: where.depth + 1 }, type);
  } else if (VOCABULARY.test(where.key)) {
    for (let i = 0; i < count; i += 1) await skipText(reader);
  } else {
    yield* textList(reader, where, count);
  }
}

async function* textList(
  reader: ByteReader,
  where: Where,
  count: number,
): AsyncGenerator<Extracted, void, undefined> {
  let held: string[] = [];
  let chars = 0;
  for (let i = 0; i < count; i += 1) {
    const item = await text(reader, TEXT_BYTES).catch((error: unknown) => {
      // What was held goes out before the damage is told.
      return error instanceof ContentError ? error : Promise.reject(error);
    });
    if (typeof item === 'string') {
      held.push(item);
      chars += item.length;
    }
    if (typeof item === 'string' && held.length < BATCH_ROWS && chars < BATCH_CHARS) continue;
    yield* texts(where, held, i + (typeof item === 'string' ? 1 : 0) - held.length);
    held = [];
    chars = 0;
    if (typeof item !== 'string') throw item;
  }
  yield* texts(where, held, count - held.length);
}

/** Values of one key as rows of a column; `first`: the place of the first one in its list, absent for a value of its own. */
function* texts(
  { input, key }: Where,
  values: readonly string[],
  first?: number,
): Generator<Extracted, void, undefined> {
  const name = isName(key) ? key : '';
  const label = placeIn(input, `metadata ${name === '' ? 'value' : name}`);
  const place = (row: number): string => (first === undefined ? label : `${label}[${first + row}]`);
  for (const [row, long] of values.entries()) {
    if (long.length > CELL_CHARS) yield* textSegments(long, place(row));
  }
  const rows = values.map((each) => [each.length > CELL_CHARS ? '' : each]);
  if (rows.length > 0) yield { type: 'rows', table: label, columns: [name], rows, place };
}

async function number(reader: ByteReader, size: 4 | 8): Promise<number> {
  const bytes = await exactly(reader, size);
  return size === 4 ? bytes.readUInt32LE() : Number(bytes.readBigUInt64LE());
}

async function text(reader: ByteReader, most: number): Promise<string> {
  const length = await number(reader, 8);
  if (length > most) throw new ContentError('memory-limit', `a text of more than ${most} bytes`);
  return (await exactly(reader, length)).toString();
}

async function skipText(reader: ByteReader): Promise<void> {
  const length = await number(reader, 8);
  if (length > TEXT_BYTES) throw damaged();
  await exactly(reader, length);
}

async function exactly(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = reader.takeNow(length) ?? (await reader.take(length));
  if (bytes.length < length) throw damaged();
  return bytes;
}

function damaged(): ContentError {
  return new ContentError('malformed', 'the metadata is damaged or cut short');
}
