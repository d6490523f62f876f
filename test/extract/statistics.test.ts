/** Tables of Stata, SPSS and dBase, written by pandas, PSPP and the Python library dbf (fixtures/writer.py). */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const FOLDER = new URL('./fixtures/statistics/', import.meta.url);
const ALL = readdirSync(FOLDER);

function read(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

describe.each(ALL.filter((name) => name.endsWith('.dta')))('%s', (name) => {
  test('has rows, long texts at their rows, dates, and what its labels say', async () => {
    const found = await collect(read(name), { name, cuts: [13] });
    expect(found.formats.map(({ format, note }) => [format, note])).toEqual([['dta', undefined]]);
    expect(found.gaps).toEqual([]);
    expect(cellLines(found)).toEqual(
      expect.arrayContaining([
        'row 1, column name = Ann Example',
        'row 1, column email = ann@example.org',
        'row 1, column age = 41',
        'row 1, column weight = 61.5',
        'row 1, column score = 4.55',
        'row 1, column born = 1980-02-03',
        'row 2, column name = Zoë',
        'row 2, column email = zoe@example.org',
        'row 3, column weight = -0.25',
        'row 3, column born = 1999-12-31',
      ]),
    );
    // Nothing where nothing was: no name, no weight, no date.
    expect(found.cells.length).toBe(18);
    expect(found.texts).toEqual([
      { place: 'labels', line: 1, text: 'made for Dr Ada Example\nFull name of the patient' },
      { place: 'labels city', line: 1, text: 'Bern\nZürich' },
    ]);
  });
});

describe.each(ALL.filter((name) => name.endsWith('sav')))('%s', (name) => {
  test('has rows with labels in place of numbers, dates, and its documents', async () => {
    const found = await collect(read(name), { name, cuts: [13] });
    expect(found.formats.map(({ format, note }) => [format, note])).toEqual([['sav', undefined]]);
    expect(found.gaps).toEqual([]);
    expect(cellLines(found)).toEqual([
      'row 1, column name = Ann Example',
      'row 1, column email = ann@example.org',
      'row 1, column age = 41',
      'row 1, column born = 1980-02-03',
      'row 1, column weight = 61.5',
      'row 1, column city = Bern',
      'row 2, column name = Zoë 中',
      'row 2, column email = zoe@example.org',
      'row 2, column weight = -0.25',
      'row 2, column city = Zürich',
      'row 3, column name = Bob',
      'row 3, column age = 7',
      'row 3, column born = 1999-12-31',
      'row 3, column city = 9',
    ]);
    expect(found.texts[0]?.text).toContain('document written for Dr Ada Example.');
    expect(found.texts[0]?.text).toContain('Full name of the patient\nWhere they live');
  });
});

test('foxpro.dbf has all rows, the deleted one too', async () => {
  const found = await collect(read('foxpro.dbf'), { name: 'people.dbf', cuts: [13] });
  expect(found.formats.map(({ format, note }) => [format, note])).toEqual([['dbf', undefined]]);
  expect(cellLines(found)).toEqual([
    'row 1, column NAME = Zoë',
    'row 1, column EMAIL = zoe@example.org',
    'row 1, column AGE = 41',
    'row 1, column WEIGHT = 61.50',
    'row 1, column BORN = 1980-02-03',
    'row 1, column SEEN = 2001-02-03T04:05:06.000Z',
    'row 1, column MEMBER = T',
    'row 1, column NUMBER = -5',
    'row 1, column OWED = 12.5',
    'row 1, column RATE = 0.25',
    'row 2, column NAME = Gone',
    'row 2, column EMAIL = gone@example.org',
    'row 2, column AGE = 7',
    'row 2, column WEIGHT = -0.50',
    'row 2, column BORN = 1980-02-03',
    'row 2, column SEEN = 2001-02-03T04:05:06.000Z',
    'row 2, column MEMBER = F',
    'row 2, column NUMBER = 7',
    'row 2, column OWED = -1',
    'row 2, column RATE = 1',
  ]);
});

test('memos of a dBase table are a gap: they are in another file', async () => {
  const bytes = read('foxpro.dbf');
  // The third field, a number of three digits.
  bytes.write('M', 32 * 3 + 11);
  const { gaps } = await collect(bytes, { name: 'a.dbf' });
  expect(gaps.map(({ reason }) => reason)).toEqual(['unsupported-format']);
});

describe.each(ALL)('%s', (name) => {
  test('cut short keeps whole rows, and never looks whole', async () => {
    const bytes = read(name);
    const whole = cellLines(await collect(bytes, { name }));
    for (let length = 0; length < bytes.length; length += 101) {
      const found = await collect(bytes.subarray(0, length), { name });
      const lines = cellLines(found);
      if (length > 64 && lines.length < whole.length) {
        expect(found.gaps.length, `${length} bytes`).toBeGreaterThan(0);
      }
      if (found.formats[0]?.format !== 'text') expect(whole.slice(0, lines.length)).toEqual(lines);
    }
  });

  test('with a byte changed ends in gaps at most, and soon', async () => {
    const bytes = read(name);
    for (let at = 0; at < bytes.length; at += 17) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (at % 3 === 0 ? 0xff : 0x41);
      const { cells } = await collect(changed, { name });
      expect(cells.length).toBeLessThan(2000);
    }
  });
});

test('a part by zlib that inflates without end is a gap', async () => {
  const bytes = read('packed.zsav');
  const { deflateSync } = await import('node:zlib');
  const at = bytes.indexOf(Buffer.from([0x78, 0x9c]));
  const start = at === -1 ? bytes.lastIndexOf(0x78) : at;
  const bomb = deflateSync(Buffer.alloc(50 * 1024 ** 2));
  const made = Buffer.concat([bytes.subarray(0, start), bomb]);
  // Where the table of parts begins: behind the bomb.
  made.writeUIntLE(made.length, start - 16, 6);
  const { gaps } = await collect(made, { name: 'a.zsav' });
  expect(gaps.map(({ reason }) => reason)).toEqual(['archive-limit']);
});
