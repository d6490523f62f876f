/** What an SPSS table says of itself before its rows: columns, labels, encoding, notes. */
import type { TextDecoder } from 'node:util';
import { decoderFor, type ExactReader, fieldText } from './exact-reader.ts';
import { ContentError } from './reader.ts';

export interface SavColumn {
  readonly name: string;
  /** Bytes of a text; 0 for a number. */
  readonly width: number;
  /** Elements of eight bytes in a row. */
  readonly elements: number;
  /** How a number is shown. */
  readonly format: number;
  /** What stands for a value when people see it. */
  readonly labels: ReadonlyMap<string, string>;
}

export interface SavDictionary {
  readonly columns: readonly SavColumn[];
  /** Rows; -1 when not known. */
  readonly rows: number;
  readonly compression: 'none' | 'bytecode' | 'zlib';
  /** What small numbers are counted from. */
  readonly bias: number;
  readonly decoder: TextDecoder;
  /** Notes, and what the columns are about. */
  readonly texts: readonly string[];
}

/** Columns and labels above these are none. */
const MOST_COLUMNS = 100_000;
const MOST_LABELS = 1_000_000;

interface RawColumn {
  readonly short: string;
  readonly width: number;
  readonly format: number;
  readonly label: Buffer;
  readonly values: [Buffer, Buffer][];
  elements: number;
}

/** @throws ContentError `malformed`; `unsupported-format` for files from mainframes */
export async function readDictionary(reader: ExactReader): Promise<SavDictionary> {
  await reader.skip(4 + 60);
  const layout = Buffer.from(await reader.bytes(4));
  reader.bigEndian = layout.readUInt32BE() <= 3;
  if (!reader.bigEndian && layout.readUInt32LE() > 3) throw damaged();
  await reader.skip(4);
  const compression = await reader.number(4);
  await reader.skip(4);
  const rows = await reader.signed(4);
  const bias = await reader.double();
  await reader.skip(9 + 8);
  const title = Buffer.from(await reader.bytes(64));
  await reader.skip(3);
  const records = await readRecords(reader);
  const decoder = decoderFor(records.encoding);
  const columns = mergeLong(records, { decoder, bigEndian: reader.bigEndian });
  return {
    columns,
    rows,
    compression: compression === 0 ? 'none' : compression === 1 ? 'bytecode' : 'zlib',
    bias,
    decoder,
    texts: [title, ...records.documents, ...records.columns.map(({ label }) => label)]
      .map((bytes) => fieldText(bytes, decoder))
      .filter((text) => text !== ''),
  };
}

interface Records {
  readonly columns: RawColumn[];
  readonly documents: Buffer[];
  /** `SHORT=Long name`, tabs between. */
  longNames: Buffer;
  /** `SHORT=00300`, NUL and tab between. */
  longTexts: Buffer;
  encoding: string;
}

async function readRecords(reader: ExactReader): Promise<Records> {
  const records: Records = {
    columns: [],
    documents: [],
    longNames: Buffer.alloc(0),
    longTexts: Buffer.alloc(0),
    encoding: 'windows-1252',
  };
  /** Columns by the number of their first element, from 1. */
  const byElement: RawColumn[] = [];
  while (true) {
    const type = await reader.number(4);
    if (type === 999) {
      await reader.skip(4);
      return records;
    }
    if (type === 2) await readColumn(reader, records.columns, byElement);
    else if (type === 3) await readLabels(reader, byElement);
    else if (type === 6) {
      const lines = await reader.number(4);
      for (let i = 0; i < lines; i += 1) records.documents.push(Buffer.from(await reader.bytes(80)));
    } else if (type === 7) await readExtension(reader, records);
    else throw damaged();
  }
}

async function readColumn(reader: ExactReader, columns: RawColumn[], byElement: RawColumn[]): Promise<void> {
  const width = await reader.signed(4);
  const hasLabel = await reader.number(4);
  const missing = Math.abs(await reader.signed(4));
  const format = Math.floor((await reader.number(4)) / 65_536) % 256;
  await reader.skip(4);
  const short = (await reader.bytes(8)).toString('latin1').trimEnd();
  let label: Buffer = Buffer.alloc(0);
  if (hasLabel === 1) {
    const length = await reader.number(4);
    label = Buffer.from(await reader.bytes(length));
    await reader.skip((4 - (length % 4)) % 4);
  }
  if (missing > 3 || byElement.length >= MOST_COLUMNS) throw damaged();
  await reader.skip(8 * missing);
  const before = columns.at(-1);
  if (width === -1 && before !== undefined) {
    before.elements += 1;
    byElement.push(before);
    return;
  }
  const column = { short, width, format, label, values: [], elements: 1 };
  columns.push(column);
  byElement.push(column);
}

/** Labels of values, then the columns that they are for. */
async function readLabels(reader: ExactReader, byElement: readonly RawColumn[]): Promise<void> {
  const count = await reader.number(4);
  if (count > MOST_LABELS) throw damaged();
  const values: [Buffer, Buffer][] = [];
  for (let i = 0; i < count; i += 1) {
    const value = Buffer.from(await reader.bytes(8));
    const length = await reader.number(1);
    const label = Buffer.from(await reader.bytes(length));
    await reader.skip((8 - ((length + 1) % 8)) % 8);
    values.push([value, label]);
  }
  if ((await reader.number(4)) !== 4) throw damaged();
  const columns = await reader.number(4);
  for (let i = 0; i < columns; i += 1) {
    const column = byElement[(await reader.number(4)) - 1];
    if (column !== undefined && column.values.length === 0) column.values.push(...values);
  }
}

async function readExtension(reader: ExactReader, records: Records): Promise<void> {
  const subtype = await reader.number(4);
  const size = (await reader.number(4)) * (await reader.number(4));
  if (subtype !== 13 && subtype !== 14 && subtype !== 20) {
    await reader.skip(size);
    return;
  }
  const bytes = Buffer.from(await reader.bytes(size));
  if (subtype === 13) records.longNames = bytes;
  else if (subtype === 14) records.longTexts = bytes;
  else records.encoding = bytes.toString('latin1').replace(/\0.*$/s, '').trim();
}

interface Coding {
  readonly decoder: TextDecoder;
  readonly bigEndian: boolean;
}

/** Columns with their long names; texts that were spread over several columns are one again. */
function mergeLong(records: Records, coding: Coding): readonly SavColumn[] {
  const { decoder } = coding;
  const names = pairs(decoder.decode(records.longNames), '\t');
  const widths = pairs(records.longTexts.toString('latin1').replaceAll('\0', ''), '\t');
  const columns: SavColumn[] = [];
  for (let i = 0; i < records.columns.length; i += 1) {
    const column = records.columns[i];
    if (column === undefined) break;
    const { short, format } = column;
    const long = Number(widths.get(short) ?? 0);
    let { elements } = column;
    const parts = long > 255 ? Math.ceil(long / 252) : 1;
    for (let part = 1; part < parts; part += 1) {
      i += 1;
      elements += records.columns[i]?.elements ?? 0;
    }
    const width = long > 255 ? long : column.width;
    columns.push({
      name: names.get(short) ?? short,
      width,
      elements,
      format,
      labels: labelsOf(column, coding),
    });
  }
  return columns;
}

function labelsOf({ values, width }: RawColumn, { decoder, bigEndian }: Coding): ReadonlyMap<string, string> {
  return new Map(
    values.map(([value, label]) => {
      const key =
        width > 0
          ? fieldText(value, decoder)
          : String(bigEndian ? value.readDoubleBE() : value.readDoubleLE());
      return [key, fieldText(label, decoder)];
    }),
  );
}

function pairs(text: string, separator: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(separator).map((pair) => {
      const [key = '', value = ''] = pair.split('=');
      return [key, value];
    }),
  );
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its header is damaged');
}
