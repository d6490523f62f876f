/** Avro tables, block by block: every field under its name; what is nested as JSON. */
import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import { type AvroField, AvroReader, columnsOf, decoderOf } from './avro-values.ts';
import { ByteReader } from './byte-reader.ts';
import { unpackBzip2 } from './bzip2.ts';
import { cellText } from './cell-text.ts';
import { isName } from './header.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';
import { unpackXz } from './xz.ts';

const MAGIC_BYTES = 4;
const SYNC_BYTES = 16;
/** A block is decoded as a whole. */
const BLOCK_BYTES = 64 * 1024 ** 2;
const HEADER_BYTES = 1024 ** 2;

export async function* readAvro(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  const { metadata, sync } = await headerOf(reader);
  const codec = metadata.get('avro.codec')?.toString() ?? 'null';
  const schema: unknown = parse(metadata.get('avro.schema'));
  const fields = columnsOf(schema) ?? [{ name: 'value', decode: decoderOf(schema) }];
  const columns = fields.map(({ name }) => (isName(name) ? name : ''));
  const batch = new RowBatch(input, { name: '', columns });
  let binary = 0;
  for (
    let block = await nextBlock(reader, sync);
    block !== undefined;
    block = await nextBlock(reader, sync)
  ) {
    context.signal.throwIfAborted();
    const end = batch.next + block.count;
    try {
      const values = new AvroReader(await unpack(block.bytes, codec, context));
      for (const row of rowsOf(values, block.count, fields)) {
        if (batch.add(row)) yield* batch.take();
      }
      binary += values.binary;
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      // The next block is found all the same.
      yield* batch.take();
      yield gapNote(input, error.reason, `rows ${batch.next} to ${end - 1}: ${error.message}`);
      batch.skip(end - batch.next);
    }
    if (block.failure === undefined) continue;
    yield* batch.take();
    throw block.failure;
  }
  yield* batch.take();
  if (binary > 0) yield gapNote(input, 'no-text', `${binary} binary values are not read`);
}

/** @throws ContentError `malformed` */
async function headerOf(
  reader: ByteReader,
): Promise<{ readonly metadata: ReadonlyMap<string, Buffer>; readonly sync: Buffer }> {
  await reader.skip(MAGIC_BYTES);
  const metadata = new Map<string, Buffer>();
  for (let count = await takeLong(reader); count !== 0; count = await takeLong(reader)) {
    if (count < 0) await takeLong(reader);
    for (let i = 0; i < Math.abs(count); i += 1) {
      const key = await takeBytes(reader);
      metadata.set(key.toString(), await takeBytes(reader));
    }
  }
  const sync = Buffer.from(await reader.take(SYNC_BYTES));
  if (sync.length < SYNC_BYTES) throw cut();
  return { metadata, sync };
}

/** @throws ContentError `malformed` */
function parse(schema: Buffer | undefined): unknown {
  try {
    return JSON.parse(schema?.toString() ?? '');
  } catch {
    throw new ContentError('malformed', 'its schema is damaged');
  }
}

interface Block {
  readonly count: number;
  readonly bytes: Buffer;
  /** Set when the block is cut short or does not end where it should. */
  readonly failure: ContentError | undefined;
}

async function nextBlock(reader: ByteReader, sync: Buffer): Promise<Block | undefined> {
  const [first] = await reader.take(1);
  if (first === undefined) return undefined;
  const count = await takeLong(reader, first);
  const size = await takeLong(reader);
  if (count < 0 || size < 0) throw cut();
  if (size > BLOCK_BYTES)
    throw new ContentError('memory-limit', `a block holds more than ${BLOCK_BYTES} bytes`);
  const bytes = Buffer.from(await reader.take(size));
  const whole = (await reader.take(SYNC_BYTES)).equals(sync);
  return { count, bytes, failure: whole ? undefined : cut() };
}

/** @throws ContentError `malformed`, `unsupported-format`, `archive-limit` */
async function unpack(bytes: Buffer, codec: string, { budget }: Context): Promise<Buffer> {
  const unpackBytes = CODECS.get(codec);
  if (unpackBytes === undefined)
    throw new ContentError('unsupported-format', 'its blocks are compressed in a way we do not read');
  if (codec === 'null') return bytes;
  try {
    const plain = await unpackBytes(bytes);
    budget.inflate(plain.length, { inflated: plain.length, packed: bytes.length });
    return plain;
  } catch (cause) {
    if (cause instanceof ContentError) throw cause;
    throw new ContentError('malformed', 'a block is damaged, or too large unpacked', { cause });
  }
}

const LIMIT = { maxOutputLength: BLOCK_BYTES };
const CODECS = new Map<string, (bytes: Buffer) => Buffer | Promise<Buffer>>([
  ['null', (bytes) => bytes],
  ['deflate', (bytes) => inflateRawSync(bytes, LIMIT)],
  ['zstandard', (bytes) => zstdDecompressSync(bytes, LIMIT)],
  ['snappy', unpackSnappy],
  ['bzip2', (bytes) => gather(unpackBzip2(one(bytes)))],
  ['xz', (bytes) => gather(unpackXz(one(bytes)))],
]);

/** Snappy, then the checksum of what was packed. */
function unpackSnappy(bytes: Buffer): Buffer {
  const packed = bytes.subarray(0, Math.max(0, bytes.length - 4));
  let size = 0;
  for (let i = 0, byte = 0x80; byte >= 0x80 && i < 5; i += 1) {
    byte = packed[i] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * i);
  }
  if (size > BLOCK_BYTES)
    throw new ContentError('memory-limit', `a block holds more than ${BLOCK_BYTES} bytes`);
  const plain = Buffer.alloc(size);
  snappyUncompress(packed, plain);
  if (crc32(plain) !== bytes.readUInt32BE(packed.length))
    throw new ContentError('malformed', "a block's checksum is wrong");
  return plain;
}

async function gather(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > BLOCK_BYTES)
      throw new ContentError('memory-limit', `a block holds more than ${BLOCK_BYTES} bytes`);
    parts.push(Buffer.from(chunk));
  }
  return Buffer.concat(parts);
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}

function* rowsOf(
  values: AvroReader,
  count: number,
  fields: readonly AvroField[],
): Generator<readonly string[], void, undefined> {
  for (let i = 0; i < count; i += 1) {
    const { at } = values;
    const row = fields.map(({ decode }) => cellText(decode(values, 0)));
    // Records of nothing take no bytes, however many there are said to be.
    if (values.at === at) return;
    yield row;
  }
}

/** A length or count of the file itself; `first`: its first byte, when that was taken. */
async function takeLong(reader: ByteReader, first?: number): Promise<number> {
  const bytes: number[] = [];
  for (let byte = first; bytes.length < 10; byte = undefined) {
    byte ??= (reader.takeNow(1) ?? (await reader.take(1)))[0];
    if (byte === undefined) throw cut();
    bytes.push(byte);
    if (byte < 0x80) return new AvroReader(Buffer.from(bytes)).int();
  }
  throw cut();
}

async function takeBytes(reader: ByteReader): Promise<Buffer> {
  const length = await takeLong(reader);
  if (length < 0 || length > HEADER_BYTES) throw new ContentError('malformed', 'its header is damaged');
  const bytes = Buffer.from(await reader.take(length));
  if (bytes.length < length) throw cut();
  return bytes;
}

function cut(): ContentError {
  return new ContentError('malformed', 'the table is damaged or cut short');
}
