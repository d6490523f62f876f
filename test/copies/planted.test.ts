/** A client's table of 10,000 rows in every form that copies take, and tables beside it that are no copies. */

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceConfig } from '../../src/config.ts';
import { runHere } from '../cli/run-cli.ts';
import { zipOf } from '../extract/zip-fixture.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from '../scan/estate.ts';
import { ACCESS_KEY, type S3Server, SECRET_KEY, startS3Server } from '../servers/s3-fauxqs.ts';
import {
  customers,
  pickColumns,
  pickRows,
  toCsv,
  toJsonl,
  toNotebook,
  toParquet,
  toPrompts,
  toSqlite,
  toXlsx,
} from './tables.ts';

const TABLE = customers(10_000, 'harborview');
const SAMPLE = pickRows(TABLE, (index) => index % 10 < 3);
const SHUFFLED = pickColumns(TABLE, [
  'plan',
  'email',
  'active',
  'id',
  'ssn',
  'city',
  'last_name',
  'balance',
  'birth_date',
  'first_name',
]);
const FEWER = pickColumns(SAMPLE, ['email', 'last_name', 'city', 'ssn']);
const letter = (name: string, street: string, amount: string) =>
  `Dear ${name}, thank you for choosing our services. This agreement is made between the parties for the supply of
consulting. It may be ended by either side with a notice of three months in writing. The address of record is ${street}.
The total amount due is ${amount} and is to be paid within thirty days of the invoice. Kind regards from all of us.`;

const PLANTED = {
  'reports/customers.parquet': toParquet(TABLE),
  'reports/customers.xlsx': toXlsx(TABLE),
  'reports/customers.sqlite': toSqlite(TABLE),
  'reports/by-plan.csv': toCsv(SHUFFLED, ';'),
  'reports/records.jsonl': toJsonl(TABLE),
  'ml/sample.csv': toCsv(SAMPLE),
  'ml/mailing.csv': toCsv(FEWER),
  'ml/look.ipynb': toNotebook(pickRows(TABLE, (index) => index < 5)),
  'ml/prompts.jsonl': toPrompts(TABLE),
  'old/backup.zip': zipOf([
    { name: '2025/inner.zip', data: zipOf([{ name: 'customers.csv', data: toCsv(TABLE) }]) },
  ]),
};
const DECOYS = {
  'decoys/other-people.csv': toCsv(customers(10_000, 'lakeside')),
  'decoys/other-few.csv': toCsv(customers(200, 'hillcrest')),
  'decoys/other-people.xlsx': toXlsx(customers(3000, 'meadow')),
  'decoys/letter-1.txt': Buffer.from(letter('Maren Holt', '12 Elm Row, Salem', '1,250.00')),
  'decoys/letter-2.txt': Buffer.from(letter('Tobias Lind', '88 Mill Lane, Newport', '9,310.75')),
};

const folder = temporaryFolder();
const inventory = join(folder.path, 'inventory.db');
let server: S3Server;

beforeAll(async () => {
  server = await startS3Server();
  server.createBucket('exports');
  server.put('exports', 'harborview/customers.csv', toCsv(TABLE));
  server.put('exports', 'harborview/customers.csv.gz', gzipSync(toCsv(TABLE)));
  writeTree(join(folder.path, 'laptop'), { 'original/customers.csv': toCsv(TABLE), ...PLANTED, ...DECOYS });
  await scanAll();
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const scanAll = () =>
  scan(
    configFor(inventory, join(folder.path, 'laptop'), {
      sources: [source('laptop', 'local', { path: join(folder.path, 'laptop') }), bucket(server.url)],
    }),
  );
const source = (name: string, connector: string, options: SourceConfig['options']) => ({
  name,
  connector,
  options,
  client: null,
  include: [],
  exclude: [],
  depth: 'full' as const,
});
const bucket = (endpoint: string) =>
  source('bucket', 's3', {
    endpoint,
    region: 'us-east-1',
    accessKeyId: ACCESS_KEY,
    secretAccessKey: SECRET_KEY,
  });

const copies = () =>
  rows(
    inventory,
    `select copy_group, replace(uri, 'file://' || '${join(folder.path, 'laptop')}/', '') as at, member, part, how, similarity,
       original_share, ordinal, evidence from copies order by at, member`,
  );

test('all are in one group, each with how it is related, and the original is named', () => {
  const found = copies();
  expect(new Set(found.map((row) => row.copy_group)).size).toBe(1);
  expect(found.map(({ at, member, how }) => [at, member, how])).toEqual([
    ['ml/look.ipynb', null, 'part of the rows'],
    ['ml/mailing.csv', null, 'other columns'],
    ['ml/prompts.jsonl', null, 'same people'],
    ['ml/sample.csv', null, 'part of the rows'],
    ['old/backup.zip', '2025/inner.zip!/customers.csv', 'archive member'],
    ['original/customers.csv', null, 'same bytes'],
    ['reports/by-plan.csv', null, 'same rows'],
    ['reports/customers.parquet', null, 'same rows'],
    ['reports/customers.sqlite', null, 'same rows'],
    ['reports/customers.xlsx', null, 'same rows'],
    ['reports/records.jsonl', null, 'same rows'],
    ['s3://exports/harborview/customers.csv', null, 'same bytes'],
    ['s3://exports/harborview/customers.csv.gz', 'customers.csv', 'archive member'],
  ]);
});

test('how much of each is in the original, and of the original in it, is told within three points', () => {
  const shares = new Map(
    copies().map((row) => [row.at, [Number(row.similarity), Number(row.original_share)]]),
  );
  const near = (at: string, similarity: number, originalShare: number) => {
    const [forward = -1, backward = -1] = shares.get(at) ?? [];
    expect(Math.abs(forward - similarity), at).toBeLessThanOrEqual(0.03);
    expect(Math.abs(backward - originalShare), at).toBeLessThanOrEqual(0.03);
  };
  near('ml/sample.csv', 1, 0.3);
  near('reports/by-plan.csv', 1, 1);
  near('reports/customers.parquet', 1, 1);
  near('reports/customers.xlsx', 1, 1);
  near('reports/records.jsonl', 1, 1);
  near('ml/look.ipynb', 1, 5 / 10_000);
  expect(shares.get('ml/prompts.jsonl')?.[0]).toBeGreaterThan(0.97);
});

test('other people in the same columns and another letter of the same form are no copies', () => {
  expect(copies().filter(({ at }) => String(at).startsWith('decoys/'))).toEqual([]);
});

test('run two with one renamed copy in Downloads: exactly one alert, exit 1; run three: none, exit 0; classified: closed', async () => {
  const cli = (...args: string[]) => runHere([...args, '--inventory', inventory], { cwd: folder.path });
  const open = "select type, level, original from alerts where status = 'open'";
  expect(rows(inventory, open)).toEqual([]);
  writeTree(join(folder.path, 'laptop'), { 'Downloads/final_v2 (1).csv': toCsv(TABLE) });
  await scanAll();
  const second = await cli('check');
  expect(second.code).toBe(1);
  expect(second.stdout).toContain('Downloads/final_v2 (1).csv');
  expect(rows(inventory, open)).toMatchObject([{ type: 'new-unclassified-copy', level: 'restricted' }]);

  await scanAll();
  expect(await cli('check')).toMatchObject({ code: 0, stdout: '' });
  expect(rows(inventory, open)).toHaveLength(1);

  const said = ['--level', 'restricted', '--reason', 'working copy for the audit', '--by', 'D. Ode'];
  expect((await cli('classify', 'Downloads/final_v2 (1).csv', ...said)).code).toBe(0);
  expect(rows(inventory, open)).toEqual([]);
}, 120_000);
