/** Binary workbooks (xlsb): every sheet's rows with shared strings, cached values of formulas and dates, and its notes ([MS-XLSB] 2.1.4, 2.4). */
import { ByteReader } from './byte-reader.ts';
import { partElements, partInput, partText } from './office-part.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted, GapNote } from './segment.ts';
import { dateOf, isBuiltInDate, isDateFormat } from './sheet-dates.ts';
import { TableRows } from './table-rows.ts';
import { textSegments } from './text.ts';
import { decodeUtf16 } from './utf16.ts';
import type { Archive } from './zip-archive.ts';

/** A record above this is damage. */
const RECORD_BYTES = 16 * 1024 ** 2;
/** Characters of shared strings that are kept. */
const STRINGS_CHARS = 64 * 1024 ** 2;
const COLUMNS = 16_384;

const RECORD = {
  row: 0,
  rk: 2,
  bool: 4,
  real: 5,
  text: 6,
  shared: 7,
  formulaText: 8,
  formulaReal: 9,
  formulaBool: 10,
  sharedItem: 19,
  format: 44,
  style: 47,
  richText: 62,
  properties: 153,
  sheet: 156,
  stylesBegin: 617,
  stylesEnd: 618,
  note: 637,
} as const;

export async function* readXlsb(
  archive: Archive,
  { input, context, gaps }: { readonly input: Input; readonly context: Context; readonly gaps: GapNote[] },
): AsyncGenerator<Extracted, void, undefined> {
  const part = (path: string): AsyncGenerator<BinaryRecord, void, undefined> =>
    recordsOf(archive, path, { input, gaps });
  const { strings, whole } = await sharedStrings(part('xl/sharedStrings.bin'));
  if (!whole) gaps.push(gapNote(input, 'memory-limit', 'too many shared strings'));
  const dates = await dateStyles(part('xl/styles.bin'));
  const { sheets, from1904 } = await sheetsOf(archive, part('xl/workbook.bin'), { input, gaps });
  for (const { name, path } of sheets) {
    const rows = new TableRows(input, `sheet ${name}`);
    let cells: string[] = [];
    let last = -1;
    for await (const record of part(path)) {
      context.signal.throwIfAborted();
      const { type, bytes } = withColumn(record, last + 1);
      if (type === RECORD.row) {
        last = -1;
        if (cells.length > 0) rows.add(cells);
        cells = [];
        yield* rows.ready.splice(0);
        continue;
      }
      if (!CELLS.has(type)) continue;
      const column = u32(bytes, 0);
      last = column;
      const text = shown(type, bytes, { strings, dates, from1904 });
      if (text === '' || column >= COLUMNS) continue;
      // Cells refer to the same text any number of times.
      context.budget.inflate(text.length, { inflated: 0, packed: 0 });
      while (cells.length < column) cells.push('');
      cells[column] = text.slice(0, CELL_CHARS);
    }
    if (cells.length > 0) rows.add(cells);
    rows.end();
    yield* rows.ready;
  }
  for (const { name } of archive.members.filter((member) => /^xl\/comments\d*\.bin$/i.test(member.name))) {
    for await (const { type, bytes } of part(name)) {
      if (type === RECORD.note) yield* textSegments(`${wide(bytes, 1)}\n`, placeIn(input, 'comments'));
    }
  }
}

interface BinaryRecord {
  readonly type: number;
  readonly bytes: Buffer;
}

/** The records of a part; none when it is not there. A record cut short is the last one. */
async function* recordsOf(
  archive: Archive,
  path: string,
  { input, gaps }: { readonly input: Input; readonly gaps: GapNote[] },
): AsyncGenerator<BinaryRecord, void, undefined> {
  const member = archive.members.find((other) => other.name.toLowerCase() === path.toLowerCase());
  if (member === undefined) return;
  const reader = new ByteReader(partInput(input, member, { place: '', gaps }).stream());
  while (true) {
    const type = await number(reader, 2);
    const length = type === undefined ? undefined : await number(reader, 4);
    if (type === undefined || length === undefined) return;
    if (length > RECORD_BYTES) throw new ContentError('malformed', 'its records are damaged');
    const bytes = reader.takeNow(length) ?? (await reader.take(length));
    if (bytes.length < length) return;
    yield { type, bytes };
  }
}

/** Seven bits a byte, the lowest first; undefined at the end. */
async function number(reader: ByteReader, most: number): Promise<number | undefined> {
  let value = 0;
  for (let i = 0; i < most; i += 1) {
    const byte = (reader.takeNow(1) ?? (await reader.take(1)))[0];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) break;
  }
  return value;
}

async function sharedStrings(
  records: AsyncIterable<BinaryRecord>,
): Promise<{ readonly strings: readonly string[]; readonly whole: boolean }> {
  const strings: string[] = [];
  let chars = 0;
  for await (const { type, bytes } of records) {
    if (type !== RECORD.sharedItem || chars > STRINGS_CHARS) continue;
    const text = wide(bytes, 1);
    chars += text.length;
    strings.push(text);
  }
  return { strings, whole: chars <= STRINGS_CHARS };
}

/** Numbers of the cell styles that show dates. */
async function dateStyles(records: AsyncIterable<BinaryRecord>): Promise<ReadonlySet<number>> {
  const formats = new Set<number>();
  const styles = new Set<number>();
  let inStyles = false;
  let count = 0;
  for await (const { type, bytes } of records) {
    if (type === RECORD.format && isDateFormat(wide(bytes, 2))) formats.add(bytes.readUInt16LE());
    else if (type === RECORD.stylesBegin) inStyles = true;
    else if (type === RECORD.stylesEnd) inStyles = false;
    else if (type === RECORD.style && inStyles) {
      const format = bytes.length < 4 ? 0 : bytes.readUInt16LE(2);
      if (formats.has(format) || isBuiltInDate(format)) styles.add(count);
      count += 1;
    }
  }
  return styles;
}

async function sheetsOf(
  archive: Archive,
  workbook: AsyncIterable<BinaryRecord>,
  at: { readonly input: Input; readonly gaps: GapNote[] },
): Promise<{
  readonly sheets: readonly { readonly name: string; readonly path: string }[];
  readonly from1904: boolean;
}> {
  const names = new Map<string, string>();
  let from1904 = false;
  for await (const { type, bytes } of workbook) {
    if (type === RECORD.properties) from1904 = (u32(bytes, 0) & 1) === 1;
    if (type !== RECORD.sheet) continue;
    const id = wide(bytes, 8);
    names.set(id, wide(bytes, 12 + 2 * id.length));
  }
  const sheets: { name: string; path: string }[] = [];
  await partElements(partText(archive, 'xl/_rels/workbook.bin.rels', at), (_, { Id = '', Target = '' }) => {
    const name = names.get(Id);
    if (name !== undefined)
      sheets.push({ name, path: Target.startsWith('/') ? Target.slice(1) : `xl/${Target}` });
  });
  return { sheets, from1904 };
}

interface Shared {
  readonly strings: readonly string[];
  readonly dates: ReadonlySet<number>;
  readonly from1904: boolean;
}

/** Blanks to rich text. */
const CELLS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, RECORD.richText]);
/** Cells that stand right behind the one before them have no column of their own. */
const SHORT = { first: 12, last: 18, less: 11 } as const;

function withColumn({ type, bytes }: BinaryRecord, next: number): BinaryRecord {
  if (type < SHORT.first || type > SHORT.last) return { type, bytes };
  const column = Buffer.alloc(4);
  column.writeUInt32LE(next);
  return { type: type - SHORT.less, bytes: Buffer.concat([column, bytes]) };
}

/** A cell as a person would see it: its column, its style, then the value. */
function shown(type: number, bytes: Buffer, shared: Shared): string {
  if (bytes.length < 9) return '';
  switch (type) {
    case RECORD.shared:
      return shared.strings[u32(bytes, 8)] ?? '';
    case RECORD.text:
    case RECORD.formulaText:
      return wide(bytes, 8);
    case RECORD.richText:
      return wide(bytes, 9);
    case RECORD.bool:
    case RECORD.formulaBool:
      return bytes[8] === 1 ? 'TRUE' : 'FALSE';
    case RECORD.rk:
      return numberText(rkOf(u32(bytes, 8)), bytes, shared);
    case RECORD.real:
    case RECORD.formulaReal:
      return bytes.length < 16 ? '' : numberText(bytes.readDoubleLE(8), bytes, shared);
    default:
      return '';
  }
}

function numberText(value: number, bytes: Buffer, shared: Shared): string {
  const isDate = shared.dates.has(u32(bytes, 4) & 0xff_ffff);
  return (isDate ? dateOf(value, shared) : undefined) ?? String(value);
}

/** A number in 30 bits: the upper half of a double or an integer, perhaps in hundredths. */
function rkOf(coded: number): number {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE((coded & 0xffff_fffc) >>> 0, 4);
  const value = coded & 2 ? coded >> 2 : bytes.readDoubleLE();
  return coded & 1 ? value / 100 : value;
}

/** A string behind the number of its characters; empty where there is none. */
function wide(bytes: Buffer, at: number): string {
  const count = u32(bytes, at);
  return count === 0xffff_ffff ? '' : decodeUtf16(bytes.subarray(at + 4, at + 4 + 2 * count));
}

function u32(bytes: Buffer, at: number): number {
  return at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
}
