/** The suppressions of the config, as views and classifications refer to them. */
import type { Database } from 'better-sqlite3';
import type { SuppressionConfig } from '../config.ts';

/** Makes the stored suppressions those of the config; one that is no longer there, or now reads otherwise, stays, marked as such. */
export function syncSuppressions(db: Database, suppressions: readonly SuppressionConfig[]): void {
  const find = createFindSuppression(db);
  const insert = db.prepare(/* sql */ `
    insert into _suppressions (rule, glob, fingerprint, reason, approver, expires, configured)
    values (@rule, @glob, @fingerprint, @reason, @approver, @expires, 1)`);
  const keep = db.prepare<[number]>(
    /* sql */ 'update _suppressions set configured = 1 where suppression_id = ?',
  );
  db.prepare(/* sql */ 'update _suppressions set configured = 0').run();
  for (const suppression of suppressions) {
    const known = find(suppression);
    if (known === undefined) insert.run(suppression);
    else keep.run(known);
  }
}

/** Gives the row id of a suppression that was recorded just like this; undefined when it never was. */
export function createFindSuppression(db: Database): (suppression: SuppressionConfig) => number | undefined {
  const select = db
    .prepare<[SuppressionConfig], number>(/* sql */ `
      select suppression_id from _suppressions
      where (rule, glob, fingerprint, reason, approver, expires)
        is (@rule, @glob, @fingerprint, @reason, @approver, @expires)`)
    .pluck();
  return (suppression) => select.get(suppression);
}
