/** Arrow's messages: schema, dictionaries and batches of records (https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc). */
import type { ByteReader } from './byte-reader.ts';
import { FlatTable } from './flat-table.ts';
import { ContentError } from './reader.ts';

/** Metadata above this is none. */
const METADATA_BYTES = 16 * 1024 ** 2;
/** A batch is decoded as a whole. */
export const BATCH_BYTES = 256 * 1024 ** 2;
/** Fields within fields. */
const DEPTH = 32;
/** Fields of a table, inner ones too; metadata can refer to one of them any number of times. */
const FIELDS = 100_000;

export interface ArrowField {
  readonly name: string;
  /** As in Arrow's Schema.fbs. */
  readonly type: number;
  readonly settings: FlatTable | undefined;
  readonly children: readonly ArrowField[];
  /** Set when values are numbers of a dictionary's: which one, and how the numbers are written. */
  readonly dictionary: { readonly id: number; readonly index: FlatTable | undefined } | undefined;
}

/** Where the columns of a batch lie in its body. */
export interface ArrowBatch {
  readonly length: number;
  /** Length and count of nulls of each column, inner ones too. */
  readonly nodes: readonly number[];
  /** Start and length of each buffer. */
  readonly buffers: readonly number[];
  /** Null: not compressed; else 0 for LZ4, 1 for Zstandard. */
  readonly codec: number | null;
  /** How many more buffers each column of views has. */
  readonly more: readonly number[];
  readonly body: Buffer;
}

export type ArrowMessage =
  | { readonly type: 'schema'; readonly fields: readonly ArrowField[]; readonly bigEndian: boolean }
  | { readonly type: 'dictionary'; readonly id: number; readonly adds: boolean; readonly batch: ArrowBatch }
  | { readonly type: 'records'; readonly batch: ArrowBatch }
  | { readonly type: 'other' };

/**
 * The next message; undefined at the end of the stream.
 * @throws ContentError `malformed`; `memory-limit`
 */
export async function nextMessage(reader: ByteReader): Promise<ArrowMessage | undefined> {
  const length = await metadataLength(reader);
  if (length === undefined) return undefined;
  const message = FlatTable.root(Buffer.from(await exactly(reader, length)));
  const size = message.number(3, 8);
  if (size > BATCH_BYTES)
    throw new ContentError('memory-limit', `a batch holds more than ${BATCH_BYTES} bytes`);
  return decodeMessage(message, Buffer.from(await exactly(reader, Math.max(0, size))));
}

/** What stands at the end of a file. */
export interface ArrowFooter {
  readonly schema: ArrowMessage;
  /** Where messages begin, first to last. */
  readonly offsets: readonly number[];
}

/**
 * Decodes the footer, without its length and the signature behind it.
 * @throws ContentError `malformed`
 */
export function decodeFooter(bytes: Buffer): ArrowFooter {
  const footer = FlatTable.root(bytes);
  const schema = footer.table(1);
  if (schema === undefined) throw cut();
  // Where each begins, and two lengths that stand in the message as well.
  const offsets = [2, 3].flatMap((field) => footer.numbers(field, 3).filter((_, i) => i % 3 === 0));
  return { schema: schemaOf(schema), offsets: offsets.toSorted((a, b) => a - b) };
}

function schemaOf(table: FlatTable): ArrowMessage {
  const fields = fieldsOf(table.tables(1), 0, { left: FIELDS });
  return { type: 'schema', fields, bigEndian: table.number(0, 2) === 1 };
}

function decodeMessage(message: FlatTable, body: Buffer): ArrowMessage {
  const header = message.table(2);
  const kind = message.number(1, 1);
  if (header === undefined) return { type: 'other' };
  if (kind === 1) return schemaOf(header);
  if (kind === 3) return { type: 'records', batch: batchOf(header, body) };
  const data = kind === 2 ? header.table(1) : undefined;
  if (data === undefined) return { type: 'other' };
  const [id, adds] = [header.number(0, 8), header.number(2, 1) === 1];
  return { type: 'dictionary', id, adds, batch: batchOf(data, body) };
}

/** Undefined at the end: of the bytes, or where a length of zero says so. */
async function metadataLength(reader: ByteReader): Promise<number | undefined> {
  const mark = await reader.take(4);
  if (mark.length === 0) return undefined;
  if (mark.length < 4) throw cut();
  // Before 2019 there was no mark in front of the length.
  const length = mark.readInt32LE() === -1 ? (await exactly(reader, 4)).readInt32LE() : mark.readInt32LE();
  if (length === 0) return undefined;
  if (length < 0 || length > METADATA_BYTES) throw cut();
  return length;
}

function fieldsOf(
  tables: readonly FlatTable[],
  depth: number,
  budget: { left: number },
): readonly ArrowField[] {
  budget.left -= tables.length;
  if (depth > DEPTH || budget.left < 0) throw new ContentError('malformed', 'it has too many fields');
  return tables.map((table) => {
    const dictionary = table.table(4);
    return {
      name: table.text(0),
      type: table.number(2, 1),
      settings: table.table(3),
      children: fieldsOf(table.tables(5), depth + 1, budget),
      dictionary: dictionary && { id: dictionary.number(0, 8), index: dictionary.table(1) },
    };
  });
}

function batchOf(table: FlatTable, body: Buffer): ArrowBatch {
  const compression = table.table(3);
  return {
    length: table.number(0, 8),
    nodes: table.numbers(1, 2),
    buffers: table.numbers(2, 2),
    codec: compression === undefined ? null : compression.number(0, 1),
    more: table.numbers(4, 1),
    body,
  };
}

async function exactly(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw cut();
  return bytes;
}

function cut(): ContentError {
  return new ContentError('malformed', 'the table is damaged or cut short');
}
