import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';

/** Characters that every encoding below has, beyond ASCII too. */
const TEXT = 'Zoë Example, Straße 7\nSSN: none\r\nprice 5 €\nend';

function utf16(text: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

function utf32(text: string, bigEndian: boolean): Buffer {
  const points = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [i, point] of points.entries()) {
    if (bigEndian) bytes.writeUInt32BE(point, i * 4);
    else bytes.writeUInt32LE(point, i * 4);
  }
  return bytes;
}

const ENCODED: Readonly<Record<string, Buffer>> = {
  'utf-8': Buffer.from(TEXT),
  'utf-8 with mark': Buffer.from(`\ufeff${TEXT}`),
  'utf-16le with mark': utf16(`\ufeff${TEXT}`, false),
  'utf-16be with mark': utf16(`\ufeff${TEXT}`, true),
  'utf-16le': utf16(TEXT, false),
  'utf-16be': utf16(TEXT, true),
  'utf-32le with mark': utf32(`\ufeff${TEXT}`, false),
  'utf-32be with mark': utf32(`\ufeff${TEXT}`, true),
  'windows-1252': Buffer.from(TEXT.replace('€', '\x80'), 'latin1'),
};

describe('plain text', () => {
  test.each(Object.entries(ENCODED))('in %s gives the same text', async (_, bytes) => {
    expect((await collect(bytes, { name: 'a.txt' })).texts).toEqual([{ place: '', line: 1, text: TEXT }]);
  });

  test.each(Object.entries(ENCODED))('in %s gives the same text wherever it is cut', async (_, bytes) => {
    for (const cut of [1, 2, 3, 5, 7]) {
      const { texts } = await collect(bytes, { name: 'a.txt', cuts: [cut] });
      expect(texts.map(({ text }) => text)).toEqual([TEXT]);
    }
  });

  test('between marks of transmission is text, but not where other control characters are', async () => {
    const message = `\x01\n:20:ST170119CYC/1\n:25:${'0'.repeat(90)}\n\x03`;
    expect((await collect(message, { name: 'a.sta' })).texts[0]?.text).toBe(message);
    for (const binary of [message.replace('\x03', '\x06'), `\xff${message}`, '\x01\x03:20:'])
      expect((await collect(Buffer.from(binary, 'latin1'), { name: 'a.sta' })).texts).toEqual([]);
  });

  test('with Cyrillic in UTF-16 without a mark is text', async () => {
    const text = 'Пациент Иван Примеров\nдиагноз не указан\n'.repeat(3);
    expect((await collect(utf16(text, false), { name: 'notes' })).texts[0]?.text).toBe(text);
  });

  test('of any characters comes out as it went in, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (text, cuts) => {
          const clean = `text ${text.replace(/[\0-\x1f]|[\ud800-\udfff]|\ufeff/g, '')}`;
          const { texts } = await collect(clean, { name: 'a.log', cuts });
          expect(texts.map((run) => run.text).join('')).toBe(clean);
        },
      ),
      { seed: 20, numRuns: 60 },
    );
  });

  test('of any bytes comes out the same however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (bytes, cuts) => {
          const content = Buffer.concat([
            Buffer.from('text '),
            Buffer.from(bytes).map((b) => (b < 32 ? b + 32 : b)),
          ]);
          const whole = await collect(content, { name: 'a.log' });
          expect(await collect(content, { name: 'a.log', cuts })).toEqual(whole);
        },
      ),
      { seed: 21, numRuns: 60 },
    );
  });

  test('is passed on without copying', async () => {
    const { extract } = await import('../../src/extract/index.ts');
    const { EXTRACT_LIMITS } = await import('../../src/extract/segment.ts');
    const bytes = Buffer.alloc(200_000, 'plain text\n');
    const hints = {
      name: 'a.txt',
      mediaType: null,
      limits: EXTRACT_LIMITS,
      digests: [],
      signal: AbortSignal.timeout(5000),
    };
    const source = {
      size: bytes.length,
      async *stream() {
        yield bytes;
      },
    };
    for await (const part of extract(source, hints)) {
      if (part.type === 'text') expect(part.bytes.buffer).toBe(bytes.buffer);
    }
  });

  test('tells the line at which each piece begins', async () => {
    const { extract } = await import('../../src/extract/index.ts');
    const { EXTRACT_LIMITS } = await import('../../src/extract/segment.ts');
    const { sourceOf } = await import('./collect.ts');
    const hints = {
      name: 'a.txt',
      mediaType: null,
      limits: EXTRACT_LIMITS,
      digests: [],
      signal: AbortSignal.timeout(5000),
    };
    const bytes = Buffer.from('line of text\n'.repeat(50_000));
    const lines: (number | null)[] = [];
    for await (const part of extract(sourceOf(bytes, { cuts: [130_000] }), hints)) {
      if (part.type === 'text') lines.push(part.line);
    }
    expect(lines).toEqual([1, 10_001, 20_001, 30_001, 40_001]);
  });

  test('with holes of NULs is still text', async () => {
    const content = Buffer.concat([
      Buffer.from('begins here\n'),
      Buffer.alloc(40_000),
      Buffer.from('ends here\n'),
    ]);
    const { texts, gaps } = await collect(content, { name: 'sparse.log' });
    expect(gaps).toEqual([]);
    expect(texts[0]?.text).toContain('ends here');
  });

  test('that is empty is text without segments', async () => {
    expect(await collect('', { name: 'empty' })).toMatchObject({
      formats: [{ format: 'text' }],
      texts: [],
      gaps: [],
    });
  });
});
