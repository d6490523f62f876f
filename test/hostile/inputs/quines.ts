/**
 * Archives that hold themselves: they unpack to their own bytes, without end. After Russ Cox, "Zip Files All The Way Down" (2010): Deflate
 * blocks that print literal bytes, and blocks that repeat what was printed last, in an order whose output is the blocks themselves.
 */
import { crc32 } from 'node:zlib';

/** Bytes of a stored block's header, and of a block that repeats: the program below counts on both. */
const LITERAL = 5;
const REPEAT = 10;
/** Bytes that the program prints at once of itself. */
const CODE = REPEAT + 4 * LITERAL;
/** Bytes of a local header, of an entry in the directory, and of the end of a zip, without names. */
const LOCAL = 30;
const ENTRY = 46;
const END = 22;
/** For one time of change in two or four no checksum may fit. */
const MOST_TRIES = 64;

/** A gzip file that unpacks to itself. */
export function quineGzip(): Buffer {
  return withOwnChecksum((time, sum) => {
    const head = Buffer.from('1f8b08000000000000ff', 'hex');
    head.writeUInt32LE(time, 4);
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(sum);
    tail.writeUInt32LE(head.length + programBytes(head.length, tail.length) + tail.length, 4);
    return Buffer.concat([head, program(head, tail), tail]);
  });
}

/** A zip of one member `name` that is the zip, behind `siblings`, which are stored. @throws RangeError beyond some 250 bytes in all */
export function quineZip(name: string, siblings: Readonly<Record<string, string>> = {}): Buffer {
  const members = Object.entries(siblings).map(([path, text]) => ({
    path: Buffer.from(path),
    data: Buffer.from(text),
  }));
  const path = Buffer.from(name);
  const paths = [...members.map((member) => member.path), path];
  const names = sum(paths.map(({ length }) => length));
  const headBytes = LOCAL * paths.length + names + sum(members.map(({ data }) => data.length));
  const tailBytes = ENTRY * paths.length + names + END;
  const packed = programBytes(headBytes, tailBytes);
  return withOwnChecksum((time, checksum) => {
    const itself = fieldsOf({
      method: 8,
      time,
      checksum,
      packed,
      size: headBytes + packed + tailBytes,
      path,
    });
    const locals: Buffer[] = [];
    const entries: Buffer[] = [];
    let offset = 0;
    for (const { path, data } of members) {
      const checksum = crc32(data);
      const fields = fieldsOf({ method: 0, time, checksum, packed: data.length, size: data.length, path });
      locals.push(Buffer.from('PK\x03\x04'), fields, path, data);
      entries.push(entryOf(fields, path, offset));
      offset += LOCAL + path.length + data.length;
    }
    const end = Buffer.alloc(END);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(paths.length, 8);
    end.writeUInt16LE(paths.length, 10);
    end.writeUInt32LE(tailBytes - END, 12);
    end.writeUInt32LE(headBytes + packed, 16);
    const head = Buffer.concat([...locals, Buffer.from('PK\x03\x04'), itself, path]);
    const tail = Buffer.concat([...entries, entryOf(itself, path, offset), end]);
    return Buffer.concat([head, program(head, tail), tail]);
  });
}

/** Deflate that inflates to `head`, itself, and `tail`. */
function program(head: Buffer, tail: Buffer): Buffer {
  const nothing = literal(0);
  const first = literal(head.length + LITERAL);
  const again = repeat(head.length + LITERAL);
  const code = literal(CODE);
  const codeAgain = repeat(CODE);
  const last = literal(REPEAT + tail.length);
  const lastAgain = repeat(REPEAT + tail.length, { final: true });
  return Buffer.concat([
    // What is printed so far is behind what stands here, by one block.
    ...[first, head, first, again],
    ...[nothing, nothing, nothing, code, again, nothing, nothing, nothing, code, codeAgain],
    // Here it overtakes: the next block is printed before it stands here.
    ...[code, codeAgain, code, codeAgain, code, codeAgain],
    ...[code, codeAgain, nothing, nothing, nothing, last, codeAgain, nothing, nothing, nothing],
    ...[last, lastAgain, tail, lastAgain],
  ]);
}

function programBytes(head: number, tail: number): number {
  return program(Buffer.alloc(head), Buffer.alloc(tail)).length;
}

/** The header of a stored block (RFC 1951, 3.2.4) of so many bytes, which follow it. */
function literal(bytes: number): Buffer {
  const header = Buffer.alloc(LITERAL);
  header.writeUInt16LE(bytes, 1);
  header.writeUInt16LE(~bytes & 0xffff, 3);
  return header;
}

/** Ten bytes that print the last `bytes` once more: one or two matches, and empty blocks so that a byte ends where they do. */
function repeat(bytes: number, { final = false }: { readonly final?: boolean } = {}): Buffer {
  const splits = [[bytes], ...Array.from({ length: bytes - 5 }, (_, n) => [n + 3, bytes - n - 3])];
  for (const lengths of splits) {
    for (let empty = 0; empty < 3; empty += 1) {
      const matches = lengths.map((length) => lengthCode(length) + distanceCode(bytes));
      // Bits in the order in which they are packed. Fixed codes (01, low bit first), end of block (seven zeros).
      const blocks = [
        '0',
        '10',
        ...matches,
        '0'.repeat(7),
        '0100000000'.repeat(empty),
        final ? '1' : '0',
        '00',
      ].join('');
      if (Math.ceil(blocks.length / 8) === REPEAT - 4)
        return Buffer.concat([bytesOf(blocks), Buffer.from('0000ffff', 'hex')]);
    }
  }
  throw new RangeError(`no ${REPEAT} bytes repeat ${bytes}`);
}

/** Lengths and distances in classes that share a code, with so many bits to tell them apart (RFC 1951, 3.2.5). */
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6];

/** Fixed codes (RFC 1951, 3.2.6), as bits in the order in which they are packed. */
function lengthCode(length: number): string {
  const { at, extra } = classOf(length - 3, LENGTH_BITS);
  const code = at + 257;
  return (code < 280 ? bits(code - 256, 7) : bits(code - 280 + 0xc0, 8)) + extra;
}

function distanceCode(distance: number): string {
  const { at, extra } = classOf(distance - 1, DISTANCE_BITS);
  return bits(at, 5) + extra;
}

/** @throws RangeError for a value beyond all classes */
function classOf(value: number, widths: readonly number[]): { readonly at: number; readonly extra: string } {
  let left = value;
  for (const [at, width] of widths.entries()) {
    // Bits behind a code are packed low bit first.
    if (left < 2 ** width) return { at, extra: width === 0 ? '' : reversed(bits(left, width)) };
    left -= 2 ** width;
  }
  throw new RangeError(`${value} is too much for one match`);
}

function bits(value: number, width: number): string {
  return value.toString(2).padStart(width, '0');
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}

function bytesOf(packed: string): Buffer {
  const bytes = packed.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((each) => Number.parseInt(reversed(each), 2)));
}

interface Member {
  readonly method: number;
  readonly time: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly path: Buffer;
}

/** What a local header and an entry of the directory have in common. */
function fieldsOf({ method, time, checksum, packed, size, path }: Member): Buffer {
  const fields = Buffer.alloc(LOCAL - 4);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(time, 6);
  fields.writeUInt32LE(checksum, 10);
  fields.writeUInt32LE(packed, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(path.length, 22);
  return fields;
}

function entryOf(fields: Buffer, path: Buffer, offset: number): Buffer {
  const rest = Buffer.alloc(ENTRY - LOCAL - 2);
  rest.writeUInt32LE(offset, rest.length - 4);
  return Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, rest, path]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * The file that states its own CRC-32. That is affine over bits: with file(c) for the file that states c,
 * crc(file(c)) = crc(file(0)) ^ A c, so that c must solve (A ^ 1) c = crc(file(0)): 32 equations of 32 bits.
 */
function withOwnChecksum(file: (time: number, checksum: number) => Buffer): Buffer {
  for (let time = 0; time < MOST_TRIES; time += 1) {
    const none = crc32(file(time, 0));
    const columns = Array.from({ length: 32 }, (_, bit) => {
      const one = 2 ** bit;
      return BigInt(crc32(file(time, one))) ^ BigInt(none) ^ BigInt(one);
    });
    const checksum = solve(columns, BigInt(none));
    if (checksum !== undefined) return file(time, Number(checksum));
  }
  throw new RangeError('no file states its own checksum');
}

/** The numbers of `columns`, as bits, that give `wanted` by exclusive or; undefined when none do. */
function solve(columns: readonly bigint[], wanted: bigint): bigint | undefined {
  // Each with the columns that it is made of, above its own 32 bits.
  const basis = new Map<number, bigint>();
  const reduce = (vector: bigint): bigint => {
    let rest = vector;
    for (let bit = 31; bit >= 0; bit -= 1) {
      if ((rest >> BigInt(bit)) & 1n) rest ^= basis.get(bit) ?? 0n;
    }
    return rest;
  };
  for (const [at, column] of columns.entries()) {
    const rest = reduce(column | (1n << BigInt(32 + at)));
    const low = BigInt.asUintN(32, rest);
    if (low !== 0n) basis.set(low.toString(2).length - 1, rest);
  }
  const rest = reduce(wanted);
  return BigInt.asUintN(32, rest) === 0n ? rest >> 32n : undefined;
}
