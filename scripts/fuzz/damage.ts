/** Damages bytes as bad disks, cut downloads and attackers do. What comes out depends on the seed alone. */
import type { Random } from '../../fixtures/estate-parts/random.ts';

/** One to four kinds of damage after each other. `others` lend pieces. */
export function damage(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let damaged: Buffer = Buffer.from(bytes);
  for (let left = random.int(1, 4); left > 0; left -= 1) {
    damaged = random.pick(KINDS)(damaged, random, others).subarray(0, MOST_BYTES);
  }
  return damaged;
}

/** A damaged content stays below this. */
const MOST_BYTES = 4 * 1024 ** 2;
/** The longest piece that is moved about. */
const PIECE_BYTES = 4096;

type Damage = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const KINDS: readonly Damage[] = [
  flipBits,
  setBytes,
  writeLength,
  growNumber,
  (bytes, random) => bytes.subarray(0, offset(bytes, random)),
  (bytes, random) => bytes.subarray(offset(bytes, random)),
  /** A piece comes twice, or very often: deep nesting, long lists. */
  (bytes, random) => {
    const piece = pieceOf(bytes, random);
    const times = random.pick([1, 1, 2, 100, 5000]);
    const copies = Array.from({ length: Math.min(times, MOST_BYTES / (piece.length + 1)) }, () => piece);
    return insert(bytes, offset(bytes, random), Buffer.concat(copies));
  },
  /** A piece is missing. */
  (bytes, random) => {
    const at = offset(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.int(1, PIECE_BYTES))]);
  },
  /** A piece of another file, put in or over. */
  (bytes, random, others) => {
    const piece = pieceOf(random.pick(others), random);
    const at = offset(bytes, random);
    if (random.next() < 0.5) return insert(bytes, at, piece);
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + piece.length)]);
  },
  /** One file's beginning, another's end. */
  (bytes, random, others) => {
    const other = random.pick(others);
    return Buffer.concat([bytes.subarray(0, offset(bytes, random)), other.subarray(offset(other, random))]);
  },
];

function flipBits(bytes: Buffer, random: Random): Buffer {
  for (let left = random.pick([1, 2, 8, 64]); left > 0 && bytes.length > 0; left -= 1) {
    const at = offset(bytes, random);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
  }
  return bytes;
}

function setBytes(bytes: Buffer, random: Random): Buffer {
  for (let left = random.pick([1, 4, 16]); left > 0 && bytes.length > 0; left -= 1) {
    bytes[offset(bytes, random)] = random.pick([0, 0x0a, 0x22, 0x28, 0x3c, 0x5b, 0x7b, 0x7f, 0x80, 0xff]);
  }
  return bytes;
}

/** Numbers that lengths, counts and offsets are wrong with. */
const LENGTHS = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0xffff_ffffn,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
];

function writeLength(bytes: Buffer, random: Random): Buffer {
  const width = random.pick([1, 2, 4, 8]);
  if (bytes.length < width) return bytes;
  const value = random.next() < 0.3 ? BigInt(bytes.length + random.int(-2, 2)) : random.pick(LENGTHS);
  const wide = Buffer.alloc(8);
  if (random.next() < 0.5) {
    wide.writeBigUInt64LE(BigInt.asUintN(64, value));
    wide.copy(bytes, random.int(0, bytes.length - width), 0, width);
  } else {
    wide.writeBigUInt64BE(BigInt.asUintN(64, value));
    wide.copy(bytes, random.int(0, bytes.length - width), 8 - width);
  }
  return bytes;
}

/** A number written in digits becomes another: PDF and XML have their lengths and counts so. */
function growNumber(bytes: Buffer, random: Random): Buffer {
  const from = offset(bytes, random);
  const at = bytes.subarray(from).findIndex((byte) => byte >= 0x30 && byte <= 0x39);
  if (at === -1) return bytes;
  const number = random.pick(['-1', '0', '99999999', '4294967296', '9007199254740993', '1e999']);
  return Buffer.concat([bytes.subarray(0, from + at), Buffer.from(number), bytes.subarray(from + at + 1)]);
}

function pieceOf(bytes: Buffer, random: Random): Buffer {
  const at = offset(bytes, random);
  return bytes.subarray(at, at + random.int(1, random.pick([8, 64, PIECE_BYTES])));
}

function insert(bytes: Buffer, at: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function offset(bytes: Buffer, random: Random): number {
  return random.int(0, Math.max(0, bytes.length - 1));
}
