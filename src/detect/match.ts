/** One match of a pattern in a text: the value in it, and where that stands. */
import { ALLOW_MARK } from './allow.ts';
import type { CompiledPattern } from './compiled-rule.ts';
import { toLower } from './words.ts';

/** A text that rules are run on, with its lower-case form, made for the first rule that asks. */
export class SearchText {
  readonly text: string;
  #lower: string | undefined;
  #allows: boolean | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** As long as `text`, so that positions stand. */
  get lower(): string {
    this.#lower ??= toLower(this.text);
    return this.#lower;
  }

  /** True when a comment somewhere in it may allow what rules find. */
  get mayAllow(): boolean {
    this.#allows ??= this.text.includes(ALLOW_MARK);
    return this.#allows;
  }
}

/** Positions are UTF-16 units of `source.text`. `value` must not outlive the segment. */
export interface Match {
  readonly source: SearchText;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Where the whole match begins and ends: the same as the value's, or around it. */
  readonly from: number;
  readonly to: number;
}

/** The pattern's match that begins at the index; undefined for none, or for an empty one. */
export function matchAt(pattern: CompiledPattern, source: SearchText, index: number): Match | undefined {
  const { sticky } = pattern;
  sticky.lastIndex = index;
  if (pattern.valued) {
    const found = sticky.exec(source.text);
    return found === null ? undefined : matchOf(found, source);
  }
  // Most patterns are their value, and `test` makes no array of what was found.
  if (!sticky.test(source.text)) return undefined;
  const end = sticky.lastIndex;
  if (end === index) return undefined;
  return { source, value: source.text.slice(index, end), start: index, end, from: index, to: end };
}

/** What an expression found in the source; undefined when the match or the value in it is empty. */
export function matchOf(found: RegExpExecArray, source: SearchText): Match | undefined {
  const [whole] = found;
  const value = found.groups?.value ?? whole;
  if (value === '') return undefined;
  const from = found.index;
  const start = value.length === whole.length ? from : from + whole.indexOf(value);
  return { source, value, start, end: start + value.length, from, to: from + whole.length };
}
