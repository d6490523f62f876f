/** Opens an inventory file, for writing or for reading only, and refuses what is not one. */
import { chmodSync, closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { EXIT, messageOf, UserError } from '../errors.ts';
import { GAP_REASONS } from '../model.ts';
import { ALERT_TYPES } from './alert-types.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './schema/migrate.ts';

/** Milliseconds to wait for another process that is writing. */
const BUSY_TIMEOUT = 10_000;

/**
 * Opens or creates (mode 0600) an inventory and brings it to the newest schema; an existing file of an older one is copied to
 * `FILE.bak-vN` first. @throws UserError exit 4 when it is damaged, not an inventory, newer than this program, or not writable
 */
export function openForWriting(file: string): Database.Database {
  refuseFolder(file);
  return refusing(file, () => {
    createPrivate(file);
    const db = new Database(file, { timeout: BUSY_TIMEOUT });
    return closingOnError(db, () => {
      const version = checkVersion(db, file);
      db.pragma('foreign_keys = on');
      db.pragma('temp_store = memory');
      db.pragma('journal_mode = wal');
      db.pragma('synchronous = normal');
      if (version > 0 && version < SCHEMA_VERSION) backUp(db, file, version);
      migrate(db, version);
      recordWords(db);
      return db;
    });
  });
}

/**
 * Opens an inventory to try things on: everything written is forgotten when it is closed, and a file that is not there is not
 * made. An older schema is not brought up to date. @throws UserError exit 4, as openForReading
 */
export function openForDiscarding(file: string): Database.Database {
  if (!existsSync(file)) {
    const db = new Database(':memory:');
    migrate(db, 0);
    recordWords(db);
    return db;
  }
  openForReading(file).close();
  return refusing(file, () => {
    const db = new Database(file, { timeout: BUSY_TIMEOUT });
    db.pragma('foreign_keys = on');
    // Never committed: closing rolls back.
    db.exec('begin');
    return db;
  });
}

/** Opens an inventory that nothing can be written to through. @throws UserError exit 4, or 2 when there is no such file */
export function openForReading(file: string): Database.Database {
  if (!existsSync(file)) {
    throw new UserError(`no inventory at ${file}; make one with: whereabouts scan PATH --inventory ${file}`);
  }
  refuseFolder(file);
  return refusing(file, () => {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT });
    return closingOnError(db, () => {
      const version = checkVersion(db, file);
      if (version < SCHEMA_VERSION) {
        const was =
          version === 0 ? 'is empty' : `has schema ${version}, this program reads ${SCHEMA_VERSION}`;
        throw fatal(`${file} ${was}; the next scan brings it up to date`);
      }
      db.pragma('query_only = on');
      db.pragma('temp_store = memory');
      return db;
    });
  });
}

/** What to do about an error of SQLite while `file` is in use; other errors come back as they are. */
export function explainError(file: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const advice = ADVICE.find(([code]) => error.code.startsWith(code))?.[1];
  return advice === undefined ? error : fatal(`${file}: ${advice} (${error.message})`, error);
}

const ADVICE = [
  ['SQLITE_NOTADB', 'not an inventory; name another file with --inventory'],
  ['SQLITE_CORRUPT', 'the file is damaged; restore a copy, or move it away and scan again'],
  ['SQLITE_FULL', 'the disk is full; what was committed is safe; make room and scan again to go on'],
  ['SQLITE_IOERR', 'the disk failed; check it, then scan again to go on'],
  ['SQLITE_READONLY', 'the file cannot be written; check its permissions and its folder'],
  ['SQLITE_CANTOPEN', 'the file cannot be opened; check its permissions and its folder'],
  ['SQLITE_BUSY', 'another program is writing to it; try again when it is done'],
] as const;

function refusing<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw explainError(file, error);
  }
}

function refuseFolder(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`${file} is a folder; name the SQLite file itself with --inventory`);
}

function closingOnError<T>(db: Database.Database, use: () => T): T {
  try {
    return use();
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The file exists before SQLite opens it, because WAL and SHM take over its mode. */
function createPrivate(file: string): void {
  if (existsSync(file)) return;
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    throw fatal(`cannot create ${file}: ${messageOf(error)}; name another file with --inventory`, error);
  }
  // The umask may have taken the owner's own right away.
  chmodSync(file, 0o600);
}

/** The schema version; 0 for an empty file. */
function checkVersion(db: Database.Database, file: string): number {
  const number = (pragma: string) => Number(db.pragma(pragma, { simple: true }));
  const version = number('user_version');
  const objects = db.prepare<[], number>(/* sql */ 'select count(*) from sqlite_schema').pluck().get();
  if (version === 0 && objects === 0) return 0;
  if (number('application_id') !== APPLICATION_ID || version === 0) {
    throw fatal(
      `${file} is a SQLite file of another program; name another one with --inventory (nothing was changed)`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw fatal(
      `${file} was written by a newer whereabouts (schema ${version}, this one knows ${SCHEMA_VERSION}); update whereabouts`,
    );
  }
  return version;
}

function backUp(db: Database.Database, file: string, version: number): void {
  const copy = `${file}.bak-v${version}`;
  // A copy left by a migration that failed is older than what is here now.
  if (existsSync(copy) && statSync(copy).size > 0) rmSync(copy);
  createPrivate(copy);
  db.prepare(/* sql */ 'vacuum into ?').run(copy);
}

function recordWords(db: Database.Database): void {
  const upsert = db.prepare(/* sql */ `
    insert into _gap_reasons (reason, incomplete, advice) values (?, ?, ?)
    on conflict do update set incomplete = excluded.incomplete, advice = excluded.advice
    where incomplete <> excluded.incomplete or advice <> excluded.advice`);
  const upsertType = db.prepare(/* sql */ `
    insert into _alert_types (type, meaning, todo) values (?, ?, ?)
    on conflict do update set meaning = excluded.meaning, todo = excluded.todo
    where meaning <> excluded.meaning or todo <> excluded.todo`);
  db.transaction(() => {
    for (const [reason, { incomplete, advice }] of Object.entries(GAP_REASONS)) {
      upsert.run(reason, incomplete ? 1 : 0, advice);
    }
    for (const [type, { meaning, todo }] of Object.entries(ALERT_TYPES)) upsertType.run(type, meaning, todo);
  }).immediate();
}

function fatal(message: string, cause?: unknown): UserError {
  return new UserError(message, { exitCode: EXIT.fatal, cause });
}
