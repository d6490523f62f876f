/** Scans of Google Drive over its fake: what a second run costs, what an interruption and a failing request leave, what is tried again. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FakeFile, FOLDER } from '../../connectors/google-drive/estate-fake.ts';
import type { FakeDriveServer } from '../../connectors/google-drive/fake.ts';
import type { Config, SourceConfig } from '../../src/config.ts';
import { FAMILIES } from '../../src/rule.ts';
import type { ScanOptions } from '../../src/scan/run.ts';
import { type Fault, startFaultProxy } from '../conformance/fault-proxy.ts';
import { ADA, consented, startDrive } from '../conformance/subjects/google-drive.ts';
import { configFor, dump, manyFiles, rows, scan, temporaryFolder } from './estate.ts';

/** What is found matters here less than when: few rules are compiled sooner. */
const FEW_RULES = { off: FAMILIES.filter((family) => family !== 'identity'), packs: [], levels: {} };

function configOver(inventory: string, endpoint: string, more: Partial<SourceConfig> = {}): Config {
  const source: SourceConfig = {
    ...{ name: 'drive', connector: 'google-drive', client: null, include: [], exclude: [], depth: 'full' },
    options: consented(endpoint, { sharedDrives: false }),
    ...more,
  };
  return configFor(inventory, '', { sources: [source], rules: FEW_RULES });
}

/** Puts files by path into Ada's My Drive; gives them by path, folders too. */
function fill({ estate }: FakeDriveServer, files: Readonly<Record<string, string | Uint8Array>>) {
  const placed = new Map<string, FakeFile>();
  const root = estate.users.get(ADA);
  for (const [path, body] of Object.entries(files)) {
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, cut));
    if (folder !== '' && !placed.has(folder)) {
      placed.set(folder, estate.add({ name: folder, mimeType: FOLDER, owner: ADA, parent: root }));
    }
    const parent = placed.get(folder)?.id ?? root;
    placed.set(path, estate.add({ name: path.slice(cut + 1), owner: ADA, parent, body: Buffer.from(body) }));
  }
  const at = (path: string): FakeFile => placed.get(path) ?? missing(path);
  return { at, root };
}

function missing(path: string): never {
  throw new Error(`nothing was put at ${path}`);
}

/** Requests that came since the last call. */
function counter({ requests }: FakeDriveServer): () => readonly string[] {
  let seen = 0;
  return () => {
    const fresh = requests.slice(seen);
    seen = requests.length;
    return fresh;
  };
}

const lists = (line: string) => line.startsWith('GET /drive/v3/files?');
const reads = (line: string) => line.includes('alt=media');
const TALLY = 'select listed, read, metadata, skipped, gaps, removed from runs order by run_id desc limit 1';

test('the second scan of a drive of 10,000 files asks for what changed, and for nothing else', async () => {
  using folder = temporaryFolder();
  await using server = await startDrive();
  const { at } = fill(server, manyFiles(10_000));
  const inventory = join(folder.path, 'inventory.db');
  const config = configOver(inventory, server.url, { depth: 'metadata' });
  const requestsSince = counter(server);
  await scan(config);
  expect(rows(inventory, 'select count(*) as n from assets')).toEqual([{ n: 10_000 }]);
  expect(requestsSince().length).toBeLessThan(25);

  const { estate } = server;
  estate.update(at('d003/f31.csv'), { body: Buffer.from('week,total\n1,2,3\n') });
  estate.add({
    name: 'added.csv',
    owner: ADA,
    parent: at('d003').id,
    body: Buffer.from('week,total\n4,5\n'),
  });
  estate.delete(at('d004/f44.csv'));
  estate.update(at('d005/f55.csv'), { parent: at('d006').id, name: 'moved.csv' });
  estate.update(at('d007'), { name: 'renamed', permissions: [{ type: 'anyone', role: 'reader' }] });
  const { result } = await scan(config);
  expect(result.sources[0]).toMatchObject({ status: 'complete', removed: 1 });
  expect(rows(inventory, TALLY)).toEqual([
    { listed: 10_000, read: 0, metadata: 13, skipped: 9987, gaps: 0, removed: 1 },
  ]);
  // Who we are and what there is: six; the changes: one; the renamed folder: one; folders of what changed: three.
  expect(requestsSince().length).toBeLessThan(14);

  const fresh = join(folder.path, 'fresh.db');
  await scan({ ...config, inventory: fresh });
  const live = (file: string) => dump(file).assets?.filter((asset) => asset.live === 1);
  expect(live(inventory)).toEqual(live(fresh));
  expect(
    rows(
      inventory,
      'select distinct last_seen = (select max(started_at) from runs) as now from assets where removed_at is null',
    ),
  ).toEqual([{ now: 1 }]);
});

test('what did not change is not read again; a token that no longer serves costs a listing and no download', async () => {
  using folder = temporaryFolder();
  await using server = await startDrive();
  const { at } = fill(server, manyFiles(40));
  const inventory = join(folder.path, 'inventory.db');
  const config = configOver(inventory, server.url);
  const requestsSince = counter(server);
  await scan(config);
  expect(requestsSince().filter(reads).length).toBe(40);
  server.estate.update(at('d001/f12.csv'), { permissions: [{ type: 'anyone', role: 'reader' }] });
  await scan(config);
  const second = requestsSince();
  expect([second.filter(reads).length, second.filter((line) => line.includes('/changes?')).length]).toEqual([
    0, 1,
  ]);
  expect(
    rows(inventory, "select uri is not null as told, type from events where type like 'exposure%'"),
  ).toEqual([{ told: 1, type: 'exposure-widened' }]);

  server.estate.delete(at('d002/f20.csv'));
  server.expireTokens();
  const { result } = await scan(config);
  expect(result.sources[0]).toMatchObject({
    status: 'complete',
    removed: 1,
    counts: { listed: 39, skipped: 39 },
  });
  expect(requestsSince().filter(reads)).toEqual([]);
  // The whole listing ended in a token that serves.
  await scan(config);
  expect(requestsSince().filter((line) => lists(line) && line.includes('fields=nextPageToken'))).toEqual([]);
});

test('what could not be read is tried again although it did not change', async () => {
  using folder = temporaryFolder();
  await using server = await startDrive();
  fill(server, manyFiles(12));
  await using proxy = await startFaultProxy(server.url);
  const inventory = join(folder.path, 'inventory.db');
  const config = configOver(inventory, proxy.url);
  proxy.inject({ kind: 'status', status: 403, when: ({ path }) => path.includes('alt=media'), times: 2 });
  const first = await scan(config);
  expect(first.result.incomplete).toBe(true);
  proxy.heal();
  const second = await scan(config);
  expect(second.result.incomplete).toBe(false);
  expect(second.result.sources[0]?.counts).toMatchObject({ listed: 12, read: 2, skipped: 10, gaps: 0 });
  expect(rows(inventory, "select count(*) as n from gaps where open = 'yes'")).toEqual([{ n: 0 }]);
});

test('a dry run says what would be done with everything, changed or not', async () => {
  using folder = temporaryFolder();
  await using server = await startDrive();
  fill(server, manyFiles(12));
  const config = configOver(join(folder.path, 'inventory.db'), server.url, { depth: 'metadata' });
  await scan(config);
  const { events } = await scan(config, { dryRun: true });
  expect(events.filter(({ type }) => type === 'would').length).toBe(12);
  // It used up no token.
  const { result } = await scan(config);
  expect(result.sources[0]?.counts).toMatchObject({ listed: 12, skipped: 12 });
});

test('a scan that was interrupted in the middle of a drive goes on at its page', async () => {
  using folder = temporaryFolder();
  await using server = await startDrive();
  const { at } = fill(server, manyFiles(60));
  const requestsSince = counter(server);
  const config = (file: string) => configOver(join(folder.path, file), server.url, { depth: 'metadata' });
  const pages = (seen: readonly string[]) =>
    seen.filter((line) => lists(line) && /pageSize=6(?:&|$)/.test(line)).length;
  await scan(config('whole.db'), { pageSize: 6 });
  const all = pages(requestsSince());

  const controller = new AbortController();
  const observe: ScanOptions['observe'] = (event) => {
    if (event.type === 'progress' && event.listed >= 18) controller.abort();
  };
  const first = await scan(config('torn.db'), { pageSize: 6, signal: controller.signal, observe });
  expect(first.result.interrupted).toBe(true);
  const before = pages(requestsSince());
  // What happens while nobody looks is among the changes since the listing began.
  server.estate.update(at('d000/f0.csv'), { name: 'renamed.csv' });
  await scan(config('torn.db'), { pageSize: 6 });
  const rest = pages(requestsSince());
  expect(rest).toBeLessThan(all - 2);
  expect(before + rest).toBeLessThan(2 * all);
  await scan(config('torn.db'));
  await scan(config('whole.db'));
  expect(dump(config('torn.db').inventory).assets).toEqual(dump(config('whole.db').inventory).assets);
});

const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'reset' },
  { kind: 'short', bytes: 10 },
];

test('whichever request fails, the inventory is that of a scan without failure, or says that it is partial', async () => {
  using folder = temporaryFolder();
  await using server = await startDrive();
  fill(server, manyFiles(3));
  await using proxy = await startFaultProxy(server.url);
  const faultless = join(folder.path, 'faultless.db');
  await scan(configOver(faultless, proxy.url), { pageSize: 2 });
  const expected = dump(faultless);
  const requests = proxy.count();
  expect(requests).toBeGreaterThan(10);
  // Each request with several faults: test/connectors. Here some of them, through threads and into the inventory.
  for (const [index, fault] of FAULTS.entries()) {
    const inventory = join(folder.path, `${index}.db`);
    proxy.inject({ ...fault, after: Math.floor((index * requests) / FAULTS.length), times: 1 });
    const { result } = await scan(configOver(inventory, proxy.url), { pageSize: 2 });
    proxy.heal();
    expect(result.incomplete).toBe(false);
    expect(dump(inventory)).toEqual(expected);
  }
  const listing = ({ path }: { path: string }) => path.includes('/files?') && path.includes('pageToken');
  proxy.inject({ kind: 'status', status: 403, when: listing });
  const { result } = await scan(configOver(join(folder.path, 'refused.db'), proxy.url), { pageSize: 2 });
  expect(result.sources[0]?.status).toBe('partial');
});
