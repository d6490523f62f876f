/** Sets of bytes that many share, each kept once and known by a number. */
import type { ByteSet } from './byte-tree.ts';

export interface ByteSets {
  /** The same number for sets with the same bytes in them. */
  numberOf(set: ByteSet): number;
  /** All of them, one behind the other, in memory that threads can share. */
  pack(): Uint8Array;
}

const SIZE = 256;

export function createByteSets(): ByteSets {
  /** Looked up by the object first: thousands of places share a few hundred. */
  const known = new Map<ByteSet, number>();
  const alike = new Map<string, number>();
  const sets: ByteSet[] = [];
  return {
    numberOf(set) {
      let number = known.get(set);
      if (number === undefined) {
        const key = Buffer.from(set).toString('latin1');
        number = alike.get(key) ?? sets.push(set) - 1;
        alike.set(key, number);
        known.set(set, number);
      }
      return number;
    },
    pack() {
      const packed = new Uint8Array(new SharedArrayBuffer(sets.length * SIZE));
      for (const [number, set] of sets.entries()) packed.set(set, number * SIZE);
      return packed;
    },
  };
}

/** A set by its number. */
export function setAt(packed: Uint8Array, number: number): ByteSet {
  return packed.subarray(number * SIZE, (number + 1) * SIZE);
}

/** All sets, by number. */
export function setsOf(packed: Uint8Array): readonly ByteSet[] {
  return Array.from({ length: packed.length / SIZE }, (_, number) => setAt(packed, number));
}
