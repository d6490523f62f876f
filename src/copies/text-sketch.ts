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
/** One run in so many is tagged, chosen by its hash: the same ones in every content. */
const CHOSEN = 4;

export function createTextSketcher(tagger: Tagger): TextSketcher {
  const [seedHigh, seedLow] = tagger.seed;
  const runs = tagger.gather(DOMAINS.words, KEPT.text.sample);
  const details = tagger.gather(DOMAINS.detail, KEPT.text.details);
  /** The last words' hashes, oldest overwritten. */
  const last = new Uint32Array(RUN);
  let words = 0;
  let weight = 0;
  /** Of all words in order. */
  let allHigh = seedHigh;
  let allLow = seedLow;
  // The word under way.
  let high = seedHigh;
  let low = seedLow;
  let length = 0;
  let digits = 0;
  let capital = false;

  function endWord(): void {
    const wordHigh = Math.imul(high ^ (high >>> 15), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    const wordLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ (wordHigh >>> 5);
    if ((digits > 0 && length > 1) || (capital && length > 2)) details.add(wordHigh, wordLow);
    allHigh = Math.imul(allHigh ^ wordHigh, 2654435761) ^ (allLow >>> 3);
    allLow = Math.imul(allLow ^ wordLow, 1597334677) ^ (allHigh >>> 7);
    last[words % RUN] = wordHigh;
    words++;
    if (words >= RUN) addRun(wordLow);
    high = seedHigh;
    low = seedLow;
    length = 0;
    digits = 0;
    capital = false;
  }

  function addRun(wordLow: number): void {
    let run = seedLow;
    for (let i = 0; i < RUN; i++) run = Math.imul(run ^ last[(words + i) % RUN]!, 2654435761) ^ (run >>> 13);
    run = Math.imul(run ^ (run >>> 16), 2246822507);
    if ((run >>> 0) % CHOSEN === 0) runs.add(run, Math.imul(run ^ wordLow, 3266489909));
  }

  function addBytes(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      let byte = bytes[i]!;
      const kind = BYTES[byte]!;
      if (kind === BREAK) {
        if (length > 0) endWord();
        continue;
      }
      if (kind === DIGIT) digits++;
      else if (kind === UPPER) {
        if (length === 0) capital = true;
        byte |= 0x20;
      }
      high = Math.imul(high ^ byte, 2654435761);
      low = Math.imul(low ^ byte, 1597334677);
      length++;
    }
  }

  return {
    add(bytes, continues) {
      if (!continues && length > 0) endWord();
      weight += bytes.length;
      addBytes(isAscii(bytes) ? bytes : normalised(bytes));
    },
    finish() {
      if (length > 0) endWord();
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
