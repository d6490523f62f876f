import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { collect, collectFrom, sourceOf } from './collect.ts';
import { zipOf } from './zip-fixture.ts';

const MiB = 1024 ** 2;
const GOOD = { name: 'good.txt', data: Buffer.from('still read') };

function reasons(found: Awaited<ReturnType<typeof collect>>): (string | undefined)[][] {
  return found.gaps.map(({ reason, place }) => (place === undefined ? [reason] : [reason, place]));
}

describe('a hostile archive', () => {
  test('that inflates without end stops at the ratio, and its siblings are read', async () => {
    const bomb = zipOf([{ name: 'zeros.txt', data: Buffer.alloc(24 * MiB) }, GOOD]);
    const found = await collect(bomb, { name: 'a.zip' });
    expect(reasons(found)).toEqual([['archive-limit', 'a.zip!/zeros.txt']]);
    expect(found.texts.at(-1)).toEqual({ place: 'a.zip!/good.txt', line: 1, text: 'still read' });
    expect(found.texts[0]?.text.length).toBeLessThan(11 * MiB);
  });

  test('of gzip that inflates without end stops at the ratio', async () => {
    const found = await collect(gzipSync(Buffer.alloc(24 * MiB)), { name: 'a.gz' });
    expect(reasons(found)).toEqual([['archive-limit']]);
    expect(found.members).toEqual([]);
  });

  test('stops at the bytes it may inflate, with one gap for all the rest', async () => {
    const members = Array.from({ length: 50 }, (_, i) => ({
      name: `${i}.txt`,
      data: Buffer.alloc(MiB, 'some text '),
    }));
    const found = await collect(zipOf(members), { name: 'a.zip', limits: { inflated: 3.5 * MiB } });
    expect(reasons(found)).toEqual([['archive-limit', 'a.zip!/3.txt'], ['archive-limit']]);
    expect(found.members.length).toBe(3);
  });

  test('nested too deep stops at the depth', async () => {
    let bytes: Buffer = Buffer.from('core');
    for (let i = 0; i < 8; i += 1) bytes = zipOf([{ name: `${i}.zip`, data: bytes }]);
    const found = await collect(bytes, { name: 'a.zip' });
    expect(reasons(found)).toEqual([['archive-limit', 'a.zip!/7.zip!/6.zip!/5.zip!/4.zip!/3.zip!/2.zip']]);
  });

  test('of gzip in gzip in gzip stops at the depth', async () => {
    let bytes: Buffer = Buffer.from('core');
    for (let i = 0; i < 8; i += 1) bytes = gzipSync(bytes);
    expect(reasons(await collect(bytes, { name: 'a.gz' }))).toEqual([['archive-limit']]);
  });

  test('whose members overlap is refused', async () => {
    const kernel = { name: 'k', data: Buffer.alloc(MiB) };
    const found = await collect(
      zipOf([kernel, ...Array.from({ length: 50 }, () => ({ ...kernel, at: 0 }))]),
      { name: 'a.zip' },
    );
    expect(reasons(found)).toEqual([['malformed']]);
    expect(found.texts).toEqual([]);
  });

  test('with too many members reads as many as it may', async () => {
    const members = Array.from({ length: 30 }, (_, i) => ({ name: `${i}`, data: Buffer.from('x') }));
    const found = await collect(zipOf(members), { name: 'a.zip', limits: { members: 10 } });
    expect(found.members.length).toBe(10);
    expect(reasons(found)).toEqual([['archive-limit']]);
  });

  test.each([
    ['too small', 3],
    ['too large', 3 * 1024 ** 3],
  ])('that says a size %s is read as it really is', async (_, size) => {
    const found = await collect(zipOf([{ ...GOOD, size }]), { name: 'a.zip' });
    expect(found.texts[0]?.text).toBe('still read');
    expect(found.members[0]?.size).toBe(10);
  });

  test('with a wrong checksum is read, and said to be damaged', async () => {
    const found = await collect(
      zipOf([
        { ...GOOD, crc: 7 },
        { ...GOOD, name: 'b.txt' },
      ]),
      { name: 'a.zip' },
    );
    expect(found.texts.map(({ text }) => text)).toEqual(['still read', 'still read']);
    expect(reasons(found)).toEqual([['malformed', 'a.zip!/good.txt']]);
    expect(found.members.map(({ path }) => path)).toEqual(['b.txt']);
  });

  test('with a password is a gap for each member', async () => {
    const found = await collect(
      zipOf([
        { ...GOOD, encrypted: true },
        { ...GOOD, name: 'b.txt' },
      ]),
      { name: 'a.zip' },
    );
    expect(reasons(found)).toEqual([['encrypted', 'a.zip!/good.txt']]);
    expect(found.members.map(({ path }) => path)).toEqual(['b.txt']);
  });

  test('with names that lead outside has them as labels', async () => {
    const names = ['../../etc/x.txt', '/abs.txt', 'C:\\x.txt', 'same.txt', 'same.txt'];
    const found = await collect(zipOf(names.map((name) => ({ ...GOOD, name }))), { name: 'a.zip' });
    expect(found.members.map(({ path }) => path)).toEqual([
      '../../etc/x.txt',
      '/abs.txt',
      'C:/x.txt',
      'same.txt',
      'same.txt',
    ]);
  });

  test('cut short anywhere ends in gaps, never in an error', async () => {
    const zip = zipOf([GOOD, { name: 'b.txt', data: Buffer.from('more text '.repeat(50)) }]);
    for (let length = 5; length < zip.length; length += 7) {
      expect(reasons(await collect(zip.subarray(0, length), { name: 'a.zip' })).length).toBeGreaterThan(0);
    }
  });

  test('with any byte changed ends in gaps at most', async () => {
    const zip = zipOf([GOOD, { name: 'b.json', data: Buffer.from('{"a": [1, 2, "x"]}'.repeat(5)) }]);
    for (let at = 0; at < zip.length; at += 1) {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      await collect(changed, { name: 'a.zip' });
    }
  });
});

describe('a hostile file', () => {
  test('of one long line is read in bounded pieces', async () => {
    const line = Buffer.alloc(4 * MiB, 'abcdefgh');
    for (const name of ['a.txt', 'a.csv', 'a.json', 'a.jsonl', 'a.html', 'a.xml']) {
      const found = await collect(line, { name, cuts: [256 * 1024] });
      const parts = [...found.texts.map(({ text }) => text), ...found.cells.map(({ cell }) => cell)];
      expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(line.length);
    }
  });

  test.each([
    ['an endless list in JSON', 'a.json', '[1,'.repeat(60_000)],
    ['objects without end', 'a.json', '{"a":{'.repeat(40_000)],
    [
      'a great many keys',
      'a.json',
      `{${Array.from({ length: 20_000 }, (_, i) => `"k${i % 9}x${i}":${i}`).join(',')}}`,
    ],
    ['elements without end', 'a.xml', '<a>'.repeat(300_000)],
    ['tables without end', 'a.html', '<table><tr><td>x'.repeat(20_000)],
    ['quotes without end', 'a.csv', '"'.repeat(300_000)],
    ['delimiters without end', 'a.csv', ','.repeat(500_000)],
    ['an entity bomb', 'a.xml', '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
    ['an external entity', 'a.xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ])('with %s costs no more than its size', async (_, name, content) => {
    const found = await collect(content, { name, cuts: [64 * 1024] });
    expect(found.gaps).toEqual([]);
    expect(JSON.stringify(found.cells)).not.toContain('bbbbbbbb');
    expect(JSON.stringify(found.cells)).not.toContain('root:');
  });

  test.each([
    ['a picture', 'a.png', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'no-text'],
    ['machine code', 'a', Buffer.from('\x7fELF\x02\x01\x01\0\0\0', 'latin1'), 'no-text'],
    ['a damaged PDF', 'a.pdf', Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'), 'malformed'],
    ['a damaged Parquet table', 'a.parquet', Buffer.from('PAR1\x15\0\x15 PAR1', 'latin1'), 'malformed'],
    [
      'a damaged database',
      'a.db',
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(500, 9)]),
      'malformed',
    ],
    ['a damaged workbook', 'a.xlsx', Buffer.from('PK\x03\x04 and no more', 'latin1'), 'malformed'],
    [
      'a pickle that breaks off',
      'model.pt',
      Buffer.from('\x80\x04\x95\x0f\0\0\0\0\0\0\0', 'latin1'),
      'malformed',
    ],
    [
      'DICOM that begins like a TIFF',
      'a.dcm',
      Buffer.concat([Buffer.from('II*\0'), Buffer.alloc(124), Buffer.from('DICM')]),
      'malformed',
    ],
    [
      'unknown bytes',
      'a.bin',
      Buffer.from(Array.from({ length: 200 }, (_, i) => (i * 37) % 256)),
      'unsupported-format',
    ],
  ] as const)('that is %s is a gap, never clean', async (_, name, bytes, reason) => {
    const found = await collect(bytes, { name });
    expect(reasons(found)).toEqual([[reason]]);
  });

  test('whose source fails passes the failure on', async () => {
    const failing = {
      ...sourceOf(gzipSync(Buffer.alloc(MiB, 'text '))),
      async *stream() {
        yield gzipSync(Buffer.alloc(MiB, 'text ')).subarray(0, 600);
        throw new Error('connection lost');
      },
    };
    await expect(collectFrom(failing, { name: 'a.gz' })).rejects.toThrow('connection lost');
  });

  test('ends promptly when aborted', async () => {
    const controller = new AbortController();
    const endless = {
      size: null,
      async *stream() {
        for (let i = 0; ; i += 1) {
          if (i === 20) controller.abort(new Error('enough'));
          yield Buffer.alloc(64 * 1024, 'text ');
        }
      },
    };
    await expect(collectFrom(endless, { name: 'a.txt', signal: controller.signal })).rejects.toThrow(
      'enough',
    );
  });
});
