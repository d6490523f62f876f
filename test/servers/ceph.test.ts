/** The S3 connector against Ceph's radosgw, a complete S3 server, with rclone as an independent judge of its listings. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import s3 from '../../connectors/s3/index.ts';
import type { Asset, Connector, Container, Environment, Options, Page } from '../../src/connector.ts';
import { createRetry } from '../../src/retry.ts';

const run = promisify(execFile);
const SCRIPT = new URL('ceph-rgw.sh', import.meta.url).pathname;
const OWNER = { accessKeyId: 'OWNER', secretAccessKey: 'OWNERSECRET' };
const signal = new AbortController().signal;

/** 10,020 keys in 34 folders of three depths and at the top. */
const MANY = [
  ...Array.from({ length: 10_000 }, (_, n) => `${folderAt(n)}/note-${String(n).padStart(5, '0')}.txt`),
  ...Array.from({ length: 20 }, (_, n) => `at-the-top-${n}.txt`),
];
/** Names that rclone shows otherwise than they are, and the longest that S3 allows. */
const ODD = [
  '.',
  '..',
  'a//b',
  'a/./b',
  'a/../b',
  '/leading',
  'trailing/',
  'new\nline',
  'return\rhere',
  'bell\u0007',
  'tab\there',
  'plus+space and%percent%20',
  '<&>"\'',
  'back\\slash',
  '\uffee',
  '\u{1f600}',
  'nfc-\u00e9',
  'nfd-e\u0301',
  'k'.repeat(1024),
].sort();

let folder: string;
let endpoint: string;
let client: S3Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whereabouts-ceph-'));
  const [port, monitorPort] = await freePorts();
  endpoint = `http://127.0.0.1:${port}`;
  await run(SCRIPT, ['start', folder, String(port), String(monitorPort)], { timeout: 120_000 });
  client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: OWNER });
  await fill();
}, 240_000);

afterAll(async () => {
  client?.destroy();
  await run(SCRIPT, ['stop', folder]);
  await rm(folder, { recursive: true, force: true });
});

describe('listing', () => {
  test('10,020 objects are listed once, in the order of their bytes, as rclone lists them', async () => {
    await using connector = await connectTo({ buckets: ['many'] });
    const assets = assetsOf(await pagesOf(connector, await containerOf(connector)));
    const keys = assets.map((asset) => asset.key);
    expect(keys).toEqual(MANY.toSorted(inBytes));
    const listed = assets.map(({ key, size }) => [key, size] as const).sort(byFirst);
    expect(listed).toEqual(await rcloneListing('many'));
  });

  test('a listing goes on after any of its pages', async () => {
    await using connector = await connectTo({ buckets: ['many'] });
    const container = await containerOf(connector);
    const pages = await pagesOf(connector, container);
    const keys = assetsOf(pages).map((asset) => asset.key);
    let before = 0;
    for (const page of pages.slice(0, -1)) {
      before += page.assets.length;
      if (before < 5000) continue;
      const rest = assetsOf(await pagesOf(connector, container, page.next ?? undefined));
      expect(rest.map((asset) => asset.key)).toEqual(keys.slice(before));
    }
  });

  test('only what lies under the prefixes is listed', async () => {
    await using connector = await connectTo({ buckets: ['many'], prefixes: ['y3/', 'at-the-top-1'] });
    const keys = assetsOf(await pagesOf(connector, await containerOf(connector))).map((asset) => asset.key);
    const wanted = MANY.filter((key) => key.startsWith('y3/') || key.startsWith('at-the-top-1'));
    expect(keys).toEqual(wanted.sort(inBytes));
  });

  test('odd keys are listed exactly and can be read', async () => {
    await using connector = await connectTo({ buckets: ['odd'] });
    const assets = assetsOf(await pagesOf(connector, await containerOf(connector)));
    expect(assets.map((asset) => asset.key)).toEqual(ODD.toSorted(inBytes));
    for (const asset of assets)
      expect([asset.key, await textOf(connector, asset)]).toEqual([asset.key, `body of ${asset.key}`]);
  });

  test('noncurrent versions and delete markers are listed and can be read', async () => {
    await using connector = await connectTo({ buckets: ['versioned'], versions: true }, 3);
    const container = await containerOf(connector);
    const pages = await pagesOf(connector, container);
    const assets = assetsOf(pages);
    expect(assets.map((asset) => asset.key)).toEqual(assets.map((asset) => asset.key).sort(inBytes));
    const bodies: string[] = [];
    for (const asset of assets) {
      bodies.push(asset.unread ? asset.unread.reason : await textOf(connector, asset));
    }
    expect(bodies).toEqual(['third', 'second', 'first', 'not-regular', 'doomed', 'plain']);
    expect(assets.filter((asset) => asset.path === asset.key).map((asset) => asset.path)).toEqual([
      'rewritten.txt',
      'untouched.txt',
    ]);
    expect(container.versioning).toBe('yes');
    const [first] = pages;
    const rest = assetsOf(await pagesOf(connector, container, first?.next ?? undefined));
    expect(rest).toEqual(assets.slice(first?.assets.length));
  });

  test('archived classes are listed and marked, others can be read, and tags are labels', async () => {
    await using connector = await connectTo({ buckets: ['classes'], tags: true });
    const assets = assetsOf(await pagesOf(connector, await containerOf(connector)));
    expect(assets.map((asset) => [asset.key, asset.unread?.reason, asset.labels])).toEqual([
      ['cold.txt', 'archived', {}],
      ['cool.txt', undefined, { client: 'acme', 'sensitivity level': 'confidential' }],
    ]);
    expect(await textOf(connector, assets[1])).toBe('cool');
  });
});

describe('posture', () => {
  test('each bucket shows who may read it, and what Ceph does not tell is unknown', async () => {
    await using connector = await connectTo({});
    const containers = await Array.fromAsync(connector.discover(signal));
    const facts = Object.fromEntries(
      containers.map(({ name, publicAccess, access }) => [name, [publicAccess, access?.exposure]]),
    );
    expect(facts).toMatchObject({
      'open-by-acl': ['yes', 'public'],
      'open-by-policy': ['yes', 'public'],
      'shut-by-block': ['no', 'unknown'],
      shared: ['no', 'external'],
      odd: ['no', 'unknown'],
    });
    // Ceph answers GetBucketEncryption with something else and a 200.
    expect(new Set(containers.map((container) => container.encryption))).toEqual(new Set([null]));
    const odd = containers.find((container) => container.name === 'odd');
    expect(odd).toMatchObject({ versioning: 'no', provider: 's3-compatible', account: 'owner', labels: {} });
    const shared = containers.find((container) => container.name === 'shared');
    expect(shared?.access?.grants).toContainEqual({
      principal: 'guest',
      kind: 'user',
      role: 'read',
      via: 'acl',
    });
    expect(shared?.labels).toEqual({ team: 'research' });
    const byPolicy = containers.find((container) => container.name === 'open-by-policy');
    expect(byPolicy?.access?.grants).toContainEqual({
      principal: '*',
      kind: 'everyone',
      role: 'read',
      via: 'policy',
    });
  });

  test('a wrong secret, a stranger and a forbidden bucket are auth failures that name what is missing', async () => {
    await using wrong = await connectTo({ accessKeyId: 'OWNER', secretAccessKey: 'invented' });
    await expect(wrong.check(signal)).rejects.toMatchObject({ code: 'auth' });
    await using guest = await connectTo({
      buckets: ['odd'],
      accessKeyId: 'GUEST',
      secretAccessKey: 'GUESTSECRET',
    });
    const container = await containerOf(guest);
    await expect(pagesOf(guest, container)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('s3:ListBucket'),
    });
    await using owner = await connectTo({ buckets: ['odd'] });
    expect(await owner.check(signal)).toMatchObject({ principal: 'owner' });
  });
});

async function fill(): Promise<void> {
  const limit = pLimit(24);
  const put = (Bucket: string, Key: string, body: string, more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: body, ...more }));
  for (const Bucket of [
    'many',
    'odd',
    'versioned',
    'classes',
    'open-by-acl',
    'open-by-policy',
    'shut-by-block',
    'shared',
  ]) {
    await client.send(new CreateBucketCommand({ Bucket }));
  }
  await Promise.all(MANY.map((key) => limit(() => put('many', key, key.slice(0, 1 + (key.length % 17))))));
  for (const key of ODD) await put('odd', key, `body of ${key}`);

  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration }));
  for (const body of ['first', 'second', 'third']) await put('versioned', 'rewritten.txt', body);
  await put('versioned', 'thrown-away.txt', 'doomed');
  await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'thrown-away.txt' }));
  await put('versioned', 'untouched.txt', 'plain');

  await put('classes', 'cold.txt', 'cold', { StorageClass: 'GLACIER' });
  const Tagging = 'client=acme&sensitivity%20level=confidential';
  await put('classes', 'cool.txt', 'cool', { StorageClass: 'STANDARD_IA', Tagging });

  for (const Bucket of ['open-by-acl', 'shut-by-block']) {
    await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
  }
  await client.send(
    new PutPublicAccessBlockCommand({
      Bucket: 'shut-by-block',
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::open-by-policy/*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await client.send(new PutBucketPolicyCommand({ Bucket: 'open-by-policy', Policy }));
  await client.send(
    new PutBucketAclCommand({ Bucket: 'shared', GrantRead: 'id=guest', GrantFullControl: 'id=owner' }),
  );
  const TagSet = [{ Key: 'team', Value: 'research' }];
  await client.send(new PutBucketTaggingCommand({ Bucket: 'shared', Tagging: { TagSet } }));
}

async function connectTo(options: Options, pageSize = 1000): Promise<Connector> {
  const environment: Environment = {
    env: {},
    retry: createRetry(),
    concurrency: 8,
    pageSize,
    log: () => undefined,
  };
  return s3.connect({ endpoint, region: 'us-east-1', ...OWNER, ...options }, environment);
}

async function containerOf(connector: Connector): Promise<Container> {
  const [container] = await Array.fromAsync(connector.discover(signal));
  if (container === undefined) throw new Error('no bucket was found');
  return container;
}

function pagesOf(connector: Connector, container: Container, from?: string): Promise<Page[]> {
  return Array.fromAsync(connector.list(container, from, signal));
}

function assetsOf(pages: readonly Page[]): Asset[] {
  return pages.flatMap((page) => page.assets);
}

async function textOf(connector: Connector, asset: Asset | undefined): Promise<string> {
  if (asset === undefined) throw new Error('nothing was listed');
  const chunks = await Array.fromAsync(connector.open(asset, { signal }), (chunk) => Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Names and sizes as rclone lists them, sorted. */
async function rcloneListing(bucket: string): Promise<readonly (readonly [string, number])[]> {
  // AWS_CA_BUNDLE ends rclone 1.60.
  const { AWS_CA_BUNDLE: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    RCLONE_CONFIG: join(folder, 'rclone.conf'),
    RCLONE_S3_PROVIDER: 'Ceph',
    RCLONE_S3_ENDPOINT: endpoint,
    RCLONE_S3_ACCESS_KEY_ID: OWNER.accessKeyId,
    RCLONE_S3_SECRET_ACCESS_KEY: OWNER.secretAccessKey,
  };
  const { stdout } = await run(
    'rclone',
    ['lsjson', '-R', '--files-only', '--fast-list', '--no-modtime', '--no-mimetype', `:s3:${bucket}`],
    {
      env,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  // The shape is rclone's documented one.
  const entries = JSON.parse(stdout) as readonly { readonly Path: string; readonly Size: number }[];
  return entries.map(({ Path, Size }) => [Path, Size] as const).toSorted(byFirst);
}

/** Two ports that were free a moment ago. */
async function freePorts(): Promise<readonly number[]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      // A server that listens on TCP has an AddressInfo.
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function folderAt(n: number): string {
  const year = `y${n % 4}`;
  const depth = n % 3;
  if (depth === 0) return year;
  return depth === 1 ? `${year}/m ${n % 5}` : `${year}/m+${n % 7}/d\u00e9`;
}

function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function byFirst(a: readonly [string, number | null], b: readonly [string, number | null]): number {
  return inBytes(a[0], b[0]);
}
