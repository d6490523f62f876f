/** Brings an inventory to the newest schema: one transaction for each version, views and documentation written anew. */
import type { Database } from 'better-sqlite3';
import { readMeanings } from './documentation.ts';
import { TABLES } from './tables.ts';
import { V2 } from './v2/index.ts';
import { V3 } from './v3/index.ts';
import { VIEWS } from './views.ts';

/** `Whab`: tells an inventory from any other SQLite file. */
export const APPLICATION_ID = 0x57686162;

/** Entry n makes version n + 1 of version n. Views are not in here: they are replaced whole, and only ever gain columns. */
const MIGRATIONS: readonly string[] = [TABLES, V2, V3];

/** The schema that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Applies what is missing after `version` (0: an empty file). */
export function migrate(db: Database, version: number): void {
  for (let next = version; next < SCHEMA_VERSION; next += 1) {
    const upgrade = db.transaction(() => {
      for (const view of viewNames(db)) db.exec(`drop view ${view}`);
      db.exec(MIGRATIONS[next] ?? '');
      if (next + 1 === SCHEMA_VERSION) {
        db.exec(VIEWS);
        document(db);
      }
      db.pragma(`user_version = ${next + 1}`);
      db.pragma(`application_id = ${APPLICATION_ID}`);
    });
    upgrade.immediate();
  }
}

function viewNames(db: Database): readonly string[] {
  const rows = db.prepare<[], { name: string }>(
    /* sql */ `select name from sqlite_schema where type = 'view'`,
  );
  return rows.all().map(({ name }) => name);
}

function document(db: Database): void {
  const objects = db.prepare<[], { type: 'table' | 'view'; name: string; sql: string }>(
    /* sql */ `select type, name, sql from sqlite_schema where type in ('table', 'view') and name not like 'sqlite%'`,
  );
  const insert = db.prepare(
    /* sql */ 'insert into _documentation (object, position, column_name, meaning) values (?, ?, ?, ?)',
  );
  db.exec(/* sql */ 'delete from _documentation');
  for (const { type, name, sql } of objects.all()) {
    for (const [position, { object, column, meaning }] of readMeanings(type, name, sql).entries()) {
      insert.run(object, position, column, meaning);
    }
  }
}
