/** The quick look for words never says no to a text that holds one of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { tokensOf, toLower, toWords, WordList } from '../../src/detect/words.ts';

const lists = (await loadBuiltInRules())
  .flatMap(({ text }) => [text?.context ?? [], text?.negative ?? []])
  .filter((words) => words.length > 0);

test('every word of every rule, alone and among others', () => {
  for (const words of lists) {
    const list = new WordList(words);
    for (const word of words) {
      for (const text of [word, `the ${word} of`, `a.${word}, b`, `x ${word}`].map(toLower)) {
        if (finds(list, text)) expect(list.mayBeAmong(tokensOf(text)), text).toBe(true);
      }
    }
  }
});

test('lists and texts of any signs', () => {
  const sign = fc.constantFrom(...'ab12#@-/ .é社K'.split(''));
  const phrase = fc.string({ unit: sign, minLength: 1, maxLength: 6 }).filter((each) => each.trim() !== '');
  fc.assert(
    fc.property(
      fc.array(phrase, { minLength: 1, maxLength: 4 }),
      fc.string({ unit: sign, maxLength: 30 }),
      (words, any) => {
        const list = new WordList(words);
        for (const text of [toLower(any), toWords(any)])
          if (finds(list, text)) expect(list.mayBeAmong(tokensOf(text))).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test('it says no to most texts', () => {
  const list = new WordList(['phone', 'social security', 'ss#']);
  expect(list.mayBeAmong(tokensOf('src components button tsx'))).toBe(false);
  expect(list.mayBeAmong(tokensOf('the social club'))).toBe(true);
});

function finds(list: WordList, text: string): boolean {
  list.regex.lastIndex = 0;
  return list.regex.test(text);
}
