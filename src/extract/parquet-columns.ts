/** The bytes of some columns of one row group, in memory, checked page by page before the library sees them. */
import { type ColumnMetaData, type FileMetaData, parquetSchema, type RowGroup } from 'hyparquet';
import { type Page, pagesIn } from './parquet-pages.ts';
import type { TextColumn } from './parquet-texts.ts';
import { ContentError } from './reader.ts';
import type { Access } from './zip-access.ts';

/** Columns that are decoded together hold so many bytes, unpacked; a single one may hold more. */
const TOGETHER_BYTES = 64 * 1024 ** 2;
/** A column chunk above this is not read whole. */
const CHUNK_BYTES = 128 * 1024 ** 2;
/** Values of one page, which is decoded as a whole; writers stop at some ten thousand, or at a row group. */
const PAGE_VALUES = 8_000_000;
/** Bytes of a page, unpacked. */
const PAGE_BYTES = 128 * 1024 ** 2;
/** Bytes of a chunk that are read for a sample, when its first pages fit. */
const FIRST_BYTES = 256 * 1024;

/** The bytes of some columns of one row group. */
export interface HeldColumns {
  /** The group, with chunks as long as what is held of them. */
  readonly group: RowGroup;
  /** Names of the columns at the top. */
  readonly columns: readonly string[];
  /** Rows of which every column has values: fewer than the group says for its beginning, or for one that is damaged. */
  readonly rows: number;
  /** The chunks themselves, by column, where they are not nested. */
  readonly chunks: ReadonlyMap<string, Omit<TextColumn, 'optional'>>;
  /** True when rows can be decoded a few at a time, without decoding all before them. */
  readonly flat: boolean;
  slice(start: number, end: number): ArrayBuffer;
}

/** The columns at the top in batches that may be decoded together. */
export function columnBatches(metadata: FileMetaData, group: RowGroup): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const name of parquetSchema(metadata).children.map(({ element }) => element.name)) {
    const more = chunksOf(group, [name]).reduce(
      (sum, chunk) => sum + Number(chunk.total_uncompressed_size),
      0,
    );
    if (bytes + more > TOGETHER_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(name);
    bytes += more;
  }
  return batches;
}

/**
 * Reads the chunks of `columns`; with `first`, their first pages only, and without the columns whose first pages are too large.
 * @throws ContentError `malformed` for pages that cannot be what they say, `memory-limit`
 */
export async function holdColumns(
  access: Access,
  group: RowGroup,
  { columns, first }: { readonly columns: readonly string[]; readonly first: boolean },
): Promise<HeldColumns> {
  const held: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  const kept: RowGroup['columns'] = [];
  const chunks = new Map<string, Omit<TextColumn, 'optional'>>();
  let rows = Number(group.num_rows);
  let flat = true;
  for (const column of group.columns) {
    const meta = column.meta_data;
    if (meta === undefined || !columns.includes(meta.path_in_schema[0] ?? '')) continue;
    const { start, bytes, pages, values } = await holdChunk(access, meta, first);
    const tooMany = meta.path_in_schema.length === 1 && values > Number(group.num_rows);
    if (tooMany) throw new ContentError('malformed', 'a column has more values than there are rows');
    if (bytes.length === 0 && first) continue;
    held.push({ start, bytes });
    kept.push({ ...column, meta_data: { ...meta, total_compressed_size: BigInt(bytes.length) } });
    // What is nested has as many values as rows, or more.
    rows = Math.min(rows, values);
    if (meta.path_in_schema.length > 1) flat = false;
    else chunks.set(meta.path_in_schema[0] ?? '', { bytes, pages, meta });
  }
  const names = columns.filter((name) => kept.some(({ meta_data }) => meta_data?.path_in_schema[0] === name));
  return {
    group: { ...group, columns: kept },
    columns: names,
    rows,
    chunks,
    flat,
    slice: (start, end) => sliceOf(held, start, end),
  };
}

interface HeldChunk {
  readonly start: number;
  /** Whole pages. */
  readonly bytes: Uint8Array;
  readonly pages: readonly Page[];
  /** Values in its data pages. */
  readonly values: number;
}

async function holdChunk(access: Access, meta: ColumnMetaData, first: boolean): Promise<HeldChunk> {
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const length = Number(meta.total_compressed_size);
  if (!first && length > CHUNK_BYTES) {
    throw new ContentError('memory-limit', `a column of a row group holds more than ${CHUNK_BYTES} bytes`);
  }
  if (start < 0 || length < 0 || start + length > access.size) {
    throw new ContentError('malformed', 'a column lies outside of the file');
  }
  for (let bytes = first ? FIRST_BYTES : length; ; bytes *= 4) {
    const end = Math.min(bytes, length);
    // A copy: the next read may use the memory again.
    const chunk = new Uint8Array(await access.read(start, start + end));
    const pages = pagesIn(chunk);
    for (const { values, unpacked } of pages) {
      if (values > PAGE_VALUES || unpacked > PAGE_BYTES) {
        throw new ContentError(
          'memory-limit',
          `a page says that it holds ${values} values in ${unpacked} bytes`,
        );
      }
    }
    const values = pages.reduce((sum, page) => sum + (page.type === 'dictionary' ? 0 : page.values), 0);
    if (!first) return { start, bytes: chunk, pages, values };
    if (values > 0) return { start, bytes: chunk.subarray(0, pages.at(-1)?.end ?? 0), pages, values };
    if (end === length || bytes > 4 * FIRST_BYTES)
      return { start, bytes: chunk.subarray(0, 0), pages, values };
  }
}

function chunksOf({ columns }: RowGroup, names: readonly string[]): readonly ColumnMetaData[] {
  return columns.flatMap(({ meta_data: meta }) =>
    meta !== undefined && names.includes(meta.path_in_schema[0] ?? '') ? [meta] : [],
  );
}

/** A range of the file, as far as it is held; the library also asks for what lies between two chunks. */
function sliceOf(
  held: readonly { readonly start: number; readonly bytes: Uint8Array }[],
  start: number,
  end: number,
): ArrayBuffer {
  const slice = new Uint8Array(end - start);
  for (const part of held) {
    const from = Math.max(start, part.start);
    const to = Math.min(end, part.start + part.bytes.length);
    if (from < to) slice.set(part.bytes.subarray(from - part.start, to - part.start), from - start);
  }
  return slice.buffer;
}
