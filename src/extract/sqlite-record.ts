/** A record of a SQLite table as cells of text, in the order of its columns. https://www.sqlite.org/fileformat2.html#record_format */
import { isUtf8 } from 'node:buffer';
import { type Cursor, readVarint, type SqliteFile, type SqliteRecord } from './sqlite-pages.ts';
import type { TableColumns } from './sqlite-schema.ts';

export interface Cells {
  /** As text; empty for null and for what is binary. */
  readonly cells: readonly string[];
  /** Binary values among them. */
  readonly binary: number;
}

/** What a row stores, text for people; `columns` says what its stored values are. @throws ContentError `malformed` */
export function cellsOf(
  { rowid, payload = Buffer.alloc(0) }: SqliteRecord,
  { encoding }: Pick<SqliteFile, 'encoding'>,
  { names, stored, rowidColumn }: TableColumns,
): Cells {
  const cells: string[] = names.map(() => '');
  let binary = 0;
  for (const [i, value] of storedValues(payload).entries()) {
    const column = stored[i] ?? i;
    if (column === rowidColumn && rowid !== null) continue;
    const cell = textOf(value, encoding);
    if (cell === undefined) binary += 1;
    cells[column] = cell ?? '';
  }
  if (rowidColumn !== undefined && rowid !== null) cells[rowidColumn] = String(rowid);
  return { cells, binary };
}

interface Value {
  /** Serial type: 0 null, 1 to 6 whole numbers, 7 a double, 8 and 9 the numbers 0 and 1, then blobs (even) and texts (odd). */
  readonly type: number;
  readonly bytes: Buffer;
}

function storedValues(payload: Buffer): readonly Value[] {
  if (payload.length === 0) return [];
  const cursor: Cursor = { bytes: payload, at: 0 };
  const header = Number(readVarint(cursor));
  const types: number[] = [];
  while (cursor.at < Math.min(header, payload.length)) types.push(Number(readVarint(cursor)));
  let at = header;
  return types.map((type) => {
    const length = type >= 12 ? Math.floor((type - 12) / 2) : (NUMBER_BYTES[type] ?? 0);
    const bytes = payload.subarray(at, at + length);
    at += length;
    return { type, bytes };
  });
}

const NUMBER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8];

/** Undefined for what is binary. */
function textOf({ type, bytes }: Value, encoding: SqliteFile['encoding']): string | undefined {
  if (type === 8 || type === 9) return String(type - 8);
  if (type >= 12 && type % 2 === 0) return isUtf8(bytes) ? bytes.toString() : undefined;
  if (type >= 13) return encoding === 'utf8' ? bytes.toString() : wideText(bytes, encoding);
  if (bytes.length < (NUMBER_BYTES[type] ?? 0) || type === 0 || type > 9) return '';
  if (type === 7) return String(bytes.readDoubleBE(0));
  if (type === 6) return String(bytes.readBigInt64BE(0));
  return String(bytes.readIntBE(0, bytes.length));
}

function wideText(bytes: Buffer, encoding: 'utf16le' | 'utf16be'): string {
  return new TextDecoder(encoding === 'utf16le' ? 'utf-16le' : 'utf-16be', { ignoreBOM: true }).decode(bytes);
}
