/**
 * The GCS connector against the emulator of firebase-tools, and our fake against rclone, which judges both. The emulator has objects
 * only: no list of buckets, no settings, no IAM, no login, no generations to match, no offsets (so that pages are asked for from the
 * beginning again), and it sorts by UTF-16. All of that the fake has, which is why conformance runs over it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { Storage } from '@google-cloud/storage';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeGcs } from '../../connectors/gcs/fake.ts';
import gcs from '../../connectors/gcs/index.ts';
import type { Asset, Connector, Container, Environment, Page } from '../../src/connector.ts';
import { createDigester } from '../../src/digest/index.ts';
import { createRetry } from '../../src/retry.ts';
import { type GcsEmulator, startGcsEmulator } from './gcs-emulator.ts';

const run = promisify(execFile);
const signal = new AbortController().signal;
/** 2,020 names in 34 folders of three depths and at the top. */
const MANY = [
  ...Array.from({ length: 2000 }, (_, n) => `${folderAt(n)}/note-${String(n).padStart(5, '0')}.txt`),
  ...Array.from({ length: 20 }, (_, n) => `at-the-top-${n}.txt`),
];
const bodyOf = (name: string) => Buffer.from(`body of ${name}`);

interface Server extends AsyncDisposable {
  readonly url: string;
}

async function fakeWithMany(): Promise<Server> {
  const fake = await startFakeGcs(null);
  fake.createBucket('many');
  for (const name of MANY) fake.put('many', name, bodyOf(name));
  return fake;
}

async function emulatorWithMany(): Promise<Server> {
  const emulator: GcsEmulator = await startGcsEmulator();
  const storage = new Storage({
    apiEndpoint: emulator.url,
    projectId: 'demo-x',
    useAuthWithCustomEndpoint: false,
  });
  const limit = pLimit(8);
  await Promise.all(
    MANY.map((name) =>
      limit(() => storage.bucket('many').file(name).save(bodyOf(name), { resumable: false })),
    ),
  );
  return emulator;
}

describe.each([
  ['the fake', fakeWithMany],
  ['the emulator of firebase-tools', emulatorWithMany],
])('%s', (_, start) => {
  let server: Server;
  let connector: Connector;
  let container: Container;
  let pages: Page[];

  beforeAll(async () => {
    server = await start();
    connector = await connectTo(server.url);
    const [found] = await Array.fromAsync(connector.discover(signal));
    if (found === undefined) throw new Error('no bucket was found');
    container = found;
    pages = await Array.fromAsync(connector.list(container, undefined, signal));
  }, 240_000);

  afterAll(async () => {
    await connector?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test('the objects are those that rclone lists, once and in the order of their bytes', async () => {
    const listed = assetsOf(pages).map(({ key, size }) => [key, size] as const);
    expect(listed).toEqual(listed.toSorted(byName));
    expect(listed).toEqual(await rcloneListing(server.url));
    expect(listed.length).toBe(MANY.length);
  });

  test('a listing goes on after any of its pages', async () => {
    const assets = assetsOf(pages);
    let before = 0;
    for (const page of pages.slice(0, -1)) {
      before += page.assets.length;
      const rest = await Array.fromAsync(connector.list(container, page.next ?? undefined, signal));
      expect(assetsOf(rest).map(({ key }) => key)).toEqual(assets.slice(before).map(({ key }) => key));
    }
  });

  test('bytes, ranges and digests are exact', async () => {
    for (const asset of assetsOf(pages).slice(0, 20)) {
      const body = bodyOf(asset.key);
      expect(await bytesOf(connector, asset)).toEqual(body);
      expect(await bytesOf(connector, asset, { start: 3, end: 9 })).toEqual(body.subarray(3, 9));
      const crc32c = createDigester('crc32c');
      crc32c.update(body);
      const md5 = createHash('md5').update(body).digest('hex');
      expect(asset.digests).toEqual({ md5, crc32c: crc32c.digest() });
    }
  });
});

/** `posture: false`, for the emulator has neither settings nor policies. */
function connectTo(endpoint: string): Promise<Connector> {
  const environment: Environment = {
    env: {},
    retry: createRetry(),
    concurrency: 8,
    pageSize: 300,
    log: () => undefined,
  };
  return gcs.connect({ endpoint, anonymous: true, buckets: ['many'], posture: false }, environment);
}

function assetsOf(pages: readonly Page[]): Asset[] {
  return pages.flatMap((page) => page.assets);
}

async function bytesOf(
  connector: Connector,
  asset: Asset,
  range?: { readonly start: number; readonly end: number },
): Promise<Buffer> {
  const options = range === undefined ? { signal } : { signal, range };
  return Buffer.concat(await Array.fromAsync(connector.open(asset, options), (chunk) => Buffer.from(chunk)));
}

/** Names and sizes as rclone lists them, sorted. */
async function rcloneListing(url: string): Promise<readonly (readonly [string, number])[]> {
  const env = {
    ...process.env,
    RCLONE_CONFIG: '',
    RCLONE_GCS_ANONYMOUS: 'true',
    RCLONE_GCS_ENDPOINT: `${url}/storage/v1/`,
  };
  const { stdout } = await run(
    'rclone',
    ['lsjson', '-R', '--files-only', '--fast-list', '--no-modtime', '--no-mimetype', ':gcs:many'],
    { env, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
  );
  // The shape is rclone's documented one.
  const entries = JSON.parse(stdout) as readonly { readonly Path: string; readonly Size: number }[];
  return entries.map(({ Path, Size }) => [Path, Size] as const).toSorted(byName);
}

function folderAt(n: number): string {
  const year = `y${n % 4}`;
  const depth = n % 3;
  if (depth === 0) return year;
  return depth === 1 ? `${year}/m ${n % 5}` : `${year}/m+${n % 7}/d\u00e9`;
}

function byName(a: readonly [string, number | null], b: readonly [string, number | null]): number {
  return Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]));
}
