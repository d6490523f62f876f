/** Large files in a bucket: how many requests they cost, where a format can be read by range. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Collected, collectFrom } from './collect.ts';

const MEBIBYTE = 1024 ** 2;

/** A source that gives ranges alone, as a bucket does for what is too large to be held; each is a request. */
async function readByRange(
  bytes: Buffer,
  name: string,
): Promise<{ readonly found: Collected; readonly requests: number; readonly asked: number }> {
  let requests = 0;
  let asked = 0;
  const found = await collectFrom(
    {
      size: bytes.length,
      // The head, by which formats are told apart; nobody takes more of it.
      async *stream() {
        yield bytes.subarray(0, 64 * 1024);
        throw new Error('read from end to end');
      },
      async read(start, end) {
        requests += 1;
        asked += end - start;
        return bytes.slice(start, end);
      },
    },
    { name },
  );
  return { found, requests, asked };
}

/** A 7-Zip archive with one file as it is (https://www.7-zip.org/sdk.html, 7zFormat.txt). */
function stored(name: string, content: Buffer): Buffer {
  const size = Buffer.from([0xe0 | (content.length >>> 24), 0, 0, 0]);
  size.writeUIntLE(content.length % 2 ** 24, 1, 3);
  const text = Buffer.from(`${name}\0`, 'utf16le');
  const header = Buffer.concat([
    Buffer.from([0x01, 0x04, 0x06, 0x00, 0x01, 0x09]),
    size,
    Buffer.from([0x00, 0x07, 0x0b, 0x01, 0x00, 0x01, 0x01, 0x00, 0x0c]),
    size,
    Buffer.from([0x00, 0x08, 0x00, 0x00, 0x05, 0x01, 0x11, text.length + 1, 0x00]),
    text,
    Buffer.from([0x00, 0x00]),
  ]);
  const start = Buffer.alloc(32);
  start.write('7z\xbc\xaf\x27\x1c\0\x04', 'latin1');
  start.writeBigUInt64LE(BigInt(content.length), 12);
  start.writeBigUInt64LE(BigInt(header.length), 20);
  start.writeUInt32LE(crc32(header), 28);
  start.writeUInt32LE(crc32(start.subarray(12)), 8);
  return Buffer.concat([start, content, header]);
}

test('a large 7-Zip archive is read wholly, 4 MiB a request', async () => {
  const content = Buffer.alloc(20 * MEBIBYTE, `${' '.repeat(1023)}\n`);
  content.write('needle\n', content.length - 7);
  const { found, requests, asked } = await readByRange(stored('a.txt', content), 'a.7z');
  expect(found.gaps).toEqual([]);
  expect(found.texts.at(-1)?.place).toBe('a.7z!/a.txt');
  expect(found.texts.some(({ text }) => text.endsWith('needle\n'))).toBe(true);
  expect(requests).toBeLessThanOrEqual(20 / 4 + 3);
  expect(asked).toBeLessThan(content.length + 9 * MEBIBYTE);
});

test('a large workbook of Excel 97 is read by its directory: what is in none of its streams is not asked for', async () => {
  const workbook = readFileSync(join(import.meta.dirname, '../planted/fixtures/office.xls'));
  const large = Buffer.concat([workbook, Buffer.alloc(20 * MEBIBYTE)]);
  const { found, requests, asked } = await readByRange(large, 'a.xls');
  expect(found.cells.filter(({ column }) => column === 'email')).toHaveLength(20);
  expect(requests).toBeLessThanOrEqual(8);
  expect(asked).toBeLessThan(2 * MEBIBYTE);
});
