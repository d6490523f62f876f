/** The Azure connector against azurite, with rclone as an independent judge of its listings. */
import { execFile } from 'node:child_process';
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
