/**
 * Arrow tables, as files (Feather) and streams (what Hugging Face keeps), batch by batch. Own code: `@uwdata/flechette` and `apache-arrow`
 * want all of a table in memory, and believe counts in its metadata whatever they are.
 */
import { zstdDecompressSync } from 'node:zlib';
import { type ArrowColumn, ArrowColumns, isNothing } from './arrow-columns.ts';
import {
  type ArrowBatch,
  type ArrowField,
  type ArrowFooter,
  type ArrowMessage,
  BATCH_BYTES,
  decodeFooter,
  nextMessage,
} from './arrow-message.ts';
import { ByteReader } from './byte-reader.ts';
import { cellText } from './cell-text.ts';
import { isName } from './header.ts';
import { unpackLz4 } from './lz4.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';
import { type Access, accessTo, rangeOf } from './zip-access.ts';

/** At the beginning and the end of a file. */
const SIGNATURE = 'ARROW1';
/** Where the first message of a file begins. */
const FILE_START = 8;

export async function* readArrow(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const table = new ArrowTable(input, context);
  for await (const message of messagesOf(input)) {
    context.signal.throwIfAborted();
    if (message.type === 'schema') table.begin(message);
    else if (message.type === 'dictionary') await table.learn(message);
    else if (message.type === 'records') yield* table.rows(message.batch);
  }
  if (table.binary > 0) yield gapNote(input, 'no-text', `${table.binary} binary values are not read`);
}

/** Files by their footer, because some programs write the schema nowhere else; streams, and files without end, from the beginning. */
async function* messagesOf(input: Input): AsyncGenerator<ArrowMessage, void, undefined> {
  if (input.head.toString('latin1', 0, SIGNATURE.length) !== SIGNATURE) {
    yield* streamed(input.stream());
    return;
  }
  const access = await accessTo(input);
  const footer = await footerOf(access);
  if (footer === undefined) {
    yield* streamed(rangeOf(access, FILE_START, access.size));
    throw new ContentError('malformed', 'the table is cut short');
  }
  yield footer.schema;
  let end = FILE_START;
  for (const offset of footer.offsets) {
    if (offset < end) throw new ContentError('malformed', 'its batches overlap');
    const reader = new ByteReader(rangeOf(access, offset, access.size));
    const message = await nextMessage(reader);
    end = offset + reader.offset;
    if (message !== undefined) yield message;
  }
}

async function* streamed(stream: AsyncIterable<Buffer>): AsyncGenerator<ArrowMessage, void, undefined> {
  const reader = new ByteReader(stream);
  for (let message = await nextMessage(reader); message !== undefined; message = await nextMessage(reader)) {
    yield message;
  }
}

/** Undefined when the file does not end in a footer. */
async function footerOf(access: Access): Promise<ArrowFooter | undefined> {
  const tail = 4 + SIGNATURE.length;
  const end = Buffer.from(await access.read(Math.max(0, access.size - tail), access.size));
  if (end.length < tail || end.toString('latin1', 4) !== SIGNATURE) return undefined;
  const length = end.readInt32LE();
  if (length <= 0 || length > access.size - tail - FILE_START) return undefined;
  return decodeFooter(Buffer.from(await access.read(access.size - tail - length, access.size - tail)));
}

/** What is known of the table while its batches come. */
class ArrowTable {
  readonly #input: Input;
  readonly #context: Context;
  readonly #dictionaries = new Map<number, readonly ArrowColumn[]>();
  #fields: readonly ArrowField[] = [];
  #batch: RowBatch;
  /** Values that are bytes and no text. */
  binary = 0;

  constructor(input: Input, context: Context) {
    this.#input = input;
    this.#context = context;
    this.#batch = new RowBatch(input, { name: '', columns: [] });
  }

  begin({ fields, bigEndian }: Extract<ArrowMessage, { type: 'schema' }>): void {
    if (bigEndian) throw new ContentError('unsupported-format', 'written highest byte first');
    this.#fields = fields;
    const columns = fields.map(({ name }) => (isName(name) ? name : ''));
    this.#batch = new RowBatch(this.#input, { name: '', columns });
  }

  async learn({ id, adds, batch }: Extract<ArrowMessage, { type: 'dictionary' }>): Promise<void> {
    const field = fieldOf(this.#fields, id);
    if (field === undefined) return;
    const { buffers } = await buffersOf(batch, this.#context);
    const columns = new ArrowColumns(batch, buffers, this.#dictionaries);
    const column = columns.next({ ...field, dictionary: undefined });
    this.#dictionaries.set(id, adds ? [...(this.#dictionaries.get(id) ?? []), column] : [column]);
  }

  async *rows(batch: ArrowBatch): AsyncGenerator<Extracted, void, undefined> {
    const { buffers, total } = await buffersOf(batch, this.#context);
    const columns = new ArrowColumns(batch, buffers, this.#dictionaries);
    const all = this.#fields.map((field) => columns.next(field));
    const { length } = batch;
    if (all.some((column) => column.length !== length) || !(length >= 0)) {
      throw new ContentError('malformed', 'its columns are not of one length');
    }
    // A row takes a bit at least, but for columns of nothing, which are as long as they are said to be.
    if (length > 8 * total + 64) {
      if (!this.#fields.every(isNothing))
        throw new ContentError('malformed', 'it has fewer rows than it says');
      this.#batch.skip(length);
      return;
    }
    try {
      yield* this.#given(all, columns, length);
    } catch (error) {
      yield* this.#batch.take();
      throw error;
    }
    this.binary += columns.binary;
  }

  *#given(
    all: readonly ArrowColumn[],
    columns: ArrowColumns,
    length: number,
  ): Generator<Extracted, void, undefined> {
    const { budget, signal } = this.#context;
    for (let row = 0; row < length; row += 1) {
      const cells = all.map((column) => cellText(columns.value(column, row)));
      // Rows can refer to the same text of a dictionary any number of times.
      let size = cells.length;
      for (const cell of cells) size += cell.length;
      budget.inflate(size, { inflated: 0, packed: 0 });
      if (!this.#batch.add(cells)) continue;
      yield* this.#batch.take();
      signal.throwIfAborted();
    }
    yield* this.#batch.take();
  }
}

/** The field, at any depth, whose values are in the dictionary `id`. */
function fieldOf(fields: readonly ArrowField[], id: number): ArrowField | undefined {
  for (const field of fields) {
    const found = field.dictionary?.id === id ? field : fieldOf(field.children, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The batch's buffers, unpacked, and the bytes in all of them. */
async function buffersOf(
  { buffers, codec, body }: ArrowBatch,
  { budget }: Context,
): Promise<{ readonly buffers: readonly Buffer[]; readonly total: number }> {
  const unpacked: Buffer[] = [];
  let total = 0;
  for (let i = 0; i + 1 < buffers.length; i += 2) {
    const [start = 0, length = 0] = [buffers[i], buffers[i + 1]];
    const bytes = body.subarray(Math.max(0, start), Math.max(0, start) + Math.max(0, length));
    if (bytes.length < length) throw new ContentError('malformed', 'a batch of it is cut short');
    const plain = codec === null || bytes.length < 8 ? bytes : await unpack(bytes, codec);
    total += plain.length;
    if (total > BATCH_BYTES)
      throw new ContentError('memory-limit', `a batch holds more than ${BATCH_BYTES} bytes`);
    if (plain !== bytes) budget.inflate(plain.length, { inflated: total, packed: body.length });
    unpacked.push(plain);
  }
  return { buffers: unpacked, total };
}

/** The length of what is packed, -1 for "as it is", then its bytes. */
async function unpack(bytes: Buffer, codec: number): Promise<Buffer> {
  const size = Number(bytes.readBigInt64LE());
  const packed = bytes.subarray(8);
  if (size === -1) return packed;
  if (size < 0 || size > BATCH_BYTES)
    throw new ContentError('memory-limit', `a batch holds more than ${BATCH_BYTES} bytes`);
  try {
    if (codec === 1) return zstdDecompressSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw new ContentError('malformed', 'a batch of it is damaged', { cause });
  }
  const plain = Buffer.alloc(size);
  let at = 0;
  for await (const chunk of unpackLz4(one(packed))) {
    if (at + chunk.length > size) throw new ContentError('malformed', 'a batch of it is damaged');
    at += chunk.copy(plain, at);
  }
  return plain;
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}
