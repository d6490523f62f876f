/**
 * The directory of a Lance file of version 2: its columns, their pages, and the schema
 * (https://github.com/lancedb/lance, protos/file2.proto and protos/file.proto).
 */
import { ProtoMessage } from './protobuf-message.ts';
import { ContentError } from './reader.ts';
import type { Access } from './zip-access.ts';

const FOOTER_BYTES = 40;
/** At the very end of every file of Lance, also of manifests. */
export const LANCE_END = 'LANC';
/** A schema, or the directory of a column, above this is damage. */
const DIRECTORY_BYTES = 64 * 1024 ** 2;
const COLUMNS = 100_000;
/** What is numbered 0.3 in files is called 2.0 everywhere else. */
const FIRST = '0.3';

export interface LanceField {
  readonly id: number;
  readonly name: string;
  /** `string`, `list`, `timestamp:us:-`: as in file.proto. */
  readonly type: string;
  /** Stored as one column, whatever is in it. */
  readonly packed: boolean;
  readonly children: readonly LanceField[];
}

export interface LancePage {
  readonly buffers: readonly { readonly start: number; readonly end: number }[];
  readonly rows: number;
  /** Empty where it is kept elsewhere. */
  readonly encoding: ProtoMessage;
}

export interface LanceFile {
  /** `2.0`, `2.1`. */
  readonly version: string;
  readonly fields: readonly LanceField[];
  readonly rows: number;
  readonly columns: number;
  /** The pages of a column, in order. @throws ContentError `malformed` */
  pages(column: number): Promise<readonly LancePage[]>;
}

/** @throws ContentError `malformed`; `unsupported-format` for versions before 2 */
export async function lanceFile(access: Access): Promise<LanceFile> {
  const footer = Buffer.from(await access.read(Math.max(0, access.size - FOOTER_BYTES), access.size));
  if (footer.length < FOOTER_BYTES || footer.toString('latin1', FOOTER_BYTES - 4) !== LANCE_END)
    throw new ContentError('malformed', 'no Lance file, or cut short');
  const numbers = `${footer.readUInt16LE(32)}.${footer.readUInt16LE(34)}`;
  if (numbers !== FIRST && !numbers.startsWith('2.'))
    throw new ContentError(
      'unsupported-format',
      'written in Lance 0.1; write it again in 2.0 or later, or as Parquet',
    );
  const columns = footer.readUInt32LE(28);
  const globals = footer.readUInt32LE(24);
  if (columns > COLUMNS || globals < 1) throw damaged();
  const whole = { access, size: access.size };
  const [first] = await ranges(whole, Number(footer.readBigUInt64LE(16)), 1);
  if (first === undefined) throw damaged();
  const description = await message(whole, first);
  const places = await ranges(whole, Number(footer.readBigUInt64LE(8)), columns);
  return {
    version: numbers === FIRST ? '2.0' : numbers,
    fields: fieldsOf(description.message(1).messages(1)),
    rows: description.number(2),
    columns,
    async pages(column) {
      const place = places[column];
      if (place === undefined) throw damaged();
      return pagesOf(await message(whole, place), whole.size);
    },
  };
}

/** `any`: a message with its type's name around it. */
export function unwrapped(any: ProtoMessage): ProtoMessage {
  return any.message(2);
}

interface Whole {
  readonly access: Access;
  readonly size: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** `count` pairs of position and size. */
async function ranges({ access, size }: Whole, start: number, count: number): Promise<readonly Range[]> {
  if (!(start >= 0 && start + 16 * count <= size)) throw damaged();
  const bytes = Buffer.from(await access.read(start, start + 16 * count));
  return Array.from({ length: Math.floor(bytes.length / 16) }, (_, i) => {
    const from = Number(bytes.readBigUInt64LE(16 * i));
    return range(from, Number(bytes.readBigUInt64LE(16 * i + 8)), size);
  });
}

function range(start: number, length: number, size: number): Range {
  if (!(start >= 0 && length >= 0 && start + length <= size)) throw damaged();
  return { start, end: start + length };
}

async function message({ access }: Whole, { start, end }: Range): Promise<ProtoMessage> {
  if (end - start > DIRECTORY_BYTES) throw damaged();
  return new ProtoMessage(Buffer.from(await access.read(start, end)));
}

function pagesOf(column: ProtoMessage, size: number): readonly LancePage[] {
  return column.messages(2).map((page) => {
    const sizes = page.numbers(2);
    const encoding = page.message(4);
    return {
      buffers: page.numbers(1).map((start, i) => range(start, sizes[i] ?? 0, size)),
      rows: page.number(3),
      encoding: encoding.has(2)
        ? unwrapped(new ProtoMessage(encoding.message(2).bytes(1)))
        : new ProtoMessage(Buffer.alloc(0)),
    };
  });
}

/** A tree out of fields that name their parents; parents come first. */
function fieldsOf(messages: readonly ProtoMessage[]): readonly LanceField[] {
  const children = new Map<number, LanceField[]>();
  const top: LanceField[] = [];
  for (const field of messages) {
    const own: LanceField[] = [];
    const id = field.number(3);
    const made = {
      id,
      name: field.text(2),
      type: field.text(5),
      packed: isPacked(field),
      children: own,
    };
    // -1, which is no number that is exact, for those at the top.
    const siblings = children.get(field.number(4)) ?? top;
    siblings.push(made);
    children.set(id, own);
  }
  return top;
}

function isPacked(field: ProtoMessage): boolean {
  return field
    .messages(10)
    .some(
      (entry) =>
        /^(?:packed|lance-encoding:packed)$/.test(entry.text(1)) && entry.text(2).toLowerCase() === 'true',
    );
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its directory is damaged');
}
