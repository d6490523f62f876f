import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inflateRtf } from '../../src/extract/msg-rtf.ts';
import { decodersOf } from '../../src/extract/msg-strings.ts';
import { cellLines, collect } from './collect.ts';

const MESSAGE = readFileSync(join(import.meta.dirname, '../planted/fixtures/mail.msg'));

describe('an Outlook message', () => {
  test('has its properties by name, its recipients and its attachments', async () => {
    const found = await collect(MESSAGE, { name: 'a.msg' });
    expect(cellLines(found).slice(0, 3)).toEqual([
      'property sender email = sender@fernpost-mail.com',
      'property subject = the list',
      'recipient 1 email = team@fernpost-mail.com',
    ]);
    expect(found.members.map(({ path }) => path)).toEqual(['list.csv']);
    expect(found.gaps).toEqual([]);
  });

  test('that is cut short keeps what could be read, and says so', async () => {
    for (const length of [6000, 4096, 1024, 600, 100]) {
      const { gaps } = await collect(MESSAGE.subarray(0, length), { name: 'a.msg' });
      expect(gaps.length).toBeGreaterThan(0);
    }
  });

  test.each([
    ['its own', 0x3ffd, 932],
    ["its language's", 0x3ff1, 1041],
  ])('is read in %s code page', (_, property, value) => {
    const fixed = Buffer.alloc(48);
    fixed.writeUInt16LE(3, 32);
    fixed.writeUInt16LE(property, 34);
    fixed.writeUInt32LE(value, 40);
    expect(decodersOf(fixed, undefined).decoders['001E']?.(Buffer.from('93fa967b', 'hex'))).toBe('日本');
  });

  test('has its compressed rich text, as [MS-OXRTFCP] 3.1 has it, and ends where the bytes do', () => {
    const packed = Buffer.from(
      '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
      'hex',
    );
    expect(inflateRtf(packed).toString('latin1')).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');
    expect(inflateRtf(packed.subarray(0, 30)).toString('latin1')).toMatch(/^\{\\rtf1\\ansi\\ansicpg125/);
    expect(inflateRtf(packed.subarray(0, 10)).length).toBe(0);
  });
});
