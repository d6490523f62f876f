/** Scans of Microsoft 365 over its fake: what a second run costs, what an interruption and a failing request leave. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FakeGraph, startFakeGraph } from '../../connectors/microsoft-365/fake.ts';
import type { Config, SourceConfig } from '../../src/config.ts';
import { FAMILIES } from '../../src/rule.ts';
import type { ScanOptions } from '../../src/scan/run.ts';
import { type Fault, startFaultProxy } from '../conformance/fault-proxy.ts';
import { configFor, dump, manyFiles, rows, scan, temporaryFolder } from './estate.ts';

const ADA = 'ada@contoso.example';
// What is found matters here less than when: few rules are compiled sooner.
const rules = { off: FAMILIES.filter((family) => family !== 'identity'), packs: [], levels: {} };

function sourceAt(endpoint: string, token: string, more: Partial<SourceConfig> = {}): SourceConfig {
  return {
    name: 'm365',
    connector: 'microsoft-365',
    options: { endpoint, accessToken: token, users: ['*'], resourceUnits: 10_000_000 },
    client: null,
    include: [],
    exclude: [],
    depth: 'full',
    ...more,
  };
}

function configOver(inventory: string, source: SourceConfig): Config {
  return configFor(inventory, '', { sources: [source], rules });
}

function fill(graph: FakeGraph, files: number) {
  const drive = graph.addUser(ADA);
  for (const [path, text] of Object.entries(manyFiles(files))) drive.put(path, Buffer.from(text));
  return drive;
}

/** Requests that came since the last call. */
function counter({ requests }: FakeGraph): () => readonly string[] {
  let seen = 0;
  return () => {
    const fresh = requests.slice(seen).map(({ path }) => path);
    seen = requests.length;
    return fresh;
  };
}

test('the second scan of a drive of 10,000 files asks for what changed, and for nothing else', async () => {
  using folder = temporaryFolder();
  await using graph = await startFakeGraph();
  const drive = fill(graph, 10_000);
  const inventory = join(folder.path, 'inventory.db');
  const source = sourceAt(graph.url, graph.token, { depth: 'metadata' });
  const requestsSince = counter(graph);
  await scan(configOver(inventory, source));
  expect(rows(inventory, 'select count(*) as n from assets')).toEqual([{ n: 10_000 }]);
  expect(requestsSince().length).toBeLessThan(30);

  drive.put('d003/f31.csv', Buffer.from('week,total\n1,2,3\n'));
  drive.put('new folder/added.csv', Buffer.from('week,total\n4,5\n'));
  drive.delete('d004/f44.csv');
  drive.move('d005/f55.csv', 'd006/moved.csv');
  const { result } = await scan(configOver(inventory, source));
  expect(result.sources[0]).toMatchObject({ status: 'complete', removed: 1 });
  // Who we are and what there is: five; the changes: one.
  expect(requestsSince().length).toBeLessThan(10);

  const fresh = join(folder.path, 'fresh.db');
  await scan(configOver(fresh, source));
  const live = (file: string) => dump(file).assets?.filter((asset) => asset.live === 1);
  expect(live(inventory)).toEqual(live(fresh));
});

test('a folder that was renamed or deleted is found by a whole listing, and nothing is downloaded again', async () => {
  using folder = temporaryFolder();
  await using graph = await startFakeGraph();
  const drive = fill(graph, 60);
  const inventory = join(folder.path, 'inventory.db');
  const config = configOver(inventory, sourceAt(graph.url, graph.token));
  await scan(config);
  const requestsSince = counter(graph);
  requestsSince();
  drive.move('d001', 'renamed');
  drive.delete('d002');
  const { result } = await scan(config);
  expect(result.sources[0]).toMatchObject({ status: 'complete', removed: 10 });
  expect(requestsSince().filter((path) => path.startsWith('/download/'))).toEqual([]);
  const paths = rows(inventory, "select path from assets where removed_at is null and path like 'renamed/%'");
  expect(paths.length).toBe(10);
  // The whole listing ended in a token: after a look whether we may list, only changes are asked for.
  const { result: third } = await scan(config);
  expect(third.sources[0]?.status).toBe('complete');
  expect(requestsSince().filter((path) => path.includes('/delta') && !path.includes('token=')).length).toBe(
    1,
  );
});

test('a file that changes while its drive is listed comes twice, and counts once', async () => {
  using folder = temporaryFolder();
  await using graph = await startFakeGraph();
  const drive = fill(graph, 40);
  const inventory = join(folder.path, 'inventory.db');
  let pages = 0;
  const { result } = await scan(configOver(inventory, sourceAt(graph.url, graph.token)), {
    pageSize: 5,
    observe: (event) => {
      if (event.type !== 'progress' || event.listed === 0) return;
      pages += 1;
      if (pages !== 1) return;
      drive.put('d000/f0.csv', Buffer.from('week,total\n7,7\n'));
      drive.delete('d000/f1.csv');
    },
  });
  expect(result.sources[0]?.status).toBe('complete');
  const assets = rows(inventory, 'select path, size from assets where removed_at is null');
  expect(assets.length).toBe(39);
  expect(assets).toContainEqual({ path: 'd000/f0.csv', size: 15 });
});

test('a scan that was interrupted in the middle of a drive goes on at its page', async () => {
  using folder = temporaryFolder();
  await using graph = await startFakeGraph();
  fill(graph, 60);
  const requestsSince = counter(graph);
  const source = sourceAt(graph.url, graph.token);
  const whole = join(folder.path, 'whole.db');
  await scan(configOver(whole, source), { pageSize: 6 });
  const pagesOfAll = requestsSince().filter((path) => path.includes('/delta')).length;

  const inventory = join(folder.path, 'inventory.db');
  const controller = new AbortController();
  const observe: ScanOptions['observe'] = (event) => {
    if (event.type === 'progress' && event.listed >= 18) controller.abort();
  };
  const first = await scan(configOver(inventory, source), {
    pageSize: 6,
    signal: controller.signal,
    observe,
  });
  expect(first.result.interrupted).toBe(true);
  const listed = requestsSince().filter((path) => path.includes('/delta')).length;
  await scan(configOver(inventory, source), { pageSize: 6 });
  const rest = requestsSince().filter((path) => path.includes('/delta'));
  // One more to see that we may list, and those that were listed ahead of what was committed.
  expect(rest.length).toBeLessThan(pagesOfAll - 2);
  expect(listed + rest.length).toBeLessThan(2 * pagesOfAll);
  expect(dump(inventory)).toEqual(dump(whole));
});

test('whichever request fails, the inventory is that of a scan without failure, or says that it is partial', {
  timeout: 60_000,
}, async () => {
  using folder = temporaryFolder();
  await using graph = await startFakeGraph();
  fill(graph, 3);
  await using proxy = await startFaultProxy(graph.url);
  const source = sourceAt(proxy.url, graph.token);
  const faultless = join(folder.path, 'faultless.db');
  await scan(configOver(faultless, source), { pageSize: 2 });
  const expected = dump(faultless);
  const requests = proxy.count();
  expect(requests).toBeGreaterThan(12);
  // Each request with each fault: test/connectors. Here some of them, through threads and into the inventory.
  for (const [index, fault] of FAULTS.entries()) {
    const inventory = join(folder.path, `${index}.db`);
    proxy.inject({ ...fault, after: Math.floor((index * requests) / FAULTS.length), times: 1 });
    const { result } = await scan(configOver(inventory, source), { pageSize: 2 });
    proxy.heal();
    expect(result.incomplete).toBe(false);
    expect(dump(inventory)).toEqual(expected);
  }
  proxy.inject({ kind: 'status', status: 403, when: ({ path }) => path.startsWith('/download/'), times: 1 });
  const { result } = await scan(configOver(join(folder.path, 'refused.db'), source));
  expect(result.incomplete).toBe(true);
});

const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 500 },
  { kind: 'reset' },
  { kind: 'cut', bytes: 10 },
  { kind: 'short', bytes: 10 },
];
