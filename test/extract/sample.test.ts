/** What is read of contents that are too large: drawn parts, cut to whole lines and records, the same each time. */
import { describe, expect, test } from 'vitest';
import { planPieces, randomOf, seedOf } from '../../src/extract/sample.ts';
import { type Collected, collectFrom, sourceOf } from './collect.ts';
import { zipOf } from './zip-fixture.ts';

const MiB = 1024 ** 2;

/** Only `sample` bytes of the content are to be read. */
function sampleOf(bytes: Buffer, name: string, sample = MiB): Promise<Collected> {
  return collectFrom({ ...sourceOf(bytes, { ranged: true }), sample: { bytes: sample } }, { name });
}

/** Lines up to `size` characters. */
function lines(size: number, line: (n: number) => string): string {
  const all: string[] = [];
  for (let n = 1, length = 0; length < size; n += 1) {
    const text = line(n);
    all.push(text);
    length += text.length;
  }
  return all.join('');
}

const PEOPLE = lines(12 * MiB, (n) => `${n},Ann${n},ann${n}@example.org\n`);
const CSV = Buffer.from(`id,name,email\n${PEOPLE}`);

describe('pieces', () => {
  test('lie in stretches of their own, one in each, and within the budget', () => {
    const { head, tail, drawn } = planPieces({ size: 1000 * MiB, bytes: 4 * MiB }, randomOf('01020304'));
    const all = [head, tail, ...drawn].toSorted((a, b) => a.start - b.start);
    for (const [i, piece] of all.entries()) expect(piece.start).toBeGreaterThanOrEqual(all[i - 1]?.end ?? 0);
    expect(all.at(-1)?.end).toBe(1000 * MiB);
    const read = all.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(read).toBeLessThanOrEqual(4 * MiB + 4);
    expect(read).toBeGreaterThan(3.9 * MiB);
    expect(drawn.length).toBeGreaterThanOrEqual(32);
    // In random order: those that were read when the time is over are a sample too.
    expect(drawn).not.toEqual(drawn.toSorted((a, b) => a.start - b.start));
  });

  test('are never larger than four megabytes, whatever may be read', () => {
    const { tail, drawn } = planPieces({ size: 2 ** 40, bytes: 2 ** 31 }, randomOf('ffffffff'));
    for (const { start, end } of [tail, ...drawn]) expect(end - start).toBeLessThanOrEqual(4 * MiB + 4);
  });

  test('follow from size and first bytes, and differ with either', () => {
    const head = Buffer.from('id,name\n');
    expect(seedOf({ size: 9, head })).toBe(seedOf({ size: 9, head }));
    expect(seedOf({ size: 9, head })).not.toBe(seedOf({ size: 10, head }));
    expect(seedOf({ size: 9, head })).not.toBe(seedOf({ size: 9, head: Buffer.from('x') }));
  });
});

test('a sampled table keeps its columns to the last row, and gives whole rows only', async () => {
  const { cells, sample, gaps } = await sampleOf(CSV, 'people.csv');
  expect(gaps).toEqual([]);
  const emails = cells.filter(({ column }) => column === 'email').map(({ cell }) => cell);
  expect(emails.at(0)).toBe('ann1@example.org');
  const last = /ann\d+@example\.org(?=\n$)/.exec(PEOPLE)?.[0];
  expect(emails).toContain(last);
  const real = new Set(PEOPLE.match(/ann\d+@example\.org/g));
  expect(emails.filter((email) => !real.has(email))).toEqual([]);
  expect(new Set(cells.map(({ column }) => column))).toEqual(new Set(['id', 'name', 'email']));
  expect(sample).toMatchObject({ how: 'pieces', unit: 'bytes', total: CSV.length });
  expect(sample?.read).toBeLessThanOrEqual(MiB + 4);
  expect(sample?.rows).toBeGreaterThan(10_000);
});

test('a place in a piece leads to the bytes that it names', async () => {
  const { cells } = await sampleOf(CSV, 'people.csv');
  const found = cells.filter(({ place }) => / row 3, column name$/.test(place));
  expect(found.length).toBeGreaterThan(5);
  for (const { place, cell } of found.slice(1)) {
    const from = Number(/^from byte (\d+) row 3, column name$/.exec(place)?.[1]);
    expect(CSV.subarray(from).toString('latin1', 0, 300).split('\n')[2]?.split(',')[1]).toBe(cell);
  }
});

test('the same bytes give the same sample; a budget that is larger gives more', async () => {
  const [first, again, more] = [
    await sampleOf(CSV, 'people.csv'),
    await sampleOf(Buffer.from(CSV), 'copy.csv'),
    await sampleOf(CSV, 'people.csv', 2 * MiB),
  ];
  expect(again.cells).toEqual(first.cells);
  expect(again.sample).toEqual(first.sample);
  expect(more.cells.length).toBeGreaterThan(1.5 * first.cells.length);
});

test.each(['utf8', 'utf16le'] as const)('lines of a sampled text are whole in %s', async (encoding) => {
  const text = lines(6 * MiB, (n) => `line ${n} of Zoë, who ends here\n`);
  const bytes = Buffer.from(`\ufeff${text}`, encoding);
  const { texts, sample } = await sampleOf(bytes, 'a.txt');
  expect(texts.length).toBeGreaterThan(5);
  for (const { text: part } of texts) {
    expect(part).toMatch(/^line \d+ of Zoë, who ends here\n/);
    expect(part).toMatch(/\nline \d+ of Zoë, who ends here\n$/);
  }
  expect(sample?.draws).toBe(texts.length - 2);
});

test('a sampled JSON document on one line gives records with their keys', async () => {
  const record = (n: number) =>
    `${n === 1 ? '' : ','}{"id":${n},"email":"ann${n}@example.org","at":{"zip":"${10_000 + n}"}}`;
  const bytes = Buffer.from(`[${lines(8 * MiB, record)}]`);
  const { cells } = await sampleOf(bytes, 'a.json');
  const drawn = cells.filter(({ place }) => place.startsWith('from byte '));
  expect(drawn.length).toBeGreaterThan(1000);
  const emails = drawn.filter(({ cell }) => /^ann\d+@example\.org$/.test(cell));
  expect(new Set(emails.map(({ column }) => column))).toEqual(new Set(['email']));
  expect(drawn.some(({ place }) => /^from byte \d+ \$\[2\]\.at\.zip$/.test(place))).toBe(true);
});

test('one line without end is sampled as it is', async () => {
  const { texts, sample } = await sampleOf(Buffer.alloc(8 * MiB, 'all one line '), 'a.txt');
  expect(texts.length).toBe((sample?.draws ?? 0) + 2);
  expect(sample).toMatchObject({ rows: 0, how: 'pieces' });
});

test('what can only be read from end to end gives its head and says no more', async () => {
  const source = { ...sourceOf(CSV.subarray(0, MiB)), size: CSV.length, sample: { bytes: MiB } };
  const { cells, sample } = await collectFrom(source, { name: 'people.csv' });
  expect(cells.length).toBeGreaterThan(1000);
  expect(sample).toBeUndefined();
});

test('a sampled archive gives drawn members, whole, and reads little more than them', async () => {
  const members = Array.from({ length: 400 }, (_, n) => ({
    name: `${n}.csv`,
    data: Buffer.from(`name,email\n${lines(40_000, (i) => `Ann${n}x${i},ann${n}x${i}@example.org\n`)}`),
    stored: true,
  }));
  const zip = zipOf(members);
  let bytes = 0;
  const source = sourceOf(zip, { ranged: true });
  const {
    members: read,
    sample,
    gaps,
  } = await collectFrom(
    {
      ...source,
      sample: { bytes: MiB },
      read: async (start, end) => {
        bytes += end - start;
        return zip.slice(start, end);
      },
    },
    { name: 'a.zip' },
  );
  expect(gaps).toEqual([]);
  expect(read.length).toBeGreaterThan(20);
  expect(read.length).toBeLessThan(40);
  expect(sample).toMatchObject({ how: 'members', draws: read.length, total: zip.length });
  expect(bytes).toBeLessThan(10 * MiB);
  expect(read.map(({ path }) => path)).not.toEqual(members.slice(0, read.length).map(({ name }) => name));
});

test('a member larger than the sample ends without being called damaged, and is no content of its own', async () => {
  const data = Buffer.from(PEOPLE);
  const zip = zipOf([{ name: 'people.csv', data, stored: true }]);
  const found = await sampleOf(zip, 'a.zip');
  expect(found.gaps).toEqual([]);
  expect(found.members).toEqual([]);
  expect(found.cells.length).toBeGreaterThan(10_000);
});
