/** Matches a column's header, or a JSON key path, against the header lists of rules. */
import type { HeaderList } from './compiled-rule.ts';
import { toWords } from './words.ts';

/** A header as rules see it: all its words, and for a key path its last key and its last two. */
export interface HeaderWords {
  readonly names: readonly string[];
  /** The last key's words between spaces, for `~` entries. */
  readonly last: string;
}

/** `email_addr`, `$.patient.contact[0].email`, `Adresse e-mail`; array indexes and `$` are dropped. */
export function headerWords(header: string): HeaderWords {
  const keys = header
    .replace(/\[(?:\d+|\*)\]/g, '')
    .replace(/^\$\.?/, '')
    .split(/(?<=\S)\.(?=\S)/);
  const last = toWords(keys.at(-1) ?? '');
  const names = [last];
  if (keys.length > 1) names.push(toWords(keys.slice(-2).join(' ')), toWords(keys.join(' ')));
  return { names: [...new Set(names)], last: ` ${last} ` };
}

/** True when one of the names is in the list, or the last one holds one of those written with `~`. */
export function headerMatches(words: HeaderWords, list: HeaderList): boolean {
  return (
    words.names.some((name) => name !== '' && list.exact.has(name)) ||
    list.within.some((run) => words.last.includes(run))
  );
}

/** The header for a sentence, only when it looks like a name and not like data. */
export function showHeader(header: string, words: HeaderWords): string {
  return /^[\p{L}_ .$[\]*-]{1,40}$/u.test(header)
    ? header
    : words.last
        .trim()
        .replace(/\P{L}+/gu, ' ')
        .trim();
}
