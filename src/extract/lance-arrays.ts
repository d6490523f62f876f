/**
 * The pages of Lance 2.0 as items (https://github.com/lancedb/lance, protos/encodings_v2_0.proto). Lists are columns of offsets, with their items in the
 * column after them.
 */
import { damaged, flatItems, lanesOf, offsetsIn, unread } from './lance-encodings.ts';
import { fsst, unpackBits, unpackScheme } from './lance-packing.ts';
import type { LanceItems } from './lance-types.ts';
import type { ProtoMessage } from './protobuf-message.ts';

/** Encodings within encodings. */
const DEPTH = 16;
/** The fields of `ArrayEncoding`. */
const KINDS = [
  '',
  'flat',
  'nullable',
  'fixed-size list',
  'list',
  'struct',
  'binary',
  'dictionary',
  'FSST',
  'packed struct',
  'bit packing',
  'fixed-size binary',
  'packed lanes',
  'constant',
] as const;

/** By their numbers in later versions. */
const SCHEMES = ['', 'lz4', 'zstd'];

interface Page {
  readonly buffers: readonly Buffer[];
  /** Of a column that is a dictionary itself: its codes count from 0, not from 1. */
  readonly coded: boolean;
  readonly depth: number;
}

/**
 * The items of a page. `buffers`: those of the page, in order.
 * @throws ContentError `unsupported-format`, `malformed`
 */
export function arrayItems(
  encoding: ProtoMessage,
  page: { readonly buffers: readonly Buffer[]; readonly coded: boolean },
  count: number,
): LanceItems {
  return itemsOf(encoding, { ...page, depth: 0 }, count);
}

export interface ListOffsets {
  /** How many items the list has; null lists have none. */
  lengthAt(row: number): number;
}

/** The lengths of the lists of a page. @throws ContentError as above */
export function listOffsets(encoding: ProtoMessage, buffers: readonly Buffer[], count: number): ListOffsets {
  if (!encoding.has(4)) throw unread('a list of another kind');
  const list = encoding.message(4);
  const items = arrayItems(list.message(1), { buffers, coded: false }, count);
  const adjustment = list.number(2);
  const end = (row: number): number => {
    const value = numberOf(items.at(row));
    return adjustment > 0 ? value % adjustment : value;
  };
  return {
    lengthAt(row) {
      const length = end(row) - (row === 0 ? 0 : end(row - 1));
      // A list that is null ends where the one before it does.
      return Math.max(0, length);
    },
  };
}

function itemsOf(encoding: ProtoMessage, page: Page, count: number): LanceItems {
  const number = KINDS.findIndex((_, i) => i > 0 && encoding.has(i));
  const kind = KINDS[number] ?? 'one of a later version';
  const inner = encoding.message(number);
  const deeper = { ...page, depth: page.depth + 1 };
  if (page.depth > DEPTH) throw unread('encodings in encodings');
  if (kind === 'flat') return flat(inner, page, count);
  if (kind === 'nullable') return nullable(inner, deeper, count);
  if (kind === 'binary') return binary(inner, deeper, count);
  if (kind === 'dictionary') return dictionary(inner, deeper, count);
  if (kind === 'FSST') return unpacked(itemsOf(inner.message(1), deeper, count), fsst(inner.bytes(2)));
  if (kind === 'bit packing') return bitPacked(inner, page, count);
  if (kind === 'packed lanes') {
    const bytes = bufferOf(inner.message(3), page);
    return lanesOf(bytes, { bits: inner.number(2), width: inner.number(1), count });
  }
  if (kind === 'fixed-size binary')
    return flatItems(bytesOf(inner.message(1), page), 8 * inner.number(2), count);
  if (kind === 'constant') return { length: count, at: () => inner.bytes(1) };
  throw unread(kind);
}

function flat(inner: ProtoMessage, page: Page, count: number): LanceItems {
  return flatItems(flatBytes(inner, page), inner.number(1), count);
}

function flatBytes(inner: ProtoMessage, page: Page): Buffer {
  const bytes = bufferOf(inner.message(2), page);
  const scheme = inner.message(3).text(1);
  if (scheme === '' || scheme === 'none') return bytes;
  const unpack = unpackScheme(SCHEMES.indexOf(scheme));
  if (unpack === undefined) throw unread(`compression ${/^\w{1,8}$/.test(scheme) ? scheme : ''}`);
  return unpack(bytes);
}

function bufferOf(buffer: ProtoMessage, { buffers }: Page): Buffer {
  if (buffer.number(2) !== 0) throw unread('buffers outside of the page');
  const bytes = buffers[buffer.number(1)];
  if (bytes === undefined) throw damaged();
  return bytes;
}

function nullable(inner: ProtoMessage, page: Page, count: number): LanceItems {
  if (inner.has(1)) return itemsOf(inner.message(1).message(1), page, count);
  if (!inner.has(2)) return { length: count, at: () => null };
  const valid = itemsOf(inner.message(2).message(1), page, count);
  const values = itemsOf(inner.message(2).message(2), page, count);
  return { length: count, at: (index) => (valid.at(index)?.[0] === 1 ? values.at(index) : null) };
}

/** Where each text ends, and all of their bytes. An end above the adjustment is a text that is null. */
function binary(inner: ProtoMessage, page: Page, count: number): LanceItems {
  const ends = itemsOf(inner.message(1), page, count);
  const bytes = bytesOf(inner.message(2), page);
  const adjustment = inner.number(3);
  return {
    length: count,
    at(index) {
      const end = numberOf(ends.at(index));
      if (adjustment > 0 && end >= adjustment) return null;
      const before = index === 0 ? 0 : numberOf(ends.at(index - 1));
      const start = adjustment > 0 ? before % adjustment : before;
      if (start > end || end > bytes.length) throw damaged();
      return bytes.subarray(start, end);
    },
  };
}

/** All bytes of an array of bytes. */
function bytesOf(encoding: ProtoMessage, page: Page): Buffer {
  let inner = encoding;
  for (let depth = 0; inner.has(2) && depth < DEPTH; depth += 1)
    inner = inner.message(2).message(1).message(1);
  if (!inner.has(1)) throw unread('texts in bytes of another kind');
  return flatBytes(inner.message(1), page);
}

function dictionary(inner: ProtoMessage, page: Page, count: number): LanceItems {
  const codes = itemsOf(inner.message(1), page, count);
  const size = inner.number(3);
  const items = itemsOf(inner.message(2), page, size);
  return {
    length: count,
    at(index) {
      const bytes = codes.at(index);
      if (bytes === null) return null;
      const code = numberOf(bytes) - (page.coded ? 0 : 1);
      if (code >= size) throw damaged();
      return code < 0 ? null : items.at(code);
    },
  };
}

function bitPacked(inner: ProtoMessage, page: Page, count: number): LanceItems {
  const width = inner.number(1);
  const bytes = bufferOf(inner.message(3), page);
  if (width < 1 || width > 64 || count * width > 8 * bytes.length) throw damaged();
  const item = unpackBits(bytes, width, inner.number(2) / 8);
  return { length: count, at: item };
}

function unpacked(items: LanceItems, unpack: (bytes: Buffer) => Buffer): LanceItems {
  return {
    length: items.length,
    at(index) {
      const bytes = items.at(index);
      return bytes === null ? null : unpack(bytes);
    },
  };
}

/** @throws ContentError `malformed` */
function numberOf(bytes: Buffer | null): number {
  if (bytes === null || bytes.length === 0) throw damaged();
  return bytes.length === 8
    ? Number(bytes.readBigUInt64LE())
    : offsetsIn(bytes, 0, Math.min(6, bytes.length))(0);
}
