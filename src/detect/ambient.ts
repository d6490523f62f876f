/** The words around a text that are not in it: its column's header or key, its table's name, its asset's path. */
import type { CompiledRule } from './compiled-rule.ts';
import type { Ambient } from './judge.ts';
import { tokensOf, toWords, type WordList } from './words.ts';

export interface Surroundings {
  /** Gives the path's words: those of one asset are the same for all of its columns. */
  readonly path: () => string;
  readonly table?: string;
  readonly header?: string;
}

/**
 * Answers are kept per rule, so that a column of a million cells asks once. Negative words count in header and table only:
 * a folder called `test` makes nothing harmless.
 */
export function createAmbient(surroundings: Surroundings): Ambient {
  const column = later(() => placeOf('column', toWords(surroundings.header ?? '')));
  const table = later(() => placeOf('table', toWords(surroundings.table ?? '')));
  const path = later(() => placeOf('path', surroundings.path()));
  const contexts = new Map<number, string | null>();
  const negatives = new Map<number, string | null>();
  return {
    context: (rule) =>
      remember(contexts, rule, () => {
        const words = rule.text?.context;
        return words && (mention(words, column()) ?? mention(words, table()) ?? mention(words, path()));
      }),
    negative: (rule) =>
      remember(negatives, rule, () => {
        const words = rule.text?.negative;
        return words && (mention(words, column()) ?? mention(words, table()));
      }),
  };
}

/** Some words, and where they are from. */
interface Place {
  readonly name: 'column' | 'table' | 'path';
  readonly text: string;
  readonly tokens: ReadonlySet<string> | undefined;
}

function placeOf(name: Place['name'], text: string): Place {
  return { name, text, tokens: tokensOf(text) };
}

function mention(words: WordList, { name, text, tokens }: Place): string | undefined {
  if (text === '' || !words.mayBeAmong(tokens)) return undefined;
  words.regex.lastIndex = 0;
  const found = words.regex.exec(text);
  return found ? `${name} "${found[0]}"` : undefined;
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

/** Worked out when first asked for: most texts and columns hold nothing that anybody asks about. */
export function later<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
