/** Alerts where containers come and go: a bucket that appears is news, one that the config adds is not. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceConfig } from '../../src/config.ts';
import { configFor, rows, scan, temporaryFolder } from '../scan/estate.ts';
import { ACCESS_KEY, SECRET_KEY, startS3Server } from '../servers/s3-fauxqs.ts';

const PEOPLE = Buffer.from(
  `name,email,ssn\n${Array.from({ length: 20 }, (_, n) => `Ada Quill ${n},ada.quill${n}@quillworks.net,${521 + n}-45-${1000 + n}`).join('\n')}\n`,
);
const ENV = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY };
const OPEN = "select type, uri from alerts where status = 'open'";

function sourceOf(endpoint: string, options: SourceConfig['options']): SourceConfig {
  return {
    ...{ name: 'cloud', connector: 's3', client: null, include: [], exclude: [], depth: 'full' },
    options: { endpoint, region: 'us-east-1', ...options },
  };
}

test('a copy in a bucket that was not there before raises an alert', async () => {
  using folder = temporaryFolder();
  await using server = await startS3Server();
  server.createBucket('exports');
  server.put('exports', 'customers.csv', PEOPLE);
  const inventory = join(folder.path, 'inventory.db');
  const everything = configFor(inventory, folder.path, { sources: [sourceOf(server.url, {})] });
  expect((await scan(everything, { env: ENV })).result.alerts).toEqual([]);
  server.createBucket('scratch');
  server.put('scratch', 'copy.csv', PEOPLE);
  await scan(everything, { env: ENV });
  expect(rows(inventory, OPEN)).toEqual([{ type: 'new-unclassified-copy', uri: 's3://scratch/copy.csv' }]);
});

test('a bucket that the config adds has its own baseline', async () => {
  using folder = temporaryFolder();
  await using server = await startS3Server();
  for (const bucket of ['exports', 'archive']) {
    server.createBucket(bucket);
    server.put(bucket, 'customers.csv', PEOPLE);
  }
  const inventory = join(folder.path, 'inventory.db');
  for (const buckets of [['exports'], ['exports', 'archive']]) {
    const sources = [sourceOf(server.url, { buckets })];
    await scan(configFor(inventory, folder.path, { sources }), { env: ENV });
  }
  expect(rows(inventory, OPEN)).toEqual([]);
});
