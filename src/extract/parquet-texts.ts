/**
 * Flat columns of a Parquet row group as text, page by page: what most tables are made of, decoded here because hyparquet makes three objects
 * for each value. Everything else (nested columns, dates, decimals, delta encodings) is left to hyparquet.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */
import { isAscii } from 'node:buffer';
import type { ColumnMetaData, Compressors, SchemaElement } from 'hyparquet';
import type { Page } from './parquet-pages.ts';

/** A column chunk in memory. */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly pages: readonly Page[];
  readonly meta: Pick<ColumnMetaData, 'type' | 'codec'>;
  /** Whether values may be missing. */
  readonly optional: boolean;
}

const PLAIN = 0;
/** `PLAIN_DICTIONARY`, `RLE_DICTIONARY`. */
const DICTIONARIES = [2, 8];

/** Whether `pageTexts` can decode the column: its type is one that needs no conversion, and its pages are encoded plainly or by dictionary. */
export function isTextColumn(
  { type, converted_type: converted, logical_type: logical, repetition_type: repetition }: SchemaElement,
  { codec }: Pick<ColumnMetaData, 'codec'>,
  { pages, compressors }: { readonly pages: readonly Page[]; readonly compressors: Compressors },
): boolean {
  const texts = type === 'BYTE_ARRAY' && [undefined, 'UTF8', 'ENUM'].includes(converted);
  const numbers =
    (type === 'INT32' || type === 'INT64' || type === 'FLOAT' || type === 'DOUBLE') &&
    converted === undefined;
  const plain = logical === undefined || (texts && (logical.type === 'STRING' || logical.type === 'ENUM'));
  return (
    (texts || numbers) &&
    plain &&
    repetition !== 'REPEATED' &&
    (codec === 'UNCOMPRESSED' || compressors[codec] !== undefined) &&
    pages.every(
      ({ type: page, encoding }) =>
        page === 'dictionary' ||
        (page !== 'index' && (encoding === PLAIN || DICTIONARIES.includes(encoding))),
    )
  );
}

/** The texts of one data page after the other, empty for null. @throws RangeError for pages that are not what they say */
export function* pageTexts(
  { bytes, pages, meta, optional }: TextColumn,
  compressors: Compressors,
): Generator<readonly string[], void, undefined> {
  let dictionary: readonly string[] = [];
  for (const page of pages) {
    // Levels of a page of the second version lie before what is compressed.
    const levels = page.type === 'v2' ? page.repetitionBytes + page.definitionBytes : 0;
    const packed = bytes.subarray(page.start + levels, page.end);
    const decompress = page.compressed ? compressors[meta.codec] : undefined;
    const data = unpack(packed, page.unpacked - levels, decompress);
    if (page.type === 'dictionary') {
      dictionary = plainTexts(data, meta.type, page.values);
      continue;
    }
    const defined =
      page.type === 'v2'
        ? definedOf(bytes.subarray(page.start + page.repetitionBytes, page.start + levels), page, optional)
        : undefined;
    yield page.type === 'v2'
      ? spread(valuesOf(data, { page, meta, dictionary, defined }), defined)
      : firstVersion(data, { page, meta, dictionary, optional });
  }
}

interface Decoding {
  readonly page: Page;
  readonly meta: TextColumn['meta'];
  readonly dictionary: readonly string[];
}

/** A page of the first version: its levels stand before its values, with their length. */
function firstVersion(
  data: Buffer,
  { optional, ...decoding }: Decoding & { readonly optional: boolean },
): readonly string[] {
  if (!optional) return valuesOf(data, { ...decoding, defined: undefined });
  const length = data.readUInt32LE(0);
  const defined = definedOf(data.subarray(4, 4 + length), decoding.page, true);
  return spread(valuesOf(data.subarray(4 + length), { ...decoding, defined }), defined);
}

/** 1 for each value that is there; undefined when all are. */
function definedOf(levels: Uint8Array, { values }: Page, optional: boolean): Int32Array | undefined {
  if (!optional) return undefined;
  const defined = hybrid(levels, 1, values);
  return defined.includes(0) ? defined : undefined;
}

/** Only those values that are there. */
function valuesOf(
  data: Buffer,
  { page, meta, dictionary, defined }: Decoding & { readonly defined: Int32Array | undefined },
): readonly string[] {
  const count = defined === undefined ? page.values : defined.reduce((sum, level) => sum + level, 0);
  if (page.encoding === PLAIN) return plainTexts(data, meta.type, count);
  if (count === 0) return [];
  const width = data[0] ?? 0;
  const indices = width === 0 ? new Int32Array(count) : hybrid(data.subarray(1), width, count);
  const texts: string[] = new Array(count);
  for (let i = 0; i < count; i += 1) {
    const text = dictionary[indices[i] ?? 0];
    if (text === undefined) throw new RangeError('a value that is not in the dictionary');
    texts[i] = text;
  }
  return texts;
}

function spread(values: readonly string[], defined: Int32Array | undefined): readonly string[] {
  if (defined === undefined) return values;
  const texts: string[] = new Array(defined.length);
  let next = 0;
  for (let i = 0; i < defined.length; i += 1) texts[i] = defined[i] === 1 ? (values[next++] ?? '') : '';
  return texts;
}

function plainTexts(data: Buffer, type: ColumnMetaData['type'], count: number): readonly string[] {
  if (type === 'BYTE_ARRAY') return byteTexts(data, count);
  const texts: string[] = new Array(count);
  for (let i = 0; i < count; i += 1) {
    texts[i] =
      type === 'INT32'
        ? String(data.readInt32LE(4 * i))
        : type === 'INT64'
          ? String(data.readBigInt64LE(8 * i))
          : String(type === 'FLOAT' ? data.readFloatLE(4 * i) : data.readDoubleLE(8 * i));
  }
  return texts;
}

/** Each with its length before it. */
function byteTexts(data: Buffer, count: number): readonly string[] {
  const texts: string[] = new Array(count);
  // One string to cut all from, where a byte is a character; lengths are bytes too.
  const all = isAscii(data) ? data.toString('latin1') : undefined;
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const start = at + 4;
    at = start + data.readUInt32LE(at);
    if (at > data.length) throw new RangeError('a value beyond its page');
    texts[i] = all === undefined ? data.toString('utf8', start, at) : all.slice(start, at);
  }
  return texts;
}

/** `count` whole numbers of `width` bits: runs of one value, and groups of eight packed bit by bit, the lowest first. */
function hybrid(bytes: Uint8Array, width: number, count: number): Int32Array {
  const out = new Int32Array(count);
  if (width > 31) throw new RangeError('numbers of too many bits');
  let at = 0;
  const next = (): number => {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('the page ends inside of its numbers');
    at += 1;
    return byte;
  };
  for (let seen = 0; seen < count; ) {
    let header = 0;
    for (let factor = 1, byte = 128; byte >= 128; factor *= 128) {
      byte = next();
      header += (byte & 127) * factor;
    }
    const run = Math.floor(header / 2);
    if (header % 2 === 0) {
      let value = 0;
      for (let i = 0; i < width; i += 8) value |= next() << i;
      out.fill(value, seen, seen + run);
      seen += run;
      if (run === 0 && at >= bytes.length) throw new RangeError('the page ends inside of its numbers');
      continue;
    }
    const end = Math.min(count, seen + 8 * run);
    for (let held = 0, bits = 0; seen < end; seen += 1) {
      for (; bits < width; bits += 8) held += next() * 2 ** bits;
      out[seen] = held % 2 ** width;
      held = Math.floor(held / 2 ** width);
      bits -= width;
    }
  }
  return out;
}

function unpack(packed: Uint8Array, length: number, decompress: Compressors[keyof Compressors]): Buffer {
  // Of nulls alone there is nothing, which some writers compress.
  if (length === 0) return Buffer.alloc(0);
  const plain = decompress === undefined ? packed : decompress(packed, length);
  if (plain.length !== length) throw new RangeError('a page is not as long as it says');
  return Buffer.from(plain.buffer, plain.byteOffset, plain.length);
}
