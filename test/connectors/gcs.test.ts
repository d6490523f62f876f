/** What is Google's own: who may read by IAM, generations, whose login, and the vendor's client as judge of our fake. */
import { inspect } from 'node:util';
import { type File, Storage } from '@google-cloud/storage';
import { describe, expect, test } from 'vitest';
import { toConnectorError } from '../../connectors/gcs/failure.ts';
import { type FakeGcs, startFakeGcs } from '../../connectors/gcs/fake.ts';
import gcs from '../../connectors/gcs/index.ts';
import { objectUri, parseObjectUri } from '../../connectors/gcs/keys.ts';
import { toContainer } from '../../connectors/gcs/posture.ts';
import { readSettings } from '../../connectors/gcs/settings.ts';
import { type BucketFacts, type Policy, readListing } from '../../connectors/gcs/wire.ts';
import type { Connector, Environment, Options, Page } from '../../src/connector.ts';
import { startFaultProxy } from '../conformance/fault-proxy.ts';

const never = new AbortController().signal;
const ENVIRONMENT: Environment = {
  env: {},
  retry: (attempt) => attempt(),
  concurrency: 4,
  pageSize: 3,
  log: () => undefined,
};

describe('exposure', () => {
  const shut: BucketFacts = {
    name: 'b',
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'inherited' },
  };
  const prevented: BucketFacts = {
    name: 'b',
    iamConfiguration: { ...shut.iamConfiguration, publicAccessPrevention: 'enforced' },
  };
  const lists: BucketFacts = { name: 'b', iamConfiguration: { publicAccessPrevention: 'inherited' } };
  const readers = (...members: string[]): Policy => ({
    bindings: [{ role: 'roles/storage.objectViewer', members }],
  });
  const custom: Policy = { bindings: [{ role: 'projects/acme/roles/reader', members: ['allUsers'] }] };
  const ours = { domains: ['example.com'], project: 'acme' };
  const nobodySaid = { domains: [], project: undefined };

  test.each<
    [string, BucketFacts | undefined, Policy | undefined, typeof ours | typeof nobodySaid, string, string]
  >([
    ['only the project', shut, readers('projectViewer:acme'), nobodySaid, 'no', 'internal'],
    ['a person of ours', shut, readers('user:ada@example.com'), ours, 'no', 'internal'],
    ['a person of who knows', shut, readers('user:ada@example.com'), nobodySaid, 'no', 'unknown'],
    ['a stranger', shut, readers('user:eve@partner.test'), ours, 'no', 'external'],
    ["a stranger's domain", shut, readers('domain:partner.test'), ours, 'no', 'external'],
    ['our domain', shut, readers('domain:example.com'), ours, 'no', 'internal'],
    [
      'a service account of the project',
      shut,
      readers('serviceAccount:x@acme.iam.gserviceaccount.com'),
      ours,
      'no',
      'internal',
    ],
    [
      'a service account of another',
      shut,
      readers('serviceAccount:x@other.iam.gserviceaccount.com'),
      ours,
      'no',
      'unknown',
    ],
    [
      'a federated identity',
      shut,
      readers('principal://iam.googleapis.com/x/subject/y'),
      ours,
      'no',
      'unknown',
    ],
    ['everybody', shut, readers('allUsers'), ours, 'yes', 'public'],
    ['everybody with a Google account', shut, readers('allAuthenticatedUsers'), ours, 'yes', 'public'],
    ['everybody, prevented', prevented, readers('allUsers'), ours, 'no', 'internal'],
    ['everybody, by a role that we do not know', shut, custom, ours, 'unknown', 'unknown'],
    ['somebody deleted', shut, readers('deleted:user:eve@partner.test?uid=1'), ours, 'no', 'internal'],
    ['lists of their own on objects', lists, readers('user:ada@example.com'), ours, 'unknown', 'unknown'],
    ['a policy that may not be read', shut, undefined, ours, 'unknown', 'unknown'],
    ['a policy that may not be read, prevented', prevented, undefined, ours, 'no', 'unknown'],
    ['nothing known', undefined, undefined, ours, 'unknown', 'unknown'],
  ])('%s', (_, facts, policy, mine, publicAccess, exposure) => {
    const container = toContainer({ name: 'b', facts, policy }, mine);
    expect([container.publicAccess, container.access?.exposure]).toEqual([publicAccess, exposure]);
    const everyone = container.access?.grants.some((grant) => grant.kind === 'everyone');
    expect(everyone).toBe(publicAccess === 'yes');
  });

  test('the settings that have a column, and those that have none', () => {
    const facts: BucketFacts = {
      ...shut,
      projectNumber: '1',
      location: 'EU',
      encryption: { defaultKmsKeyName: 'projects/p/locations/eu/keyRings/r/cryptoKeys/k' },
      versioning: { enabled: true },
      logging: { logBucket: 'logs' },
      retentionPolicy: { retentionPeriod: '86400', isLocked: true },
    };
    expect(toContainer({ name: 'b', facts, policy: undefined }, ours)).toMatchObject({
      account: '1',
      region: 'eu',
      encryption: 'CMEK projects/p/locations/eu/keyRings/r/cryptoKeys/k',
      versioning: 'yes',
      logging: 'yes',
      labels: { 'gcs.uniform-access': 'yes', 'gcs.retention-seconds': '86400 (locked)' },
    });
    const plain = toContainer({ name: 'b', facts: shut, policy: undefined }, ours);
    expect(plain).toMatchObject({ encryption: 'Google-managed', versioning: 'no', logging: 'unknown' });
  });
});

describe('objects', () => {
  const listed = (more: object) => {
    const items = [{ name: 'a/b.csv', generation: '7', size: '3', ...more }];
    return readListing({ items }, 'bucket').objects[0]?.asset;
  };

  test.each<[string, object, object]>([
    ['one as it is', {}, { key: 'a/b.csv', path: 'a/b.csv', name: 'b.csv', size: 3, version: '7' }],
    [
      'digests in hex',
      { md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==', crc32c: 'mnG7TA==' },
      { digests: { md5: '5d41402abc4b2a76b9719d911017c592', crc32c: '9a71bb4c' } },
    ],
    ['a composed one', { crc32c: 'mnG7TA==' }, { digests: { crc32c: '9a71bb4c' } }],
    ["its writer's own key", { customerEncryption: {} }, { unread: { reason: 'encrypted' } }],
    [
      'a noncurrent one',
      { timeDeleted: '2026-01-01T00:00:00Z' },
      { path: 'a/b.csv?generation=7', uri: 'gs://bucket/a/b.csv?generation=7' },
    ],
    [
      'a deleted one',
      { softDeleteTime: '2026-01-01T00:00:00Z' },
      { path: 'a/b.csv', labels: { trashed: 'yes' }, unread: { reason: 'archived' } },
    ],
  ])('%s', (_, more, wanted) => {
    expect(listed(more)).toMatchObject(wanted);
  });

  test('what is not a listing is refused, not taken for an empty one', () => {
    expect(() => readListing({ items: [{ nothing: true }] }, 'bucket')).toThrow('not GCS');
  });

  test.each(['.', 'a//b', 'a?generation=1', '100%', 'dir/', '\u{1f600}'])(
    'the URI of %j leads back to it',
    (name) => {
      expect(parseObjectUri(objectUri('bucket', name))).toEqual({
        bucket: 'bucket',
        name,
        generation: undefined,
      });
      expect(parseObjectUri(objectUri('bucket', name, '7'))).toMatchObject({ name, generation: '7' });
      expect(gcs.fromArgument(objectUri('bucket', name))).toEqual({ buckets: ['bucket'], prefixes: [name] });
    },
  );

  test('noncurrent generations are listed after the live one, across pages, and are read as they were', async () => {
    await using server = await startFakeGcs(null);
    server.createBucket('kept', { settings: { versioning: { enabled: true } } });
    for (const body of ['first', 'second', 'third', 'fourth']) server.put('kept', 'a.txt', Buffer.from(body));
    server.put('kept', 'b.txt', Buffer.from('doomed'));
    server.remove('kept', 'b.txt');
    server.put('kept', 'c.txt', Buffer.from('plain'));
    await using connector = await connectTo(server, { versions: true });
    const pages = await pagesOf(connector);
    const assets = pages.flatMap((page) => page.assets);
    const bodies: string[] = [];
    for (const asset of assets) bodies.push(await textOf(connector, asset));
    expect(bodies).toEqual(['fourth', 'first', 'second', 'third', 'doomed', 'plain']);
    const rest = await pagesOf(connector, pages[0]?.next ?? undefined);
    expect(rest.flatMap((page) => page.assets)).toEqual(assets.slice(pages[0]?.assets.length));
  });

  test('a gzip-encoded object comes as it is stored', async () => {
    await using server = await startFakeGcs(null);
    server.createBucket('packed');
    const stored = Buffer.from('1f8b0800000000000003', 'hex');
    server.put('packed', 'a.csv', stored, { contentEncoding: 'gzip' });
    await using connector = await connectTo(server, {});
    const [asset] = (await pagesOf(connector)).flatMap((page) => page.assets);
    if (asset === undefined) throw new Error('nothing was listed');
    const chunks = await Array.fromAsync(connector.open(asset, { signal: never }), (chunk) =>
      Buffer.from(chunk),
    );
    expect(Buffer.concat(chunks).equals(stored)).toBe(true);
  });
});

describe('failures', () => {
  test('"not this generation" of what is not there means that it is gone', async () => {
    await using server = await startFakeGcs(null);
    server.createBucket('kept');
    server.put('kept', 'a.txt', Buffer.from('invented'));
    await using proxy = await startFaultProxy(server.url);
    await using connector = await connectTo(proxy, {});
    const [asset] = (await pagesOf(connector)).flatMap((page) => page.assets);
    if (asset === undefined) throw new Error('nothing was listed');
    proxy.inject({ kind: 'status', status: 412, when: ({ path }) => path.includes('alt=media') });
    await expect(textOf(connector, asset)).rejects.toMatchObject({ code: 'changed' });
    server.remove('kept', 'a.txt');
    await expect(textOf(connector, asset)).rejects.toMatchObject({ code: 'gone' });
  });

  test("a request that fails is sent once: trying again is the source's", async () => {
    await using server = await startFakeGcs(null);
    server.createBucket('kept');
    server.put('kept', 'a.txt', Buffer.from('invented'));
    await using proxy = await startFaultProxy(server.url);
    await using connector = await connectTo(proxy, { buckets: ['kept'], posture: false });
    const [asset] = (await pagesOf(connector)).flatMap((page) => page.assets);
    if (asset === undefined) throw new Error('nothing was listed');
    for (const fault of [{ kind: 'status', status: 503 }, { kind: 'reset' }] as const) {
      proxy.inject(fault);
      const before = proxy.count();
      await expect(pagesOf(connector)).rejects.toThrow('objects.list');
      await expect(textOf(connector, asset)).rejects.toThrow('objects.get');
      expect(proxy.count() - before).toBe(2);
    }
  });
});

describe('logins', () => {
  test.each<[string, Options, Environment['env'], object]>([
    ['nothing said', {}, {}, { login: { kind: 'default' }, endpoint: null, buckets: null }],
    [
      'a token of the environment',
      {},
      { CLOUDSDK_AUTH_ACCESS_TOKEN: 't' },
      { login: { kind: 'token', token: 't' } },
    ],
    [
      'a key file before it',
      { keyFile: '/k' },
      { CLOUDSDK_AUTH_ACCESS_TOKEN: 't' },
      { login: { kind: 'file' } },
    ],
    ['an emulator', {}, { STORAGE_EMULATOR_HOST: '127.0.0.1:9199' }, { endpoint: 'http://127.0.0.1:9199' }],
    ['nobody', { anonymous: true, buckets: ['b'] }, {}, { login: { kind: 'anonymous' } }],
  ])('%s', (_, options, env, wanted) => {
    expect(readSettings(options, env)).toMatchObject(wanted);
  });

  test.each<[string, Options]>([
    ['nobody and a whole project', { anonymous: true }],
    ['two logins', { keyFile: '/k', accessToken: 'invented' }],
    ['a path for a bucket', { buckets: ['a/b'] }],
  ])('%s is a mistake', (_, options) => {
    expect(() => readSettings(options, {})).toThrow(expect.objectContaining({ code: 'config' }));
  });

  test('doctor names what is missing and what is more than needed', async () => {
    await using server = await startFakeGcs(null);
    server.createBucket('mine', { permissions: ['storage.objects.list', 'storage.objects.delete'] });
    await using connector = await connectTo(server, { buckets: ['mine'] });
    const { notes, principal } = await connector.check(never);
    expect(principal).toBe('nobody (anonymous)');
    expect(notes.map((note) => note.split(' ')[0])).toEqual([
      'storage.objects.get',
      'storage.buckets.get',
      'storage.buckets.getIamPolicy',
      'more',
    ]);
    server.createBucket('theirs', { permissions: [] });
    await using other = await connectTo(server, { buckets: ['theirs'] });
    await expect(other.check(never)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('grant storage.objects.list'),
    });
  });

  test.each([
    ['a quota', { status: 403, reason: 'userRateLimitExceeded' }, 'throttled'],
    ['no permission', { status: 403, reason: 'forbidden' }, 'auth'],
    ['a bucket that its reader pays for', { status: 400, reason: 'userProjectMissing' }, 'config'],
    ['nothing there', { status: 404, reason: 'notFound' }, 'not-found'],
    ['a failing service', { status: 503, reason: 'backendError' }, 'transient'],
  ])('%s is told apart, and nothing of the request is kept', (_, { status, reason }, code) => {
    const data = { error: { code: status, message: 'invented secret', errors: [{ reason }] } };
    const config = { headers: { authorization: 'Bearer invented' } };
    const thrown = Object.assign(new Error('invented'), { config, response: { status, data, config } });
    const error = toConnectorError(thrown, { name: 'x', uri: 'gs://b/', permission: 'p' });
    expect(error.code).toBe(code);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('invented');
  });

  test('no login at all is said, with what to do', () => {
    const error = new Error('Could not load the default credentials. Browse to ...');
    expect(toConnectorError(error, { name: 'x', uri: 'gs://', permission: 'p' })).toMatchObject({
      code: 'auth',
      message: expect.stringContaining('gcloud auth application-default login'),
    });
  });
});

test("the vendor's own client lists and reads the same from our fake", async () => {
  await using server = await startFakeGcs(null);
  server.createBucket('judged');
  const names = Array.from(
    { length: 25 },
    (_, n) => `${'abc'[n % 3]}/${n % 2 ? 'x/' : ''}${n} \u{1f600}.txt`,
  );
  for (const name of names) server.put('judged', name, Buffer.from(`body of ${name}`));
  await using connector = await connectTo(server, {});
  const ours = (await pagesOf(connector)).flatMap((page) => page.assets);
  const bucket = new Storage({
    apiEndpoint: server.url,
    projectId: 'acme',
    useAuthWithCustomEndpoint: false,
  }).bucket('judged');
  const files: File[] = [];
  for (let query: object | null = { maxResults: 4, autoPaginate: false }; query !== null; ) {
    const [page, next]: [File[], object | null, ...unknown[]] = await bucket.getFiles(query);
    files.push(...page);
    query = next;
  }
  const theirs = files.map(({ name, metadata }) => [name, Number(metadata.size), metadata.generation]);
  expect(ours.map((asset) => [asset.key, asset.size, asset.version])).toEqual(theirs);
  const [body] = await (files[7] ?? bucket.file('none')).download();
  expect(body.toString()).toBe(`body of ${files[7]?.name}`);
});

function connectTo(server: Pick<FakeGcs, 'url'>, options: Options): Promise<Connector> {
  const login = options.buckets === undefined ? { project: 'acme', accessToken: 'any' } : { anonymous: true };
  return gcs.connect({ endpoint: server.url, ...login, ...options }, ENVIRONMENT);
}

async function pagesOf(connector: Connector, from?: string): Promise<Page[]> {
  const [container] = await Array.fromAsync(connector.discover(never));
  if (container === undefined) throw new Error('no bucket was found');
  return Array.fromAsync(connector.list(container, from, never));
}

async function textOf(connector: Connector, asset: Page['assets'][number]): Promise<string> {
  const chunks = await Array.fromAsync(connector.open(asset, { signal: never }), (chunk) =>
    Buffer.from(chunk),
  );
  return Buffer.concat(chunks).toString();
}
