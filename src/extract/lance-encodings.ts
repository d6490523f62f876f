/** How the buffers of a page of Lance 2.1 and later hold items (https://github.com/lancedb/lance, protos/encodings_v2_1.proto). */
import { fsst, LANE_VALUES, unpackLanes, unpackScheme } from './lance-packing.ts';
import type { LanceItems } from './lance-types.ts';
import type { ProtoMessage } from './protobuf-message.ts';
import { ContentError } from './reader.ts';

/** Encodings within encodings. */
const DEPTH = 8;
/** The fields of `CompressiveEncoding`. */
const KINDS = [
  '',
  'flat',
  'variable',
  'constant',
  'out-of-line bit packing',
  'inline bit packing',
  'FSST',
  'dictionary',
  'run lengths',
  'byte stream split',
  'general compression',
  'fixed-size list',
  'packed struct',
  'packed struct of texts',
] as const;

/** Unpacks the buffers of one block with so many items. @throws ContentError `malformed` */
export type Decode = (buffers: readonly Buffer[], count: number) => LanceItems;

/**
 * `where`: in blocks of a page, or alone, as levels and dictionaries are.
 * @throws ContentError `unsupported-format` naming the encoding
 */
export function decoderOf(encoding: ProtoMessage, where: 'block' | 'alone', depth = 0): Decode {
  const { kind, number } = kindOf(encoding);
  const inner = encoding.message(number);
  const within = (field: number): Decode => decoderOf(inner.message(field), where, depth + 1);
  if (depth > DEPTH) throw unread('encodings in encodings');
  if (kind === 'flat') return flat(inner);
  if (kind === 'variable') return where === 'alone' ? textsAlone : variable(inner);
  if (kind === 'constant') return (_, count) => constant(inner.has(1) ? inner.bytes(1) : null, count);
  if (kind === 'inline bit packing') return inlineBits(inner.number(1));
  if (kind === 'out-of-line bit packing') return outerBits(inner);
  if (kind === 'FSST') return withFsst(inner.bytes(1), within(2));
  if (kind === 'run lengths') return runsOf(inner, where);
  if (kind === 'byte stream split') return split(bitsOf(inner.message(1)));
  if (kind === 'general compression') return general(schemeOf(inner.message(1)), within(3));
  throw unread(kind);
}

/** What unpacks a single text of a page in which texts lie one by one. @throws ContentError `unsupported-format` */
export function textDecoderOf(encoding: ProtoMessage): (bytes: Buffer) => Buffer {
  const { kind, number } = kindOf(encoding);
  const inner = encoding.message(number);
  if (kind === 'variable' || kind === 'flat') return (bytes) => bytes;
  if (kind === 'FSST') {
    const unpack = fsst(inner.bytes(1));
    const outer = textDecoderOf(inner.message(2));
    return (bytes) => unpack(outer(bytes));
  }
  if (kind === 'general compression') {
    const unpack = schemeOf(inner.message(1));
    const outer = textDecoderOf(inner.message(3));
    return (bytes) => outer(unpack(bytes));
  }
  throw unread(kind);
}

/** The bytes between two of `offsets`; `start` is what they count from. */
export function textItems(bytes: Buffer, offset: (index: number) => number, length: number): LanceItems {
  return {
    length,
    at(index) {
      const start = offset(index);
      const end = offset(index + 1);
      if (!(start >= 0 && end >= start && end <= bytes.length)) throw damaged();
      return bytes.subarray(start, end);
    },
  };
}

/** Items of so many bits; single bits become bytes. */
export function flatItems(bytes: Buffer, bits: number, length: number): LanceItems {
  if (bits === 1) {
    if (8 * bytes.length < length) throw damaged();
    return { length, at: (index) => Buffer.from([((bytes[index >> 3] ?? 0) >> (index & 7)) & 1]) };
  }
  const size = bits / 8;
  if (!Number.isInteger(size) || size === 0) throw unread(`items of ${bits} bits`);
  if (size * length > bytes.length) throw damaged();
  return { length, at: (index) => bytes.subarray(size * index, size * (index + 1)) };
}

/** Whole numbers of `size` bytes at `start`. */
export function offsetsIn(bytes: Buffer, start: number, size: number): (index: number) => number {
  return (index) => {
    const at = start + size * index;
    if (at + size > bytes.length) throw damaged();
    return size === 8 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUIntLE(at, size);
  };
}

function kindOf(encoding: ProtoMessage): { readonly kind: string; readonly number: number } {
  const number = KINDS.findIndex((_, i) => i > 0 && encoding.has(i));
  return { kind: KINDS[number] ?? 'one of a later version', number };
}

function flat(encoding: ProtoMessage): Decode {
  const bits = encoding.number(1);
  const unpack = encoding.has(2) ? schemeOf(encoding.message(2)) : undefined;
  return ([bytes = Buffer.alloc(0)], count) => flatItems(unpack ? unpack(bytes) : bytes, bits, count);
}

/** Texts behind their offsets, which count from the beginning of the buffer. */
function variable(encoding: ProtoMessage): Decode {
  const size = bitsOf(encoding.message(1)) / 8;
  if (size !== 4 && size !== 8) throw unread(`offsets of ${size} bytes`);
  return ([bytes = Buffer.alloc(0)], count) => textItems(bytes, offsetsIn(bytes, 0, size), count);
}

/** Before the offsets stand their width in bits, and where the texts begin. */
function textsAlone([bytes = Buffer.alloc(0)]: readonly Buffer[], count: number): LanceItems {
  if (bytes.length < 8) throw damaged();
  const wide = bytes.readUInt32LE() === 64;
  const size = wide ? 8 : 4;
  const start = wide ? Number(bytes.readBigUInt64LE(8)) : bytes.readUInt32LE(4);
  return textItems(bytes.subarray(start), offsetsIn(bytes, 2 * size, size), count);
}

function constant(value: Buffer | null, length: number): LanceItems {
  return { length, at: () => value };
}

function inlineBits(bits: number): Decode {
  return ([bytes = Buffer.alloc(0)], count) => {
    const size = wordOf(bits);
    if (count > LANE_VALUES || bytes.length < size) throw damaged();
    const width = size === 8 ? Number(bytes.readBigUInt64LE()) : bytes.readUIntLE(0, size);
    return flatItems(unpackLanes(bytes.subarray(size), bits, width), bits, count);
  };
}

/** The same width throughout; the last items may lie there as they are. */
function outerBits(encoding: ProtoMessage): Decode {
  const bits = encoding.number(1);
  const width = bitsOf(encoding.message(3));
  return ([bytes = Buffer.alloc(0)], count) => lanesOf(bytes, { bits, width, count });
}

export function lanesOf(
  bytes: Buffer,
  { bits, width, count }: { readonly bits: number; readonly width: number; readonly count: number },
): LanceItems {
  const size = wordOf(bits);
  const each = Math.ceil((LANE_VALUES * width) / bits) * size;
  const whole = Math.floor(count / LANE_VALUES);
  const tail = count % LANE_VALUES;
  const bare = tail > 0 && bytes.length === whole * each + tail * size;
  const parts: Buffer[] = [];
  for (let i = 0; i < whole + (tail > 0 && !bare ? 1 : 0); i += 1)
    parts.push(unpackLanes(bytes.subarray(i * each), bits, width));
  if (bare) parts.push(bytes.subarray(whole * each));
  return flatItems(Buffer.concat(parts), bits, count);
}

function withFsst(table: Buffer, decode: Decode): Decode {
  const unpack = fsst(table);
  return (buffers, count) => {
    const items = decode(buffers, count);
    return {
      length: items.length,
      at(index) {
        const bytes = items.at(index);
        return bytes === null ? null : unpack(bytes);
      },
    };
  };
}

/** Values in one buffer, how often each comes in another; alone they lie behind how many bytes the values have. */
function runsOf(inner: ProtoMessage, where: 'block' | 'alone'): Decode {
  const bits = bitsOf(inner.message(1));
  const lengthBits = bitsOf(inner.message(2));
  if (where === 'block')
    return ([values, lengths], count) => runs({ values, lengths, bits, lengthBits }, count);
  return ([bytes = Buffer.alloc(0)], count) => {
    const end = 8 + offsetsIn(bytes, 0, 8)(0);
    return runs({ values: bytes.subarray(8, end), lengths: bytes.subarray(end), bits, lengthBits }, count);
  };
}

interface Runs {
  readonly values: Buffer | undefined;
  readonly lengths: Buffer | undefined;
  readonly bits: number;
  readonly lengthBits: number;
}

function runs({ values, lengths, bits, lengthBits }: Runs, count: number): LanceItems {
  if (values === undefined || lengths === undefined) throw damaged();
  const total = Math.floor((8 * lengths.length) / wordOf(lengthBits) / 8);
  const items = flatItems(values, bits, total);
  const length = offsetsIn(lengths, 0, lengthBits / 8);
  const indices = new Uint32Array(count);
  let at = 0;
  for (let index = 0; index < total && at < count; index += 1) {
    const end = at + length(index);
    indices.fill(index, at, end);
    at = end;
  }
  if (at < count) throw damaged();
  return { length: count, at: (index) => items.at(indices[index] ?? 0) };
}

/** The first byte of each item, then the second of each. */
function split(bits: number): Decode {
  const size = bits / 8;
  return ([bytes = Buffer.alloc(0)], count) => {
    if (size * count > bytes.length) throw damaged();
    return {
      length: count,
      at: (index) => Buffer.from(Array.from({ length: size }, (_, i) => bytes[i * count + index] ?? 0)),
    };
  };
}

/** The first buffer was packed as a whole. */
function general(unpack: (packed: Buffer) => Buffer, decode: Decode): Decode {
  return ([first = Buffer.alloc(0), ...rest], count) => decode([unpack(first), ...rest], count);
}

function schemeOf(compression: ProtoMessage): (packed: Buffer) => Buffer {
  const unpack = unpackScheme(compression.number(1));
  if (unpack === undefined) throw unread(`compression ${compression.number(1)}`);
  return unpack;
}

/** Of an encoding that must be flat. */
function bitsOf(encoding: ProtoMessage): number {
  const { kind, number } = kindOf(encoding);
  if (kind !== 'flat') throw unread(`${kind} within another`);
  return encoding.message(number).number(1);
}

function wordOf(bits: number): number {
  if (![8, 16, 32, 64].includes(bits)) throw unread(`packed items of ${bits} bits`);
  return bits / 8;
}

export function unread(what: string): ContentError {
  return new ContentError('unsupported-format', `encoded in a way that is not read: ${what}`);
}

export function damaged(): ContentError {
  return new ContentError('malformed', 'a page of it is damaged');
}
