/** Which parts of a content stand for the whole: drawn by a seed that follows from the content, so that the same bytes give the same sample. */
import { createHash } from 'node:crypto';
import type { Extracted } from './segment.ts';

/** Bytes `start` to `end` (exclusive). */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

export interface PiecePlan {
  readonly head: Piece;
  readonly tail: Piece;
  /** One from each of as many equal stretches between head and tail, in random order: any beginning of it is a sample too. */
  readonly drawn: readonly Piece[];
}

/** A larger part would cost more memory, a smaller one more requests. */
const LONGEST = 4 * 1024 ** 2;
const SHORTEST = 64 * 1024;
/** Pieces begin at a multiple of this, so that UTF-16 and UTF-32 are not cut inside of a character. */
const ALIGNED = 4;

/** Eight hex digits that follow from a content's size and first bytes alone, wherever it lies and whoever scans it. */
export function seedOf({ size, head }: { readonly size: number; readonly head: Uint8Array }): string {
  return createHash('sha256').update(`sample ${size}\n`).update(head).digest('hex').slice(0, 8);
}

/** Numbers from 0 (inclusive) to 1 (exclusive), always the same for a seed (mulberry32, public domain, Tommy Ettinger). */
export function randomOf(seed: string): () => number {
  let state = Number.parseInt(seed, 16) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    // Both are indices of `all`.
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}

/** About `bytes` of a content of `size` bytes, which is larger: a quarter from its head, an eighth from its tail, the rest drawn. */
export function planPieces(
  { size, bytes }: { readonly size: number; readonly bytes: number },
  random: () => number,
): PiecePlan {
  const head = aligned(bytes / 4);
  const tail = aligned(Math.min(bytes / 8, LONGEST));
  const rest = bytes - head - tail;
  const length = aligned(Math.min(LONGEST, rest, Math.max(SHORTEST, rest / 512)));
  const count = Math.max(1, Math.floor(rest / length));
  const from = head;
  const stretch = (size - tail - from) / count;
  const drawn = Array.from({ length: count }, (_, i) => {
    const room = Math.max(0, stretch - length);
    const start = aligned(from + i * stretch + random() * room);
    return { start, end: Math.min(start + length, size - tail) };
  });
  return {
    head: { start: 0, end: head },
    tail: { start: aligned(size - tail), end: size },
    drawn: shuffled(drawn, random),
  };
}

function aligned(bytes: number): number {
  return Math.max(ALIGNED, Math.floor(bytes / ALIGNED) * ALIGNED);
}

/** Rows of a table, or lines of a text. */
export function rowsIn(extracted: Extracted): number {
  if (extracted.type === 'rows') return extracted.rows.length;
  if (extracted.type !== 'text') return 0;
  let lines = 0;
  const { bytes } = extracted;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
