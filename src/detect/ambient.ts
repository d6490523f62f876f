/** The words around a text that are not in it: its column's header or key, its table's name, its asset's path. */
import type { CompiledRule } from './compiled-rule.ts';
import type { Ambient } from './judge.ts';
import { toWords, type WordList } from './words.ts';

export interface Surroundings {
  readonly path: string;
  readonly table?: string;
  readonly header?: string;
}

/**
 * Answers are kept per rule, so that a column of a million cells asks once. Negative words count in header and table only:
 * a folder called `test` makes nothing harmless.
 */
export function createAmbient(surroundings: Surroundings): Ambient {
  const header = toWords(surroundings.header ?? '');
  const table = toWords(surroundings.table ?? '');
  const path = toWords(surroundings.path);
  const contexts = new Map<number, string | null>();
  const negatives = new Map<number, string | null>();
  return {
    context: (rule) =>
      remember(contexts, rule, () => {
        const words = rule.text?.context;
        return (
          mention('column', words, header) ?? mention('table', words, table) ?? mention('path', words, path)
        );
      }),
    negative: (rule) =>
      remember(negatives, rule, () => {
        const words = rule.text?.negative;
        return mention('column', words, header) ?? mention('table', words, table);
      }),
  };
}

function mention(where: string, words: WordList | undefined, text: string): string | undefined {
  if (words === undefined || text === '') return undefined;
  words.regex.lastIndex = 0;
  const found = words.regex.exec(text);
  return found ? `${where} "${found[0]}"` : undefined;
}

function remember(
  known: Map<number, string | null>,
  rule: CompiledRule,
  find: () => string | undefined,
): string | undefined {
  let answer = known.get(rule.index);
  if (answer === undefined) {
    answer = find() ?? null;
    known.set(rule.index, answer);
  }
  return answer ?? undefined;
}
