/** Patterns mean the same without case groups as with the `i` flag on those parts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutCaseGroups } from '../../src/detect/load-case.ts';

test.each([
  ['(?i:ab)c', '(?:[aA][bB])c'],
  ['x(?i:[a-f0-9]é)', 'x(?:[a-fA-F0-9][éÉ])'],
  ['(?i:a(?<value>[^b])\\d)', '(?:[aA](?<value>[^bB])\\d)'],
  ['plain [a-z]', 'plain [a-z]'],
])('%s becomes %s', (from, to) => {
  expect(withoutCaseGroups(from)).toBe(to);
});

test('a word in any case is found, where V8 misses it', () => {
  const words = 'passport|reisepass|passeport|pasaporte|passaporto|paspoort|paszport|passaporte';
  const pattern = new RegExp(
    withoutCaseGroups(`(?<![\\w-])(?i:${words})(?i:[ -]?(?:no|number|nr|nummer))?:`),
  );
  expect(pattern.test('Passport No: x')).toBe(true);
});

test('it agrees with the i flag on random text', () => {
  const source = '(?:k(?:ey|[a-dx]{2,3})[^e]?=)';
  const plain = new RegExp(withoutCaseGroups(`(?i:${source.slice(3)}`));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'kKeEyYaAbBxX=zZ'), maxLength: 12 }), (text) => {
      expect(plain.test(text)).toBe(new RegExp(source, 'i').test(text));
    }),
    { seed: 7, numRuns: 2000 },
  );
});
