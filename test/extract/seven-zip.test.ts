/** 7-Zip archives, written by 7-Zip (fixtures/writer.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const LINES = Array.from(
  { length: 12_000 },
  (_, i) => `line ${i} of ${(i * 7919) % 101} ${'ab'.repeat(i % 7)}\n`,
)
  .join('')
  .slice(0, 50_000);
const METHODS = ['default', 'lzma', 'deflate', 'bzip2', 'copy', 'delta'];

function read(name: string): Buffer {
  return readFileSync(new URL(`./fixtures/7z/${name}.7z`, import.meta.url));
}

describe.each(METHODS)('packed by %s', (method) => {
  test('each file is read like a file of its own', async () => {
    const found = await collect(read(method), { name: 'a.7z', cuts: [997] });
    expect(found.gaps).toEqual([]);
    expect(cellLines(found)).toEqual([
      'a.7z!/deep/people.csv row 1, column name = Ann',
      'a.7z!/deep/people.csv row 1, column email = ann@example.org',
    ]);
    expect(found.texts.map(({ place }) => place)).toEqual(['a.7z!/lines.txt']);
    expect(found.texts[0]?.text === LINES).toBe(true);
    expect(found.members.map(({ path, size }) => [path, size])).toEqual([
      ['deep/people.csv', 31],
      ['lines.txt', 50_000],
    ]);
    expect(await collect(read(method), { name: 'a.7z', ranged: true })).toEqual(found);
  });

  test('damage is told, and nothing false is taken for whole', async () => {
    const bytes = read(method);
    const directory = 32 + Number(bytes.readBigUInt64LE(12));
    for (let at = 32; at < directory; at += 401) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x21;
      const found = await collect(changed, { name: 'a.7z' });
      const told = found.gaps.some(({ reason }) => reason === 'malformed');
      expect(told || found.texts[0]?.text === LINES, `byte ${at}`).toBe(true);
      expect(found.members.length).toBeLessThanOrEqual(told ? 1 : 2);
    }
  });

  test('cut short it has no directory', async () => {
    const bytes = read(method);
    for (const length of [8, 31, 32, 40, bytes.length - 1]) {
      const found = await collect(bytes.subarray(0, length), { name: 'a.7z' });
      expect(found.gaps.map(({ reason }) => reason)).toEqual(['malformed']);
    }
  });
});

test('with a password each file is a gap, and the archive is when names need it too', async () => {
  const files = await collect(read('locked'), { name: 'a.7z' });
  expect(files.gaps.map(({ reason, place }) => [reason, place])).toEqual([
    ['encrypted', 'a.7z!/deep/people.csv'],
    ['encrypted', 'a.7z!/lines.txt'],
  ]);
  const names = await collect(read('locked-names'), { name: 'a.7z' });
  expect(names.gaps.map(({ reason, place }) => [reason, place])).toEqual([['encrypted', undefined]]);
});

test('packed in a way that we do not read each file is a gap', async () => {
  const found = await collect(read('ppmd'), { name: 'a.7z' });
  expect(found.gaps.map(({ reason, place }) => [reason, place])).toEqual([
    ['unsupported-format', 'a.7z!/deep/people.csv'],
    ['unsupported-format', 'a.7z!/lines.txt'],
  ]);
});

test('an archive that inflates without end stops at the ratio', async () => {
  const found = await collect(read('bomb'), { name: 'a.7z' });
  expect(found.gaps.map(({ reason }) => reason)).toContain('archive-limit');
  expect(found.members).toEqual([]);
});

test('a directory with any byte changed ends in gaps at most', async () => {
  // Its own checksum would tell: this one is corrected, so that the bytes themselves are met.
  const bytes = read('lzma');
  const { crc32 } = await import('node:zlib');
  const at = 32 + Number(bytes.readBigUInt64LE(12));
  for (let i = at; i < bytes.length; i += 1) {
    for (const value of [0, 0x7f, 0xff]) {
      const changed = Buffer.from(bytes);
      changed[i] = value;
      changed.writeUInt32LE(crc32(changed.subarray(at)), 28);
      changed.writeUInt32LE(crc32(changed.subarray(12, 32)), 8);
      await collect(changed, { name: 'a.7z', limits: { inflated: 1024 ** 2 } });
    }
  }
});

test('what breaks off costs the files that are packed with it, and no others', async () => {
  // Without -ms=off both files are one folder, with it two.
  const together = read('default');
  together.fill(0xff, 60, 90);
  const solid = await collect(together, { name: 'a.7z' });
  expect(solid.gaps.length).toBeGreaterThan(0);
  const apart = read('lzma');
  apart.fill(0xff, 32 + 5, 32 + 20);
  const found = await collect(apart, { name: 'a.7z' });
  expect(found.gaps.every(({ place }) => place === 'a.7z!/deep/people.csv')).toBe(true);
  expect(found.texts.at(-1)?.text === LINES).toBe(true);
});
