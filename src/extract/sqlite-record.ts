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
  const cells: string[] = new Array(names.length).fill('');
  let binary = 0;
  const cursor: Cursor = { bytes: payload, at: 0 };
  const header = payload.length === 0 ? 0 : Math.min(Number(readVarint(cursor)), payload.length);
  let start = header;
  for (let i = 0; cursor.at < header; i += 1) {
    const type = Number(readVarint(cursor));
    const end = start + (type >= 12 ? Math.floor((type - 12) / 2) : (NUMBER_BYTES[type] ?? 0));
    const column = stored[i] ?? i;
    if (column !== rowidColumn || rowid === null) {
      const cell = textOf({ type, start, end }, payload, encoding);
      if (cell === undefined) binary += 1;
      cells[column] = cell ?? '';
    }
    start = end;
  }
  if (rowidColumn !== undefined && rowid !== null) cells[rowidColumn] = String(rowid);
  return { cells, binary };
}

interface Value {
  /** Serial type: 0 null, 1 to 6 whole numbers, 7 a double, 8 and 9 the numbers 0 and 1, then blobs (even) and texts (odd). */
  readonly type: number;
  /** In the record, `end` exclusive; a damaged one may end before. */
  readonly start: number;
  readonly end: number;
}

const NUMBER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8];

/** Undefined for what is binary. */
function textOf(
  { type, start, end }: Value,
  payload: Buffer,
  encoding: SqliteFile['encoding'],
): string | undefined {
  if (type >= 13 && type % 2 === 1) {
    return encoding === 'utf8'
      ? payload.toString('utf8', start, end)
      : wideText(payload.subarray(start, end), encoding);
  }
  if (type === 8 || type === 9) return String(type - 8);
  if (type >= 12)
    return isUtf8(payload.subarray(start, end)) ? payload.toString('utf8', start, end) : undefined;
  if (end > payload.length || type === 0 || type > 9) return '';
  if (type === 7) return String(payload.readDoubleBE(start));
  if (type === 6) return String(payload.readBigInt64BE(start));
  return String(payload.readIntBE(start, end - start));
}

function wideText(bytes: Buffer, encoding: 'utf16le' | 'utf16be'): string {
  return new TextDecoder(encoding === 'utf16le' ? 'utf-16le' : 'utf-16be', { ignoreBOM: true }).decode(bytes);
}
