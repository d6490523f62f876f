/** Sketches running text: all its words in order, runs of words, and the numbers and names that tell a filled-in form from another. */
import { isAscii } from 'node:buffer';
import { KEPT, type Sketch } from './sketch.ts';
import { DOMAINS, type Gatherer, type Tagger } from './tags.ts';

export interface TextSketcher {
  /** UTF-8. A word ends where the bytes end, unless `continues`. */
  add(bytes: Uint8Array, continues: boolean): void;
  /** Undefined when there is too little to recognise. */
  finish(): Sketch | undefined;
}

/** Fewer words are too little. */
const FEWEST_WORDS = 32;
/** Bytes after which no more of a text is looked at: what it is is clear by then. */
const LOOKED_AT = 2 * 1024 * 1024;
/** Words of a run. */
const RUN = 4;
/** One run in four is tagged, chosen by the first two bits of its hash: the same ones in every content. */
const CHOSEN = 30;
/** Features that are remembered; a power of two. */
const RECENT = 1024;
const SPACE = Buffer.from(' ');
const NONE = new Int32Array(0);

export function createTextSketcher(tagger: Tagger): TextSketcher {
  const [seedHigh, seedLow] = tagger.seed;
  const runs = withoutRepeats(tagger.gather(DOMAINS.words, KEPT.text.sample));
  const details = withoutRepeats(tagger.gather(DOMAINS.detail, KEPT.text.details));
  let weight = 0;
  let looked = 0;
  // 32-bit numbers in a typed array: as captured variables they would be objects, made anew for every word.
  const state = Int32Array.of(seedHigh, 0, 0, seedHigh, seedLow, 0, 0, 0, 0);

  /** All state is in locals on the way: the loop is the cost of all text. */
  function addBytes(bytes: Uint8Array): void {
    // The word under way: its hash, its bytes so far, and which sorts of signs are in it.
    let h = state[0]!;
    let before = state[1]!;
    let sorts = state[2]!;
    // Of all words in order, and of each of the last three.
    let allHigh = state[3]!;
    let allLow = state[4]!;
    let third = state[5]!;
    let second = state[6]!;
    let first = state[7]!;
    let words = state[8]!;
    let i = 0;
    const end = bytes.length;
    while (i < end) {
      const start = i;
      let sign = SIGNS[bytes[i]!]!;
      if (sign !== BREAK && before === 0) sorts = sign & UPPER ? CAPITAL : 0;
      while (sign !== BREAK) {
        sorts |= sign;
        h = Math.imul(h ^ (sign & 0xff), 2654435761);
        sign = ++i < end ? SIGNS[bytes[i]!]! : BREAK;
      }
      const length = before + i - start;
      if (i === end) {
        before = length;
        break;
      }
      i++;
      if (length === 0) continue;
      const word = Math.imul(h ^ (h >>> 15), 2246822507);
      if (sorts & DIGIT ? length > 1 : sorts & CAPITAL && length > 2)
        details.add(word, Math.imul(h ^ length, 3266489909));
      allHigh = Math.imul(allHigh ^ word, 2654435761);
      allLow = ((allLow << 5) | (allLow >>> 27)) + word;
      const run =
        word ^
        ((first << 9) | (first >>> 23)) ^
        ((second << 18) | (second >>> 14)) ^
        ((third << 27) | (third >>> 5));
      words++;
      if (words >= RUN && run >>> CHOSEN === 0)
        runs.add(run, Math.imul(Math.imul(Math.imul(third, 31) + second, 31) + first, 31) + word);
      third = second;
      second = first;
      first = word;
      h = seedHigh;
      before = 0;
      sorts = 0;
    }
    state.set([h, before, sorts, allHigh, allLow, third, second, first, words]);
  }

  function endLast(): void {
    if (state[1]! > 0) addBytes(SPACE);
  }

  return {
    add(bytes, continues) {
      weight += bytes.length;
      if (looked >= LOOKED_AT) return;
      if (!continues) endLast();
      const part = bytes.subarray(0, LOOKED_AT - looked);
      looked += part.length;
      addBytes(isAscii(part) ? part : normalised(part));
    },
    finish() {
      endLast();
      const [allHigh = 0, allLow = 0] = state.subarray(3);
      const words = state[8]!;
      if (words < FEWEST_WORDS) return undefined;
      const whole = tagger.gather(DOMAINS.text, KEPT.text.head);
      // Two long texts that begin alike are the same only if they are as long.
      const unseen = weight - looked;
      whole.add(allHigh ^ unseen, allLow);
      whole.add(allLow ^ unseen, allHigh);
      const head = whole.finish().tags;
      return {
        kind: 'text',
        part: '',
        size: Math.round((words * weight) / looked),
        weight,
        sample: runs.finish(),
        details: details.finish(),
        head,
      };
    },
  };
}

/** Passes on what was not passed on a short while ago: a tag costs more than a look, and most numbers and names come again. */
function withoutRepeats({ add, finish }: Gatherer): Gatherer {
  // Most texts are short, and many have none.
  let highs = NONE;
  let lows = NONE;
  return {
    add(high, low) {
      if (highs === NONE) {
        highs = new Int32Array(RECENT);
        lows = new Int32Array(RECENT);
      }
      const at = (high ^ (low >>> 7)) & (RECENT - 1);
      if (highs[at] === high && lows[at] === low) return;
      highs[at] = high;
      lows[at] = low;
      add(high, low);
    },
    finish,
  };
}

/** Ligatures, full-width forms and composed letters as one writing; what is no letter or digit becomes a space. */
function normalised(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').normalize('NFKC');
  return Buffer.from(text.replace(/[^\p{L}\p{N}\p{M}\x00-\x7f]+/gu, ' '));
}

const BREAK = 0;
const LETTER = 0x100;
const DIGIT = 0x200;
const UPPER = 0x400;
/** Of a word that begins with a capital letter. */
const CAPITAL = 0x800;
/** Of each byte its sort, and itself in lower case; bytes of words are ASCII letters, digits, and all of a longer character. */
const SIGNS = Uint16Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x30 && byte <= 0x39) return DIGIT | byte;
  if (byte >= 0x41 && byte <= 0x5a) return UPPER | byte | 0x20;
  return (byte >= 0x61 && byte <= 0x7a) || byte >= 0x80 ? LETTER | byte : BREAK;
});
