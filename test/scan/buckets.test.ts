/** Scans of GCS and Azure over a fake and an emulator: what an interruption and a failing request leave, and what a second scan reads. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startFakeGcs } from '../../connectors/gcs/fake.ts';
import type { Config, SourceConfig } from '../../src/config.ts';
import type { Options } from '../../src/connector.ts';
import { FAMILIES } from '../../src/rule.ts';
import type { ScanOptions } from '../../src/scan/run.ts';
import { type Fault, startFaultProxy } from '../conformance/fault-proxy.ts';
import { ACCOUNT, ACCOUNT_KEY, startAzurite } from '../servers/azurite.ts';
import { configFor, dump, manyFiles, rows, scan, temporaryFolder } from './estate.ts';

/** What is found matters here less than when: few rules are compiled sooner. */
const FEW_RULES = { off: FAMILIES.filter((family) => family !== 'identity'), packs: [], levels: {} };

const REFUSED: Fault = { kind: 'status', status: 403 };

interface Store extends AsyncDisposable {
  readonly url: string;
  put(name: string, body: string): Promise<void>;
  /** What a source that reaches it through `url` is written as. */
  options(url: string): Options;
  /** Whether a request is for a page of a listing; for the bytes of an object. */
  lists(path: string): boolean;
  reads(path: string): boolean;
}

async function gcsStore(): Promise<Store> {
  const server = await startFakeGcs('invented');
  server.createBucket('exports');
  return {
    url: server.url,
    put: async (name, body) => server.put('exports', name, Buffer.from(body)),
    options: (endpoint) => ({ endpoint, accessToken: 'invented', buckets: ['exports'] }),
    lists: (path) => path.includes('/o?'),
    reads: (path) => path.includes('alt=media'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function azureStore(): Promise<Store> {
  const server = await startAzurite();
  await server.admin.createContainer('exports');
  return {
    url: server.url,
    put: (name, body) => server.put('exports', name, Buffer.from(body)),
    options: (url) => ({ account: `${url}/${ACCOUNT}`, accountKey: ACCOUNT_KEY, containers: ['exports'] }),
    lists: (path) => path.includes('comp=list'),
    reads: (path) => /\/exports\/\w/.test(path),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const STORES = {
  gcs: { start: gcsStore, connector: 'gcs' },
  'azure-blob': { start: azureStore, connector: 'azure-blob' },
} as const;

describe.each(Object.entries(STORES))('%s', (_, { start, connector }) => {
  /** A store with `count` objects behind a fault proxy, and a config for a scan of it. */
  async function opened(scope: AsyncDisposableStack, count: number) {
    const store = scope.use(await start());
    for (const [name, body] of Object.entries(manyFiles(count))) await store.put(name, body);
    const proxy = scope.use(await startFaultProxy(store.url));
    const folder = scope.use(temporaryFolder());
    const config = (file: string, override: Partial<SourceConfig> = {}): Config => {
      const source: SourceConfig = {
        name: 'bucket',
        connector,
        options: store.options(proxy.url),
        client: null,
        include: [],
        exclude: [],
        depth: 'full',
        ...override,
      };
      return configFor(join(folder.path, file), '', { sources: [source], rules: FEW_RULES });
    };
    return { store, proxy, config };
  }

  test('a second scan lists again and reads what changed alone', async () => {
    await using scope = new AsyncDisposableStack();
    const { store, proxy, config } = await opened(scope, 30);
    const settings = config('inventory.db');
    await scan(settings);
    const before = proxy.count(({ path }) => store.reads(path));
    expect(before).toBe(30);
    await store.put('d001/f11.csv', 'week,total\n1,2,3\n');
    const { result } = await scan(settings);
    expect(result.sources[0]?.counts).toMatchObject({ listed: 30, read: 1, skipped: 29 });
    expect(proxy.count(({ path }) => store.reads(path))).toBe(before + 1);
  });

  test('a scan that was interrupted in the middle of a bucket goes on at its page', async () => {
    await using scope = new AsyncDisposableStack();
    const { store, proxy, config } = await opened(scope, 120);
    const whole = config('whole.db', { depth: 'metadata' });
    await scan(whole, { pageSize: 5 });
    const pages = proxy.count(({ path }) => store.lists(path));
    const broken = config('broken.db', { depth: 'metadata' });
    const controller = new AbortController();
    const observe: ScanOptions['observe'] = (event) => {
      if (event.type === 'progress' && event.listed >= 60) controller.abort();
    };
    const first = await scan(broken, { pageSize: 5, signal: controller.signal, observe });
    expect(first.result.interrupted).toBe(true);
    const asked = proxy.count(({ path }) => store.lists(path));
    const { result } = await scan(broken, { pageSize: 5 });
    expect(result.sources[0]?.status).toBe('complete');
    // One more to see that we may list, and those that were listed ahead of what was committed.
    expect(proxy.count(({ path }) => store.lists(path)) - asked).toBeLessThan(pages * 0.75);
    expect(dump(broken.inventory)).toEqual(dump(whole.inventory));
  });

  // What another try mends is tried at every request by the conformance suite.
  test('whichever request is refused, nothing is missing without the scan saying so', async () => {
    await using scope = new AsyncDisposableStack();
    const { proxy, config } = await opened(scope, 12);
    const faultless = config('faultless.db', { depth: 'metadata' });
    await scan(faultless, { pageSize: 4 });
    const requests = proxy.count();
    expect(requests).toBeGreaterThan(5);
    for (let n = 0; n < requests; n += 1) {
      proxy.inject({ ...REFUSED, after: n, times: 1 });
      const broken = config(`${n}.db`, { depth: 'metadata' });
      const { result } = await scan(broken, { pageSize: 4 });
      proxy.heal();
      const said = result.incomplete || result.noAccess;
      if (!said) expect(pathsIn(broken.inventory), `request ${n}`).toEqual(pathsIn(faultless.inventory));
    }
  });

  test('objects are read wholly although requests break off', async () => {
    await using scope = new AsyncDisposableStack();
    const { store, proxy, config } = await opened(scope, 6);
    const when = ({ path }: { path: string }) => store.reads(path);
    proxy.inject({ kind: 'cut', bytes: 10, when, after: 1, times: 3 });
    const settings = config('inventory.db');
    const { result } = await scan(settings);
    expect(result).toMatchObject({ incomplete: false });
    expect(proxy.count(when)).toBe(9);
    const read = rows(settings.inventory, 'select path, sha256 from assets order by path');
    const placed = Object.entries(manyFiles(6)).map(([path, body]) => {
      return { path, sha256: createHash('sha256').update(body).digest('hex') };
    });
    expect(read).toEqual(placed.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  });
});

function pathsIn(inventory: string): unknown {
  return rows(inventory, 'select path, size from assets order by path');
}
