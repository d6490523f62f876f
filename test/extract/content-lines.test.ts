import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';

describe('a vCard or calendar', () => {
  test('has folded and encoded properties in one piece, at their lines', async () => {
    const card = [
      'BEGIN:VCARD',
      'EMAIL:ann@exam',
      ' ple.org',
      'NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Z=C3=BCrich =',
      'and=0D=0Amore=3D',
      'LABEL;QUOTED-PRINTABLE:caf=E9',
      'ATTENDEE;CN="Bob',
      '\t Doe":mailto:bob@',
      '\texample.org',
      'END:VCARD',
      '',
    ].join('\r\n');
    const { texts, formats, gaps } = await collect(card, { name: 'a.vcf' });
    expect(formats[0]?.format).toBe('vcard');
    expect(texts.map(({ line, text }) => [line, text.split('\n')])).toEqual([
      [
        1,
        [
          'BEGIN:VCARD',
          'EMAIL:ann@example.org',
          '',
          'NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zürich and more=',
          '',
          'LABEL;QUOTED-PRINTABLE:café',
          'ATTENDEE;CN="Bob Doe":mailto:bob@example.org',
          '',
          '',
          'END:VCARD',
          '',
        ],
      ],
    ]);
    expect(gaps).toEqual([]);
  });

  test.each([
    ['vCard 3', 'PHOTO;ENCODING=b;TYPE=JPEG:AAAA'],
    ['vCard 2.1', 'KEY;X509;ENCODING=BASE64:'],
    ['vCard 4', 'PHOTO:data:image/jpeg;base64,AAAA'],
  ])('is read without pictures, which are a gap (%s)', async (_, property) => {
    const { texts, gaps } = await collect(
      `BEGIN:VCARD\n${property}\n  BBBB${'C'.repeat(70)}\n  DDDD\n\nFN:Ann\n`,
      { name: 'book' },
    );
    expect(texts.map(({ text }) => text).join('')).not.toMatch(/AAAA|BBBB|DDDD/);
    expect(texts[0]?.text.split('\n')[5]).toBe('FN:Ann');
    expect(gaps.map(({ reason }) => reason)).toEqual(['no-text']);
  });

  test('is the same wherever the stream is cut, and with lines of any length', async () => {
    const content = Buffer.from(
      `BEGIN:VCALENDAR\nSUMMARY:${'x'.repeat(70_000)}\n needle\nX;QUOTED-PRINTABLE:a=\n=C3=A9\n`,
    );
    const whole = await collect(content, { name: 'a.ics' });
    expect(whole.texts[0]?.text).toContain('needle');
    for (const cuts of [[7], [1000, 1], [65_536]]) {
      expect(await collect(content, { name: 'a.ics', cuts })).toEqual(whole);
    }
  });
});
