/** Alerts through whole scans: raised once, told with everything a person needs, closed by a decision or by removal, never by silence. */
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { DEFAULT_ALERTS, NO_REGISTER } from '../../src/config.ts';
import { openWriter } from '../../src/inventory/writer.ts';
import { decide } from '../../src/scan/decide.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from '../scan/estate.ts';

const PEOPLE = `name,email,ssn\n${Array.from(
  { length: 30 },
  (_, n) => `Ada Quill ${n},ada.quill${n}@quillworks.net,${521 + n}-45-${1000 + n}`,
).join('\n')}\n`;

function estate() {
  const folder = temporaryFolder();
  // Others can see into it: what a file allows is what counts.
  chmodSync(folder.path, 0o755);
  const root = join(folder.path, 'tree');
  mkdirSync(root);
  writeTree(root, { 'clients/acme/customers.csv': PEOPLE, 'notes.txt': 'nothing to see here\n' });
  const inventory = join(folder.path, 'inventory.db');
  return {
    root,
    inventory,
    config: configFor(inventory, root, { rules: { off: [], packs: [], levels: {} } }),
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}

const OPEN =
  "select alert_id, type, what, level, original from alerts where status = 'open' order by alert_id";

test('a renamed copy raises exactly one alert, the next scan none, and a decision closes it', async () => {
  using it = estate();
  expect((await scan(it.config)).result.alerts).toEqual([]);
  cpSync(join(it.root, 'clients/acme/customers.csv'), join(it.root, 'final_v2.csv'));

  const second = await scan(it.config);
  expect(second.result.alerts).toHaveLength(1);
  const [alert] = rows(it.inventory, OPEN);
  expect(alert).toMatchObject({ type: 'new-unclassified-copy', level: 'restricted' });
  expect(String(alert?.original)).toMatch(/clients\/acme\/customers\.csv$/);

  expect((await scan(it.config)).result.alerts).toEqual([]);
  expect(rows(it.inventory, OPEN)).toHaveLength(1);

  const [asset] = rows(it.inventory, "select asset_id, source, uri from assets where path = 'final_v2.csv'");
  const named = { assetId: Number(asset?.asset_id), source: String(asset?.source), uri: String(asset?.uri) };
  await decide({
    config: it.config,
    decision: {
      ...{ asked: 'final_v2.csv', target: { assets: [named] }, level: 'restricted', expires: null },
      ...{ reason: 'working copy for the audit', by: 'D. Ode' },
    },
    now: new Date(),
  });
  expect(rows(it.inventory, OPEN)).toEqual([]);
  expect(rows(it.inventory, 'select closed_why from alerts')).toEqual([
    { closed_why: 'decided restricted: D. Ode: working copy for the audit' },
  ]);
  expect((await scan(it.config)).result.alerts).toEqual([]);
});

test('what a killed scan did not come to tell is told by the next one', async () => {
  using it = estate();
  await scan(it.config);
  cpSync(join(it.root, 'clients/acme/customers.csv'), join(it.root, 'final_v2.csv'));
  await scan(it.config);
  // As a kill between the last page and the alerts leaves it.
  const database = new Database(it.inventory);
  database.exec('delete from _alerts; delete from _unread where run_id = (select max(run_id) from _runs)');
  database.close();
  expect((await scan(it.config)).result.alerts).toHaveLength(1);
  // What is told counts as the last run's: `check` tells it too.
  expect(rows(it.inventory, 'select run_id from alerts')).toEqual([{ run_id: 3 }]);
  expect((await scan(it.config)).result.alerts).toEqual([]);
});

test('what somebody has closed is not told again when the run that told it is taken up again', async () => {
  using it = estate();
  await scan(it.config);
  cpSync(join(it.root, 'clients/acme/customers.csv'), join(it.root, 'final_v2.csv'));
  const [alert] = (await scan(it.config)).result.alerts;
  const writer = openWriter(it.inventory);
  writer.closeAlert(alert ?? 0, 'closed by D. Ode: known', new Date().toISOString());
  writer.close();
  const database = new Database(it.inventory);
  database.exec("update _runs set status = 'interrupted' where run_id = 2");
  database.close();
  const { result } = await scan(it.config);
  expect(result.sources).toMatchObject([{ runId: 2, status: 'complete' }]);
  expect(result.alerts).toEqual([]);
});

test('a file that was renamed and copied on the way is one copy more', async () => {
  using it = estate();
  await scan(it.config);
  renameSync(join(it.root, 'clients/acme/customers.csv'), join(it.root, 'clients/acme/customers-2026.csv'));
  cpSync(join(it.root, 'clients/acme/customers-2026.csv'), join(it.root, 'final_v2.csv'));
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'new-unclassified-copy' }]);
});

test('a file that more people can read where it was moved to is news', async () => {
  using it = estate();
  chmodSync(join(it.root, 'clients/acme/customers.csv'), 0o600);
  await scan(it.config);
  renameSync(join(it.root, 'clients/acme/customers.csv'), join(it.root, 'export.csv'));
  chmodSync(join(it.root, 'export.csv'), 0o644);
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'new-unclassified' }]);
});

test('a copy that is written over a harmless file raises an alert', async () => {
  using it = estate();
  await scan(it.config);
  cpSync(join(it.root, 'clients/acme/customers.csv'), join(it.root, 'notes.txt'));
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'new-unclassified-copy' }]);
});

test('what is told at a level that was asked for is not closed by silence', async () => {
  using it = estate();
  const config = { ...it.config, alerts: { ...DEFAULT_ALERTS, level: 'internal' as const } };
  await scan(config);
  writeFileSync(join(it.root, 'more.txt'), 'nothing here either\n');
  await scan(config);
  await scan(config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'new-unclassified', level: 'internal' }]);
});

test('a contradiction is closed by a decision, at once', async () => {
  using it = estate();
  const config = {
    ...it.config,
    declarations: [{ glob: 'clients/**', level: 'public' as const, reason: 'demo' }],
  };
  await scan(config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'contradiction' }]);
  const decision = { asked: 'clients/**', target: { glob: 'clients/**' }, level: 'restricted' as const };
  await decide({
    config,
    decision: { ...decision, expires: null, reason: 'read it', by: 'D. Ode' },
    now: new Date(),
  });
  expect(rows(it.inventory, OPEN)).toEqual([]);
});

test('a scan of one source leaves alone what is told of another that is not scanned any more', async () => {
  using it = estate();
  const [laptop] = it.config.sources;
  if (laptop === undefined) throw new Error('no source');
  const config = { ...it.config, alerts: { ...DEFAULT_ALERTS, staleDays: 0 } };
  await scan(config);
  await scan({ ...config, sources: [{ ...laptop, name: 'attic' }] });
  const stale = rows(it.inventory, OPEN);
  expect(stale).toMatchObject([{ type: 'source-stale' }, { type: 'source-stale' }]);
  await scan(config);
  expect(rows(it.inventory, OPEN)).toEqual(stale);
});

test('removal closes an alert, and silence does not', async () => {
  using it = estate();
  await scan(it.config);
  writeFileSync(join(it.root, 'leads.csv'), PEOPLE.replaceAll(/quill/gi, 'Reyes').replaceAll('-45-', '-46-'));
  await scan(it.config);
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'new-unclassified' }]);
  rmSync(join(it.root, 'leads.csv'));
  await scan(it.config);
  expect(rows(it.inventory, 'select closed_why from alerts')).toEqual([{ closed_why: 'it is gone' }]);
});

test('a file that was only renamed is no news; one that was classified where it was is', async () => {
  using it = estate();
  await scan(it.config);
  renameSync(join(it.root, 'clients/acme/customers.csv'), join(it.root, 'clients/acme/customers-2026.csv'));
  expect((await scan(it.config)).result.alerts).toEqual([]);
  const declared = {
    ...it.config,
    declarations: [{ glob: 'clients/**', level: 'restricted' as const, reason: 'contract' }],
  };
  await scan(declared);
  renameSync(join(it.root, 'clients/acme/customers-2026.csv'), join(it.root, 'export.csv'));
  await scan(declared);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'new-unclassified' }]);
});

test('what is below the level that was asked for raises nothing', async () => {
  using it = estate();
  await scan(it.config);
  writeFileSync(join(it.root, 'more.txt'), 'nothing here either\n');
  expect((await scan(it.config)).result.alerts).toEqual([]);
});

test('exposure that widens raises an alert, and narrowing closes it', async () => {
  using it = estate();
  const file = join(it.root, 'clients/acme/customers.csv');
  chmodSync(file, 0o600);
  await scan(it.config);
  chmodSync(file, 0o644);
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'exposure-widened' }]);
  chmodSync(file, 0o600);
  await scan(it.config);
  expect(rows(it.inventory, 'select type, closed_why from alerts')).toEqual([
    { type: 'exposure-widened', closed_why: 'no more people can read it than before' },
  ]);
});

test('narrower than before it widened closes the alert as well', async () => {
  using it = estate();
  const file = join(it.root, 'clients/acme/customers.csv');
  chmodSync(file, 0o644);
  await scan(it.config);
  chmodSync(file, 0o666);
  await scan(it.config);
  // As narrowing twice between two scans leaves it.
  const database = new Database(it.inventory);
  database.exec(`insert into _alerts (type, subject, source_id, container_id, asset_id, run_id, raised_at, what, holds, facts)
    select 'exposure-widened', 'asset ' || asset_id, 1, container_id, asset_id, 1, '2026-01-01T00:00:00Z', 'wider', 1,
      '{"before":"external","level":"restricted"}' from _assets where key like '%customers.csv' on conflict do nothing`);
  database.close();
  chmodSync(file, 0o600);
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toEqual([]);
});

test('a declaration below what is found is told once, and again only after it was right in between', async () => {
  using it = estate();
  const declared = (level: 'public' | 'restricted') => ({
    ...it.config,
    declarations: [{ glob: 'clients/**', level, reason: 'demo' }],
  });
  expect((await scan(declared('public'))).result.alerts).toHaveLength(1);
  expect((await scan(declared('public'))).result.alerts).toEqual([]);
  await scan(declared('restricted'));
  expect(rows(it.inventory, OPEN)).toEqual([]);
  expect((await scan(declared('public'))).result.alerts).toHaveLength(1);
});

test('a source that cannot be listed any more has dropped in coverage, until it can', async () => {
  using it = estate();
  await scan(it.config);
  rmSync(it.root, { recursive: true });
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'coverage-dropped' }]);
  mkdirSync(it.root);
  writeTree(it.root, { 'clients/acme/customers.csv': PEOPLE, 'notes.txt': 'nothing to see here\n' });
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toEqual([]);
});

test('a source that left the config is told, until it is back', async () => {
  using it = estate();
  const register = (sources: readonly string[]) => ({ ...it.config, register: { ...NO_REGISTER, sources } });
  await scan(register(['laptop', 'share']));
  await scan(register(['share']));
  expect(rows(it.inventory, OPEN)).toMatchObject([
    {
      type: 'coverage-dropped',
      what: 'laptop is in the config no more: what becomes of its 2 assets is not seen',
    },
  ]);
  // A scan of a place on the command line says nothing about the config.
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toHaveLength(1);
  await scan(register(['laptop', 'share']));
  expect(rows(it.inventory, OPEN)).toEqual([]);
});

test('what moved to another source is told with where it was', async () => {
  using it = estate();
  const share = join(it.root, '..', 'share');
  mkdirSync(share);
  const [laptop] = it.config.sources;
  if (laptop === undefined) throw new Error('no source');
  const config = {
    ...it.config,
    sources: [laptop, { ...laptop, name: 'share', options: { path: share } }],
  };
  await scan(config);
  renameSync(join(it.root, 'clients/acme/customers.csv'), join(share, 'c.csv'));
  await scan(config);
  expect(rows(it.inventory, OPEN)).toMatchObject([
    {
      type: 'new-unclassified',
      what: expect.stringMatching(/appeared \(before at file:.*customers\.csv\): share: c\.csv$/),
      original: expect.stringMatching(/customers\.csv$/),
    },
  ]);
});

test('what can be read less of than before has dropped in coverage', async () => {
  using it = estate();
  await scan(it.config);
  writeTree(it.root, {
    'a.7z': '7z\xbc\xaf\x27\x1c',
    'b.zip': 'PK\x03\x04 this is no zip at all',
    'c.parquet': 'PAR1 broken',
  });
  const alerts = { ...DEFAULT_ALERTS, coverageDrop: 10 };
  await scan({ ...it.config, alerts });
  expect(rows(it.inventory, OPEN).map(({ type }) => type)).toEqual(['coverage-dropped']);
  await scan({ ...it.config, alerts });
  expect(rows(it.inventory, OPEN)).toHaveLength(1);
  for (const name of ['a.7z', 'b.zip', 'c.parquet']) rmSync(join(it.root, name));
  await scan({ ...it.config, alerts });
  expect(rows(it.inventory, OPEN)).toEqual([]);
});

test('a decision that lapses is told, until somebody decides about the same again, in whatever words', async () => {
  using it = estate();
  await scan(it.config);
  const [asset] = rows(it.inventory, "select asset_id, source, uri from assets where name = 'customers.csv'");
  const named = { assetId: Number(asset?.asset_id), source: String(asset?.source), uri: String(asset?.uri) };
  const decision = { level: 'restricted' as const, reason: 'read it', by: 'D. Ode' };
  const say = (asked: string, expires: string | null) =>
    decide({
      config: it.config,
      decision: { ...decision, asked, target: { assets: [named] }, expires },
      now: new Date('2026-01-01'),
    });
  await say('customers.csv', '2026-02-01');
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toMatchObject([{ type: 'decision-expired' }]);
  await say(String(named.assetId), null);
  await scan(it.config);
  expect(rows(it.inventory, OPEN)).toEqual([]);
});
