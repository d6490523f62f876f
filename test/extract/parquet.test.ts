import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { collect } from './collect.ts';

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
