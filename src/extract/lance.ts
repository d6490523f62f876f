/**
 * Lance tables, the form in which LanceDB keeps documents beside their vectors: data files of version 2, and the texts of manifests and
 * transactions. Own code: npm has no reader but LanceDB itself, which is native and has 200 MB.
 */
import { cellText } from './cell-text.ts';
import { isName } from './header.ts';
import { type LanceColumn, type LanceLeaf, lanceColumn, leavesOf } from './lance-columns.ts';
import { LANCE_END, type LanceFile, lanceFile } from './lance-file.ts';
import { protobufTexts } from './protobuf-texts.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';
import { type Access, accessTo } from './zip-access.ts';

/** Columns whose pages are held together have so many bytes; a single one may have more. */
const TOGETHER_BYTES = 64 * 1024 ** 2;
/** Values that are taken of each column at a time. */
const ROWS = 64;
/** Position, version and mark at the end of a manifest. */
const MANIFEST_END_BYTES = 16;
const MESSAGE_BYTES = 64 * 1024 ** 2;

export async function* readLance(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const access = await accessTo(input);
  if (/\.manifest$/i.test(input.name)) yield* readManifest(input, access);
  else if (/\.txn$/i.test(input.name))
    yield* textSegments(await textsOf(access, 0, access.size), placeIn(input, 'transaction'));
  else yield* readData(input, context, access);
}

/** Messages behind their lengths: indexes, the transaction, the manifest itself. */
async function* readManifest(input: Input, access: Access): AsyncGenerator<Extracted, void, undefined> {
  const end = access.size - MANIFEST_END_BYTES;
  const mark = Buffer.from(await access.read(Math.max(0, access.size - 4), access.size));
  if (end < 0 || mark.toString('latin1') !== LANCE_END)
    throw new ContentError('unsupported-format', 'neither text nor the manifest of a Lance table');
  for (let at = 0, section = 1; at + 4 <= end; section += 1) {
    const length = Buffer.from(await access.read(at, at + 4)).readUInt32LE();
    if (at + 4 + length > end) throw new ContentError('malformed', 'the manifest is damaged');
    const texts = await textsOf(access, at + 4, at + 4 + length);
    yield* textSegments(texts, placeIn(input, `section ${section}`));
    at += 4 + length;
  }
}

async function textsOf(access: Access, start: number, end: number): Promise<string> {
  if (end - start > MESSAGE_BYTES)
    throw new ContentError('memory-limit', `a message of more than ${MESSAGE_BYTES} bytes`);
  return protobufTexts(Buffer.from(await access.read(start, end))).join('\n');
}

interface Table {
  readonly input: Input;
  readonly context: Context;
  readonly access: Access;
  readonly file: LanceFile;
  /** What was met that is not read. */
  readonly counts: { binary: number; vectors: number };
}

async function* readData(
  input: Input,
  context: Context,
  access: Access,
): AsyncGenerator<Extracted, void, undefined> {
  const file = await lanceFile(access);
  const table: Table = { input, context, access, file, counts: { binary: 0, vectors: 0 } };
  let batch: Column[] = [];
  let bytes = 0;
  for (const leaf of leavesOf(file)) {
    const column = await columnOf(table, leaf);
    if (column === undefined) continue;
    if (batch.length > 0 && bytes + column.bytes > TOGETHER_BYTES) {
      yield* readRows(table, batch);
      batch = [];
      bytes = 0;
    }
    batch.push(column);
    bytes += column.bytes;
  }
  if (batch.length > 0) yield* readRows(table, batch);
  const { binary, vectors } = table.counts;
  if (binary > 0) yield gapNote(input, 'no-text', `${binary} binary values are not read`);
  if (vectors > 0) yield gapNote(input, 'no-text', `vectors in ${vectors} of its columns are not read`);
}

/** A column, and what ended it before its time: the others are read all the same. */
interface Column extends LanceColumn {
  failure: ContentError | undefined;
}

/** Undefined for vectors. */
async function columnOf(table: Table, leaf: LanceLeaf): Promise<Column | undefined> {
  const binary = (): void => {
    table.counts.binary += 1;
  };
  try {
    const column = await lanceColumn(table, leaf, binary);
    if (column !== undefined) return { ...column, failure: undefined };
    table.counts.vectors += 1;
    return undefined;
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    const nothing = { bytes: 0, take: async () => [], nulls: () => 0, skip: () => undefined };
    return { leaf, ...nothing, failure: error };
  }
}

async function* readRows(
  { input, context }: Table,
  columns: readonly Column[],
): AsyncGenerator<Extracted, void, undefined> {
  const names = columns.map(({ leaf }) => (isName(leaf.name) ? leaf.name : ''));
  const batch = new RowBatch(input, { name: '', columns: names });
  while (!(input.sample !== undefined && context.over())) {
    const running = columns.filter(({ failure }) => failure === undefined);
    const nulls = Math.min(...running.map((column) => column.nulls()));
    if (running.length > 0 && nulls > 0) {
      yield* batch.take();
      batch.skip(nulls);
      for (const column of running) column.skip(nulls);
      continue;
    }
    const values = await valuesOf(columns);
    const rows = Math.max(0, ...values.map(({ length }) => length));
    if (rows === 0) break;
    for (let row = 0; row < rows; row += 1) {
      const cells = values.map((column) => cellText(column[row]));
      const size = cells.reduce((sum, cell) => sum + cell.length, cells.length);
      context.budget.inflate(size, { inflated: 0, packed: 0 });
      if (batch.add(cells)) yield* batch.take();
    }
    context.signal.throwIfAborted();
  }
  yield* batch.take();
  for (const [i, { leaf, failure }] of columns.entries()) {
    if (failure === undefined) continue;
    const name = names[i] || `${leaf.column + 1}`;
    yield gapNote(input, failure.reason, `column ${name}: ${failure.message}`);
  }
}

/** Some values of each column; none, from then on, of one that fails. */
async function valuesOf(columns: readonly Column[]): Promise<readonly (readonly unknown[])[]> {
  const values: (readonly unknown[])[] = [];
  for (const column of columns) {
    try {
      values.push(column.failure === undefined ? await column.take(ROWS) : []);
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      column.failure = error;
      values.push([]);
    }
  }
  return values;
}
