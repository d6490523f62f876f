/** One scan at a time: a lock on a side file that the system frees the moment its holder dies. Local disks only. */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { EXIT, UserError } from '../errors.ts';
import { explainError } from './open.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started_at: string;
}

/**
 * Takes the lock of `inventory` (side file `FILE.lock`) and gives its release, which must be kept: a handle that nothing refers to
 * is closed by the garbage collector, and the lock with it. `startedAt`: ISO 8601 UTC.
 * @throws UserError exit 11 naming pid, host and start of the scan that holds it
 */
export function acquireLock(inventory: string, startedAt: string): () => void {
  const file = `${inventory}.lock`;
  let db: Database.Database | undefined;
  try {
    if (!existsSync(file)) {
      closeSync(openSync(file, 'a', 0o600));
      chmodSync(file, 0o600);
    }
    // Nobody waits for a lock: a scan lasts for hours.
    const handle = new Database(file, { timeout: 0 });
    db = handle;
    // No journal beside it: what is in it is worth nothing after a crash.
    handle.pragma('journal_mode = memory');
    hold(handle, { pid: process.pid, host: hostname(), started_at: startedAt });
    return () => handle.close();
  } catch (error) {
    const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    const refusal = busy && db !== undefined ? held(inventory, readHolder(db)) : unusable(file, error);
    db?.close();
    throw refusal;
  }
}

/** The folder is not there, or nothing may be written in it; SQLite's own errors say what to do themselves. */
function unusable(file: string, error: unknown): unknown {
  const explained = explainError(file, error);
  if (!(explained instanceof Error) || !('syscall' in explained)) return explained;
  return new UserError(
    `cannot write ${file}: ${explained.message}; its folder must be there and writable, or name another file with --inventory`,
    { exitCode: EXIT.fatal, cause: error },
  );
}

/**
 * The holder's row is committed, so that others can read it, and the write lock taken again at once.
 * Whoever comes between the two holds the lock, and we are refused; the row is then theirs.
 */
function hold(db: Database.Database, holder: Holder): void {
  db.exec('begin immediate');
  db.exec(/* sql */ 'create table if not exists holder (pid integer, host text, started_at text) strict');
  db.exec(/* sql */ 'delete from holder');
  db.prepare(/* sql */ 'insert into holder values (?, ?, ?)').run(holder.pid, holder.host, holder.started_at);
  db.exec('commit');
  db.exec('begin immediate');
  const now = readHolder(db);
  if (now?.pid !== holder.pid || now.host !== holder.host) {
    db.exec('rollback');
    hold(db, holder);
  }
}

function readHolder(db: Database.Database): Holder | undefined {
  try {
    return db.prepare<[], Holder>(/* sql */ 'select pid, host, started_at from holder').get();
  } catch (error) {
    // It is taking the lock this very moment: the table is not there yet, or being committed.
    if (error instanceof Database.SqliteError) return undefined;
    throw error;
  }
}

function held(inventory: string, holder: Holder | undefined): UserError {
  const who =
    holder === undefined
      ? 'it began just now'
      : `process ${holder.pid} on ${holder.host}, since ${holder.started_at}`;
  return new UserError(`another scan is writing to ${inventory} (${who}); wait for it, or end it`, {
    exitCode: EXIT.locked,
  });
}
