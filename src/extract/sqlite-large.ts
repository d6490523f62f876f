/** SQLite databases too large to be held: every table from leaf to leaf, or drawn leaves for a sample. */
import { isName } from './header.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import { randomOf, seedOf } from './sample.ts';
import type { Extracted } from './segment.ts';
import {
  drawLeaf,
  isShort,
  leafRecords,
  openSqlite,
  recordsFrom,
  type SqliteFile,
  type SqliteRecord,
} from './sqlite-pages.ts';
import { cellsOf } from './sqlite-record.ts';
import { type SqliteTable, tablesOf } from './sqlite-schema.ts';
import { accessTo } from './zip-access.ts';

/** Leaves of a sample, of all tables together; each costs a request or two. */
const DRAWS = 64;

export async function* readLargeSqlite(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const access = await accessTo(input, { window: input.sample === undefined ? WINDOW : SAMPLE_WINDOW });
  const file = await openSqlite(access, input.sample === undefined ? RECORD : SAMPLE_RECORD);
  const tables = await tablesOf(file);
  if (input.sample !== undefined) {
    yield* readDrawn(file, tables, { input, context });
    return;
  }
  for (const table of tables) {
    context.signal.throwIfAborted();
    yield* readRecords(recordsFrom(file, table.root), { file, table, input });
  }
  if (await isShort(access, file)) yield gapNote(input, 'malformed', 'the database is cut short');
}

/** Bytes read at a time: leaves of a table mostly lie one after the other. */
const WINDOW = 1024 ** 2;
/** What overflows from a leaf mostly lies behind it. */
const SAMPLE_WINDOW = 64 * 1024;
/** A record above this is not read, in a sample and otherwise. */
const SAMPLE_RECORD = 256 * 1024;
const RECORD = 16 * 1024 ** 2;

async function* readDrawn(
  file: SqliteFile,
  tables: readonly SqliteTable[],
  { input, context }: { readonly input: Input; readonly context: Context },
): AsyncGenerator<Extracted, void, undefined> {
  const seed = seedOf({ size: file.count * file.pageSize, head: input.head });
  const random = randomOf(seed);
  const known = new Map<number, Buffer>();
  const drawn = new Set<number>();
  let rows = 0;
  for (let draw = 0; draw < Math.max(DRAWS, tables.length) && !context.over(); draw += 1) {
    context.signal.throwIfAborted();
    const table = tables[draw % Math.max(1, tables.length)];
    if (table === undefined) break;
    try {
      const leaf = await drawLeaf(file, table.root, { random, known });
      // A small table has few leaves, and each counts once.
      if (drawn.has(leaf.number)) continue;
      drawn.add(leaf.number);
      const part = { ...input, part: `from page ${leaf.number}` };
      for await (const extracted of readRecords(leafRecords(file, leaf), { file, table, input: part })) {
        if (extracted.type === 'rows') rows += extracted.rows.length;
        yield extracted;
      }
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      yield gapNote(input, error.reason, `table ${table.name}: ${error.message}`);
    }
  }
  const read = (drawn.size + known.size) * file.pageSize;
  yield {
    type: 'sample',
    how: 'pages',
    unit: 'bytes',
    read,
    total: input.size,
    draws: drawn.size,
    rows,
    seed,
  };
}

/** Records as rows; damage ends the table, not the database. */
async function* readRecords(
  pages: AsyncIterable<readonly SqliteRecord[]>,
  { file, table, input }: { readonly file: SqliteFile; readonly table: SqliteTable; readonly input: Input },
): AsyncGenerator<Extracted, void, undefined> {
  const columns = table.names.map((name) => (isName(name) ? name : ''));
  const batch = new RowBatch(input, { name: `table ${table.name}`, columns });
  let binary = 0;
  let large = 0;
  let failure: ContentError | undefined;
  try {
    for await (const records of pages) {
      for (const record of records) {
        if (record.payload === undefined) large += 1;
        const row = cellsOf(record, file, table);
        binary += row.binary;
        if (batch.add(row.cells)) yield* batch.take();
      }
    }
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    failure = error;
  }
  yield* batch.take();
  if (binary > 0)
    yield gapNote(input, 'no-text', `${binary} binary values of table ${table.name} are not read`);
  // A sample leaves things out by design.
  if (large > 0 && input.sample === undefined)
    yield gapNote(input, 'memory-limit', `${large} rows of table ${table.name} are too large to be held`);
  if (failure !== undefined) yield gapNote(input, failure.reason, `table ${table.name}: ${failure.message}`);
}
