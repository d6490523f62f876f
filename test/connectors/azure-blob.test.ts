/** What is Azure's own: accounts by name, URL and connection string, what a SAS allows, tiers, folders that are left out. */
import { inspect } from 'node:util';
import type { BlobItem } from '@azure/storage-blob';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  ContainerSASPermissions,
  generateAccountSASQueryParameters,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { describe, expect, test } from 'vitest';
import { toConnectorError } from '../../connectors/azure-blob/failure.ts';
import azureBlob from '../../connectors/azure-blob/index.ts';
import { blobUri, parseBlobUri } from '../../connectors/azure-blob/keys.ts';
import { sasNotes } from '../../connectors/azure-blob/sas.ts';
import { readSettings } from '../../connectors/azure-blob/settings.ts';
import { toAsset, wholePage } from '../../connectors/azure-blob/wire.ts';
import type { Connector, Environment, Options, Page } from '../../src/connector.ts';
import { startFaultProxy } from '../conformance/fault-proxy.ts';
import { ACCOUNT, ACCOUNT_KEY, startAzurite } from '../servers/azurite.ts';

const never = new AbortController().signal;
const FACTS = { container: 'c', uri: 'az://account/c/' };
const ENVIRONMENT: Environment = {
  env: {},
  retry: (attempt) => attempt(),
  concurrency: 4,
  pageSize: 2,
  log: () => undefined,
};

describe('arguments', () => {
  test.each([
    ['az://clientdata', { account: 'clientdata' }],
    ['az://clientdata/exports', { account: 'clientdata', containers: ['exports'] }],
    [
      'az://clientdata/exports/a%20b/100%',
      { account: 'clientdata', containers: ['exports'], prefixes: ['a%20b/100%'] },
    ],
    [
      'https://clientdata.blob.core.windows.net/exports/a%20b/?sp=rl&sig=secret',
      { account: 'https://clientdata.blob.core.windows.net', containers: ['exports'], prefixes: ['a b/'] },
    ],
    ['https://jupyter.example.com/tree', undefined],
    ['s3://bucket', undefined],
  ])('%s', (argument, options) => {
    expect(azureBlob.fromArgument(argument)).toEqual(options);
  });

  test.each(['a b', 'a//b', 'a?snapshot=1', '100%', '\u{1f600}'])(
    'the URI of %j leads back to it',
    (name) => {
      for (const state of [{}, { versionId: '2026-01-01T00:00:00.0Z' }, { snapshot: 'x?&' }]) {
        const uri = blobUri('az://account/c/', name, state);
        expect(parseBlobUri(uri)).toEqual({ container: 'c', name, state });
      }
    },
  );
});

describe('settings', () => {
  const url = 'https://clientdata.blob.core.windows.net';
  const sas = 'sv=2024&sp=rl&sig=invented';

  test.each<[string, Options, Environment['env'], object]>([
    ['a name alone logs in by Entra ID', { account: 'clientdata' }, {}, { url, login: { kind: 'entra' } }],
    [
      'a SAS beside it',
      { account: 'clientdata', sasToken: `?${sas}` },
      {},
      { login: { kind: 'sas', token: sas } },
    ],
    [
      "the environment's login of the same account",
      { account: 'clientdata' },
      { AZURE_STORAGE_ACCOUNT: 'clientdata', AZURE_STORAGE_KEY: 'k' },
      { login: { kind: 'key', key: 'k' } },
    ],
    [
      "not the environment's login of another account",
      { account: 'clientdata' },
      { AZURE_STORAGE_ACCOUNT: 'other', AZURE_STORAGE_KEY: 'k' },
      { login: { kind: 'entra' } },
    ],
    [
      'a connection string',
      {},
      {
        AZURE_STORAGE_CONNECTION_STRING:
          'DefaultEndpointsProtocol=https;AccountName=clientdata;AccountKey=a2V5Cg==;EndpointSuffix=core.windows.net',
      },
      { account: 'clientdata', url, login: { kind: 'key', key: 'a2V5Cg==' } },
    ],
    [
      'a connection string with a SAS',
      { connectionString: `BlobEndpoint=${url}/;SharedAccessSignature=${sas}` },
      {},
      { account: 'clientdata', url, login: { kind: 'sas', token: sas } },
    ],
  ])('%s', (_, options, env, wanted) => {
    expect(readSettings(options, env)).toMatchObject(wanted);
  });

  test.each<[string, Options]>([
    ['no account', {}],
    ['a SAS in the account', { account: `${url}?${sas}` }],
    ['a container in the account', { account: `${url}/exports` }],
    ['an account that cannot be', { account: 'Client Data' }],
    ['a container with a path', { account: 'clientdata', containers: ['exports/2026'] }],
    ['snapshots by folder', { account: 'clientdata', hierarchical: true, snapshots: true }],
  ])('%s is a mistake, and nothing secret is said', (_, options) => {
    const error = thrownBy(() => readSettings(options, {}));
    expect(error).toMatchObject({ code: 'config' });
    expect(inspect(error)).not.toContain('invented');
  });
});

describe('shared access signatures', () => {
  test('what is missing, too much and about to end is said', () => {
    const all = { containers: null, tags: true };
    expect(sasNotes('ss=bq&sp=rwd&se=2026-12-01', all).join('\n')).toMatch(
      /lacks l.*lacks t.*sp has wd.*ss=bq.*ends at 2026-12-01/s,
    );
    expect(sasNotes('ss=b&sp=rl', { containers: null, tags: false })).toEqual([]);
    expect(sasNotes('sr=c&sp=rl', { containers: null, tags: false })).toHaveLength(1);
  });

  test('one lists and reads, cannot be told from messages, and its lack of a right is named', async () => {
    await using server = await startAzurite();
    await server.admin.createContainer('exports');
    await server.put('exports', 'a.txt', Buffer.from('invented'));
    const signed = (permissions: string) => signedBy(permissions);
    await using reader = await connectTo(server.url, { sasToken: signed('rl') });
    expect(await textOf(reader, 'a.txt')).toBe('invented');
    const identity = await reader.check(never);
    expect(identity.principal).toBe('a shared access signature');

    const blind = signed('r');
    await using lacking = await connectTo(server.url, { sasToken: blind, containers: ['exports'] });
    const error = await lacking.check(never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('in a SAS: l') });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(
      new URLSearchParams(blind).get('sig') ?? 'none',
    );
  });
});

test('what a SAS of one container may not ask is unknown, and doctor says so', async () => {
  await using server = await startAzurite();
  await server.admin.createContainer('exports');
  const token = generateBlobSASQueryParameters(
    {
      containerName: 'exports',
      permissions: ContainerSASPermissions.parse('rl'),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY),
  );
  await using connector = await connectTo(server.url, {
    sasToken: token.toString(),
    containers: ['exports'],
  });
  const { notes } = await connector.check(never);
  expect(notes.join('\n')).toMatch(/ends at .*containers\/read .* is missing on exports/s);
  const [container] = await Array.fromAsync(connector.discover(never));
  expect(container).toMatchObject({
    publicAccess: 'unknown',
    access: { exposure: 'unknown' },
    encryption: null,
  });
  await expect(pagesOf(connector)).resolves.toHaveLength(1);
});

describe('blobs', () => {
  const item = (
    more: Partial<BlobItem> = {},
    properties: Partial<BlobItem['properties']> = {},
  ): BlobItem => ({
    name: 'a/b.csv',
    deleted: false,
    snapshot: '',
    properties: { lastModified: new Date(0), etag: '0x1', contentLength: 3, ...properties },
    ...more,
  });

  test.each<[string, BlobItem, object]>([
    ['one as it is', item(), { key: 'a/b.csv', path: 'a/b.csv', name: 'b.csv', size: 3, mediaType: null }],
    ['its MD5', item({}, { contentMD5: Buffer.alloc(16, 1) }), { digests: { md5: '01'.repeat(16) } }],
    ['the archive', item({}, { accessTier: 'Archive' }), { unread: { reason: 'archived' } }],
    ['a key of its own', item({}, { customerProvidedKeySha256: 'x' }), { unread: { reason: 'encrypted' } }],
    ['a name with dots', item({ name: 'a/../b' }), { unread: { reason: 'unsupported-format' } }],
    [
      'a snapshot',
      item({ snapshot: '2026-01-01T00:00:00.1Z' }),
      { path: 'a/b.csv?snapshot=2026-01-01T00:00:00.1Z', uri: expect.stringContaining('?snapshot=') },
    ],
    [
      'an old version',
      item({ versionId: 'v1' }),
      { path: 'a/b.csv?versionId=v1', uri: 'az://account/c/a/b.csv?versionId=v1' },
    ],
    ['the current version', item({ versionId: 'v2', isCurrentVersion: true }), { key: 'a/b.csv' }],
    [
      'what was deleted',
      item({ deleted: true }, { deletedOn: new Date(1) }),
      { path: 'a/b.csv', labels: { trashed: 'yes' }, unread: { reason: 'archived' } },
    ],
    ['tags', item({ tags: { client: 'acme' } }), { labels: { client: 'acme' } }],
  ])('%s', (_, listed, wanted) => {
    expect(toAsset(listed, FACTS)).toMatchObject(wanted);
  });

  test("a request that fails is sent once: trying again is the source's", async () => {
    await using server = await startAzurite();
    await server.admin.createContainer('exports');
    await server.put('exports', 'a.txt', Buffer.from('invented'));
    await using proxy = await startFaultProxy(server.url);
    const settings = { containers: ['exports'], posture: false };
    await using connector = await connectTo(proxy.url, settings);
    const [container] = await Array.fromAsync(connector.discover(never));
    if (container === undefined) throw new Error('no container was found');
    const list = () => Array.fromAsync(connector.list(container, undefined, never));
    const listed = (await list()).flatMap((page) => page.assets);
    for (const fault of [{ kind: 'status', status: 503 }, { kind: 'reset' }] as const) {
      proxy.inject(fault);
      const before = proxy.count();
      await expect(list()).rejects.toThrow('List Blobs');
      await expect(textOf(connector, 'a.txt', listed)).rejects.toThrow('Get Blob');
      expect(proxy.count() - before).toBe(2);
    }
  });

  test('an answer that is no listing is not taken for an empty one', () => {
    const operation = { name: 'List Blobs', uri: 'az://account/c/' };
    const page: { readonly segment: object; readonly continuationToken?: string } = { segment: {} };
    expect(() => wholePage({ done: false, value: page }, operation)).toThrow('not a whole listing');
    expect(wholePage({ done: false, value: { ...page, continuationToken: '' } }, operation)).toMatchObject(
      page,
    );
  });

  test('an error says what permission is missing and carries nothing of the request', () => {
    const operation = { name: 'List Blobs', uri: 'az://account/c/', permission: 'blobs/read' };
    const sdk = Object.assign(new Error('GET https://x/?sig=invented'), {
      code: 'AuthorizationPermissionMismatch',
      statusCode: 403,
      request: { url: 'https://x/?sig=invented' },
    });
    const error = toConnectorError(sdk, operation);
    expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('grant blobs/read') });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('invented');
  });
});

describe('listing folder by folder', () => {
  /** Folders inside folders, and more in each than a page holds. */
  const NAMES = ['', 'a/', 'a/b/', 'a/b/c/', 'a/d/', 'node_modules/', 'node_modules/x/', 'z/'].flatMap(
    (folder) => [1, 2, 3].map((n) => `${folder}${n}.txt`),
  );

  test('goes on after any page, and asks nothing of folders that are left out', async () => {
    await using server = await startAzurite();
    await server.admin.createContainer('tree');
    for (const name of NAMES) await server.put('tree', name, Buffer.from(name));
    const skip = (path: string, isDirectory: boolean) => isDirectory && path === 'node_modules';
    await using connector = await connectTo(server.url, { hierarchical: true }, { skip });
    const pages = await pagesOf(connector);
    const paths = pages.flatMap((page) => page.assets.map((asset) => asset.path));
    expect(paths.toSorted()).toEqual(NAMES.filter((name) => !name.startsWith('node_modules/')).sort());
    expect(pages.flatMap((page) => page.gaps)).toMatchObject([
      { reason: 'excluded', prefix: 'node_modules/' },
    ]);
    for (const [index, page] of pages.entries()) {
      if (page.next === null) continue;
      expect(foundIn(await pagesOf(connector, page.next))).toEqual(foundIn(pages.slice(index + 1)));
    }
  });

  test('flat and by folder list the same, under several prefixes too', async () => {
    await using server = await startAzurite();
    await server.admin.createContainer('tree');
    for (const name of NAMES) await server.put('tree', name, Buffer.from(name));
    const [flat, byFolder] = await Promise.all(
      [false, true].map(async (hierarchical) => {
        await using connector = await connectTo(server.url, { hierarchical, prefixes: ['z/', 'a/b', '1'] });
        const pages = await pagesOf(connector);
        return pages
          .flatMap((page) => page.assets)
          .map(({ path, version, digests }) => ({ path, version, digests }));
      }),
    );
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    expect(byFolder?.toSorted(byPath)).toEqual(flat?.toSorted(byPath));
    expect(flat).toHaveLength(10);
  });

  test('snapshots are listed beside their blob and read as they were', async () => {
    await using server = await startAzurite();
    await server.admin.createContainer('tree');
    await server.put('tree', 'a.txt', Buffer.from('before'));
    await server.admin.getContainerClient('tree').getBlobClient('a.txt').createSnapshot();
    await server.put('tree', 'a.txt', Buffer.from('after!'));
    await using connector = await connectTo(server.url, { snapshots: true });
    const assets = (await pagesOf(connector)).flatMap((page) => page.assets);
    const bodies = await Promise.all(assets.map((asset) => textOf(connector, asset.path, assets)));
    expect(bodies.sort()).toEqual(['after!', 'before']);
    expect(new Set(assets.map((asset) => asset.key)).size).toBe(2);
  });
});

function foundIn(pages: readonly Page[]) {
  return [pages.flatMap((page) => page.assets), pages.flatMap((page) => page.gaps)];
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('this should have thrown');
}

function signedBy(permissions: string): string {
  return generateAccountSASQueryParameters(
    {
      permissions: AccountSASPermissions.parse(permissions),
      services: AccountSASServices.parse('b').toString(),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY),
  ).toString();
}

function connectTo(url: string, options: Options, more: Partial<Environment> = {}): Promise<Connector> {
  const login = options.sasToken === undefined ? { accountKey: ACCOUNT_KEY } : {};
  return azureBlob.connect(
    { account: `${url}/${ACCOUNT}`, ...login, ...options },
    { ...ENVIRONMENT, ...more },
  );
}

async function pagesOf(connector: Connector, from?: string): Promise<Page[]> {
  const [container] = await Array.fromAsync(connector.discover(never));
  if (container === undefined) throw new Error('no container was found');
  return Array.fromAsync(connector.list(container, from, never));
}

async function textOf(connector: Connector, path: string, listed?: Page['assets']): Promise<string> {
  const assets = listed ?? (await pagesOf(connector)).flatMap((page) => page.assets);
  const asset = assets.find((each) => each.path === path);
  if (asset === undefined) throw new Error(`${path} was not listed`);
  const chunks = await Array.fromAsync(connector.open(asset, { signal: never }), (chunk) =>
    Buffer.from(chunk),
  );
  return Buffer.concat(chunks).toString();
}
