/** Every built-in rule keeps what its own examples promise, through the real engine. A new rule is a new test. */
import { describe, expect, test } from 'vitest';
import { testPack } from '../../src/detect/examples.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';

const rules = await loadBuiltInRules();
const results = testPack(rules, compileDetector);

describe('built-in rules', () => {
  test.each(rules.map(({ id }) => id))('%s matches its matches and misses its misses', (id) => {
    const own = results.filter(({ rule }) => rule === id);
    const failed = own.filter(({ passed }) => !passed);
    expect(own.length).toBeGreaterThan(0);
    expect(
      failed.map(({ expected, number, found }) => `${expected} ${number}: ${found?.why ?? 'nothing'}`),
    ).toEqual([]);
  });
});
