/** Parquet tables, row group by row group; dates as ISO 8601, nested values as JSON. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
  snappyUncompress,
} from 'hyparquet';
import { cellText } from './cell-text.ts';
import { isName } from './header.ts';
import { unpackHadoopLz4, unpackLz4Block } from './lz4.ts';
import { columnBatches, type HeldColumns, holdColumns } from './parquet-columns.ts';
import { isTextColumn, pageTexts } from './parquet-texts.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import { randomOf, seedOf, shuffled } from './sample.ts';
import type { Extracted } from './segment.ts';
import { type Access, accessTo } from './zip-access.ts';

/** Cells decoded at a time. Nested columns are decoded from their beginning each time, so more of them at once. */
const FLAT_CELLS = 1_000_000;
const NESTED_CELLS = 4_000_000;
/** Requests that a sample may cost, about: one for each column of a row group. */
const SAMPLE_REQUESTS = 64;
/** Row groups of a sample, at most. */
const SAMPLE_GROUPS = 16;

const COMPRESSORS: Compressors = {
  SNAPPY: (bytes, length) => {
    const plain = new Uint8Array(length);
    snappyUncompress(bytes, plain);
    return plain;
  },
  GZIP: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  BROTLI: (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
  ZSTD: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
  LZ4_RAW: (bytes, most) => unpackLz4Block(bytesOf(bytes), most),
  LZ4: (bytes, most) => unpackHadoopLz4(bytesOf(bytes), most),
};

export async function* readParquet(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const access = await accessTo(input);
  const metadata = await footerOf(access);
  checkColumns(metadata);
  const groups = groupsOf(metadata);
  if (input.sample !== undefined) yield* readDrawn({ access, metadata, input, context }, groups);
  else for (const group of groups) yield* readGroup({ access, metadata, input, context }, group);
}

interface Table {
  readonly access: Access;
  readonly metadata: FileMetaData;
  readonly input: Input;
  readonly context: Context;
}

interface Group {
  readonly group: RowGroup;
  /** From 1. */
  readonly number: number;
  /** Rows before it. */
  readonly rowStart: number;
}

function groupsOf({ row_groups: groups }: FileMetaData): readonly Group[] {
  let rowStart = 0;
  return groups.map((group, i) => {
    const before = rowStart;
    rowStart += Number(group.num_rows);
    return { group, number: i + 1, rowStart: before };
  });
}

/** All of a row group, some columns after the others where they are too large to be held together. */
async function* readGroup(
  table: Table,
  { group, number, rowStart }: Group,
): AsyncGenerator<Extracted, void, undefined> {
  for (const columns of columnBatches(table.metadata, group)) {
    table.context.signal.throwIfAborted();
    try {
      const held = await holdColumns(table.access, group, { columns, first: false });
      yield* readRows(table, held, rowStart);
      if (held.rows < Number(group.num_rows)) throw new ContentError('malformed', 'fewer rows than it says');
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      yield gapNote(table.input, error.reason, `row group ${number}: ${error.message}`);
    }
  }
}

/** The first rows of row groups in random order. */
async function* readDrawn(
  table: Table,
  groups: readonly Group[],
): AsyncGenerator<Extracted, void, undefined> {
  const { access, input, context, metadata } = table;
  const seed = seedOf({ size: access.size, head: input.head });
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const most = Math.min(
    SAMPLE_GROUPS,
    Math.max(1, Math.floor(SAMPLE_REQUESTS / Math.max(1, columns.length))),
  );
  let rows = 0;
  let draws = 0;
  for (const { group, number, rowStart } of shuffled(groups, randomOf(seed)).slice(0, most)) {
    if (context.over()) break;
    try {
      const held = await holdColumns(access, group, { columns, first: true });
      yield* readRows(table, held, rowStart);
      rows += held.rows;
      draws += 1;
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      yield gapNote(input, error.reason, `row group ${number}: ${error.message}`);
    }
  }
  const total = groups.reduce((sum, { group }) => sum + Number(group.num_rows), 0);
  yield { type: 'sample', how: 'row groups', unit: 'rows', read: rows, total, draws, rows, seed };
}

/** The rows that are held, a bounded number of cells at a time. */
async function* readRows(
  { metadata, input, context }: Table,
  held: HeldColumns,
  rowStart: number,
): AsyncGenerator<Extracted, void, undefined> {
  const columns = held.columns.map((name) => (isName(name) ? name : ''));
  const batch = new RowBatch(input, { name: '', columns });
  batch.skip(rowStart);
  const texts = held.columns.map((name) => textCursor(held, metadata, name));
  const others = held.columns.filter((_, i) => texts[i] === undefined);
  const most = held.flat ? FLAT_CELLS : NESTED_CELLS;
  const step = Math.max(1, Math.floor(most / Math.max(1, columns.length)));
  for (let from = 0; from < held.rows && columns.length > 0; from += step) {
    context.signal.throwIfAborted();
    const range = { rowStart: from, rowEnd: Math.min(held.rows, from + step) };
    const decoded = others.length === 0 ? [] : await rowsOf(held, others, { metadata, range });
    for (let row = 0; row < range.rowEnd - from; row += 1) {
      const cells: string[] = [];
      let other = 0;
      for (const next of texts) cells.push(next === undefined ? cellText(decoded[row]?.[other++]) : next());
      if (batch.add(cells)) yield* batch.take();
    }
  }
  yield* batch.take();
}

/** Gives a column's cells one after the other; undefined for a column that only the library can decode. */
function textCursor(
  { chunks }: HeldColumns,
  metadata: FileMetaData,
  name: string,
): (() => string) | undefined {
  const column = chunks.get(name);
  const element = parquetSchema(metadata).children.find((child) => child.element.name === name)?.element;
  if (column === undefined || element === undefined) return undefined;
  const { pages, meta } = column;
  if (!isTextColumn(element, meta, { pages, compressors: COMPRESSORS })) return undefined;
  const optional = element.repetition_type !== 'REQUIRED';
  const texts = pageTexts({ ...column, optional }, COMPRESSORS);
  let page: readonly string[] = [];
  let at = 0;
  return () => {
    while (at >= page.length) {
      page = nextPage(texts);
      at = 0;
    }
    at += 1;
    return page[at - 1] ?? '';
  };
}

/** @throws ContentError `malformed` */
function nextPage(texts: Generator<readonly string[], void, undefined>): readonly string[] {
  try {
    const { value } = texts.next();
    if (value !== undefined) return value;
  } catch (cause) {
    throw new ContentError('malformed', 'a page of it is damaged', { cause });
  }
  throw new ContentError('malformed', 'fewer rows than it says');
}

async function footerOf(access: Access): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(asyncBuffer(access));
  } catch (cause) {
    throw new ContentError('malformed', 'its footer is damaged, encrypted or missing', { cause });
  }
}

/**
 * The library drops columns that the schema does not name, or names twice, and lets their failures escape.
 * @throws ContentError
 */
function checkColumns(metadata: FileMetaData): void {
  const tree = parquetSchema(metadata);
  const names = tree.children.map(({ element }) => element.name);
  if (new Set(names).size < names.length) {
    throw new ContentError('unsupported-format', 'two of its columns have the same name');
  }
  const leaves = JSON.stringify(leafPaths(tree));
  const agree = metadata.row_groups.every(
    ({ columns }) => JSON.stringify(columns.map((column) => column.meta_data?.path_in_schema)) === leaves,
  );
  if (!agree) throw new ContentError('malformed', 'its columns are not those of its schema');
}

function leafPaths({ children, path }: SchemaTree): readonly (readonly string[])[] {
  return children.length === 0 ? [path] : children.flatMap(leafPaths);
}

/** Rows `rowStart` to `rowEnd` (exclusive) of some columns of the group. */
async function rowsOf(
  { group, slice }: HeldColumns,
  columns: readonly string[],
  {
    metadata,
    range,
  }: {
    readonly metadata: FileMetaData;
    readonly range: { readonly rowStart: number; readonly rowEnd: number };
  },
): Promise<readonly (readonly unknown[])[]> {
  let rows: readonly (readonly unknown[])[] = [];
  try {
    await parquetRead({
      file: { byteLength: Number.MAX_SAFE_INTEGER, slice: (start, end = start) => slice(start, end) },
      metadata: { ...metadata, row_groups: [group] },
      columns: [...columns],
      ...range,
      compressors: COMPRESSORS,
      onComplete: (all) => {
        rows = all;
      },
    });
  } catch (cause) {
    const message = `rows ${range.rowStart + 1} to ${range.rowEnd} of it are damaged or compressed in a way we do not read`;
    throw new ContentError('malformed', message, { cause });
  }
  return rows;
}

function asyncBuffer(access: Access): {
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
} {
  return {
    byteLength: access.size,
    async slice(start, end = access.size) {
      const from = start < 0 ? access.size + start : start;
      // A copy of its own: what the library gets must not be part of a larger buffer.
      return new Uint8Array(await access.read(from, end)).buffer;
    },
  };
}

function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
