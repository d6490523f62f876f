/** numpy arrays, written by numpy (fixtures/writer.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

function read(name: string): Buffer {
  return readFileSync(new URL(`./fixtures/arrays/${name}.npy`, import.meta.url));
}

/** An array of version 1 with `header` as it is. */
function npyOf(header: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const start = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header), data]);
}

test.each([
  [
    'table',
    [
      'row 1, column 1 = Ann',
      'row 1, column 2 = ann@example.org',
      'row 2, column 1 = Bob',
      'row 2, column 2 = bob@example.org',
    ],
  ],
  ['big', ['row 1, column big = Zoë', 'row 2, column big = 😀']],
  [
    'by-columns',
    [
      'row 1, column by-columns = Ann',
      'row 2, column by-columns = Bob',
      'row 3, column by-columns = a',
      'row 4, column by-columns = b',
    ],
  ],
  ['scalar', ['row 1, column scalar = ann@example.org']],
])('texts of %s are rows', async (name, lines) => {
  const found = await collect(read(name), { name: `${name}.npy`, cuts: [3] });
  expect(found.formats.map(({ format }) => format)).toEqual(['npy']);
  expect(cellLines(found)).toEqual(lines);
  expect(found.gaps).toEqual([]);
});

test('named fields are columns, of any type; vectors of numbers are passed over', async () => {
  expect(cellLines(await collect(read('fields'), { name: 'a.npy' }))).toEqual([
    'row 1, column name = Ann',
    'row 1, column email = ann@example.org',
    'row 1, column age = 41',
    'row 1, column card = 4539000012345678',
    'row 1, column born = 1980-02-03',
    'row 1, column place.city = Bern',
    'row 1, column place.zip = 3000',
    'row 1, column mark = 1.5',
    'row 1, column mark = -2',
    'row 1, column note = x',
    'row 2, column name = Zoë 中',
    'row 2, column email = zoe@example.org',
    'row 2, column age = -1',
    'row 2, column card = -5',
    'row 2, column place.city = Zürich',
    'row 2, column place.zip = 8001',
    'row 2, column mark = 0',
    'row 2, column mark = 0.25',
    'row 2, column note = last',
  ]);
});

test('bare numbers are a gap', async () => {
  const found = await collect(read('numbers'), { name: 'a.npy' });
  expect(found.gaps).toEqual([{ reason: 'no-text', message: 'an array of numbers, not read' }]);
});

test('cut short it keeps whole rows, and has a gap', async () => {
  for (const name of ['table', 'fields']) {
    const bytes = read(name);
    const whole = cellLines(await collect(bytes, { name: 'a.npy' }));
    for (let length = 12; length < bytes.length; length += 19) {
      const found = await collect(bytes.subarray(0, length), { name: 'a.npy' });
      expect(
        found.gaps.map(({ reason }) => reason),
        `${length}`,
      ).toEqual(['malformed']);
      expect(whole.slice(0, found.cells.length)).toEqual(cellLines(found));
    }
  }
});

describe('a hostile array', () => {
  test.each([
    ['of texts without length', "{'descr': '<U0', 'shape': (1000000000000,), 'fortran_order': False}", []],
    [
      'of more rows than it has',
      "{'descr': '<U1', 'shape': (1000000000000,), 'fortran_order': False}",
      ['malformed'],
    ],
    [
      'of items larger than memory',
      "{'descr': '<U999999999999', 'shape': (1,), 'fortran_order': False}",
      ['memory-limit'],
    ],
    [
      'of fields without end',
      "{'descr': [('a', '|V0', (1000000000000,)), ('b', [('c', '<U1')], (1000000,))], 'shape': (1,)}",
      ['malformed'],
    ],
    ['of negative size', "{'descr': '<U1', 'shape': (-5, -5)}", []],
    ['of an unknown type', "{'descr': '<Q8', 'shape': (5,)}", ['malformed']],
    ['whose header is code', "__import__('os').system('id')", ['malformed']],
    ['whose header nests without end', '['.repeat(50_000), ['malformed']],
  ])('%s ends at once', async (_, header, reasons) => {
    const found = await collect(npyOf(header), { name: 'a.npy' });
    expect(found.gaps.map(({ reason }) => reason)).toEqual(reasons);
    expect(found.cells).toEqual([]);
  });
});
