import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

/** Places and texts of what was found, ends trimmed. */
async function lines(rtf: string | Buffer): Promise<readonly string[]> {
  const { texts } = await collect(rtf, { name: 'a.rtf' });
  return texts.map(({ place, line, text }) => `${place}${place ? ' ' : ''}line ${line}: ${text.trimEnd()}`);
}

describe('rich text', () => {
  test.each([
    ['escapes', String.raw`{\rtf1 a\{b\}\\c\~d}`, 'a{b}\\c d'],
    [
      'unicode, with what stands for it left out',
      String.raw`{\rtf1 \uc2 \u8364 ?!x\u-10179 ??\u-8704 ??y}`,
      '€x😀y',
    ],
    ['the code page', String.raw`{\rtf1\ansi\ansicpg1251 \'cf\'f0}`, 'Пр'],
    [
      'the code page of a font',
      String.raw`{\rtf1{\fonttbl{\f3\fcharset128 MS Gothic;}}\f3\'93\'fa\'96{\b \'7b}}`,
      '日',
    ],
    ['raw bytes', Buffer.from('{\\rtf1 caf\xe9}', 'latin1'), 'café'],
    ['words in pieces', String.raw`{\rtf1 ann@{\b exam}{\i ple}.org}`, 'ann@example.org'],
    [
      'links',
      String.raw`{\rtf1{\field{\*\fldinst HYPERLINK "mailto:a@example.org"}{\fldrslt Ann}}}`,
      'HYPERLINK "mailto:a@example.org"Ann',
    ],
    ['deleted words', String.raw`{\rtf1 a {\deleted\revised b} c}`, 'a b c'],
    ['raw data in it', String.raw`{\rtf1 a{\*\datastore\bin4 }}}}}b}`, 'ab'],
    ['an end in the middle', String.raw`{\rtf1 {\b needle`, 'needle'],
    ['groups that are not open', String.raw`{\rtf1 a}}}} b`, 'a b'],
  ])('is read with %s', async (_, rtf, text) => {
    const [found] = await lines(rtf);
    expect(found?.startsWith(`line 1: ${text}`)).toBe(true);
  });

  test('has paragraphs as lines, and headers, notes, comments and properties as parts', async () => {
    const rtf = String.raw`{\rtf1{\info{\author Ann}{\title T}}{\header H\par}one\par
two{\footnote note}{\*\atnauthor Bob}{\*\annotation hm}\par\pard three{\*\unknown x}{\stylesheet{\s0 Normal;}}\par}`;
    expect((await lines(rtf)).toSorted()).toEqual([
      'comments line 1: Bob\nhm',
      'footnotes line 1: note',
      'header line 1: H',
      'line 1: one\ntwo\nthree',
      'properties line 1: Ann\nT',
    ]);
  });

  test('has tables as rows under their headings', async () => {
    const row = (cells: string): string => String.raw`\trowd\cellx1\cellx2 ${cells}\row\pard `;
    const cell = (text: string): string => String.raw`\pard\intbl ${text}\cell`;
    const rtf = `{\\rtf1 before\\par ${row(cell('email') + cell('phone'))}${row(
      cell('{\\b ann}@example.org') + cell('1 \\par 2'),
    )}after}`;
    const found = await collect(rtf, { name: 'a.rtf' });
    expect(cellLines(found)).toEqual([
      'table 1 row 1, column email = ann@example.org',
      'table 1 row 1, column phone = 1 \n2',
    ]);
    expect(found.texts.map(({ text }) => text.trim())).toEqual(['before', 'after']);
  });

  test('says what it does not read', async () => {
    const { gaps } = await collect(
      String.raw`{\rtf1{\*\shppict{\pict\pngblip 8950}}{\nonshppict{\pict 01}}{\object{\*\objdata 0105}{\result x}}}`,
      { name: 'a.rtf' },
    );
    expect(gaps.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
      'no-text: 1 pictures are not read',
      'unsupported-format: 1 embedded objects are not read',
    ]);
  });

  test('is the same wherever the stream is cut, and however deep its groups are', async () => {
    const rtf = Buffer.from(
      `{\\rtf1\\ansicpg936 a\\'c4\\'e3${'{\\b'.repeat(5000)} x${'}'.repeat(5000)}\\u20320 ?\\par {\\bin3 {{{}\\line y}`,
    );
    const whole = await collect(rtf, { name: 'a.rtf' });
    expect(whole.texts.map(({ text }) => text).join('')).toContain('a你');
    for (const cuts of [[1], [3, 7], [50]]) {
      expect(await collect(rtf, { name: 'a.rtf', cuts })).toEqual(whole);
    }
  });
});
