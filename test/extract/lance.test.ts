/** Lance tables as LanceDB itself writes them, in each version of the format; what they hold is told in test/planted/writer/lance.mjs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpackLanes } from '../../src/extract/lance-packing.ts';
import { collect } from './collect.ts';

const FOLDER = join(import.meta.dirname, 'fixtures/lance');
const PLANTED = readFileSync(join(import.meta.dirname, '../planted/fixtures/table.lance'));
const ROWS = 1100;
const CITIES = ['Bern', 'Zürich', '中', ''];

type Column = (row: number) => string;

const letter: Column = (i) => `letter ${i % 97} to customer ${i % 89} about order ${i}`;
const list = (value: readonly unknown[] | null): string => (value === null ? '' : JSON.stringify(value));
const COLUMNS: Readonly<Record<string, Column>> = {
  number: (i) => (i % 9 === 0 ? '' : `${(i * 7) % 1000}`),
  large: (i) => `${4_532_015_112_830_366n + BigInt(i)}`,
  run: (i) => `${Math.floor(i / 100)}`,
  share: (i) => `${i / 8}`,
  is: (i) => `${i % 3 === 0}`,
  day: (i) => new Date(Date.UTC(1950, 0, 1 + i)).toISOString().slice(0, 10),
  at: (i) => new Date(Date.UTC(2026, 0, 1, i)).toISOString().replace('T00:00:00.000Z', ''),
  price: (i) => `${i}.25`,
  letter,
  packed: letter,
  city: (i) => CITIES[i % 4] ?? '',
  code: (i) => `code ${i % 5}`,
  same: (i) => (i % 2 === 0 ? 'the same' : ''),
  page: (i) => (i % 500 === 0 ? `page ${i} `.repeat(900) : ''),
  bytes: (i) => (i % 550 === 0 ? '' : String.fromCharCode(65 + (i % 26))),
  'about.source': (i) => (i % 5 !== 0 && i % 2 === 0 ? `file ${i}` : ''),
  'about.page': (i) => (i % 5 === 0 ? '' : `${i}`),
};

function read(name: string): Buffer {
  return readFileSync(join(FOLDER, name));
}

describe.each(['2.0', '2.1', '2.2'])('a table of version %s', (version) => {
  test('has every value of every type in its row and column', async () => {
    const { cells, gaps } = await collect(read(`kinds-${version}.lance`), {
      name: 'kinds.lance',
      ranged: true,
    });
    const found = new Map(cells.map(({ place, cell }) => [place, cell]));
    const wrong = Object.entries(COLUMNS).flatMap(([name, value]) =>
      Array.from({ length: ROWS }, (_, i) => i)
        .filter((i) => (found.get(`row ${i + 1}, column ${name}`) ?? '') !== value(i))
        .map((i) => `row ${i + 1}, column ${name}`),
    );
    expect(wrong).toEqual([]);
    expect(cells.filter(({ column }) => column === 'none')).toEqual([]);
    expect(gaps).toEqual([{ reason: 'no-text', message: '2 binary values are not read' }]);
  });

  test('has lists with their items, also of lists', async () => {
    const { cells } = await collect(read(`kinds-${version}.lance`), { name: 'kinds.lance' });
    const found = new Map(cells.map(({ place, cell }) => [place, cell]));
    for (let i = 0; i < ROWS; i += 1) {
      const tags = [null, [], [`tag ${i}`], [`tag ${i}`, null, 'all']][i % 4] ?? null;
      // Whether a list is null or empty is not told apart.
      expect(found.get(`row ${i + 1}, column tags`)).toBe(list(tags ?? []));
      // Lists of lists are one list, but for 2.0.
      const pairs = i % 2 === 1 ? [] : version === '2.0' ? [[i], [i, 1]] : [i, i, 1];
      expect(found.get(`row ${i + 1}, column pairs`)).toBe(list(pairs));
    }
  });
});

test('a table without random access, or cut into small chunks, has the same rows; its vectors are a gap', async () => {
  const whole = await collect(PLANTED, { name: 'table.lance', ranged: true });
  expect(await collect(PLANTED, { name: 'table.lance', cuts: [7] })).toEqual(whole);
  expect(whole.cells.find(({ place }) => place === 'row 2, column metadata.source')?.cell).toBe(
    'letters/1.txt',
  );
  expect(whole.gaps).toEqual([{ reason: 'no-text', message: 'vectors in 1 of its columns are not read' }]);
});

test('what a transaction deleted is in its predicate, and the manifest has the names of columns', async () => {
  for (const [name, place] of [
    ['delete.txn', 'transaction'],
    ['deleted.manifest', 'section 1'],
  ] as const) {
    const { texts, gaps } = await collect(read(name), { name });
    expect(texts.find((text) => text.place === place)?.text).toMatch(/^email = 'alma\..*'$/m);
    expect(gaps).toEqual([]);
  }
  const { texts } = await collect(read('deleted.manifest'), { name: 'deleted.manifest' });
  expect(texts.map(({ text }) => text).join('\n')).toContain('ssn: string');
});

describe('what is not read is told', () => {
  test('version 0.1, and files that only have such a name', async () => {
    const old = await collect(read('legacy.lance'), { name: 'legacy.lance' });
    expect(old.gaps.map(({ message }) => message)).toEqual([
      'written in Lance 0.1; write it again in 2.0 or later, or as Parquet',
    ]);
    for (const name of ['people.lance', 'app.manifest', 'index.idx']) {
      const { formats, gaps } = await collect(Buffer.alloc(500, '\0\x01\xff'), { name });
      expect(formats.map(({ format }) => format)).toEqual(['lance']);
      expect(gaps).toHaveLength(1);
    }
    const other = await collect(Buffer.alloc(500, '\0\x01\xff'), { name: 'pack.idx' });
    expect(other.formats.map(({ format }) => format)).toEqual(['unknown']);
  });

  test('a column with a page that is damaged, while the others are read', async () => {
    const damaged = Buffer.from(PLANTED);
    // The sizes of the second column's blocks.
    const at = damaged.indexOf('alma.abernethy62@');
    damaged.fill(0xff, at - 96, at - 8);
    const { cells, gaps } = await collect(damaged, { name: 'table.lance' });
    expect(gaps.map(({ message }) => message)).toContain('column email: a page of it is damaged');
    expect(cells.filter(({ column }) => column === 'ssn')).toHaveLength(20);
    expect(cells.filter(({ column }) => column === 'email')).toEqual([]);
  });

  test('a table that is cut short', async () => {
    const { cells, gaps } = await collect(PLANTED.subarray(0, -30), { name: 'table.lance' });
    expect(cells).toEqual([]);
    expect(gaps.map(({ reason }) => reason)).toEqual(['malformed']);
  });
});

test.each([
  [8, 3],
  [16, 11],
  [32, 21],
  [64, 45],
])('numbers of %i bits that were packed into %i come out again', (bits, width) => {
  const mask = (1n << BigInt(width)) - 1n;
  const values = Array.from({ length: 1024 }, (_, i) => (BigInt(i) * 0x9e3779b97f4a7c15n) & mask);
  const packed = Buffer.alloc((1024 * width) / 8);
  const lanes = 1024 / bits;
  // Bit by bit, by where https://github.com/spiraldb/fastlanes says that each lies.
  for (let row = 0; row < bits; row += 1) {
    for (let lane = 0; lane < lanes; lane += 1) {
      const index = ([0, 4, 2, 6, 1, 5, 3, 7][row >> 3] ?? 0) * 16 + (row % 8) * 128 + lane;
      for (let bit = 0; bit < width; bit += 1) {
        const at = row * width + bit;
        const to = (Math.floor(at / bits) * lanes + lane) * bits + (at % bits);
        if (((values[index] ?? 0n) >> BigInt(bit)) & 1n)
          packed[to >> 3] = (packed[to >> 3] ?? 0) | (1 << (to & 7));
      }
    }
  }
  const plain = unpackLanes(packed, bits, width);
  const size = bits / 8;
  const got = values.map((_, i) =>
    BigInt(
      `0x${Buffer.from(plain.subarray(size * i, size * (i + 1)))
        .reverse()
        .toString('hex')}`,
    ),
  );
  expect(got).toEqual(values);
});
