/**
 * Texts that make a pattern's loops work: the way to each, then a word that brings it back to where it was, over and over. Where a
 * loop can read a word in two ways ("exponential ambiguity": two different ways from a place back to it), it is that word.
 */
import { type ByteTree, type CharacterSet, toByteTree } from './byte-tree.ts';

/** Repeats this much beyond their least are loops; the others are written out, up to so many times. */
const LOOP = 3;
const MOST_WRITTEN = 16;
/** Beyond so many places a pattern is not looked at here: pairs of them are compared. */
const MOST_PLACES = 600;
const MOST_IN_LOOP = 120;
/** Places of a loop that its words are looked for from. */
const MOST_BEGINNINGS = 8;
/** Stands for all characters beyond ASCII. */
const WIDE = 0x80;

/** A way to a loop, and a word that goes round it. */
export interface Pump {
  readonly before: string;
  readonly word: string;
}

/** A character set at its place in the pattern, and the places that may come next (Glushkov's automaton). */
interface Place {
  readonly set: CharacterSet;
  readonly next: Set<number>;
}

/** Where a part of the pattern begins and ends; `empty` when it may match nothing. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly empty: boolean;
}

/** Lookarounds are left out: what they forbid is for a trial to find out. */
export function pumpsOf(regex: string): readonly Pump[] {
  const places: Place[] = [];
  const { first } = lay(toByteTree(regex), places);
  if (places.length > MOST_PLACES) return [];
  const ways = waysFrom(first, places);
  return loopsOf(places).flatMap((loop) =>
    // What looks around can forbid the word of one place and not that of another.
    loop.slice(0, MOST_BEGINNINGS).flatMap((at) => {
      const before = ways.get(at);
      return before === undefined ? [] : { before, word: twoWays(at, loop, places) ?? oneWay(at, places) };
    }),
  );
}

function lay(tree: ByteTree, places: Place[]): Part {
  switch (tree.kind) {
    case 'set': {
      const at = places.push({ set: tree, next: new Set() }) - 1;
      return { first: [at], last: [at], empty: false };
    }
    case 'sequence':
      return tree.items.map((item) => lay(item, places)).reduce((a, b) => chain(a, b, places), NOTHING);
    case 'choice': {
      const parts = tree.items.map((item) => lay(item, places));
      return {
        first: parts.flatMap(({ first }) => first),
        last: parts.flatMap(({ last }) => last),
        empty: parts.some(({ empty }) => empty),
      };
    }
    case 'repeat':
      return layRepeat(tree, places);
    default:
      return NOTHING;
  }
}

const NOTHING: Part = { first: [], last: [], empty: true };

function layRepeat({ item, min, max }: Extract<ByteTree, { kind: 'repeat' }>, places: Place[]): Part {
  if (max - min >= LOOP || max > MOST_WRITTEN || places.length > MOST_PLACES) {
    const part = lay(item, places);
    link(part, part, places);
    return { ...part, empty: part.empty || min === 0 };
  }
  let whole = NOTHING;
  for (let i = 0; i < max; i++) {
    const part = lay(item, places);
    whole = chain(whole, i < min ? part : { ...part, empty: true }, places);
  }
  return whole;
}

function chain(a: Part, b: Part, places: readonly Place[]): Part {
  link(a, b, places);
  return {
    first: a.empty ? [...a.first, ...b.first] : a.first,
    last: b.empty ? [...a.last, ...b.last] : b.last,
    empty: a.empty && b.empty,
  };
}

function link(a: Part, b: Part, places: readonly Place[]): void {
  for (const from of a.last) for (const to of b.first) places[from]!.next.add(to);
}

/** The shortest text that leads to each place and is read there; none for a place that no text leads to. */
function waysFrom(first: readonly number[], places: readonly Place[]): ReadonlyMap<number, string> {
  const ways = new Map<number, string>();
  const visit = (before: string, next: Iterable<number>) => {
    for (const at of next) {
      const read = common(places[at]!.set);
      if (!ways.has(at) && read !== undefined) ways.set(at, before + read);
    }
  };
  visit('', first);
  // A map gives what is added while it is gone through.
  for (const [at, way] of ways) visit(way, places[at]!.next);
  return ways;
}

/** The places that lead back to themselves, those that lead to each other together, as they stand in the pattern. */
function loopsOf(places: readonly Place[]): readonly (readonly number[])[] {
  const reached = places.map(({ next }) => {
    const seen = new Set(next);
    for (const at of seen) for (const to of places[at]!.next) seen.add(to);
    return seen;
  });
  const done = new Set<number>();
  return places.flatMap((_, at) => {
    if (done.has(at) || !reached[at]!.has(at)) return [];
    const loop = [...reached[at]!].filter((other) => reached[other]!.has(at)).sort((a, b) => a - b);
    for (const each of loop) done.add(each);
    return [loop];
  });
}

/** A word that leads from the place back to it. */
function oneWay(at: number, places: readonly Place[]): string {
  return waysFrom([...places[at]!.next], places).get(at) ?? '';
}

/** The shortest word that leads from the place back to it in two different ways, or undefined. */
function twoWays(at: number, loop: readonly number[], places: readonly Place[]): string | undefined {
  if (loop.length > MOST_IN_LOOP) return undefined;
  const inside = new Set(loop);
  const ways = new Map<string, { a: number; b: number; apart: boolean; word: string }>();
  const visit = (a: number, b: number, from: { apart: boolean; word: string }) => {
    const read = common(places[a]!.set, places[b]!.set);
    const apart = from.apart || a !== b;
    const key = `${Math.min(a, b)} ${Math.max(a, b)} ${apart}`;
    if (read !== undefined && !ways.has(key)) ways.set(key, { a, b, apart, word: from.word + read });
  };
  const go = (from: { a: number; b: number; apart: boolean; word: string }) => {
    for (const a of places[from.a]!.next)
      for (const b of places[from.b]!.next) if (inside.has(a) && inside.has(b)) visit(a, b, from);
  };
  go({ a: at, b: at, apart: false, word: '' });
  for (const way of ways.values()) go(way);
  return ways.get(`${at} ${at} true`)?.word;
}

/** A character that is in all of them, a printable one if there is one. */
function common(...sets: readonly CharacterSet[]): string | undefined {
  const isIn = (byte: number) => sets.every(({ bytes }) => bytes[byte] === 1);
  for (let byte = 0x20; byte < WIDE + 0x20; byte++)
    if (isIn(byte % WIDE)) return String.fromCharCode(byte % WIDE);
  return sets.every(({ wide, bytes }) => wide || bytes.indexOf(1, WIDE) >= 0) ? 'é' : undefined;
}
