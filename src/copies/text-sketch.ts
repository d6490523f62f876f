/** Sketches running text: all its words in order, runs of words, and the numbers and names that tell a filled-in form from another. */
import { isAscii } from 'node:buffer';
import { KEPT, type Sketch } from './sketch.ts';
import { DOMAINS, type Tagger } from './tags.ts';

export interface TextSketcher {
  /** UTF-8. A word ends where the bytes end, unless `continues`. */
  add(bytes: Uint8Array, continues: boolean): void;
  /** Undefined when there is too little to recognise. */
  finish(): Sketch | undefined;
}

/** Fewer words are too little. */
const FEWEST_WORDS = 32;
/** Words of a run. */
const RUN = 4;
/** One run in four is tagged, chosen by the first two bits of its hash: the same ones in every content. */
const CHOSEN = 30;
const SPACE = Buffer.from(' ');

export function createTextSketcher(tagger: Tagger): TextSketcher {
  const [seedHigh, seedLow] = tagger.seed;
  const runs = tagger.gather(DOMAINS.words, KEPT.text.sample);
  const details = tagger.gather(DOMAINS.detail, KEPT.text.details);
  let words = 0;
  let weight = 0;
  // The word under way.
  let high = seedHigh;
  let length = 0;
  let digits = 0;
  let capital = false;
  // Of all words in order, and of each of the last three.
  let allHigh = seedHigh;
  let allLow = seedLow;
  let third = 0;
  let second = 0;
  let first = 0;

  function endWord(h: number): void {
    const wordHigh = Math.imul(h ^ (h >>> 15), 2246822507);
    const wordLow = Math.imul(wordHigh ^ (wordHigh >>> 13) ^ length, 3266489909) ^ seedLow;
    if (digits > 0 ? length > 1 : capital && length > 2) details.add(wordHigh, wordLow);
    allHigh = Math.imul(allHigh ^ wordHigh, 2654435761) ^ (allLow >>> 3);
    allLow = Math.imul(allLow ^ wordLow, 1597334677) ^ (allHigh >>> 7);
    const run = Math.imul(Math.imul(Math.imul(third, 31) + second, 31) + first, 31) + wordHigh;
    const mixed = Math.imul(run ^ (run >>> 16), 2246822507);
    words++;
    if (words >= RUN && mixed >>> CHOSEN === 0) runs.add(mixed, Math.imul(run ^ wordLow, 3266489909));
    third = second;
    second = first;
    first = wordHigh;
  }

  /** The word under way is kept in locals: the loop is the cost of all text. */
  function addBytes(bytes: Uint8Array): void {
    let h = high;
    for (let i = 0; i < bytes.length; i++) {
      let byte = bytes[i]!;
      const kind = BYTES[byte]!;
      if (kind === LETTER) length++;
      else if (kind === BREAK) {
        if (length > 0) {
          endWord(h);
          h = seedHigh;
          length = 0;
          digits = 0;
          capital = false;
        }
        continue;
      } else {
        if (kind === DIGIT) digits++;
        else {
          if (length === 0) capital = true;
          byte |= 0x20;
        }
        length++;
      }
      h = Math.imul(h ^ byte, 2654435761);
    }
    high = h;
  }

  function endLast(): void {
    if (length > 0) addBytes(SPACE);
  }

  return {
    add(bytes, continues) {
      if (!continues) endLast();
      weight += bytes.length;
      addBytes(isAscii(bytes) ? bytes : normalised(bytes));
    },
    finish() {
      endLast();
      if (words < FEWEST_WORDS) return undefined;
      const whole = tagger.gather(DOMAINS.text, KEPT.text.head);
      whole.add(allHigh, allLow);
      whole.add(allLow, allHigh);
      const head = whole.finish().tags;
      return {
        kind: 'text',
        part: '',
        size: words,
        weight,
        sample: runs.finish(),
        details: details.finish(),
        head,
      };
    },
  };
}

/** Ligatures, full-width forms and composed letters as one writing; what is no letter or digit becomes a space. */
function normalised(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').normalize('NFKC');
  return Buffer.from(text.replace(/[^\p{L}\p{N}\p{M}\x00-\x7f]+/gu, ' '));
}

const BREAK = 0;
const LETTER = 1;
const DIGIT = 2;
const UPPER = 3;
/** Bytes of words: ASCII letters and digits, and every byte of a longer character. */
const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x30 && byte <= 0x39) return DIGIT;
  if (byte >= 0x41 && byte <= 0x5a) return UPPER;
  return (byte >= 0x61 && byte <= 0x7a) || byte >= 0x80 ? LETTER : BREAK;
});
