/** What the config says was agreed about data, as views and named queries see it. */
import type { Database } from 'better-sqlite3';
import type { Register } from '../config.ts';

/** Makes what is stored that of the config; a source or vendor that is no longer there stays, marked as such. */
export function syncRegister(db: Database, register: Register): void {
  if (register.sources !== null) syncSources(db, register.sources);
  for (const table of ['_agreements', '_handling', '_revocations'])
    db.prepare(/* sql */ `delete from ${table}`).run();
  const agreement = db.prepare(/* sql */ `
    insert into _agreements values (@client, @readers, @accessReviewed, @deletedOn, @deletionProof)`);
  for (const { readers, ...rest } of register.agreements)
    agreement.run({ ...rest, readers: JSON.stringify(readers) });

  const handling = db.prepare(/* sql */ 'insert into _handling values (?, ?, ?)');
  for (const { level, providers, retentionDays } of register.handling)
    handling.run(level, providers && JSON.stringify(providers), retentionDays);

  const revocation = db.prepare(/* sql */ `
    insert into _revocations values (@principal, @client, @since, @reason, @by)`);
  for (const one of register.revocations) revocation.run(one);

  syncVendors(db, register);
}

function syncSources(db: Database, sources: readonly string[]): void {
  db.prepare(/* sql */ 'update _registered set configured = 0').run();
  const replace = db.prepare(/* sql */ 'insert or replace into _registered values (?, 1)');
  for (const source of sources) replace.run(source);
}

function syncVendors(db: Database, { vendors }: Register): void {
  db.prepare(/* sql */ 'update _vendors set configured = 0').run();
  const replace = db.prepare(/* sql */ `
    insert or replace into _vendors values (@id, @name, @providers, @dpaSigned, @dpaExpires, @trains, @region,
      @subProcessors, @certifications, 1)`);
  for (const { trainsOnData, providers, subProcessors, certifications, ...rest } of vendors) {
    replace.run({
      ...rest,
      trains: trainsOnData === null ? 'unknown' : trainsOnData ? 'yes' : 'no',
      providers: JSON.stringify(providers),
      subProcessors: JSON.stringify(subProcessors),
      certifications: JSON.stringify(certifications),
    });
  }
}
