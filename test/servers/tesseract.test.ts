/** Text in pictures by a real OCR program, Debian's tesseract-ocr. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { collect } from '../extract/collect.ts';

/** By Pillow: a name, a number and an address in black on white. */
const SCANNED = readFileSync(new URL('../extract/fixtures/pictures/scanned.png', import.meta.url));

test('tesseract reads what stands in a picture', async () => {
  const ocr = { command: ['tesseract', 'stdin', 'stdout'], env: { PATH: process.env.PATH ?? '' } };
  const found = await collect(SCANNED, { name: 'scanned.png', ocr });
  expect(found.gaps).toEqual([]);
  expect(found.texts.find(({ place }) => place === 'picture')?.text).toContain('jane.roe@fernpost-mail.com');
});
