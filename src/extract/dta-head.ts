/** What a Stata table says before its rows: columns, their types and formats (https://www.stata.com/help.cgi?dta). */
import type { TextDecoder } from 'node:util';
import { decoderFor, type ExactReader, fieldText } from './exact-reader.ts';
import { ContentError } from './reader.ts';

/** Versions with a fixed header, and those with tags. */
const FIXED = new Set([113, 114, 115]);
const TAGGED = new Set([117, 118, 119]);
const OPENING = '<stata_dta><header><release>';
const MOST_COLUMNS = 120_000;

/** Bytes of each name and label, by version. */
export interface DtaSizes {
  readonly name: number;
  readonly format: number;
  readonly label: number;
}

export interface DtaColumn {
  readonly name: string;
  /** Bytes in a row. */
  readonly size: number;
  readonly kind: 'text' | 'long' | 'byte' | 'int' | 'int4' | 'float' | 'double';
  /** As `%td` for days. */
  readonly format: string;
}

export interface DtaHead {
  readonly version: number;
  readonly columns: readonly DtaColumn[];
  readonly rows: number;
  readonly decoder: TextDecoder;
  /** Title, what the columns are about, notes. */
  readonly texts: readonly string[];
}

/** True for the versions without a signature: version, order of bytes, one, zero. */
export function isOldDta(head: Buffer): boolean {
  const [version = 0, order, one, zero] = head;
  return FIXED.has(version) && (order === 1 || order === 2) && one === 1 && zero === 0;
}

/** @throws ContentError `malformed`; `unsupported-format` */
export async function readHead(reader: ExactReader): Promise<DtaHead> {
  const [version = 0, order] = Buffer.from(await reader.bytes(2));
  if (!FIXED.has(version)) return readTagged(reader);
  reader.bigEndian = order === 1;
  await reader.skip(2);
  const count = await reader.number(2);
  const rows = await reader.number(4);
  const decoder = decoderFor('windows-1252');
  const title = fieldText(await reader.bytes(81), decoder);
  await reader.skip(18);
  const types = Array.from(await reader.bytes(count), (type) => typeOf(type < 245 ? type : type + OLD_TYPES));
  const sizes = { name: 33, format: version === 113 ? 12 : 49, label: 81 };
  const names = await texts(reader, { count, size: sizes.name, decoder });
  await reader.skip(2 * (count + 1));
  const formats = await texts(reader, { count, size: sizes.format, decoder });
  await reader.skip(sizes.name * count);
  const labels = await texts(reader, { count, size: sizes.label, decoder });
  const notes = await oldNotes(reader, decoder);
  return {
    version,
    rows,
    decoder,
    columns: columnsOf(names, types, formats),
    texts: [title, ...labels, ...notes],
  };
}

/** What is added to the old types of numbers, 251 to 255, to have the new ones' order. */
const OLD_TYPES = 100_000;

/** Characteristics: a type, a length, names of column and note, the note; the last one is empty. */
async function oldNotes(reader: ExactReader, decoder: TextDecoder): Promise<readonly string[]> {
  const notes: string[] = [];
  while (true) {
    const type = await reader.number(1);
    const length = await reader.number(4);
    if (type === 0 && length === 0) return notes;
    const bytes = await reader.bytes(length);
    if (type === 1 && length > 66) notes.push(fieldText(bytes.subarray(66), decoder));
  }
}

async function readTagged(reader: ExactReader): Promise<DtaHead> {
  await reader.skip(OPENING.length - 2);
  const version = Number((await reader.bytes(3)).toString('latin1'));
  if (!TAGGED.has(version)) throw new ContentError('unsupported-format', 'a version that we do not read');
  await tag(reader, '</release><byteorder>');
  reader.bigEndian = (await reader.bytes(3)).toString('latin1') === 'MSF';
  await tag(reader, '</byteorder><K>');
  const count = await reader.number(version === 119 ? 4 : 2);
  if (count > MOST_COLUMNS) throw damaged();
  await tag(reader, '</K><N>');
  const rows = await reader.number(version === 117 ? 4 : 8);
  const decoder = decoderFor(version === 117 ? 'windows-1252' : 'utf-8');
  await tag(reader, '</N><label>');
  const title = fieldText(await reader.bytes(await reader.number(version === 117 ? 1 : 2)), decoder);
  await tag(reader, '</label><timestamp>');
  await reader.skip(await reader.number(1));
  await tag(reader, '</timestamp></header><map>');
  await reader.skip(14 * 8);
  await tag(reader, '</map><variable_types>');
  const types: Type[] = [];
  for (let i = 0; i < count; i += 1) types.push(typeOf(await reader.number(2)));
  const sizes = sizesOf(version);
  await tag(reader, '</variable_types><varnames>');
  const names = await texts(reader, { count, size: sizes.name, decoder });
  await tag(reader, '</varnames><sortlist>');
  await reader.skip((version === 119 ? 4 : 2) * (count + 1));
  await tag(reader, '</sortlist><formats>');
  const formats = await texts(reader, { count, size: sizes.format, decoder });
  await tag(reader, '</formats><value_label_names>');
  await reader.skip(sizes.name * count);
  await tag(reader, '</value_label_names><variable_labels>');
  const labels = await texts(reader, { count, size: sizes.label, decoder });
  await tag(reader, '</variable_labels><characteristics>');
  const notes = await notesOf(reader, decoder, sizes);
  return {
    version,
    rows,
    decoder,
    columns: columnsOf(names, types, formats),
    texts: [title, ...labels, ...notes],
  };
}

/** Sizes in versions with tags. */
export function sizesOf(version: number): DtaSizes {
  return version === 117 ? { name: 33, format: 49, label: 81 } : { name: 129, format: 57, label: 321 };
}

/** Up to where the rows begin. */
async function notesOf(
  reader: ExactReader,
  decoder: TextDecoder,
  sizes: DtaSizes,
): Promise<readonly string[]> {
  const notes: string[] = [];
  while ((await reader.bytes(4)).toString('latin1') === '<ch>') {
    const bytes = await reader.bytes(await reader.number(4));
    notes.push(fieldText(bytes.subarray(2 * sizes.name), decoder));
    await tag(reader, '</ch>');
  }
  await tag(reader, 'aracteristics><data>');
  return notes;
}

/** @throws ContentError `malformed` when it does not stand here */
export async function tag(reader: ExactReader, text: string): Promise<void> {
  if ((await reader.bytes(text.length)).toString('latin1') !== text) throw damaged();
}

type Type = Pick<DtaColumn, 'size' | 'kind'>;

const NUMBERS: ReadonlyMap<number, Type> = new Map<number, Type>([
  [65_530, { kind: 'byte', size: 1 }],
  [65_529, { kind: 'int', size: 2 }],
  [65_528, { kind: 'int4', size: 4 }],
  [65_527, { kind: 'float', size: 4 }],
  [65_526, { kind: 'double', size: 8 }],
  [32_768, { kind: 'long', size: 8 }],
  [OLD_TYPES + 251, { kind: 'byte', size: 1 }],
  [OLD_TYPES + 252, { kind: 'int', size: 2 }],
  [OLD_TYPES + 253, { kind: 'int4', size: 4 }],
  [OLD_TYPES + 254, { kind: 'float', size: 4 }],
  [OLD_TYPES + 255, { kind: 'double', size: 8 }],
]);

function typeOf(type: number): Type {
  const number = NUMBERS.get(type);
  if (number !== undefined) return number;
  if (type < 1 || type > 2045) throw damaged();
  return { kind: 'text', size: type };
}

async function texts(
  reader: ExactReader,
  { count, size, decoder }: { readonly count: number; readonly size: number; readonly decoder: TextDecoder },
): Promise<readonly string[]> {
  const all: string[] = [];
  for (let i = 0; i < count; i += 1) all.push(fieldText(await reader.bytes(size), decoder));
  return all;
}

function columnsOf(
  names: readonly string[],
  types: readonly Type[],
  formats: readonly string[],
): readonly DtaColumn[] {
  return types.map((type, i) => ({ ...type, name: names[i] ?? '', format: formats[i] ?? '' }));
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its header is damaged');
}
