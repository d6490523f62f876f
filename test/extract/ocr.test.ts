/** Text recognised in pictures, by a program of the user's; small ones stand in for it here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OcrCommand } from '../../src/extract/segment.ts';
import { collect } from './collect.ts';
import { zipOf } from './zip-fixture.ts';

const read = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../planted/fixtures', name));
const PICTURE = read('scan.png');

/** A program in a line. */
function program(code: string, env: Readonly<Record<string, string>> = {}): OcrCommand {
  return { command: [process.execPath, '-e', code], env };
}

/** Says how long the picture is, and what of its environment it sees. */
const SAYS = `let n = 0; process.stdin.on('data', (c) => { n += c.length }).on('end', () =>
  console.log('seen ' + n + '\\nmail ben@fernpost-mail.com\\n' + Object.keys(process.env).join()))`;

test('without a program the picture is a gap', async () => {
  const { gaps, texts } = await collect(PICTURE, { name: 'scan.png' });
  expect(gaps.map(({ message }) => message)).toEqual(['picture: not read']);
  expect(texts.filter(({ place }) => place === 'picture')).toEqual([]);
});

test.each(['scan.png', 'photo.jpg', 'scan.tiff', 'web.webp', 'phone.heic'])(
  'with one, %s is handed to it whole, and what it says is text with lines; it sees no environment but its own',
  async (name) => {
    const bytes = read(name);
    const found = await collect(bytes, { name, cuts: [1000], ocr: program(SAYS, { LANG: 'C' }) });
    const text = found.texts.find(({ place }) => place === 'picture');
    expect(text).toEqual({
      place: 'picture',
      line: 1,
      text: `seen ${bytes.length}\nmail ben@fernpost-mail.com\nLANG\n`,
    });
    expect(found.gaps).toEqual([]);
    expect(found.cells.some(({ place }) => place === 'picture artist')).toBe(true);
  },
);

test('pictures in archives are recognised at their place', async () => {
  const bytes = zipOf([{ name: 'in/scan.png', data: PICTURE }]);
  const { texts } = await collect(bytes, { name: 'a.zip', ocr: program(SAYS) });
  expect(texts.some(({ place }) => place === 'a.zip!/in/scan.png picture')).toBe(true);
});

test.each([
  [
    'fails',
    program('process.exit(1)'),
    'no-text',
    'picture: the OCR command failed: try it by hand on this picture',
  ],
  [
    'is not there',
    { command: ['/nowhere/ocr'], env: {} },
    'no-text',
    'picture: the OCR command failed: try it by hand on this picture',
  ],
  [
    'never ends',
    program('setInterval(() => {}, 1000)'),
    'time-limit',
    'picture: the OCR command took longer than 0.2 s',
  ],
  [
    'never stops talking',
    program("for (;;) require('fs').writeSync(1, 'x'.repeat(65536))"),
    'memory-limit',
    'picture: the OCR command gave too much',
  ],
])('a program that %s costs that picture', async (_, ocr, reason, message) => {
  const limits = reason === 'time-limit' ? { stepSeconds: 0.2 } : {};
  const { gaps } = await collect(PICTURE, { name: 'scan.png', ocr, limits });
  expect(gaps).toEqual([{ reason, message }]);
});

test('an abort ends it at once', async () => {
  const controller = new AbortController();
  const ocr = program('setInterval(() => {}, 1000)');
  const reading = collect(PICTURE, { name: 'scan.png', ocr, signal: controller.signal });
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(reading).rejects.toThrow('enough');
});
