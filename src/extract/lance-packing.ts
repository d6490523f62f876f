/**
 * Numbers and texts in fewer bits, as Lance packs them: FastLanes (https://www.vldb.org/pvldb/vol16/p2132-afroozeh.pdf) and FSST
 * (https://www.vldb.org/pvldb/vol13/p2649-boncz.pdf), LZ4 and Zstandard behind a length.
 */
import { zstdDecompressSync } from 'node:zlib';
import { unpackLz4Block } from './lz4.ts';
import { ContentError } from './reader.ts';

/** Numbers that are packed together, in lanes. */
export const LANE_VALUES = 1024;
/** In which order the eights of a lane lie. */
const ORDER: readonly number[] = [0, 4, 2, 6, 1, 5, 3, 7];
const ESCAPE = 255;
const FSST_MAGIC = 'TSSF';
/** What a buffer unpacks to; Lance keeps pages of about 8 MB. */
const UNPACKED_BYTES = 64 * 1024 ** 2;

/**
 * 1,024 whole numbers of `width` bits as numbers of `bits` bits (8, 16, 32 or 64), lowest byte first.
 * @throws ContentError `malformed` when there are fewer bytes
 */
export function unpackLanes(packed: Buffer, bits: number, width: number): Buffer {
  const size = bits / 8;
  if (width > bits || packed.length < (LANE_VALUES * width) / 8) throw damaged();
  const plain = Buffer.alloc(LANE_VALUES * size);
  const lanes = LANE_VALUES / bits;
  const word = bits === 64 ? bigWords(packed) : words(packed, size);
  const write = bits === 64 ? bigWriter(plain) : writer(plain, size);
  const unpack = bits === 64 ? bigUnpack : unpackWord;
  for (let row = 0; row < bits && width > 0; row += 1) {
    const start = row * width;
    const first = Math.floor(start / bits);
    const more = (start % bits) + width > bits;
    const index = (ORDER[row >> 3] ?? 0) * 16 + (row % 8) * 128;
    for (let lane = 0; lane < lanes; lane += 1) {
      const low = word(lanes * first + lane);
      const high = more ? word(lanes * (first + 1) + lane) : 0;
      write(index + lane, unpack({ low, high, shift: start % bits, bits, width }));
    }
  }
  return plain;
}

interface Words {
  readonly low: number | bigint;
  readonly high: number | bigint;
  readonly shift: number;
  readonly bits: number;
  readonly width: number;
}

function words(packed: Buffer, size: number): (index: number) => number {
  return (index) => packed.readUIntLE(size * index, size);
}

function bigWords(packed: Buffer): (index: number) => bigint {
  return (index) => packed.readBigUInt64LE(8 * index);
}

function writer(plain: Buffer, size: number): (index: number, value: number | bigint) => void {
  return (index, value) => plain.writeUIntLE(Number(value), size * index, size);
}

function bigWriter(plain: Buffer): (index: number, value: number | bigint) => void {
  return (index, value) => plain.writeBigUInt64LE(BigInt(value), 8 * index);
}

function unpackWord({ low, high, shift, bits, width }: Words): number {
  const rest = Number(high) % 2 ** Math.max(0, shift + width - bits);
  return (Math.floor(Number(low) / 2 ** shift) + rest * 2 ** (bits - shift)) % 2 ** width;
}

function bigUnpack({ low, high, shift, width }: Words): bigint {
  return BigInt.asUintN(width, (BigInt(low) >> BigInt(shift)) | (BigInt(high) << BigInt(64 - shift)));
}

/** Whole numbers of `width` bits one after the other, lowest bit first, in so many bytes each. */
export function unpackBits(packed: Buffer, width: number, size: number): (index: number) => Buffer {
  return (index) => {
    const item = Buffer.alloc(size);
    for (let bit = 0; bit < width && bit < 8 * size; bit += 1) {
      const at = width * index + bit;
      if ((((packed[at >> 3] ?? 0) >> (at & 7)) & 1) === 1)
        item[bit >> 3] = (item[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
    return item;
  };
}

/**
 * Unpacks texts by a table of their frequent parts.
 * @throws ContentError `malformed`
 */
export function fsst(table: Buffer): (packed: Buffer) => Buffer {
  if (table.length < 8 || table.toString('latin1', 4, 8) !== FSST_MAGIC) throw damaged();
  // Few texts are kept as they are.
  if (((table[3] ?? 0) & 1) === 0) return (packed) => packed;
  const count = table[0] ?? 0;
  const parts = Array.from({ length: count }, (_, code) => {
    const length = Math.min(8, table[8 + 8 * count + code] ?? 0);
    return table.subarray(8 + 8 * code, 8 + 8 * code + length);
  });
  return (packed) => {
    const plain = Buffer.alloc(8 * packed.length);
    let to = 0;
    for (let at = 0; at < packed.length; at += 1) {
      const code = packed[at] ?? 0;
      if (code === ESCAPE) {
        at += 1;
        plain[to] = packed[at] ?? 0;
        to += 1;
      } else to += parts[code]?.copy(plain, to) ?? 0;
    }
    return plain.subarray(0, to);
  };
}

/** By the number of the scheme in `CompressionScheme`; undefined for others. */
export function unpackScheme(scheme: number): ((packed: Buffer) => Buffer) | undefined {
  return { 1: unpackLz4, 2: unpackZstd }[scheme];
}

function unpackLz4(packed: Buffer): Buffer {
  const size = packed.length < 4 ? Number.POSITIVE_INFINITY : packed.readUInt32LE();
  if (size > UNPACKED_BYTES) throw damaged();
  return unpackLz4Block(packed.subarray(4), size);
}

/** Behind a length of eight bytes, but for versions that knew none. */
function unpackZstd(packed: Buffer): Buffer {
  if (packed.length === 0) return packed;
  const bare = packed.length >= 4 && packed.readUInt32LE() === 0xfd2fb528;
  try {
    return zstdDecompressSync(bare ? packed : packed.subarray(8), { maxOutputLength: UNPACKED_BYTES });
  } catch (cause) {
    throw new ContentError('malformed', 'a page of it is damaged', { cause });
  }
}

function damaged(): ContentError {
  return new ContentError('malformed', 'a page of it is damaged');
}
