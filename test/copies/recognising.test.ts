/** What is the same however it is written, what keys keep secret, and how samples tell shares. */
import { expect, test } from 'vitest';
import { isBoilerplate } from '../../src/boilerplate.ts';
import { canonicalCell, createCellHasher } from '../../src/copies/cells.ts';
import { sketchPeople } from '../../src/copies/people-sketch.ts';
import { relate } from '../../src/copies/relate.ts';
import { createRowsSketcher } from '../../src/copies/rows-sketch.ts';
import { KEPT, type Sketch } from '../../src/copies/sketch.ts';
import { createTagger } from '../../src/copies/tags.ts';
import { createTextSketcher } from '../../src/copies/text-sketch.ts';
import { DistinctValues } from '../../src/detect/distinct.ts';
import { tagsOfValue } from '../../src/scan/sketch-value.ts';
import { customers, numbersFrom, pickColumns, pickRows, type Table } from './tables.ts';

const KEY = Buffer.alloc(32, 1);
const OTHER_KEY = Buffer.alloc(32, 2);

function sketchTable({ columns, rows }: Table, key: Uint8Array = KEY): Sketch {
  const tagger = createTagger(key);
  const sketcher = createRowsSketcher('', { tagger, hasher: createCellHasher(tagger.seed) });
  for (let at = 0; at < rows.length; at += 1000) {
    sketcher.add({ type: 'rows', table: '', columns, rows: rows.slice(at, at + 1000), place: () => '' });
  }
  const sketch = sketcher.finish();
  if (sketch === undefined) throw new Error('too little to sketch');
  return sketch;
}

function sketchText(text: string): Sketch | undefined {
  const sketcher = createTextSketcher(createTagger(KEY));
  sketcher.add(Buffer.from(text), false);
  return sketcher.finish();
}

test.each([
  ['1', '1.0', '+1', '1.', '001', 'TRUE', 'true'],
  ['0', '0.000', '-0', 'False'],
  ['1234.5', '1,234.50', '1234.5000'],
  ['0.1', '.1', '0.10000000149011612', '1e-1'],
  ['-12.3457', '-12.34565', '-12.345649999999999', '-12.345650000000001', '-1.234565e1', '-012.3457'],
  ['0.00000012', '1.2e-7', '.00000012000'],
  ['1234567', '1234567.0', '+1234567', '1.234567e6'],
  ['+1 (555) 010-7788', ' +1 (555) 010-7788'],
  [
    '2024-01-02',
    '2024-01-02T00:00:00',
    '2024-01-02 00:00:00.000',
    '2024/1/2',
    '1/2/2024',
    '2.1.2024',
    '2024-01-02T00:00:00Z',
  ],
  ['2024-01-02t03:04:05', '2024-01-02 03:04:05.000', '2024-01-02T03:04:05+00:00'],
  ['ada quill', 'Ada  Quill ', 'ＡＤＡ QUILL', 'Ada\u00a0Quill'],
  ['', 'NaN', 'null', 'None', '<NA>', 'n/a', ' '],
])('"%s" is one value in all its writings', (canonical, ...writings) => {
  const hasher = createCellHasher([1, 2]);
  const hashed = (cell: string) => (hasher.hash(cell) ? [hasher.high, hasher.low] : null);
  for (const writing of writings) {
    expect(canonicalCell(writing), writing).toBe(canonical);
    expect(hashed(writing), writing).toEqual(hashed(canonical));
  }
});

test('values that differ stay apart', () => {
  const cells = [
    '1',
    '-1',
    '11',
    '1.1',
    '2024-01-02',
    '2024-01-03',
    '123-45-6789',
    '123456789',
    'ada',
    'adam',
    'true?',
  ];
  expect(new Set(cells.map(canonicalCell)).size).toBe(cells.length);
});

test('tables with thousands of rows in common tell the share within three points', () => {
  const table = customers(10_000, 'overlap');
  const known = new Set(table.rows);
  const random = numbersFrom('choice');
  for (const share of [0.55, 0.8, 0.95]) {
    const strangers = customers(6000, `strangers-${share}`).rows;
    const rows = pickRows(table, () => random(2) === 0).rows.map((row, i) =>
      random(1000) < share * 1000 ? row : strangers[i]!,
    );
    const truth = rows.filter((row) => known.has(row)).length / rows.length;
    const relation = relate(sketchTable({ ...table, rows }), sketchTable(table));
    expect(Math.abs((relation?.forward ?? 0) - truth)).toBeLessThan(0.03);
    expect(Math.abs((relation?.backward ?? 0) - (truth * rows.length) / 10_000)).toBeLessThan(0.03);
  }
});

test('a few rows are found in a table of 50,000 when they are its first ones', () => {
  const large = customers(50_000, 'large');
  const head = pickRows(large, (index) => index < 6);
  expect(relate(sketchTable(head), sketchTable(large))).toMatchObject({
    how: 'part of the rows',
    forward: 1,
  });
});

test('fewer columns of fewer rows are recognised, other people in the same columns are not', () => {
  const table = customers(600, 'columns');
  const part = pickColumns(
    pickRows(table, (index) => index % 3 === 0),
    ['ssn', 'email', 'city', 'last_name'],
  );
  expect(relate(sketchTable(part), sketchTable(table))).toMatchObject({ how: 'other columns', forward: 1 });
  const decoy = pickColumns(customers(600, 'strangers'), part.columns);
  expect(relate(sketchTable(decoy), sketchTable(table))).toBeUndefined();
});

test('a sketch has no more than its fixed number of tags, however large the table', () => {
  const { sample, details, head } = sketchTable(customers(20_000, 'bounded'));
  expect([sample.tags.length, details.tags.length, head.length]).toEqual([
    KEPT.rows.sample,
    KEPT.rows.details,
    KEPT.rows.head,
  ]);
  expect(Math.abs(sample.distinct - 20_000) / 20_000).toBeLessThan(0.06);
});

const AGREEMENT = (
  name: string,
  place: string,
  amount: string,
  day: string,
) => `Agreement of ${day}. The customer,
${name}, resident in ${place}, engages the Agency for advice. Either side may end it in writing with a notice of Three Months.
The fee of ${amount} is due within 30 days. Data is kept for 10 years as Article 17 demands, then it is erased for good.`;

test('text is the same with other line breaks and Unicode forms, and a form filled in for another client is another text', () => {
  const text = AGREEMENT('Zoë Marlow', 'Grünau', '4,800.00', '12 May 2025');
  const same = text.replaceAll('\n', ' ').normalize('NFD');
  const other = AGREEMENT('Piet Oster', 'Lindau', '9,150.00', '03 June 2025');
  const [a, b, c] = [sketchText(text), sketchText(same), sketchText(other)];
  if (!a || !b || !c) throw new Error('too little to sketch');
  expect(relate(a, b)).toEqual({ how: 'same text', forward: 1, backward: 1 });
  expect(relate(a, c)).toBeUndefined();
  expect(sketchText('Too little to be a copy of anything.')).toBeUndefined();
});

test('of a long text the beginning counts, and two that begin alike are the same only when they are as long', () => {
  const numbers = numbersFrom('long');
  const line = () => `${numbers(1e6)} ${AGREEMENT('Zoë Marlow', 'Grünau', '4,800.00', '12 May 2025')}\n`;
  const start = Array.from({ length: 7500 }, line).join('');
  const [a, same, longer] = [start, start, start + line()].map(sketchText);
  if (!a || !same || !longer) throw new Error('too little to sketch');
  expect(start.length).toBeGreaterThan(2 * 1024 * 1024);
  expect(relate(a, same)).toEqual({ how: 'same text', forward: 1, backward: 1 });
  expect(longer.head).not.toEqual(a.head);
  expect(Math.abs(a.size - start.split(/[^\p{L}\p{N}]+/u).length) / a.size).toBeLessThan(0.03);
});

test('tags of another key have nothing in common with ours', () => {
  const table = customers(2000, 'keys');
  expect(relate(sketchTable(table), sketchTable(table))).toMatchObject({ forward: 1, backward: 1 });
  expect(relate(sketchTable(table, OTHER_KEY), sketchTable(table))).toBeUndefined();
});

test('trying every social security number of one area without the key finds nothing but chance', () => {
  const values = new DistinctValues();
  for (let serial = 1; serial <= 500; serial++) values.add(`219-09-${String(serial * 17).padStart(4, '0')}`);
  const stored = new Set(
    sketchPeople(createTagger(KEY), [{ kind: 'us-ssn', distinct: values }])?.sample.tags,
  );
  const hits = (key: Uint8Array) => {
    let count = 0;
    const all = new DistinctValues();
    for (let serial = 1; serial <= 9999; serial++) all.add(`219-09-${String(serial).padStart(4, '0')}`);
    for (const tag of sketchPeople(createTagger(key), [{ kind: 'us-ssn', distinct: all }])?.sample.tags ??
      []) {
      if (stored.has(tag)) count++;
    }
    return count;
  };
  expect(stored.size).toBe(500);
  expect(hits(KEY)).toBe(500);
  // 10,000 guesses at 500 tags of 32 bits: one in a thousand such tests would hit once by chance.
  expect(hits(OTHER_KEY)).toBe(0);
});

test('a phone number is found in whatever way it is written', () => {
  const values = new DistinctValues();
  values.add('+1 (555) 010-7788');
  const [stored] = sketchPeople(createTagger(KEY), [{ kind: 'phone', distinct: values }])?.sample.tags ?? [];
  for (const asked of ['555-010-7788', '5550107788', '+15550107788', '1 555 010 7788'])
    expect(tagsOfValue(KEY, asked), asked).toContain(stored);
});

test.each([
  ['app/node_modules/left/index.js', true],
  ['LICENSE', true],
  ['docs/licence.txt', true],
  ['public/mail-MIT-LICENSE.txt', true],
  ['data/licensees.csv', false],
  ['clients/notice-of-claim.pdf', false],
])('%s is everywhere: %s', (path, expected) => {
  expect(isBoilerplate(path)).toBe(expected);
});

test('records of two patients of one clinic are not about the same people, and two records of one are', () => {
  const record = (patient: string, own: readonly string[]) => {
    const values = new DistinctValues();
    for (const value of own) values.add(value);
    for (let line = 0; line < 8; line += 1) values.add(`555-010-${line}000 of the clinic`);
    const sketch = sketchPeople(createTagger(KEY), [{ kind: 'phone', distinct: values }]);
    if (sketch === undefined) throw new Error(`nobody in the record of ${patient}`);
    return sketch;
  };
  const first = record('Vera', ['vera@example.org', '536-22-8714', '555-010-1234']);
  const other = record('Omar', ['omar@example.org', '212-47-9083', '555-010-4321']);
  expect(relate(first, other)).toBeUndefined();
  expect(relate(first, record('Vera', ['vera@example.org', '536-22-8714']))).toMatchObject({
    how: 'same people',
  });
});
