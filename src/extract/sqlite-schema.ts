/** The tables of a SQLite file, with the columns that their rows store: SQLite itself reads the declarations, on an empty database. */
import { DatabaseSync } from 'node:sqlite';
import { recordsFrom, type SqliteFile } from './sqlite-pages.ts';
import { cellsOf } from './sqlite-record.ts';

export interface TableColumns {
  readonly names: readonly string[];
  /** Of each stored value the index in `names`: computed columns are not stored, and without rowid the key comes first. */
  readonly stored: readonly number[];
  /** The column that is the rowid, which is not in the record; undefined for none. */
  readonly rowidColumn: number | undefined;
}

export interface SqliteTable extends TableColumns {
  readonly name: string;
  /** Page at which it begins. */
  readonly root: number;
}

/** sqlite_schema, which says what the others are. */
const SCHEMA: TableColumns = {
  names: ['type', 'name', 'tbl_name', 'rootpage', 'sql'],
  stored: [0, 1, 2, 3, 4],
  rowidColumn: undefined,
};

/** Tables with pages of their own, in the order of their making. @throws ContentError `malformed` */
export async function tablesOf(file: SqliteFile): Promise<readonly SqliteTable[]> {
  const tables: SqliteTable[] = [];
  for await (const records of recordsFrom(file, 1)) {
    for (const record of records) {
      const [type, name = '', , root = '0', sql = ''] = cellsOf(record, file, SCHEMA).cells;
      if (type === 'table' && Number(root) > 0)
        tables.push({ name, root: Number(root), ...columnsOf(name, sql) });
    }
  }
  return tables;
}

/** Columns as `sql` declares them; by number where SQLite does not understand it. */
function columnsOf(name: string, sql: string): TableColumns {
  // Its own tables may not be declared, and hold nothing but `(a,b,c)`.
  if (name.startsWith('sqlite_')) return plain((/\((.*)\)/s.exec(sql)?.[1] ?? '').split(','));
  const database = new DatabaseSync(':memory:', { allowExtension: false });
  try {
    // One statement, and one that only declares.
    if (!/^create table\b/i.test(sql)) return plain([]);
    database.prepare(sql).run();
    return declared(database, name);
  } catch {
    // What this SQLite does not know is read without names.
    return plain([]);
  } finally {
    database.close();
  }
}

function declared(database: DatabaseSync, name: string): TableColumns {
  const columns = database
    .prepare('select name, type, pk, hidden from pragma_table_xinfo(?)')
    .all(name)
    .map(({ name: column, type, pk, hidden }) => ({ name: String(column), type, pk, virtual: hidden === 2 }));
  const names = columns.map((column) => column.name);
  const kept = columns.flatMap(({ virtual }, i) => (virtual ? [] : [i]));
  const rowless = database.prepare('select 1 from pragma_table_list(?) where wr = 1').get(name) !== undefined;
  if (rowless) {
    const order = database
      .prepare(
        `select x.cid from pragma_index_list(?) l, pragma_index_xinfo(l.name) x where l.origin = 'pk' order by x.seqno`,
      )
      .all(name)
      .map(({ cid }) => Number(cid));
    return { names, stored: order, rowidColumn: undefined };
  }
  const keys = columns.filter(({ pk }) => pk !== 0);
  const alias = keys.length === 1 && String(keys[0]?.type).toLowerCase() === 'integer';
  return { names, stored: kept, rowidColumn: alias ? names.indexOf(keys[0]?.name ?? '') : undefined };
}

function plain(names: readonly string[]): TableColumns {
  return {
    names: names.map((column) => column.trim()),
    stored: names.map((_, i) => i),
    rowidColumn: undefined,
  };
}
