/** SQLite files read page by page give what SQLite itself gives, and a sample costs little however large they are. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../src/extract/segment.ts';
import { collectFrom, sourceOf } from './collect.ts';

const MiB = 1024 ** 2;

/** The bytes of a database made by `build`. */
function databaseOf(build: (database: Database.Database) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'whereabouts-sqlite-'));
  try {
    const path = join(folder, 'a.db');
    const database = new Database(path);
    build(database);
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Counts the ranges that are asked for. */
function counted(source: ByteSource): {
  readonly source: ByteSource;
  readonly ranges: { count: number; bytes: number };
} {
  const ranges = { count: 0, bytes: 0 };
  const { read } = source;
  if (read === undefined) throw new Error('not to be read by range');
  return {
    ranges,
    source: {
      ...source,
      async read(start, end) {
        const bytes = await read(start, end);
        ranges.count += 1;
        ranges.bytes += bytes.length;
        return bytes;
      },
    },
  };
}

/** Makes the file larger than what is read in memory by pages that nothing uses any more, which cost nothing to read. */
function spread(database: Database.Database): void {
  database.exec(`create table gone (v); insert into gone values (zeroblob(${16 * MiB})); drop table gone`);
}

/** Everything that records can be, beside enough rows for three levels of pages of 4096 bytes. */
function fill(database: Database.Database): void {
  database.exec(`
    create table people (id integer primary key, name text, email text, score real, n);
    create table keyed (city text, year int, note, primary key (year, city)) without rowid;
    create table computed (a integer, b as (a * 2) virtual, c as (a * 3) stored, d text);
    create table "odd (name" ("a b" text, 'x,y' int default 3);
    create table auto (id integer primary key autoincrement, v text);
    create table large (v text, w blob);
    create index by_email on people (email);
    create view shown as select * from people;
    create virtual table search using fts5 (body);`);
  const person = database.prepare('insert into people (name, email, score, n) values (?, ?, ?, ?)');
  const city = database.prepare('insert into keyed values (?, ?, ?)');
  const computed = database.prepare('insert into computed (a, d) values (?, ?)');
  const numbers = [
    null,
    0,
    1,
    -1,
    200,
    -40_000,
    8_000_000,
    -2_000_000_000,
    2 ** 40,
    -(2 ** 47),
    1.5,
    2n ** 62n,
    'text',
  ];
  database.transaction(() => {
    for (let n = 0; n < 30_000; n += 1) {
      person.run(`Ann Example ${n}`, `ann${n}@example.org`, n / 7, numbers[n % numbers.length]);
    }
    for (let n = 0; n < 5000; n += 1) city.run(`city ${n}`, n % 50, n % 9 ? null : 'note');
    for (let n = 0; n < 10; n += 1) computed.run(n, `d${n}`);
  })();
  database.exec(`insert into "odd (name" ("a b") values ('Zoë'); insert into auto (v) values ('x'), ('y');
    insert into search values ('words that are indexed'); delete from people where id % 1000 = 7`);
  const long = database.prepare('insert into large values (?, ?)');
  for (const length of [10, 4000, 4058, 4059, 5000, 70_000, 900_000]) {
    long.run('ä'.repeat(length), Buffer.alloc(length, 0xff));
  }
  spread(database);
}

const PLAIN = databaseOf(fill);

describe.each([
  ['UTF-8, pages of 4096', ''],
  ['UTF-16, pages of 512', "pragma encoding = 'UTF-16le'; pragma page_size = 512;"],
  ['UTF-16 the other way round, pages of 65536', "pragma encoding = 'UTF-16be'; pragma page_size = 65536;"],
])('a database of %s', (_, settings) => {
  const bytes =
    settings === ''
      ? PLAIN
      : databaseOf((database) => {
          database.exec(settings);
          fill(database);
        });

  test('gives page by page what SQLite gives of it in memory', { timeout: 60_000 }, async () => {
    expect(bytes.length).toBeGreaterThan(16 * MiB);
    const paged = await collectFrom(sourceOf(bytes, { ranged: true }), { name: 'a.db' });
    const held = await collectFrom(sourceOf(bytes), { name: 'a.db' });
    // What is computed when it is asked for is not stored.
    const stored = held.cells.filter(({ place }) => !/^table computed .*column b$/.test(place));
    expect(paged.cells.length).toBe(stored.length);
    expect(paged.cells.findIndex((cell, i) => cell.place !== stored[i]?.place)).toBe(-1);
    expect(paged.cells.findIndex((cell, i) => cell.cell !== stored[i]?.cell)).toBe(-1);
    expect(paged.gaps).toEqual(held.gaps);
    expect(paged.cells.length).toBeGreaterThan(100_000);
  });
});

test('a sample of a large database is drawn from every table, in few requests', async () => {
  const bytes = PLAIN;
  const { source, ranges } = counted({ ...sourceOf(bytes, { ranged: true }), sample: { bytes: MiB } });
  const { cells, sample, gaps } = await collectFrom(source, { name: 'a.db' });
  expect(gaps.filter(({ reason }) => reason !== 'no-text')).toEqual([]);
  expect(ranges.count).toBeLessThan(160);
  expect(ranges.bytes).toBeLessThan(4 * MiB);
  expect(cells.some(({ place }) => /^from page \d+ table people row \d+, column email$/.test(place))).toBe(
    true,
  );
  expect(cells.some(({ cell }) => /^city \d+$/.test(cell))).toBe(true);
  expect(sample).toMatchObject({ how: 'pages', unit: 'bytes', total: bytes.length });
  expect(sample?.draws).toBeGreaterThan(20);
  const again = await collectFrom(
    { ...sourceOf(bytes, { ranged: true }), sample: { bytes: MiB } },
    { name: 'b.db' },
  );
  expect(again.cells).toEqual(cells);
});

test('pages that point in a circle end in a gap', async () => {
  const bytes = Buffer.from(PLAIN);
  // The root of the first table becomes a child of itself.
  const database = new Database(bytes);
  const root = Number(
    database.prepare("select rootpage from sqlite_schema where name = 'people'").pluck().get(),
  );
  database.close();
  const page = (root - 1) * 4096;
  expect(bytes[page]).toBe(5);
  bytes.writeUInt32BE(root, page + 8);
  const { gaps, cells } = await collectFrom(sourceOf(bytes, { ranged: true }), { name: 'a.db' });
  expect(gaps).toContainEqual({
    reason: 'malformed',
    message: 'table people: the pages of a table form a loop',
  });
  expect(cells.some(({ cell }) => cell === 'city 3')).toBe(true);
});

test('a large database with any part damaged ends in gaps at most', { timeout: 60_000 }, async () => {
  const bytes = databaseOf((database) => {
    database.exec('create table t (a, b); create table u (c text primary key) without rowid');
    const insert = database.prepare('insert into t values (?, ?)');
    database.transaction(() => {
      for (let n = 0; n < 1000; n += 1) insert.run(n, 'x'.repeat(2000 + ((n * 9) % 4000)));
    })();
    spread(database);
  });
  const used = bytes.lastIndexOf('xxxx');
  expect(bytes.length).toBeGreaterThan(16 * MiB);
  for (let n = 0; n < 20; n += 1) {
    const damaged = Buffer.from(bytes);
    for (let at = (n * 7919) % 4096; at < used; at += 4096 * 61 + n) damaged[at] = (n * 37) & 255;
    const source = { ...sourceOf(damaged, { ranged: true }), ...(n % 2 ? { sample: { bytes: MiB } } : {}) };
    const { gaps } = await collectFrom(source, { name: 'a.db' });
    for (const { reason } of gaps)
      expect(['malformed', 'memory-limit', 'no-text', 'unsupported-format']).toContain(reason);
  }
});
