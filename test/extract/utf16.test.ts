import { expect, test } from 'vitest';
import { decodeUtf16 } from '../../src/extract/utf16.ts';

test('an odd number of bytes from an odd address harms nothing', () => {
  const bytes = Buffer.from(`.${'A\0'.repeat(1000)}A`);
  for (let round = 0; round < 20_000; round += 1) {
    const pairs = 12 + 8 * (round % 40);
    expect(decodeUtf16(bytes.subarray(1, 2 + 2 * pairs)).length).toBe(pairs);
  }
});
