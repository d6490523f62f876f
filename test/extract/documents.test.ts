/** One document in each format that LibreOffice writes: everything that people wrote in it is found, and where it stands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const FOLDER = join(import.meta.dirname, 'fixtures/documents');
const read = (name: string): Buffer => readFileSync(join(FOLDER, name));

describe.each(['rich.doc', 'rich.rtf', 'rich.docx', 'rich.odt'])('%s', (name) => {
  test('has its tables as rows, with cells that are empty or of two paragraphs', async () => {
    const table = name.endsWith('odt') ? 'table T' : 'table 1';
    const found = cellLines(await collect(read(name), { name }));
    expect(found.filter((line) => line.startsWith(table))).toEqual([
      `${table} row 1, column email = ann@example.org`,
      `${table} row 1, column note = x\ny`,
      `${table} row 2, column email = bob@example.org`,
      `${table} row 2, column phone = 555-0102`,
    ]);
  });

  test.each([
    ['the text', /^(?:before it|.*before)/m],
    ['letters of any script', /after Zoë € 日本/],
    ['the header', /hal@example\.org/],
    ['the footer', /fay@example\.org/],
    ['footnotes', /nan@example\.org/],
    ['comments', /com@example\.org/],
    ['words that were deleted with changes tracked', /del@example\.org/],
  ])('has %s', async (_, words) => {
    const { texts, gaps } = await collect(read(name), { name });
    expect(texts.map(({ text }) => text).join('\n')).toMatch(words);
    expect(gaps).toEqual([]);
  });

  test('that is cut anywhere says so, or has all of its text', async () => {
    const whole = read(name);
    for (let share = 1; share < 8; share += 1) {
      const { gaps, texts } = await collect(whole.subarray(0, Math.floor((whole.length * share) / 8)), {
        name,
      });
      const all = texts.map(({ text }) => text).join('');
      // Rich text has no end that could be missed but its last bracket.
      if (!name.endsWith('rtf')) expect(gaps.length > 0 || all.includes('after Zoë')).toBe(true);
    }
  });
});

describe('a PowerPoint document of 1997 to 2003', () => {
  const slides = readFileSync(join(import.meta.dirname, '../planted/fixtures/slides.ppt'));

  test('that is cut anywhere says so, and keeps the slides before', async () => {
    for (const length of [slides.length - 20_000, 40_000, 20_000, 4000, 600]) {
      const { gaps } = await collect(slides.subarray(0, length), { name: 'a.ppt' });
      expect(gaps.map(({ reason }) => reason)).toContain('malformed');
    }
  });

  test('that later versions have put their themes into is not damaged', async () => {
    const bytes = Buffer.from(slides);
    // The environment (fonts, kinsoku): a zip as PowerPoint 2007 writes one, marked as if it held records.
    const at = bytes.indexOf(Buffer.from('0f00f203', 'hex')) + 8;
    bytes.write('PK\x03\x04\x14\0\x06\0\xff\xff\xff\x7f', at, 'latin1');
    const found = await collect(bytes, { name: 'a.ppt' });
    expect(found.gaps).toEqual([]);
    expect(found.texts).toEqual((await collect(slides, { name: 'a.ppt' })).texts);
  });

  test('that needs a password is a gap', async () => {
    const bytes = Buffer.from(slides);
    const at = bytes.indexOf(Buffer.from('5fc091e3', 'hex'));
    bytes.writeUInt32LE(0xf3d1c4df, at);
    const { gaps, texts } = await collect(bytes, { name: 'a.ppt' });
    expect(gaps.map(({ reason }) => reason)).toEqual(['encrypted']);
    expect(texts).toEqual([]);
  });
});

describe('a Word document of 1997 to 2003', () => {
  test('that needs a password is a gap', async () => {
    const bytes = read('rich.doc');
    // The flags of the header, which begins the first sector.
    const at = bytes.indexOf(Buffer.from('eca5', 'hex')) + 0x0a;
    bytes.writeUInt16LE(bytes.readUInt16LE(at) | 0x0100, at);
    const { gaps, texts } = await collect(bytes, { name: 'a.doc' });
    expect(gaps.map(({ reason }) => reason)).toEqual(['encrypted']);
    expect(texts).toEqual([]);
  });

  test('whose pieces point elsewhere keeps what is there, and says so', async () => {
    const bytes = read('rich.doc');
    const at = bytes.indexOf(Buffer.from('eca5', 'hex')) + 0x01a6;
    bytes.writeUInt32LE(7, at);
    const { gaps } = await collect(bytes, { name: 'a.doc' });
    expect(gaps.map(({ reason }) => reason)).toEqual(['malformed']);
  });
});
