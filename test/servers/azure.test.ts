/** The Azure connector against azurite, with rclone as an independent judge of its listings. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import azureBlob from '../../connectors/azure-blob/index.ts';
import type { Environment, Options, Page } from '../../src/connector.ts';
import { createRetry } from '../../src/retry.ts';
import { ACCOUNT, ACCOUNT_KEY, type AzureServer, startAzurite } from './azurite.ts';
import { makeCertificate } from './tls-proxy.ts';

const run = promisify(execFile);
const signal = new AbortController().signal;
/** 1,220 names in 34 folders of three depths and at the top. */
const MANY = [
  ...Array.from({ length: 1200 }, (_, n) => `${folderAt(n)}/note-${String(n).padStart(5, '0')}.txt`),
  ...Array.from({ length: 20 }, (_, n) => `at-the-top-${n}.txt`),
];

let server: AzureServer;

beforeAll(async () => {
  server = await startAzurite();
  await server.admin.createContainer('many');
  const limit = pLimit(8);
  await Promise.all(
    MANY.map((name) => limit(() => server.put('many', name, Buffer.alloc(1 + (name.length % 17), 'x')))),
  );
}, 240_000);

afterAll(() => server?.[Symbol.asyncDispose]());

test.each([
  ['flat', {}],
  ['folder by folder', { hierarchical: true }],
])('listed %s, the blobs are those that rclone lists', async (_, options) => {
  const listed = (await pagesOf(options)).flatMap((page) => page.assets);
  expect(listed.map(({ path, size }) => [path, size] as const).toSorted(byName)).toEqual(
    await rcloneListing(),
  );
  expect(listed.length).toBe(MANY.length);
});

/**
 * The login that DefaultAzureCredential finds on a machine with a managed identity: an address of loopback hands out the token, as
 * App Service has it. In a process of its own, for only at its start can Node be told to trust our certificate.
 */
test('Entra ID logs in by a managed identity, and doctor says who that is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whereabouts-azure-'));
  const { certificate, keyFile } = makeCertificate(folder, ['localhost']);
  const asked: string[] = [];
  const identity = createServer((request, response) => {
    asked.push(`${request.headers['x-identity-header']} ${request.url}`);
    const token = {
      access_token: tokenFor('reader-of-nobody'),
      token_type: 'Bearer',
      expires_on: `${inAnHour()}`,
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
  });
  await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = identity.address() as AddressInfo;
  try {
    await using secure = await startAzurite({ certificate, key: keyFile });
    const env = {
      PATH: process.env.PATH,
      NODE_EXTRA_CA_CERTS: certificate,
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token`,
      IDENTITY_HEADER: 'invented',
    };
    await secure.admin.createContainer('exports');
    await secure.put('exports', 'a.txt', Buffer.from('by token'));
    const script = new URL('azure-entra.ts', import.meta.url).pathname;
    const { stdout } = await run(process.execPath, [script, `${secure.url}/${ACCOUNT}`], {
      env,
      timeout: 60_000,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      identity: { principal: 'reader-of-nobody', notes: [expect.stringContaining('getAcl/action')] },
      paths: ['a.txt'],
      bodies: ['by token'],
    });
    expect(asked[0]).toContain('invented /token');
    expect(asked[0]).toContain(encodeURIComponent('https://storage.azure.com'));
  } finally {
    await new Promise((resolve) => identity.close(resolve));
    await rm(folder, { recursive: true });
  }
});

/** A token with the claims of one, signed by nobody. */
function tokenFor(appName: string): string {
  const claims = {
    aud: 'https://storage.azure.com',
    iss: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/',
    iat: inAnHour() - 7200,
    nbf: inAnHour() - 7200,
    exp: inAnHour(),
    app_displayname: appName,
  };
  const encoded = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...encoded, Buffer.from('none').toString('base64url')].join('.');
}

/** Seconds since 1970. */
function inAnHour(): number {
  return Math.floor(Date.now() / 1000) + 3600;
}

/** Names and sizes as rclone lists them, sorted. Of its logins only the SAS URL works with an emulator. */
async function rcloneListing(): Promise<readonly (readonly [string, number])[]> {
  const sas = generateAccountSASQueryParameters(
    {
      permissions: AccountSASPermissions.parse('rl'),
      services: AccountSASServices.parse('b').toString(),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY),
  );
  const env = {
    ...process.env,
    RCLONE_AZUREBLOB_SAS_URL: `${server.url}/${ACCOUNT}?${sas}`,
    RCLONE_CONFIG: '',
  };
  const { stdout } = await run(
    'rclone',
    ['lsjson', '-R', '--files-only', '--no-modtime', '--no-mimetype', ':azureblob:many'],
    { env, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
  );
  // The shape is rclone's documented one.
  const entries = JSON.parse(stdout) as readonly { readonly Path: string; readonly Size: number }[];
  return entries.map(({ Path, Size }) => [Path, Size] as const).toSorted(byName);
}

async function pagesOf(options: Options): Promise<Page[]> {
  const environment: Environment = {
    env: {},
    retry: createRetry(),
    concurrency: 8,
    pageSize: 100,
    log: () => undefined,
  };
  const login = { account: `${server.url}/${ACCOUNT}`, accountKey: ACCOUNT_KEY };
  await using connector = await azureBlob.connect({ ...login, ...options }, environment);
  const [container] = await Array.fromAsync(connector.discover(signal));
  if (container === undefined) throw new Error('no container was found');
  return Array.fromAsync(connector.list(container, undefined, signal));
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
