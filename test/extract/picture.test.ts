import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { exifFields } from '../../src/extract/exif.ts';
import { cellLines, collect } from './collect.ts';

const FOLDER = join(import.meta.dirname, '../planted/fixtures');
const read = (name: string): Buffer => readFileSync(join(FOLDER, name));

describe.each(['photo.jpg', 'scan.png', 'scan.tiff', 'phone.heic', 'web.webp'])(
  '%s, which exiftool wrote',
  (name) => {
    test('tells where it was taken, by whom and with what; the picture is a gap', async () => {
      const found = await collect(read(name), { name });
      expect(cellLines(found)).toEqual(
        expect.arrayContaining([
          'picture GPS location = 48.858370, -2.294481',
          'picture artist = Dora Fenwick',
          'picture serial number = 7043211',
          'picture comment = café',
        ]),
      );
      expect(found.cells.some(({ cell }) => cell.includes('dora@fernpost-mail.com'))).toBe(true);
      expect(found.gaps.map(({ reason }) => reason)).toEqual(['no-text']);
    });

    test('is the same wherever the stream is cut, and never more than a gap when it is damaged', async () => {
      const bytes = read(name);
      const whole = await collect(bytes, { name });
      for (const cuts of [[1], [100, 7]]) expect(await collect(bytes, { name, cuts })).toEqual(whole);
      for (let at = 20; at < bytes.length; at += 97) {
        const damaged = Buffer.from(bytes);
        damaged.fill(0xff, at, Math.min(at + 8, bytes.length));
        for (const content of [damaged, bytes.subarray(0, at)]) {
          const { gaps } = await collect(content, { name });
          expect(gaps.map(({ reason }) => reason)).toContain('no-text');
        }
      }
    });
  },
);

describe('what stands beside a picture', () => {
  test('ends, though its directories refer to each other', () => {
    const loop = Buffer.from('49492a0008000000', 'hex');
    const entry = Buffer.alloc(18);
    entry.writeUInt16LE(1, 0);
    entry.writeUInt16LE(0x8769, 2);
    entry.writeUInt32LE(8, 10);
    entry.writeUInt32LE(8, 14);
    expect(exifFields(Buffer.concat([loop, entry]))).toEqual([]);
  });

  test('that is packed is read up to its limit', async () => {
    const chunk = (type: string, data: Buffer): Buffer => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(data.length);
      head.write(type, 4, 'latin1');
      return Buffer.concat([head, data, Buffer.alloc(4)]);
    };
    const text = (content: string): Buffer =>
      chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(content)]));
    const png = Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      text('needle'),
      text('x'.repeat(8_000_000)),
    ]);
    const { cells } = await collect(png, { name: 'a.png' });
    expect(cells).toEqual([{ place: 'picture comment', column: 'comment', cell: 'needle' }]);
  });
});
