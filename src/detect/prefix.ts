/**
 * Puts the telling part of a pattern into the automaton: from an anchor on, until enough bits are seen. It may match more than
 * the pattern, never less, so every match of the pattern is announced by the end of its prefix.
 */
import { type ByteSet, type ByteTree, type CharacterSet, characterSet } from './byte-tree.ts';
import { addSet } from './edges.ts';
import { extentOf } from './extent.ts';
import { byteRange, type NO_NFA } from './nfa.ts';

/** Bits after which a long loop, a class that says little, another class, or even a single character is not worth a state. */
const ENOUGH = { loop: 9, vague: 14, set: 36, character: 44 } as const;
/** Bits of a class that says something. */
const TELLING = 0.95;
/** Bits of a digit behind a digit: digits come together. */
const NEXT_DIGIT = 1;
/** Repetitions that must be there and are written out. */
const MOST_WRITTEN = 48;
/** Repetitions beyond the least that are written out; more become a loop. */
const MOST_UNROLLED = 6;

/** Lengths in bytes from the anchor to where the prefix is announced; `bits` is the least information on any way there. */
export interface Prefix {
  readonly start: number;
  /** Bytes that it can hold, but for its last one. */
  readonly bytes: ByteSet;
  readonly least: number;
  readonly most: number;
  readonly bits: number;
}

interface Path {
  readonly state: number;
  /** Nothing but digits and what separates them so far. */
  readonly numeric: boolean;
  /** The last character may have been a digit. */
  readonly afterDigit: boolean;
  readonly bits: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Adds the prefix of a sequence of items; `number` is what its accepting states stand for, `after` what must stand behind the last
 * one.
 */
export function addPrefix(
  nfa: typeof NO_NFA,
  items: readonly ByteTree[],
  { number, after }: { readonly number: number; readonly after: CharacterSet | undefined },
): Prefix {
  const start = nfa.newState();
  const goal = nfa.newState();
  nfa.accept(goal, number);
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  let bits = Number.POSITIVE_INFINITY;
  const bytes = new Uint8Array(256);

  function close(path: Path): undefined {
    nfa.link(path.state, goal);
    least = Math.min(least, path.least);
    most = Math.max(most, path.most);
    bits = Math.min(bits, path.bits);
    return undefined;
  }

  /** Where the item leads, or undefined when every way through it has been announced. */
  function follow(item: ByteTree, path: Path): Path | undefined {
    switch (item.kind) {
      case 'set':
        return followSet(item, path);
      case 'sequence':
        return followAll(item.items, path);
      case 'choice':
        return join(item.items.map((each) => follow(each, path)));
      case 'repeat':
        return followRepeat(item, path);
      default:
        return path;
    }
  }

  function followSet(item: CharacterSet, path: Path): Path | undefined {
    // A way that says more than one already announced would not make announcements rarer.
    const enough = item.single ? ENOUGH.character : item.bits < TELLING ? ENOUGH.vague : ENOUGH.set;
    if (path.bits >= Math.min(enough, bits)) return close(path);
    const state = nfa.newState();
    const numeric = path.numeric && !item.letters;
    const digit = item.digits;
    const set = numeric && digit ? ANY_DIGIT : item;
    nfa.consume(path.state, set, state);
    if (item !== after) addSet(bytes, item);
    return {
      state,
      numeric,
      afterDigit: digit,
      bits: path.bits + (numeric && digit && path.afterDigit ? NEXT_DIGIT : set.bits),
      least: path.least + 1,
      most: path.most + (item.wide ? 4 : 1),
    };
  }

  function followAll(list: readonly ByteTree[], path: Path): Path | undefined {
    let at: Path | undefined = path;
    for (const item of list) at = at && follow(item, at);
    return at;
  }

  function followRepeat(item: Extract<ByteTree, { kind: 'repeat' }>, path: Path): Path | undefined {
    let at: Path | undefined = path;
    const written = Math.min(item.min, MOST_WRITTEN);
    for (let i = 0; i < written && at; i++) at = follow(item.item, at);
    const more = item.max - written;
    if (at === undefined || more === 0) return at;
    if (more > MOST_UNROLLED) {
      // In a number the loop adds no states: the next digit is any digit.
      const enough = at.numeric && item.item.kind === 'set' && item.item.digits ? ENOUGH.set : ENOUGH.loop;
      return at.bits >= enough ? close(at) : followLoop(item.item, more, at);
    }
    const ends: (Path | undefined)[] = [at];
    for (let i = 0; i < more && at; i++) {
      at = follow(item.item, at);
      ends.push(at);
    }
    return join(ends);
  }

  /** Any number of times, which is more than the pattern allows. */
  function followLoop(item: ByteTree, times: number, path: Path): Path {
    const state = nfa.newState();
    nfa.link(path.state, state);
    const most = path.most + times * extentOf(item).bytes;
    const again = follow(item, { ...path, state, most });
    if (again) nfa.link(again.state, state);
    return { ...path, state, most };
  }

  function join(paths: readonly (Path | undefined)[]): Path | undefined {
    const open = paths.filter((path) => path !== undefined);
    if (open.length <= 1) return open[0];
    const state = nfa.newState();
    for (const path of open) nfa.link(path.state, state);
    return {
      state,
      numeric: open.every((path) => path.numeric),
      afterDigit: open.some((path) => path.afterDigit),
      bits: Math.min(...open.map((path) => path.bits)),
      least: Math.min(...open.map((path) => path.least)),
      most: Math.max(...open.map((path) => path.most)),
    };
  }

  const end = followAll(after ? [...items, after] : items, {
    state: start,
    numeric: true,
    afterDigit: false,
    bits: 0,
    least: 0,
    most: 0,
  });
  if (end) close(end);
  return { start, bytes, least, most, bits };
}

/**
 * Every number scheme has its own ranges at its own places; told apart, they would make a state for nearly every number. So in
 * numbers a digit is any digit, and the expression itself looks closer.
 */
const ANY_DIGIT = characterSet(byteRange(0x30, 0x39), false);
