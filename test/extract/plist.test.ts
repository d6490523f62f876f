import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const PLANTED = readFileSync(join(import.meta.dirname, '../planted/fixtures/binary.plist'));

/** A binary list of objects, one byte for each offset and reference; the first is the top. */
function binary(objects: readonly (readonly number[])[]): Buffer {
  const body = objects.flat();
  const offsets = objects.map((_, i) => 8 + objects.slice(0, i).flat().length);
  const trailer = Buffer.alloc(32);
  trailer[6] = 1;
  trailer[7] = 1;
  trailer[15] = objects.length;
  trailer[31] = 8 + body.length;
  return Buffer.concat([Buffer.from('bplist00'), Buffer.from([...body, ...offsets]), trailer]);
}

const string = (text: string): number[] => [0x50 + text.length, ...Buffer.from(text)];

describe('a property list', () => {
  test('in XML has its values under their key paths', async () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>owner</key><dict><key>email</key><string>a&amp;b@example.org</string></dict>
<key>people</key><array><dict><key>name</key><string>Ann</string><key>age</key><integer>7</integer><key>on</key><true/></dict>
<dict><key>name</key><string>Bob</string><key>note</key><data>aGVsbG8=</data><key>icon</key><data>AAEC/w==</data></dict></array>
<!-- by carol --></dict></plist>`;
    const found = await collect(xml, { name: 'a.plist' });
    expect(found.formats[0]?.format).toBe('plist');
    expect(cellLines(found).toSorted()).toEqual([
      '$ =  by carol ',
      '$.owner.email = a&b@example.org',
      '$.people[0].age = 7',
      '$.people[0].name = Ann',
      '$.people[0].on = true',
      '$.people[1].name = Bob',
      '$.people[1].note = hello',
    ]);
    expect(found.gaps.map(({ reason }) => reason)).toEqual(['no-text']);
  });

  test('in binary form has texts, numbers, dates and what is true', async () => {
    const utf16 = [0x62, 0x00, 0xe9, 0x20, 0xac];
    const date = [0x33, ...Buffer.from('41c2a4b1c0000000', 'hex')];
    const dict = [0xd4, 1, 2, 3, 4, 5, 6, 7, 8];
    const objects = [
      dict,
      string('a'),
      string('b'),
      string('c'),
      string('d'),
      utf16,
      [0x11, 0x01, 0x00],
      date,
      [9],
    ];
    const found = await collect(binary(objects), { name: 'x' });
    expect(cellLines(found)).toEqual([
      '$.a = é€',
      '$.b = 256',
      '$.c = 2020-10-28T08:29:52.000Z',
      '$.d = true',
    ]);
    expect(found.gaps).toEqual([]);
  });

  test.each([
    ['refers to itself', binary([[0xa1, 0]])],
    ['refers to itself many times', binary([[0xaf, 0x10, 60, ...Array.from({ length: 60 }, () => 0)]])],
    ['refers to what is not there', binary([[0xa1, 9]])],
    ['is longer than the file', binary([[0x5f, 0x13, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x61]])],
    ['is cut short', PLANTED.subarray(0, PLANTED.length - 40)],
    ['is nothing but its name', Buffer.from('bplist00')],
  ])('that %s ends, and is a gap', async (_, bytes) => {
    const { gaps } = await collect(bytes, { name: 'a.plist' });
    expect(gaps.map(({ reason }) => reason)).toEqual(['malformed']);
  });
});
