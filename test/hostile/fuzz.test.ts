/** A short run of `npm run fuzz`: the same damaged files each time. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fuzz } from '../../scripts/fuzz/fuzz.ts';
import { fuzzInputs } from '../../scripts/fuzz/inputs.ts';

const SEED = 20260914;
const INPUTS = 6000;

test(`${INPUTS} damaged files of all formats neither end nor hang the extractor`, {
  timeout: 300_000,
}, async () => {
  const { done, failures, peakRss } = await fuzz({ seed: SEED, count: INPUTS });
  expect(failures).toEqual([]);
  expect(done).toBe(INPUTS);
  expect(peakRss).toBeLessThan(1024 ** 3);
});

test('an input is the same whenever it is asked for, and not what it was made of', async () => {
  const [inputs, again] = [await fuzzInputs(), await fuzzInputs()];
  for (let number = 0; number < 50; number += 1) inputs(SEED, number);
  const digests = [7, 8, 9].map((number) => {
    const { bytes } = inputs(SEED, number);
    expect(again(SEED, number).bytes.equals(bytes)).toBe(true);
    return createHash('sha256').update(bytes).digest('hex');
  });
  expect(new Set(digests).size).toBe(3);
});
