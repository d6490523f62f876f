/** Bytes, and the bytes behind which prefixes may begin, in classes that no part of an automaton tells apart. */
import type { ByteSet } from './byte-tree.ts';

/** Where prefixes may begin: at a state, behind certain bytes. */
export interface Opening {
  readonly start: number;
  readonly opens: ByteSet;
}

/** Bytes that are in the same sets are one class: every set splits the classes that it divides. */
export function classify(sets: readonly ByteSet[]): { classes: Uint8Array; samples: readonly number[] } {
  const classes = new Uint8Array(256);
  let count = 1;
  const split = new Int16Array(512);
  for (const set of new Set(sets)) {
    split.fill(-1);
    count = 0;
    for (let byte = 0; byte < 256; byte++) {
      const part = classes[byte]! * 2 + set[byte]!;
      if (split[part]! < 0) split[part] = count++;
      classes[byte] = split[part]!;
    }
  }
  return { classes, samples: Array.from({ length: count }, (_, number) => classes.indexOf(number)) };
}

/** Classes behind which the same openings are possible share a group; `groups` has a byte of each. */
export function groupOpenings(openings: readonly Opening[], samples: readonly number[]) {
  const groups: number[] = [];
  const numbers = new Map<string, number>();
  // Hundreds of openings share a few sets.
  const sets = [...new Set(openings.map(({ opens }) => opens))];
  const groupOfClass = samples.map((byte) => {
    const key = sets.map((set) => set[byte]).join('');
    const number = numbers.get(key) ?? groups.length;
    if (number === groups.length) {
      numbers.set(key, number);
      groups.push(byte);
    }
    return number;
  });
  return { groups, groupOfClass };
}
