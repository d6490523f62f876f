/** bzip2 files, streamed block by block. Own code: what npm has is unkept, and gives nothing of a damaged file's good blocks. */
import { BitReader, BLOCK_BYTES, type Block, readBlock } from './bzip2-block.ts';
import { ContentError } from './reader.ts';

/** No block takes more packed bytes: each of its symbols has up to 20 bits. */
const INPUT_BYTES = Math.ceil(2.5 * 1024 ** 2);
/** Bytes given at a time. */
const OUTPUT_BYTES = 64 * 1024;
const BLOCK_MARK = 0x3141_5926_5359;
const END_MARK = 0x1772_4538_5090;
/** Equal bytes after which the next byte tells how many more there are. */
const RUN = 4;

/**
 * What the file holds, streams one after the other; a chunk is valid until the next one is asked for.
 * @throws ContentError `malformed` after the blocks that are whole
 */
export async function* unpackBzip2(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const held = new Held(packed);
  const links = new Uint32Array(BLOCK_BYTES);
  let bits = new BitReader(await held.from(0), 0);
  readHeader(bits);
  while (true) {
    const mark = bits.read(24) * 2 ** 24 + bits.read(24);
    if (mark === BLOCK_MARK) {
      yield* spread(readBlock(bits, links));
    } else if (mark === END_MARK) {
      bits.read(16);
      bits.read(16);
      bits.align();
      const rest = await held.from(bits.at);
      // Files padded with zeros are usual on tapes.
      if (rest.every((byte) => byte === 0)) return;
      bits = new BitReader(rest, 0);
      readHeader(bits);
    } else {
      throw damaged();
    }
    bits = bits.on(await held.from(bits.at));
  }
}

/** The packed bytes at hand: always as many as a block may take, as long as there are so many. */
class Held {
  readonly #packed: AsyncIterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(packed: AsyncIterable<Buffer>) {
    this.#packed = packed[Symbol.asyncIterator]();
  }

  /** Drops the first `count` bytes. */
  async from(count: number): Promise<Buffer> {
    const kept = this.#bytes.subarray(count);
    const parts: Buffer[] = [kept];
    let length = kept.length;
    while (length < INPUT_BYTES && !this.#ended) {
      const { done, value } = await this.#packed.next();
      if (done) {
        this.#ended = true;
      } else {
        parts.push(Buffer.from(value));
        length += value.length;
      }
    }
    this.#bytes = parts.length === 1 ? kept : Buffer.concat(parts);
    return this.#bytes;
  }
}

function readHeader(bits: BitReader): void {
  const [mark, level] = [bits.read(24), bits.read(8) - 0x30];
  if (mark !== 0x425a68 || level < 1 || level > 9) throw damaged();
}

/** The block's bytes with their runs. */
function* spread({ links, first, length, crc }: Block): Generator<Buffer, void, undefined> {
  const out = Buffer.alloc(OUTPUT_BYTES + 256);
  let filled = 0;
  let sum = 0xffff_ffff;
  let at = (links[first] ?? 0) >>> 8;
  let before = -1;
  let same = 0;
  for (let i = 0; i < length; i += 1) {
    const link = links[at] ?? 0;
    const byte = link & 0xff;
    at = link >>> 8;
    if (same === RUN) {
      out.fill(before, filled, filled + byte);
      filled += byte;
      same = 0;
      before = -1;
    } else {
      out[filled] = byte;
      filled += 1;
      same = byte === before ? same + 1 : 1;
      before = byte;
    }
    if (filled < OUTPUT_BYTES && i < length - 1) continue;
    const part = out.subarray(0, filled);
    sum = crcOf(part, sum);
    filled = 0;
    yield part;
  }
  if (~sum >>> 0 !== crc) throw new ContentError('malformed', 'its checksum is wrong');
}

/** CRC-32 from the highest bit on; node:zlib's goes from the lowest. */
function crcOf(bytes: Buffer, start: number): number {
  let sum = start;
  for (const byte of bytes) sum = (sum << 8) ^ (CRC[(sum >>> 24) ^ byte] ?? 0);
  return sum;
}

const CRC = Int32Array.from({ length: 256 }, (_, n) => {
  let value = n << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
  return value;
});

function damaged(): ContentError {
  return new ContentError('malformed', 'its compressed data is damaged or cut short');
}
