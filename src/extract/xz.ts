/** xz files: streams of blocks, each with its checksum (https://tukaani.org/xz/xz-file-format.txt). */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { Crc64 } from './crc64.ts';
import { unpackLzma2 } from './lzma-stream.ts';
import { ContentError } from './reader.ts';

const HEADER_BYTES = 12;
const MAGIC = 'fd377a585a00';
const LZMA2 = 0x21;
/** Bytes of each kind of check. */
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

/**
 * What the file holds; a chunk is valid until the next one is asked for.
 * @throws ContentError `malformed` after what could be read; `memory-limit`; `unsupported-format` for filters of machine code
 */
export async function* unpackXz(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(packed);
  for (let header = await reader.take(HEADER_BYTES); header.length > 0; header = await nextHeader(reader)) {
    if (header.length < HEADER_BYTES || header.toString('hex', 0, 6) !== MAGIC) throw damaged();
    const check = (header[7] ?? 0) & 0x0f;
    while (true) {
      const size = (await reader.take(1))[0];
      if (size === undefined) throw damaged();
      if (size === 0) break;
      yield* block(reader, { headerBytes: 4 * size + 3, check });
    }
    await skipIndex(reader);
  }
}

/** The header of the next stream, padding before it passed over; empty at the end. */
async function nextHeader(reader: ByteReader): Promise<Buffer> {
  while (true) {
    const start = Buffer.from(await reader.take(4));
    if (start.length === 0) return start;
    if (start.length < 4) throw damaged();
    if (start.readUInt32LE() !== 0) return Buffer.concat([start, await reader.take(HEADER_BYTES - 4)]);
  }
}

async function* block(
  reader: ByteReader,
  { headerBytes, check }: { readonly headerBytes: number; readonly check: number },
): AsyncGenerator<Buffer, void, undefined> {
  const window = windowOf(await reader.take(headerBytes));
  const start = reader.offset;
  const sum = checksum(check);
  for await (const chunk of unpackLzma2(reader, window)) {
    sum.update(chunk);
    yield chunk;
  }
  await reader.skip(padding(reader.offset - start));
  const length = CHECK_BYTES[check] ?? 0;
  const told = await reader.take(length);
  if (told.length < length) throw damaged();
  const is = sum.digest();
  if (is !== undefined && !is.equals(told)) throw new ContentError('malformed', 'its checksum is wrong');
}

/** The window that the block's only filter asks for (5.3.1). */
function windowOf(header: Buffer): number {
  const flags = header[0] ?? 0xff;
  const at = { next: 1 };
  if (flags & 0x40) readNumber(header, at);
  if (flags & 0x80) readNumber(header, at);
  const filter = readNumber(header, at);
  const bytes = readNumber(header, at);
  if ((flags & 3) !== 0 || (filter !== LZMA2 && filter < 0x40)) {
    throw new ContentError('unsupported-format', 'filtered like machine code: no reader yet');
  }
  const bits = header[at.next];
  if (filter !== LZMA2 || bytes !== 1 || bits === undefined || bits > 40) throw damaged();
  return bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
}

/** A number in portions of seven bits, lowest first (1.2). */
function readNumber(bytes: Buffer, at: { next: number }): number {
  let value = 0;
  for (let shift = 0; shift < 49; shift += 7) {
    const byte = bytes[at.next];
    if (byte === undefined) throw damaged();
    at.next += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw damaged();
}

/** Passes over the index and the footer: what they say of blocks was seen in the blocks. */
async function skipIndex(reader: ByteReader): Promise<void> {
  const start = reader.offset - 1;
  const records = await takeNumber(reader);
  for (let i = 0; i < records; i += 1) {
    await takeNumber(reader);
    await takeNumber(reader);
  }
  await reader.skip(padding(reader.offset - start));
  const rest = 4 + HEADER_BYTES;
  if ((await reader.take(rest)).length < rest) throw damaged();
}

async function takeNumber(reader: ByteReader): Promise<number> {
  const bytes: number[] = [];
  for (let byte = 0x80; byte >= 0x80; bytes.push(byte)) {
    byte = (reader.takeNow(1) ?? (await reader.take(1)))[0] ?? 0x100;
    if (byte === 0x100 || bytes.length > 8) throw damaged();
  }
  return readNumber(Buffer.from(bytes), { next: 0 });
}

function padding(bytes: number): number {
  return (4 - (bytes % 4)) % 4;
}

interface Checksum {
  update(bytes: Buffer): void;
  /** As the file has it; undefined for kinds that nobody uses. */
  digest(): Buffer | undefined;
}

function checksum(check: number): Checksum {
  if (check === 4) return new Crc64();
  if (check === 10) {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
  }
  let sum = 0;
  const digest = (): Buffer | undefined => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(sum);
    return check === 0 ? Buffer.alloc(0) : check === 1 ? bytes : undefined;
  };
  return {
    update(bytes) {
      if (check === 1) sum = crc32(bytes, sum);
    },
    digest,
  };
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its compressed data is damaged or cut short');
}
