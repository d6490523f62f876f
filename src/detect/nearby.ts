/** Looks for context words around values. Values of one text come in order, so no stretch of it is searched twice. */
import type { SearchText } from './match.ts';
import { isOrdinary, type WordList } from './words.ts';

/** How far around a value context words count, in UTF-16 units of normalised text. */
export const CONTEXT_REACH = 300;
/** What may stand between a label and its value, at most: `CI no. 1`, `CI of the patient: 1`, `the CI of the customer is 1`. */
const LABEL_REACH = 25;
/** "Is" in the languages of the rules. */
const IS = 'is|was|ist|lautet|es|est|è|é|este|on|är|er|je|jest|to|yra|ir|adalah|ialah|είναι|е|הוא|هو|คือ|là';
const FROM_LABEL = new RegExp(
  `^[^\\p{L}\\p{N}]*(?:[\\p{L}\\p{N}]+[^\\p{L}\\p{N}]+)?$|[:=是は은는]\\s*$|(?<![\\p{L}\\p{N}])(?:${IS})\\s*$`,
  'u',
);
const TO_LABEL = /^[^\p{L}\p{N}]+$/u;
/** Units more on each side, only to see whether a word goes on there. */
const EDGE = 2;

/** Gives the first of the words that stands wholly within reach, before or after the value, in lower case. */
export type Nearby = (source: SearchText, start: number, end: number) => string | undefined;

interface Found {
  readonly start: number;
  readonly end: number;
  readonly word: string;
  /** It counts only as a label. */
  readonly label: boolean;
}

/** For as long as one text, or some cells, are worked on: it holds on to the last text. */
export function createNearby(words: WordList | undefined): Nearby {
  if (words === undefined) return () => undefined;
  const { longest } = words;
  let text: SearchText | undefined;
  /** Words that begin from `from` up to `to` are known. */
  let from = 0;
  let to = 0;
  let found: Found[] = [];

  function search({ lower }: SearchText, until: number): void {
    const base = Math.max(0, to - EDGE);
    const piece = lower.slice(base, until + longest + EDGE);
    const { regex } = words!; // checked above
    regex.lastIndex = to - base;
    for (let match = regex.exec(piece); match !== null; match = regex.exec(piece)) {
      const start = base + match.index;
      if (start >= until) break;
      const [word] = match;
      found.push({ start, end: start + word.length, word, label: isOrdinary(word) });
      regex.lastIndex = match.index + 1;
    }
    to = until;
  }

  return (next, start, end) => {
    // A cell that is nothing but the value.
    if (start === 0 && end === next.text.length) return undefined;
    const first = Math.max(0, start - CONTEXT_REACH);
    const last = Math.min(next.text.length, end + CONTEXT_REACH);
    if (next !== text || first < from || first > to) {
      text = next;
      from = first;
      to = first;
      found = [];
    }
    if (last > to) search(next, last);
    while (found.length > 0 && found[0]!.start < first) found.shift();
    const near = found.find((each) =>
      each.end <= start
        ? counts(each, next.text, { from: each.end, to: start, between: FROM_LABEL })
        : each.start >= end &&
          each.end <= last &&
          counts(each, next.text, { from: end, to: each.start, between: TO_LABEL }),
    );
    return near?.word;
  };
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly between: RegExp;
}

function counts({ label }: Found, text: string, { from, to, between }: Gap): boolean {
  return !label || (to - from <= LABEL_REACH && between.test(text.slice(from, to)));
}
