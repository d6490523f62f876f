import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';
import { zipOf } from './zip-fixture.ts';

const CSV = Buffer.from('name,email\nAnn,ann@example.org\n');
const ROWS = ['row 1, column name = Ann', 'row 1, column email = ann@example.org'];

/** By tar-stream: another program than ours. */
async function tarOf(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, data] of Object.entries(files)) archive.entry({ name }, Buffer.from(data));
  archive.finalize();
  const parts: Buffer[] = [];
  // Its types know nothing of what it yields.
  for await (const chunk of archive) parts.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(parts);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a compressed file', () => {
  test.each([
    ['gzip', gzipSync(CSV), 'a.csv.gz'],
    ['Zstandard', zstdCompressSync(CSV), 'a.csv.zst'],
    [
      'gzip of several members',
      Buffer.concat([gzipSync(CSV.subarray(0, 9)), gzipSync(CSV.subarray(9))]),
      'a.csv.gz',
    ],
  ])('by %s has the places of what is inside, which is content of its own', async (_, bytes, name) => {
    const found = await collect(bytes, { name, cuts: [7] });
    expect(cellLines(found)).toEqual(ROWS);
    expect(found.members).toEqual([
      { type: 'member', path: 'a.csv', size: CSV.length, digests: { sha256: sha256(CSV) } },
    ]);
  });

  test('that is cut short gives what could be read, and a gap', async () => {
    const text = Buffer.from(
      Array.from({ length: 4000 }, (_, i) => `line ${(i * 7919) % 104729}\n`).join(''),
    );
    const packed = gzipSync(text);
    const found = await collect(packed.subarray(0, packed.length - 3000), { name: 'a.log.gz' });
    expect(found.gaps).toEqual([{ reason: 'malformed', message: expect.any(String) }]);
    expect(found.texts[0]?.text.length).toBeGreaterThan(text.length / 3);
    expect(text.toString().startsWith(found.texts[0]?.text ?? '-')).toBe(true);
    expect(found.members).toEqual([]);
  });
});

describe('an archive', () => {
  test('in tar and gzip is one archive', async () => {
    const found = await collect(gzipSync(await tarOf({ 'in/c.csv': CSV })), { name: 'b.tar.gz' });
    expect(cellLines(found)).toEqual(ROWS.map((line) => `b.tar.gz!/in/c.csv ${line}`));
    expect(found.members.map(({ path }) => path)).toEqual(['in/c.csv', 'b.tar']);
  });

  test('in an archive names the whole way to each place', async () => {
    const inner = gzipSync(await tarOf({ 'c.csv': CSV }));
    const outer = zipOf([
      { name: 'b.tar.gz', data: inner, stored: true },
      { name: 'x/d.csv', data: CSV },
    ]);
    const found = await collect(outer, { name: 'a.zip', digests: ['md5'] });
    expect(cellLines(found)).toEqual([
      ...ROWS.map((line) => `a.zip!/b.tar.gz!/c.csv ${line}`),
      ...ROWS.map((line) => `a.zip!/x/d.csv ${line}`),
    ]);
    expect(found.members.map(({ path, size }) => [path, size])).toEqual([
      ['b.tar.gz!/c.csv', CSV.length],
      ['b.tar.gz!/b.tar', 2048],
      ['b.tar.gz', inner.length],
      ['x/d.csv', CSV.length],
    ]);
    const md5 = createHash('md5').update(CSV).digest('hex');
    expect(found.members.at(-1)?.digests).toEqual({ sha256: sha256(CSV), md5 });
  });

  test('is the same however its bytes come', async () => {
    const bytes = zipOf([
      { name: 'b.tgz', data: gzipSync(await tarOf({ 'c.csv': CSV, 'd/e.txt': Buffer.from('hello') })) },
      { name: 'f.json', data: Buffer.from('{"a": [1, 2]}') },
    ]);
    const whole = await collect(bytes, { name: 'a.zip' });
    expect(await collect(bytes, { name: 'a.zip', ranged: true })).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 }),
        async (cuts) => {
          expect(await collect(bytes, { name: 'a.zip', cuts })).toEqual(whole);
        },
      ),
      { seed: 6, numRuns: 15 },
    );
  });

  test('above 16 MiB is read by range where the source allows it', async () => {
    const filler = Buffer.alloc(17 * 1024 ** 2, 'filling text\n');
    const bytes = zipOf([
      { name: 'filler.txt', data: filler, stored: true },
      { name: 'c.csv', data: CSV },
    ]);
    const found = await collect(bytes, { name: 'a.zip', ranged: true });
    expect(cellLines(found)).toEqual(ROWS.map((line) => `a.zip!/c.csv ${line}`));
    expect(found.members.map(({ size }) => size)).toEqual([filler.length, CSV.length]);
  });

  test('under the name of a picture is read all the same, and says so', async () => {
    const found = await collect(zipOf([{ name: 'c.csv', data: CSV }]), { name: 'holiday.jpg' });
    expect(found.formats[0]).toEqual({
      type: 'format',
      format: 'zip',
      mediaType: 'application/zip',
      note: '.jpg is zip',
    });
    expect(found.cells.length).toBe(2);
  });

  test('with long and odd names keeps them as labels', async () => {
    const long = `${'folder/'.repeat(40)}ünï.csv`;
    const found = await collect(await tarOf({ [long]: CSV, '../../escape.csv': CSV }), { name: 'a.tar' });
    expect(found.members.map(({ path }) => path)).toEqual([long, '../../escape.csv']);
  });
});

test('members that are packed by bzip2 and by LZMA are read, as Python writes them', async () => {
  const bytes = readFileSync(new URL('./fixtures/zip/methods.zip', import.meta.url));
  const found = await collect(bytes, { name: 'methods.zip' });
  expect(found.gaps).toEqual([]);
  for (const name of ['bzip2', 'lzma'])
    expect(cellLines(found)).toContain(
      `methods.zip!/${name}.csv row 1, column email = greta@fernpost-mail.com`,
    );
});

test('a book is read in the order of its chapters', async () => {
  const page = (text: string): Buffer => Buffer.from(`<html><body><p>${text}</p></body></html>`);
  const bytes = zipOf([
    { name: 'mimetype', data: Buffer.from('application/epub+zip'), stored: true },
    { name: 'OPS/a.xhtml', data: page('the end') },
    { name: 'OPS/b c.xhtml', data: page('the beginning') },
    {
      name: 'META-INF/container.xml',
      data: Buffer.from('<container><rootfile full-path="OPS/book.opf"/></container>'),
    },
    {
      name: 'OPS/book.opf',
      data: Buffer.from(
        '<package><item id="x" href="a.xhtml"/><item id="y" href="b%20c.xhtml"/><itemref idref="y"/><itemref idref="x"/></package>',
      ),
    },
  ]);
  const { texts, members } = await collect(bytes, { name: 'book.epub' });
  expect(texts.slice(0, 2).map(({ place, text }) => [place, text.trim()])).toEqual([
    ['chapter 1', 'the beginning'],
    ['chapter 2', 'the end'],
  ]);
  expect(members.map(({ path }) => path).slice(0, 2)).toEqual(['OPS/b c.xhtml', 'OPS/a.xhtml']);
});
