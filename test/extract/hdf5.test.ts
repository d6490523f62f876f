/** HDF5 files, written by h5py (fixtures/writer.py). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const MANY = readFileSync(new URL('./fixtures/hdf5/many.h5', import.meta.url));
const LATEST = readFileSync(new URL('./fixtures/hdf5/latest.h5', import.meta.url));

test('texts in datasets and attributes stand under their paths; numbers are a gap', async () => {
  const found = await collect(MANY, { name: 'many.h5', cuts: [999] });
  expect(found.formats.map(({ format, note }) => [format, note])).toEqual([['hdf5', undefined]]);
  const lines = cellLines(found).filter((line) => !/chunked|fixed/.test(line));
  expect(lines).toEqual([
    'attribute author column author = Dr Ada Example',
    'attribute tags row 1, column tags = one',
    'attribute tags row 2, column tags = two',
    'attribute people/note column note = ann@example.org',
    'dataset people/alone column alone = a lone text',
    'dataset people/email row 1, column email = ann@example.org',
    'dataset people/email row 2, column email = zoe@example.org',
    // In the order of its chunks, each value with its numbers.
    'dataset people/grid row 1.1, column grid = a',
    'dataset people/grid row 1.2, column grid = b',
    'dataset people/grid row 2.1, column grid = d',
    'dataset people/grid row 2.2, column grid = e',
    'dataset people/grid row 1.3, column grid = c',
    'dataset people/grid row 2.3, column grid = f',
    'dataset people/name row 1, column name = Ann',
    'dataset people/name row 2, column name = Zoë',
    'dataset people/records row 1, column name = Ann',
    'dataset people/records row 1, column age = 41',
    'dataset people/records row 1, column weight = 1.5',
    'dataset people/records row 1, column marks = 1',
    'dataset people/records row 1, column marks = 2',
    'dataset people/records row 1, column home.city = Bern',
    'dataset people/records row 2, column name = Bob',
    'dataset people/records row 2, column age = -7',
    'dataset people/records row 2, column weight = -0.25',
    'dataset people/records row 2, column marks = 3',
    'dataset people/records row 2, column marks = 4',
    'dataset people/records row 2, column home.city = Chur',
  ]);
  expect(found.gaps).toEqual([{ reason: 'no-text', message: '1 datasets of numbers, not read' }]);
});

test.each(['chunked', 'fixed'])('dataset %s in packed chunks has all its rows, in order', async (name) => {
  const { cells } = await collect(MANY, { name: 'many.h5' });
  const rows = cells.filter(({ place }) => place.startsWith(`dataset people/${name} `));
  expect(rows.map(({ cell }) => cell)).toEqual(Array.from({ length: 250 }, (_, n) => `person ${n}`));
  expect(rows.at(-1)?.place).toBe(`dataset people/${name} row 250, column ${name}`);
});

test('the newest layout is read but for its chunks, which are a gap', async () => {
  const found = await collect(LATEST, { name: 'latest.h5' });
  expect(cellLines(found).sort()).toEqual([
    'attribute group 0/who column who = person 0',
    'attribute group 1/who column who = person 1',
    'attribute group 2/who column who = person 2',
    'attribute group 3/who column who = person 3',
    'dataset name row 1, column name = Ann',
    'dataset name row 2, column name = Zoë',
  ]);
  expect(found.gaps.map(({ reason, message }) => [reason, message.split(':')[0]])).toEqual([
    ['unsupported-format', 'chunked'],
  ]);
});

test('cut short anywhere it has a gap', async () => {
  const whole = new Set(cellLines(await collect(MANY, { name: 'many.h5' })));
  for (let length = 9; length < MANY.length - 4096; length += 777) {
    const found = await collect(MANY.subarray(0, length), { name: 'many.h5' });
    if (found.cells.length < whole.size) expect(found.gaps.length, `${length} bytes`).toBeGreaterThan(0);
  }
});

test.each([
  ['many', MANY],
  ['latest', LATEST],
])(
  '%s with a byte changed ends in gaps at most, and gives no more than a few times the file',
  async (_, file) => {
    for (let at = 8; at < file.length; at += 211) {
      for (const value of [0, 0xff, (file[at] ?? 0) ^ 1]) {
        const changed = Buffer.from(file);
        changed[at] = value;
        const { cells } = await collect(changed, { name: 'a.h5' });
        expect(cells.reduce((sum, { cell }) => sum + cell.length, 0)).toBeLessThan(64 * file.length);
      }
    }
  },
);

test('a text of no bytes is there once, not for ever', async () => {
  // Class 3 (text), version 1: the size of every such type, whatever it is, becomes 0.
  const damaged = Buffer.from(MANY);
  let found = 0;
  for (let at = 0; at + 8 <= damaged.length; at += 8) {
    if (damaged[at] !== 0x13 || damaged[at + 2] !== 0 || damaged.readUInt32LE(at + 4) > 64) continue;
    damaged.writeUInt32LE(0, at + 4);
    found += 1;
  }
  expect(found).toBeGreaterThan(0);
  await collect(damaged, { name: 'many.h5' });
});
