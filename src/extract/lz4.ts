/** LZ4 frames, block by block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md). npm has no kept decoder that streams. */
import { ByteReader } from './byte-reader.ts';
import { ContentError } from './reader.ts';

const MAGIC = 0x184d2204;
const SKIPPED = 0x184d2a50;
/** How far back a block may refer. */
const WINDOW_BYTES = 64 * 1024;
/** The largest block of each size class. */
const BLOCK_BYTES: readonly number[] = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 ** 2, 4 * 1024 ** 2];

/**
 * What the frames hold; a chunk is valid until the next one is asked for. Checksums are not asked.
 * @throws ContentError `malformed` after what could be read
 */
export async function* unpackLz4(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(packed);
  while (true) {
    const magic = await reader.take(4);
    if (magic.length === 0) return;
    const mark = magic.length < 4 ? 0 : magic.readUInt32LE();
    if (mark >>> 4 === SKIPPED >>> 4) await reader.skip(await number(reader));
    else if (mark === MAGIC) yield* frame(reader);
    else throw damaged();
  }
}

/**
 * A block without a frame, which unpacks to `most` bytes or fewer.
 * @throws ContentError `malformed`
 */
export function unpackLz4Block(block: Buffer, most: number): Buffer {
  const bytes = Buffer.alloc(WINDOW_BYTES + most);
  const { end, whole } = decodeBlock(block, bytes, WINDOW_BYTES);
  if (!whole) throw damaged();
  return bytes.subarray(WINDOW_BYTES, end);
}

/**
 * As Hadoop writes it: blocks behind how long they are, unpacked and packed; else one block without a frame, as other programs do under
 * the same name (https://github.com/apache/parquet-format/blob/master/Compression.md#lz4).
 * @throws ContentError `malformed`
 */
export function unpackHadoopLz4(packed: Buffer, most: number): Buffer {
  const parts: Buffer[] = [];
  let total = 0;
  for (let at = 0; at < packed.length; ) {
    const [size, length] =
      at + 8 <= packed.length ? [packed.readUInt32BE(at), packed.readUInt32BE(at + 4)] : [0, 0];
    total += size;
    if (length === 0 || at + 8 + length > packed.length || total > most) return unpackLz4Block(packed, most);
    parts.push(unpackLz4Block(packed.subarray(at + 8, at + 8 + length), size));
    at += 8 + length;
  }
  return Buffer.concat(parts);
}

async function* frame(reader: ByteReader): AsyncGenerator<Buffer, void, undefined> {
  const head = await reader.take(2);
  const flags = head[0] ?? 0;
  const most = BLOCK_BYTES[((head[1] ?? 0) >> 4) & 7] ?? 0;
  if (flags >> 6 !== 1 || most === 0) throw damaged();
  // Size of the content, dictionary, and the header's checksum.
  await reader.skip((flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0) + 1);
  const linked = (flags & 0x20) === 0;
  // The window, then the block.
  const bytes = Buffer.alloc(WINDOW_BYTES + most);
  let window = 0;
  for (let size = await number(reader); size !== 0; size = await number(reader)) {
    const length = size % 2 ** 31;
    if (length > most) throw damaged();
    const block = await reader.take(length);
    const from = WINDOW_BYTES - (linked ? window : 0);
    const { end, whole } = size === length ? decodeBlock(block, bytes, from) : stored(block, bytes);
    if (end > WINDOW_BYTES) yield bytes.subarray(WINDOW_BYTES, end);
    if (!whole || block.length < length) throw damaged();
    window = Math.min(WINDOW_BYTES, window + end - WINDOW_BYTES);
    bytes.copy(bytes, WINDOW_BYTES - window, end - window, end);
    if (flags & 0x10) await reader.skip(4);
  }
  if (flags & 4) await reader.skip(4);
}

function stored(block: Buffer, bytes: Buffer): { readonly end: number; readonly whole: boolean } {
  return { end: WINDOW_BYTES + block.copy(bytes, WINDOW_BYTES), whole: true };
}

/**
 * Decodes into `bytes` from the end of the window on; `from`: where the window begins. Returns where it ended, and whether the block
 * was without damage.
 */
function decodeBlock(
  block: Buffer,
  bytes: Buffer,
  from: number,
): { readonly end: number; readonly whole: boolean } {
  let at = 0;
  let to = WINDOW_BYTES;
  const length = (first: number): number => {
    if (first < 15) return first;
    let total = first;
    for (let byte = 255; byte === 255; total += byte) {
      byte = block[at] ?? 0;
      at += 1;
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at] ?? 0;
    at += 1;
    const literals = length(token >> 4);
    if (at + literals > block.length || to + literals > bytes.length) return { end: to, whole: false };
    block.copy(bytes, to, at, at + literals);
    at += literals;
    to += literals;
    // The last part has no match.
    if (at >= block.length) return { end: to, whole: at === block.length };
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    const match = length(token & 15) + 4;
    if (distance === 0 || to - distance < from || to + match > bytes.length) return { end: to, whole: false };
    if (distance >= match) bytes.copy(bytes, to, to - distance, to - distance + match);
    else for (let i = to; i < to + match; i += 1) bytes[i] = bytes[i - distance] ?? 0;
    to += match;
  }
  return { end: to, whole: true };
}

async function number(reader: ByteReader): Promise<number> {
  const bytes = await reader.take(4);
  if (bytes.length < 4) throw damaged();
  return bytes.readUInt32LE();
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its compressed data is damaged or cut short');
}
