/** Parquet tables, row group by row group; dates as ISO 8601, nested values as JSON. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { isName } from './header.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';
import { type Access, accessTo } from './zip-access.ts';

/** A row group is decoded as a whole. */
const GROUP_BYTES = 256 * 1024 ** 2;

const COMPRESSORS: Compressors = {
  GZIP: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  BROTLI: (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
  ZSTD: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
};

export async function* readParquet(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const access = await accessTo(input);
  const metadata = await footerOf(access);
  checkColumns(metadata);
  const names = topColumns(metadata);
  const batch = new RowBatch(input, { name: '', columns: names.map((name) => (isName(name) ? name : '')) });
  let rowStart = 0;
  for (const [i, group] of metadata.row_groups.entries()) {
    context.signal.throwIfAborted();
    const rowEnd = rowStart + Number(group.num_rows);
    if (group.total_byte_size > GROUP_BYTES) {
      yield* batch.take();
      yield gapNote(input, 'memory-limit', `row group ${i + 1} holds more than ${GROUP_BYTES} bytes`);
      batch.skip(Number(group.num_rows));
    } else {
      for (const row of await rowsOf(access, metadata, { rowStart, rowEnd })) {
        if (batch.add(row.map(cellText))) yield* batch.take();
      }
    }
    rowStart = rowEnd;
  }
  yield* batch.take();
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

/** Names of the columns as a person sees them: what is nested is one column. */
function topColumns({ schema }: FileMetaData): readonly string[] {
  const names: string[] = [];
  const skip = (at: number): number => {
    let next = at + 1;
    for (let i = 0; i < (schema[at]?.num_children ?? 0); i += 1) next = skip(next);
    return next;
  };
  for (let at = 1; at < schema.length; at = skip(at)) names.push(schema[at]?.name ?? '');
  return names;
}

async function rowsOf(
  access: Access,
  metadata: FileMetaData,
  range: { readonly rowStart: number; readonly rowEnd: number },
): Promise<readonly (readonly unknown[])[]> {
  let rows: readonly (readonly unknown[])[] = [];
  try {
    await parquetRead({
      file: asyncBuffer(access),
      metadata,
      ...range,
      compressors: COMPRESSORS,
      onComplete: (all) => {
        rows = all;
      },
    });
  } catch (cause) {
    const message = `rows ${range.rowStart + 1} to ${range.rowEnd} are damaged or compressed in a way we do not read`;
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

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  if (typeof value === 'object')
    return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
  return String(value);
}
