/** SQLite databases: every row of every table, never through the file itself, so that neither it nor its journal is touched. */
import { isUtf8 } from 'node:buffer';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { isName } from './header.ts';
import { readWhole } from './memory.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';
import { readLargeSqlite } from './sqlite-large.ts';

/** Above this a database is read page by page, where it can be read by range. */
const SMALL_BYTES = 16 * 1024 ** 2;
/** Where it cannot, it is held in memory as a whole. */
const DATABASE_BYTES = 128 * 1024 ** 2;

export async function* readSqlite(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const large = input.sample !== undefined || (input.size !== null && input.size > SMALL_BYTES);
  if (large && input.read !== undefined) {
    yield* readLargeSqlite(input, context);
    return;
  }
  const { bytes, rest } = await readWhole(input, DATABASE_BYTES);
  if (rest !== undefined) {
    throw new ContentError('memory-limit', `a database above ${DATABASE_BYTES} bytes`);
  }
  const database = new DatabaseSync(':memory:', { allowExtension: false });
  try {
    load(database, bytes);
    const tables = database.prepare(
      "select name from sqlite_schema where type = 'table' and rootpage > 0 order by rowid",
    );
    for (const { name } of tables.all()) {
      context.signal.throwIfAborted();
      yield* readTable(database, String(name), input);
    }
    if (isShort(bytes)) throw new ContentError('malformed', 'the database is cut short');
  } catch (error) {
    if (error instanceof ContentError || context.signal.aborted) throw error;
    throw new ContentError('malformed', 'the database is damaged', { cause: error });
  } finally {
    database.close();
  }
}

function load(database: DatabaseSync, bytes: Buffer): void {
  if (typeof database.deserialize !== 'function') {
    throw new ContentError('unsupported-format', 'SQLite databases need Node 24 to be read');
  }
  // A database in WAL mode cannot be opened in memory; what its journal holds is a file of its own.
  if (bytes[18] === 2) bytes.fill(1, 18, 20);
  database.deserialize(bytes);
}

/** True when the header tells of more pages than there are (https://www.sqlite.org/fileformat2.html#the_database_header). */
function isShort(bytes: Buffer): boolean {
  if (bytes.length < 100) return true;
  const counted = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  const pageSize = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  return counted && bytes.readUInt32BE(28) * pageSize > bytes.length;
}

function* readTable(
  database: DatabaseSync,
  name: string,
  input: Input,
): Generator<Extracted, void, undefined> {
  const statement = database.prepare(`select * from "${name.replaceAll('"', '""')}"`);
  statement.setReadBigInts(true);
  // Objects under names would take most of the time, and lose columns of the same name.
  statement.setReturnArrays(true);
  const columns = statement.columns().map(({ name: column }) => column);
  const table = { name: `table ${name}`, columns: columns.map((column) => (isName(column) ? column : '')) };
  const batch = new RowBatch(input, table);
  let binary = 0;
  const cellOf = (value: SQLOutputValue): string => {
    if (typeof value === 'string') return value;
    if (!(value instanceof Uint8Array)) return value === null ? '' : String(value);
    if (isUtf8(value)) return Buffer.from(value).toString();
    binary += 1;
    return '';
  };
  for (const row of statement.iterate()) {
    // Arrays, as was asked for; the types do not know it.
    if (batch.add((row as unknown as SQLOutputValue[]).map(cellOf))) yield* batch.take();
  }
  yield* batch.take();
  if (binary > 0) yield gapNote(input, 'no-text', `${binary} binary values of table ${name} are not read`);
}
