/** dBase tables, of all versions, deleted rows too (https://www.dbase.com/Knowledgebase/INT/db7_file_fmt.htm and its predecessors). */
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { ByteReader } from './byte-reader.ts';
import { timeText } from './cell-text.ts';
import { type DbfField, decodeFields, decodeHeader, FIELD_BYTES } from './dbf-head.ts';
import { ExactReader, fieldText } from './exact-reader.ts';
import { isName } from './header.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';

const END_OF_ROWS = 0x1a;
const DAY_MS = 86_400_000;
/** The Julian day of 1970-01-01. */
const EPOCH_DAY = 2_440_588;

/** Code pages by the number in the header; what is not named here is UTF-8 or windows-1252. */
const CODE_PAGES: ReadonlyMap<number, string> = new Map([
  [0x26, 'ibm866'],
  [0x65, 'ibm866'],
  [0xc8, 'windows-1250'],
  [0xc9, 'windows-1251'],
  [0xca, 'windows-1254'],
  [0xcb, 'windows-1253'],
  [0x4d, 'gbk'],
  [0x4e, 'euc-kr'],
  [0x4f, 'big5'],
  [0x7a, 'gbk'],
  [0x7b, 'shift_jis'],
]);

export async function* readDbf(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ExactReader(new ByteReader(input.stream()));
  const header = decodeHeader(await reader.bytes(32));
  if (header === undefined) throw new ContentError('malformed', 'its header is damaged');
  const fields = decodeFields(Buffer.from(await reader.bytes(header.length - FIELD_BYTES)));
  const decoder = new TextDecoder(CODE_PAGES.get(header.codePage) ?? 'windows-1252');
  const columns = fields.map(({ name }) => (isName(name) ? name : ''));
  const batch = new RowBatch(input, { name: '', columns });
  let memos = 0;
  for (let i = 0; i < header.rows; i += 1) {
    const row = await reader.upTo(header.rowLength);
    if (row[0] === END_OF_ROWS) break;
    if (row.length < header.rowLength) {
      yield* batch.take();
      throw new ContentError('malformed', 'the table is cut short');
    }
    const cells = fields.map((field) => cellOf(row, field, decoder));
    memos += fields.filter(
      ({ type, offset, length }) => type === 'M' && isFilled(row, offset, length),
    ).length;
    if (!batch.add(cells)) continue;
    yield* batch.take();
    context.signal.throwIfAborted();
  }
  yield* batch.take();
  if (memos > 0) {
    yield gapNote(
      input,
      'unsupported-format',
      `${memos} memos are in a file beside it (.dbt, .fpt): no reader yet`,
    );
  }
}

function isFilled(row: Buffer, offset: number, length: number): boolean {
  return row.subarray(offset, offset + length).some((byte) => byte !== 0x20 && byte !== 0 && byte !== 0x30);
}

function cellOf(row: Buffer, { type, offset, length }: DbfField, decoder: TextDecoder): string {
  const bytes = row.subarray(offset, offset + length);
  if (type === 'I' || type === '+') return length < 4 ? '' : String(bytes.readInt32LE());
  if (type === 'Y') return length < 8 ? '' : String(Number(bytes.readBigInt64LE()) / 10_000);
  if (type === 'T' || type === '@') return length < 8 ? '' : momentOf(bytes);
  if (type === 'M' || type === 'G' || type === 'P' || type === '0') return '';
  // FoxPro's doubles; dBase's binaries are numbers of blocks, in ten digits.
  if (type === 'O' || (type === 'B' && length === 8)) return String(bytes.readDoubleLE());
  if (type === 'D') return fieldText(bytes, decoder).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const text = isUtf8(bytes) ? fieldText(bytes, new TextDecoder()) : fieldText(bytes, decoder);
  return type === 'N' || type === 'F' ? text.trim() : text;
}

/** A Julian day, then milliseconds since midnight. */
function momentOf(bytes: Buffer): string {
  const day = bytes.readInt32LE();
  return day === 0 ? '' : timeText((day - EPOCH_DAY) * DAY_MS + bytes.readInt32LE(4));
}
