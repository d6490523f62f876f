/** A scan of depth sample over a bucket: few requests and bytes, counted exactly; what a sample says is stored and shown. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { folderWith, people, runCli } from '../cli/run-cli.ts';
import { startFaultProxy } from '../conformance/fault-proxy.ts';
import { zipOf } from '../extract/zip-fixture.ts';
import { ACCESS_KEY, SECRET_KEY, startS3Server } from '../servers/s3-fauxqs.ts';

const MiB = 1024 ** 2;
const AWS = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: 'us-east-1' };

/** A table of people over and over, so many bytes. */
function table(bytes: number): Buffer {
  const rows = people(40);
  return Buffer.concat([Buffer.from(rows), Buffer.alloc(bytes, rows.slice(rows.indexOf('\n') + 1))]);
}

function numbers(rows: number): Buffer {
  const all = Array.from({ length: rows }, (_, n) => n);
  const columnData = [
    { name: 'id', data: all, type: 'INT32' as const },
    { name: 'note', data: all.map((n) => `words about ${(n * 7919) % 1_000_003}`), type: 'STRING' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 10_000 }));
}

/** 24 MiB of a database, most of them pages that nothing uses any more. */
function peopleDatabase(): Buffer {
  const made = new Database(':memory:');
  made.exec(`create table people (name, email); create table notes (id integer primary key, note)`);
  const person = made.prepare('insert into people values (?, ?)');
  const note = made.prepare('insert into notes (note) values (?)');
  made.transaction(() => {
    for (let n = 0; n < 5000; n += 1) {
      person.run(`Ada Quill ${n}`, `ada.quill${n}@quillworks.net`);
      note.run(`words about ${n}`);
    }
  })();
  made.exec(`create table spare (v); insert into spare values (zeroblob(${24 * MiB})); drop table spare`);
  return made.serialize();
}

test('large objects cost a sample few requests and bytes, and the requests told are those that were sent', {
  timeout: 120_000,
}, async () => {
  await using server = await startS3Server();
  await using proxy = await startFaultProxy(server.url);
  server.createBucket('exports');
  const member = table(MiB);
  const objects = {
    'people.csv': table(40 * MiB),
    'table.parquet': numbers(500_000),
    'all.zip': zipOf(
      Array.from({ length: 40 }, (_, n) => ({ name: `${n}.csv`, data: member, stored: true })),
    ),
    'small.csv': Buffer.from(people(3)),
    'work.db': peopleDatabase(),
  };
  for (const [key, body] of Object.entries(objects)) server.put('exports', key, body);
  const size = Object.values(objects).reduce((sum, { length }) => sum + length, 0);
  expect(size).toBeGreaterThan(90 * MiB);
  using folder = folderWith({});
  const config = `sources:
  - {name: bucket, connector: s3, endpoint: '${proxy.url}', region: us-east-1, depth: sample}\n`;
  writeFileSync(join(folder.path, 'whereabouts.yaml'), config);
  const { code, stderr, stdout: said } = await runCli(['scan'], { cwd: folder.path, env: AWS });
  expect(code, stderr).toBe(0);
  expect(said).toContain(` with ${proxy.requests.length} requests`);

  const database = new Database(join(folder.path, 'inventory.db'), { readonly: true });
  const row = (sql: string) => database.prepare<[], Record<string, unknown>>(sql).get();
  const run = row('select requests, bytes_read, listed, read, sampled from runs');
  expect(run).toMatchObject({ requests: proxy.requests.length, listed: 5, read: 1, sampled: 4 });
  expect(Number(run?.bytes_read)).toBeLessThan(20 * MiB);
  expect(proxy.requests.length).toBeLessThan(230);
  const requestsFor = (key: string) => proxy.requests.filter(({ path }) => path.includes(key)).length;
  expect(requestsFor('table.parquet')).toBeLessThan(40);
  expect(requestsFor('all.zip')).toBeLessThan(40);
  expect(requestsFor('work.db')).toBeLessThan(90);

  const samples = database.prepare('select * from samples order by uri').all();
  expect(samples).toMatchObject([
    { how: 'members', unit: 'bytes', total: objects['all.zip'].length },
    { how: 'pieces', unit: 'bytes', total: objects['people.csv'].length },
    { how: 'row groups', unit: 'rows', total: 500_000 },
    { how: 'pages', unit: 'bytes', total: objects['work.db'].length },
  ]);
  // Nothing of a person is in the table of numbers: how sure that is, is told.
  const parquet = row("select says, row_bound, rows from samples where how = 'row groups'");
  expect(parquet?.row_bound).toBeCloseTo(1 - 0.05 ** (1 / Number(parquet?.rows)), 12);
  expect(parquet?.says).toMatch(
    /^what was not found is in under 0\.0\d+ % of rows at 95 %, if such rows lie scattered; if together, in under \d+ % of the stretches/,
  );
  const shares = database.prepare('select read_share from assets order by uri').pluck().all();
  expect(shares[2]).toBeNull();
  for (const share of [shares[0], shares[1], shares[3], shares[4]]) {
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.4);
  }
  database.close();

  const { stdout } = await runCli(['explain', 'table.parquet'], { cwd: folder.path });
  expect(stdout).toMatch(
    /sample +[\d,]+ of 500,000 \([\d.]+ %\) rows: \d+ row groups drawn with seed [0-9a-f]{8}/,
  );
  expect(stdout).toMatch(/not found +what was not found is in under/);
});
