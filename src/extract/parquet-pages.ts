/**
 * The page headers of a Parquet column chunk, read by themselves: how many values each page says it has, and where it ends.
 * The library believes both. https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (PageHeader),
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { ContentError } from './reader.ts';

export interface Page {
  /** `v1`, `v2`: data. */
  readonly type: 'v1' | 'v2' | 'dictionary' | 'index';
  /** Number of the encoding of its values. */
  readonly encoding: number;
  /** Of `v2`: bytes of repetition and definition levels, which come first and are never compressed. */
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  /** False where it is not, although its column is. */
  readonly compressed: boolean;
  /** As it says. */
  readonly values: number;
  /** Bytes, unpacked, as it says. */
  readonly unpacked: number;
  /** Offset in the chunk behind its header. */
  readonly start: number;
  /** Offset in the chunk behind its last byte. */
  readonly end: number;
}

/** Pages that lie wholly in `chunk`, which may be cut short. @throws ContentError `malformed` */
export function pagesIn(chunk: Uint8Array): readonly Page[] {
  const pages: Page[] = [];
  const cursor: Cursor = { bytes: chunk, at: 0 };
  while (cursor.at < chunk.length - 1) {
    const fields = readHeader(cursor);
    if (fields === undefined) break;
    const page = pageOf(fields, cursor.at);
    if (page.end > chunk.length) break;
    pages.push(page);
    cursor.at = page.end;
  }
  return pages;
}

/** A page whose header ends at `start`. */
function pageOf(fields: ReadonlyMap<string, number>, start: number): Page {
  const number = (path: string, absent = 0): number => fields.get(path) ?? absent;
  const [unpacked, packed] = [number('2', -1), number('3', -1)];
  const page: Page = {
    type: TYPES[number('1', 1)] ?? 'index',
    values: number('5.1', number('7.1', number('8.1'))),
    encoding: number('5.2', number('7.2', number('8.4'))),
    definitionBytes: number('8.5'),
    repetitionBytes: number('8.6'),
    compressed: number('8.7', 1) === 1,
    unpacked,
    start,
    end: start + packed,
  };
  if (packed < 0 || unpacked < 0 || page.values < 0 || page.definitionBytes < 0 || page.repetitionBytes < 0)
    throw new ContentError('malformed', 'a page header is damaged');
  return page;
}

const TYPES = ['v1', 'index', 'dictionary', 'v2'] as const;
/** Headers hold statistics, and so values; longer ones are none. */
const DEPTH = 8;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Whole numbers by path of field ids; undefined when the header goes on behind the end. */
function readHeader(cursor: Cursor): ReadonlyMap<string, number> | undefined {
  const fields = new Map<string, number>();
  try {
    readStruct(cursor, { prefix: '', depth: 0, fields });
    return fields;
  } catch (error) {
    if (error instanceof Short) return undefined;
    throw error;
  }
}

class Short extends Error {}

interface Place {
  readonly prefix: string;
  readonly depth: number;
  readonly fields: Map<string, number>;
}

function readStruct(cursor: Cursor, { prefix, depth, fields }: Place): void {
  if (depth > DEPTH) throw new ContentError('malformed', 'a page header is damaged');
  let id = 0;
  while (true) {
    const byte = take(cursor);
    if (byte === 0) return;
    const delta = byte >> 4;
    id = delta === 0 ? zigzag(varint(cursor)) : id + delta;
    const path = `${prefix}${id}`;
    readValue(cursor, byte & 15, { prefix: path, depth, fields });
  }
}

/** Types of the compact protocol: 1 and 2 are true and false, 3 a byte, 4 to 6 whole numbers, 7 a double, 8 bytes, 9 and 10 lists, 12 a struct. */
function readValue(cursor: Cursor, type: number, { prefix, depth, fields }: Place): void {
  if (type === 1 || type === 2) fields.set(prefix, type === 1 ? 1 : 0);
  else if (type === 3) cursor.at += 1;
  else if (type >= 4 && type <= 6) fields.set(prefix, zigzag(varint(cursor)));
  else if (type === 7) cursor.at += 8;
  else if (type === 8) {
    const length = varint(cursor);
    cursor.at += length;
  } else if (type === 12) readStruct(cursor, { prefix: `${prefix}.`, depth: depth + 1, fields });
  else throw new ContentError('malformed', 'a page header is damaged');
}

function take(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new Short();
  cursor.at += 1;
  return byte;
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; factor < 2 ** 50; factor *= 128) {
    const byte = take(cursor);
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
  throw new ContentError('malformed', 'a page header is damaged');
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
