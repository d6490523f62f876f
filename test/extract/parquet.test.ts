import { readFile } from 'node:fs/promises';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import type { ByteSource } from '../../src/extract/segment.ts';
import { cellLines, collect, collectFrom, sourceOf } from './collect.ts';

test('a Parquet table has rows from 1 and columns by name, by range as well as from memory', async () => {
  const bytes = await readFile(new URL('./fixtures/wine.parquet', import.meta.url));
  const found = await collect(bytes, { name: 'wine.parquet', cuts: [1000] });
  expect(found.formats[0]?.format).toBe('parquet');
  expect(found.gaps).toEqual([]);
  expect(found.cells[0]).toEqual({
    place: 'row 1, column fixed acidity',
    column: 'fixed acidity',
    cell: '7',
  });
  expect(found.cells.at(-1)?.place).toBe('row 900, column quality');
  expect(await collect(bytes, { name: 'wine.parquet', ranged: true })).toEqual(found);
});

test('a Parquet table that is cut short is a gap', async () => {
  const bytes = await readFile(new URL('./fixtures/wine.parquet', import.meta.url));
  expect((await collect(bytes.subarray(0, 9000), { name: 'wine.parquet' })).gaps[0]?.reason).toBe(
    'malformed',
  );
});

test('a Parquet table whose columns are not those of its schema is a gap, and no column is missed in silence', async () => {
  const bytes = await readFile(new URL('./fixtures/wine.parquet', import.meta.url));
  const last = bytes.lastIndexOf('quality');
  bytes.write('qualitz', last);
  expect((await collect(bytes, { name: 'wine.parquet' })).gaps.map(({ reason }) => reason)).toEqual([
    'malformed',
  ]);
});

const ROWS = 40_000;

/** A table of many row groups. */
function manyGroups(): Buffer {
  const numbers = Array.from({ length: ROWS }, (_, n) => n);
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: numbers, type: 'INT32' },
      { name: 'name', data: numbers.map((n) => `Ann Example ${n}`), type: 'STRING' },
      { name: 'email', data: numbers.map((n) => (n % 3 ? `ann${n}@example.org` : null)), type: 'STRING' },
      { name: 'city', data: numbers.map((n) => `city ${n % 50}`), type: 'STRING' },
    ],
    rowGroupSize: 2000,
  });
  return Buffer.from(bytes);
}

const GROUPS = manyGroups();

/** Counts the ranges that are asked for. */
function counted(source: ByteSource): {
  readonly source: ByteSource;
  readonly ranges: { count: number; bytes: number };
} {
  const ranges = { count: 0, bytes: 0 };
  return {
    ranges,
    source: {
      ...source,
      async read(start, end) {
        const bytes = (await source.read?.(start, end)) ?? Buffer.alloc(0);
        ranges.count += 1;
        ranges.bytes += bytes.length;
        return bytes;
      },
    },
  };
}

test('a sample of a Parquet table is the first rows of drawn row groups, at their right places, in few requests', async () => {
  const bytes = GROUPS;
  const { source, ranges } = counted({ ...sourceOf(bytes, { ranged: true }), sample: { bytes: 1024 ** 2 } });
  const drawn = await collectFrom(source, { name: 'a.parquet' });
  const { cells, gaps, sample } = drawn;
  expect(gaps).toEqual([]);
  expect(ranges.count).toBeLessThan(80);
  expect(sample).toMatchObject({ how: 'row groups', unit: 'rows', total: ROWS, draws: 16 });
  const names = cells.filter(({ column }) => column === 'name');
  expect(names.length).toBe(sample?.rows);
  const expected = names.map(
    ({ cell }) => `row ${Number(cell.replace('Ann Example ', '')) + 1}, column name`,
  );
  expect(names.map(({ place }) => place)).toEqual(expected);
  const again = await collectFrom({ ...sourceOf(bytes, { ranged: true }), sample: { bytes: 1024 ** 2 } });
  // Compared as text: cell by cell takes seconds.
  expect(cellLines(again).join('\n') === cellLines(drawn).join('\n')).toBe(true);
});

test('a Parquet table of many row groups is read whole, by range as well as from memory', async () => {
  const bytes = GROUPS;
  const found = await collectFrom(sourceOf(bytes));
  expect(found.cells.length).toBe(4 * ROWS - Math.ceil(ROWS / 3));
  expect(found.cells.at(-1)).toEqual({ place: `row ${ROWS}, column city`, column: 'city', cell: 'city 49' });
  const padded = { ...sourceOf(bytes, { ranged: true }), size: bytes.length };
  expect((await collectFrom(padded)).cells.length).toBe(found.cells.length);
});

test('a page that says it holds more than can be is a gap, at once', async () => {
  const bytes = Buffer.from(GROUPS);
  // Compact thrift: field 8 (data page header v2), field 1, 2,000 values.
  const at = bytes.indexOf(Buffer.from([0x5c, 0x15, 0xa0, 0x1f]));
  expect(at).toBeGreaterThan(0);
  bytes.set([0xfe, 0x7f], at + 2);
  const { gaps, cells } = await collectFrom(sourceOf(bytes), { name: 'a.parquet' });
  expect(gaps).toHaveLength(1);
  expect(gaps[0]).toMatchObject({
    reason: 'malformed',
    message: expect.stringMatching(/^row group \d+: a column has more/),
  });
  expect(cells.length).toBeGreaterThan(ROWS);
});
