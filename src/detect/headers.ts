/** Matches a column's header, or a JSON key path, against the header lists of rules. */
import type { HeaderList } from './compiled-rule.ts';
import { toWords, withoutMarks } from './words.ts';

/** A header as rules see it: all its words, and for a key path its last key and its last two. */
export interface HeaderWords {
  readonly names: readonly string[];
  /** The last key's words between spaces, for `~` entries. */
  readonly last: string;
}

/**
 * `email_addr`, `$.patient.contact[0].email`, `Adresse e-mail`; array indexes, `$` and the type keys of MongoDB's extended JSON
 * (`birthdate.$date.$numberLong`) are dropped.
 */
export function headerWords(header: string): HeaderWords {
  const keys = keysOf(header);
  const last = nameOf(keys.at(-1) ?? '');
  const names = [last];
  if (keys.length > 1) names.push(nameOf(keys.slice(-2).join(' ')), nameOf(keys.join(' ')));
  return { names: [...new Set(names)], last: ` ${last} ` };
}

/** A header taken apart once, to be compared with the headers beside it. */
export interface HeaderParts extends HeaderWords {
  readonly keys: readonly string[];
  /** The words of each key. */
  readonly words: readonly string[];
  /** All keys' words between spaces: what `besideWords` can say at most. */
  readonly all: string;
}

export function headerParts(header: string): HeaderParts {
  const keys = keysOf(header);
  const words = keys.map(nameOf);
  return { ...headerWords(header), keys, words, all: ` ${words.join(' . ')} ` };
}

/** What a column beside `of` says of it: its name, and the key beside `of` that it is nested in (`scores` of `scores[*].type`). */
export function besideWords({ names, last, keys, words }: HeaderParts, of: HeaderParts): HeaderWords {
  const parents = of.keys.length - 1;
  if (keys.length <= parents + 1) return { names, last };
  for (let level = 0; level < parents; level += 1) {
    if (keys[level] !== of.keys[level]) return { names, last };
  }
  return { names, last: `${last}. ${words[parents] ?? ''} ` };
}

/** The entry of the list that the header matches: a whole name (empty for none), or one written with `~` within the last; without the `~`. */
export function matchHeader(words: HeaderWords, list: HeaderList): string | undefined {
  return (
    words.names.find((name) => list.exact.has(name)) ??
    list.within.find((run) => words.last.includes(run))?.trim()
  );
}

function nameOf(key: string): string {
  return withoutMarks(toWords(key));
}

function keysOf(header: string): readonly string[] {
  return header
    .replace(/\[(?:\d+|\*)\]/g, '')
    .replace(/^\$\.?/, '')
    .replace(/\.\$[A-Za-z]{2,}/g, '')
    .split(/(?<=\S)\.(?=\S)/);
}
