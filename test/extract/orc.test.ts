/** ORC tables: the runs of numbers in the format's own specification, files of another program, and damaged ones. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { OrcBytes } from '../../src/extract/orc-bytes.ts';
import { OrcBits, OrcIntegers, OrcRuns } from '../../src/extract/orc-integers.ts';
import { collect } from './collect.ts';

const PLANTED = readFileSync(fileURLToPath(new URL('../planted/fixtures/table.orc', import.meta.url)));

function stream(...bytes: number[]): OrcBytes {
  return new OrcBytes(Buffer.from(bytes), { kind: 0, block: 0 });
}

function take<T>(next: () => T, count: number): T[] {
  return Array.from({ length: count }, next);
}

// https://orc.apache.org/specification/ORCv1, "Run Length Encoding"
test.each([
  ['a run of version 1', false, [0x61, 0x00, 0x07], [7, 7, 7]],
  ['a falling run of version 1', false, [0x61, 0xff, 0x64], [100, 99, 98]],
  ['literals of version 1', false, [0xfb, 0x02, 0x03, 0x06, 0x07, 0x0b], [2, 3, 6, 7, 11]],
  ['a short repeat', true, [0x0a, 0x27, 0x10], [10000, 10000, 10000, 10000, 10000]],
  [
    'packed numbers',
    true,
    [0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef],
    [23713, 43806, 57005, 48879],
  ],
  [
    'numbers with patches',
    true,
    [
      0x8e, 0x13, 0x2b, 0x21, 0x07, 0xd0, 0x1e, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3c, 0x46, 0x50, 0x5a, 0x64,
      0x6e, 0x78, 0x82, 0x8c, 0x96, 0xa0, 0xaa, 0xb4, 0xbe, 0xfc, 0xe8,
    ],
    [
      2030, 2000, 2020, 1000000, 2040, 2050, 2060, 2070, 2080, 2090, 2100, 2110, 2120, 2130, 2140, 2150, 2160,
      2170, 2180, 2190,
    ],
  ],
  [
    'differences',
    true,
    [0xc6, 0x09, 0x02, 0x02, 0x22, 0x42, 0x42, 0x46],
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29],
  ],
])('%s', (_, second, bytes, expected) => {
  const integers = new OrcIntegers(stream(...bytes), { signed: false, second });
  expect(take(() => integers.next(), expected.length)).toEqual(expected);
});

test('numbers beyond 2^53 keep all of their digits', () => {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x38;
  bytes.writeBigUInt64BE(2n * 4_532_015_112_830_366_001n, 1);
  const integers = new OrcIntegers(stream(...bytes), { signed: true, second: true });
  expect(integers.next()).toBe(4_532_015_112_830_366_001n);
});

test('bytes and bits come in runs', () => {
  const runs = new OrcRuns(stream(0x61, 0x00, 0xfe, 0x44, 0x45));
  expect(take(() => runs.next(), 102).slice(98)).toEqual([0, 0, 0x44, 0x45]);
  const bits = new OrcBits(stream(0xff, 0x80));
  expect(take(() => bits.next(), 3)).toEqual([true, false, false]);
});

test('what is not there is told: a table that is cut short, one with a damaged block', async () => {
  const short = await collect(PLANTED.subarray(0, PLANTED.length - 40), { name: 'table.orc' });
  expect(short.gaps.map(({ reason }) => reason)).toEqual(['malformed']);
  const damaged = Buffer.from(PLANTED);
  damaged.fill(0xff, 200, 700);
  const found = await collect(damaged, { name: 'table.orc' });
  expect(found.gaps.map(({ reason }) => reason)).toContain('malformed');
});

test('a table is read by range when it can be, to the same rows', async () => {
  const whole = await collect(PLANTED, { name: 'table.orc' });
  const ranged = await collect(PLANTED, { name: 'table.orc', ranged: true, cuts: [7] });
  expect(ranged.cells).toEqual(whole.cells);
  expect(whole.cells.length).toBeGreaterThanOrEqual(120);
});
