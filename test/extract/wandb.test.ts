import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { protobufTexts } from '../../src/extract/protobuf-texts.ts';
import { collect } from './collect.ts';

const RUN = readFileSync(join(import.meta.dirname, '../planted/fixtures/run.wandb'));

describe("a run's log", () => {
  test('has the texts of each record, keys beside their values, also where it goes over a block', async () => {
    const { texts, gaps } = await collect(RUN, { name: 'run-abc.wandb' });
    expect(texts[0]).toMatchObject({ place: 'record 1', text: 'abc123\nepochs: 3' });
    expect(texts.find(({ place }) => place === 'record 12')?.text).toBe('output '.repeat(9000));
    expect(gaps).toEqual([]);
  });

  test('is the same wherever the stream is cut', async () => {
    const whole = await collect(RUN, { name: 'a.wandb' });
    for (const cuts of [[5], [4096, 1]]) expect(await collect(RUN, { name: 'a.wandb', cuts })).toEqual(whole);
  });

  test('that is cut short or damaged keeps the records before and after, and says so', async () => {
    const damaged = Buffer.from(RUN);
    damaged.writeUInt8(9, 7 + 6);
    for (const bytes of [RUN.subarray(0, 40_000), damaged]) {
      const { texts, gaps } = await collect(bytes, { name: 'a.wandb' });
      expect(texts.length).toBeGreaterThan(5);
      expect(gaps.map(({ reason }) => reason)).toEqual(['malformed']);
    }
  });
});

describe('a message of which nothing is known', () => {
  test.each([
    ['texts and messages in it', '0a03616263120512034465661801', ['abc', 'Def']],
    ['numbers alone', '08011001', []],
    ['bytes that are no message', `ff${Buffer.from('needle in it').toString('hex')}00`, ['needle in it']],
    ['lengths beyond its end', `0a7f${Buffer.from('needle').toString('hex')}`, ['needle']],
  ])('gives its texts: %s', (_, hex, lines) => {
    expect(protobufTexts(Buffer.from(hex, 'hex'))).toEqual(lines);
  });

  test('ends, however deep it says it is', () => {
    const deep = Array.from({ length: 200 }, (_, i) => 400 - 2 * i).flatMap((length) => [0x0a, length % 128]);
    expect(protobufTexts(Buffer.from(deep)).length).toBeLessThan(100);
  });
});
