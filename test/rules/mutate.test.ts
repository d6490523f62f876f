/** The mutation run breaks what it says it breaks; a break that examples cannot notice would make its numbers worthless. */
import { expect, test } from 'vitest';
import { breakPattern } from '../../scripts/mutate/patterns.ts';
import { breakRule } from '../../scripts/mutate/rules.ts';
import { variationsOf } from '../../scripts/mutate/variations.ts';
import { rule } from '../detect/rules.ts';

test.each([
  ['a{2,3}b', ['a{1,3}b', 'a{3,3}b', 'a{2,2}b', 'a{2,4}b']],
  ['[0-9]{20,200}', ['[0-9]{19,200}', '[0-9]{21,200}', '[^\\n]{20,200}']],
  ['(?<!x)a(?=y)', ['a(?=y)', '(?<!x)a']],
  ['(?:ab|cd)', ['(?:cd)', '(?:ab)']],
  ['[aA][bc]', ['[aA][^\\n]', '[aA][c]', '[aA][b]']],
])('%s is broken in every place', (regex, broken) => {
  expect(breakPattern(regex).map(({ changed }) => changed)).toEqual(broken);
});

test('a rule is broken in its pattern, check, words and column', () => {
  const whole = rule({
    id: 'x',
    kind: 'x',
    text: { patterns: [{ regex: 'ab', context: 'high' }], validate: 'luhn', context: ['x'], negative: ['y'] },
    column: { headers: ['x'], cells: 'ab' },
  });
  const changed = breakRule(whole);
  expect(changed.map(({ part, what }) => `${part}: ${what}`)).toEqual([
    'pattern: text: pattern 1 never matches',
    'check: text: luhn accepts all',
    'check: text: luhn accepts nothing',
    'words: text: negative removed',
    'words: text: pattern 1: found without context',
    'words: text: pattern 1: not found with context',
    'columns: column: headers never match',
    'columns: column: cells may hold anything',
    'columns: column: one fitting cell is enough',
  ]);
  for (const { changed: mutant } of changed) expect(mutant).not.toEqual(whole);
});

test('variations are the same every time, and no more than asked for', () => {
  const examples = ['abc', { header: 'id', cells: ['1', '2', '3'] }];
  expect(variationsOf(examples, 50)).toHaveLength(50);
  expect(variationsOf(examples, 50)).toEqual(variationsOf(examples, 50));
  expect(variationsOf(['a'], 1000)).toContain('a0');
});
