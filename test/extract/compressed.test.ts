/** bzip2, xz and LZ4, written by Python, xz and lz4 (fixtures/writer.py). */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unpackHadoopLz4, unpackLz4Block } from '../../src/extract/lz4.ts';
import { collect } from './collect.ts';

const FOLDER = new URL('./fixtures/compressed/', import.meta.url);
const LINES = Array.from(
  { length: 12_000 },
  (_, i) => `line ${i} of ${(i * 7919) % 101} ${'ab'.repeat(i % 7)}\n`,
).join('');
const WHOLE = readdirSync(FOLDER).filter((name) => !/bomb|filtered/.test(name));

/** Without a checksum, or with one that is not asked, nobody can tell. */
const UNCHECKED = new Set(['streams.xz', 'streams.lz4']);

function read(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

describe.each(WHOLE)('%s', (name) => {
  test('is read to its end, whatever its options, however its bytes come', async () => {
    const found = await collect(read(name), { name: `a.txt.${name.split('.')[1]}`, cuts: [4099] });
    expect(found.gaps).toEqual([]);
    expect(found.texts.map(({ place, line }) => [place, line])).toEqual([['', 1]]);
    expect(found.texts[0]?.text === LINES).toBe(true);
    expect(found.members.map(({ path, size }) => [path, size])).toEqual([['a.txt', LINES.length]]);
  });

  test('cut short gives what could be read, and a gap', async () => {
    const packed = read(name);
    for (const part of [0.01, 0.3, 0.7, 0.99]) {
      const cut = packed.subarray(0, Math.floor(packed.length * part));
      const found = await collect(cut, { name });
      expect(found.gaps.map(({ reason }) => reason)).toEqual(['malformed']);
      expect(found.members).toEqual([]);
      const text = found.texts.map((each) => each.text).join('');
      expect(LINES.startsWith(text)).toBe(true);
      // bzip2 gives whole blocks only.
      if (part > 0.5) expect(text.length).toBeGreaterThan(LINES.length * (part - 0.5));
    }
  });

  test('with any byte changed is never taken for whole', async () => {
    const packed = read(name);
    for (let at = 0; at < packed.length; at += 997) {
      const changed = Buffer.from(packed);
      changed[at] = (changed[at] ?? 0) ^ 0x21;
      const found = await collect(changed, { name });
      const text = found.texts.map((each) => each.text).join('');
      if (found.gaps.length === 0 && !UNCHECKED.has(name)) expect(text === LINES, `byte ${at}`).toBe(true);
    }
  });
});

test.each(['bomb.bz2', 'bomb.lz4', 'bomb.xz'])('%s stops at the ratio, within its memory', async (name) => {
  const before = process.memoryUsage().arrayBuffers;
  const found = await collect(read(name), { name });
  expect(found.gaps.map(({ reason }) => reason)).toEqual(['archive-limit']);
  expect(found.members).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 ** 2);
});

test('xz with a window above 64 MiB is a gap, and asks for no memory', async () => {
  // The window's byte stands after sizes and filter number; the header's checksum is not asked.
  const packed = read('crc64.xz');
  const at = packed.indexOf(Buffer.from([0x21, 0x01])) + 2;
  packed[at] = 39;
  const found = await collect(packed, { name: 'a.txt.xz' });
  expect(found.gaps).toEqual([{ reason: 'memory-limit', message: 'needs 3221225472 bytes to be unpacked' }]);
});

test('xz filtered like machine code is a gap', async () => {
  const found = await collect(read('filtered.xz'), { name: 'a.xz' });
  expect(found.gaps.map(({ reason }) => reason)).toEqual(['unsupported-format']);
});

test('.tbz2 and .txz are tar archives', async () => {
  for (const [name, packed] of [
    ['a.tbz2', 'streams.bz2'],
    ['a.txz', 'crc64.xz'],
  ] as const) {
    expect((await collect(read(packed), { name })).members[0]?.path).toBe('a.tar');
  }
});

describe('LZ4 blocks without a frame, as Parquet has them', () => {
  /** Five characters as they are, a match of nine that begins one before, then the last characters. */
  const BLOCK = Buffer.from('\x55hello\x01\0\x50world', 'latin1');
  const PLAIN = `hello${'o'.repeat(9)}world`;

  test('are unpacked, also behind lengths as Hadoop writes them', () => {
    expect(unpackLz4Block(BLOCK, PLAIN.length).toString()).toBe(PLAIN);
    expect(unpackHadoopLz4(BLOCK, PLAIN.length).toString()).toBe(PLAIN);
    const lengths = Buffer.from([0, 0, 0, PLAIN.length, 0, 0, 0, BLOCK.length]);
    const twice = Buffer.concat([lengths, BLOCK, lengths, BLOCK]);
    expect(unpackHadoopLz4(twice, 2 * PLAIN.length).toString()).toBe(PLAIN + PLAIN);
  });

  test('that are damaged, or give more than they should, are refused', () => {
    expect(() => unpackLz4Block(BLOCK, 10)).toThrow('damaged');
    expect(() => unpackLz4Block(BLOCK.subarray(0, 9), 100)).toThrow('damaged');
  });
});
