/**
 * The page headers of a Parquet column chunk, read by themselves: how many values each page says it has, and where it ends.
 * The library believes both. https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (PageHeader),
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { ContentError } from './reader.ts';

export interface Page {
  readonly dictionary: boolean;
  /** As it says. */
  readonly values: number;
  /** Bytes, unpacked, as it says. */
  readonly unpacked: number;
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
    const [type = -1, unpacked = -1, packed = -1] = [fields.get('1'), fields.get('2'), fields.get('3')];
    const values = fields.get('5.1') ?? fields.get('7.1') ?? fields.get('8.1') ?? 0;
    if (packed < 0 || unpacked < 0 || values < 0)
      throw new ContentError('malformed', 'a page header is damaged');
    const end = cursor.at + packed;
    if (end > chunk.length) break;
    pages.push({ dictionary: type === DICTIONARY, values, unpacked, end });
    cursor.at = end;
  }
  return pages;
}

const DICTIONARY = 2;
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
  if (type === 1 || type === 2) return;
  if (type === 3) cursor.at += 1;
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
