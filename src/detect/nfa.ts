/** A nondeterministic automaton over bytes, under construction: states, edges, and what each accepting state stands for. */
import type { ByteSet, CharacterSet } from './byte-tree.ts';

export interface Edge {
  readonly bytes: ByteSet;
  readonly to: number;
}

export interface Nfa {
  newState(): number;
  /** How many states there are. */
  size(): number;
  /** From one state to the other without consuming. */
  link(from: number, to: number): void;
  /** Consumes one character of the set, which is one byte or, beyond ASCII, up to four. */
  consume(from: number, set: CharacterSet, to: number): void;
  /** The state stands for a prefix found. */
  accept(state: number, prefix: number): void;
  edges(state: number): readonly Edge[];
  /** The sets on all edges, each once. Nothing is to be added afterwards. */
  sets(): readonly ByteSet[];
  /** What the state accepts, or -1. */
  accepts(state: number): number;
  /** The states reachable without consuming that consume or accept, ascending. */
  closure(state: number): readonly number[];
}

export function createNfa(): Nfa {
  const edges: Edge[][] = [];
  const links: number[][] = [];
  const accepted: number[] = [];
  const closures: (readonly number[] | undefined)[] = [];
  /** Sets by what is in them: thousands of edges share a few hundred. */
  const known = new Map<ByteSet, ByteSet>();
  const alike = new Map<string, ByteSet>();

  function interned(bytes: ByteSet): ByteSet {
    let set = known.get(bytes);
    if (set === undefined) {
      const key = Buffer.from(bytes).toString('latin1');
      set = alike.get(key) ?? bytes;
      alike.set(key, set);
      known.set(bytes, set);
    }
    return set;
  }

  function newState(): number {
    edges.push([]);
    links.push([]);
    accepted.push(-1);
    return edges.length - 1;
  }

  function closure(state: number): readonly number[] {
    const known = closures[state];
    if (known !== undefined) return known;
    const seen = new Set([state]);
    for (const each of seen) for (const next of links[each]!) seen.add(next);
    const found = [...seen].filter((each) => edges[each]!.length > 0 || accepted[each]! >= 0);
    found.sort((a, b) => a - b);
    closures[state] = found;
    return found;
  }

  return {
    newState,
    size: () => edges.length,
    link: (from, to) => {
      links[from]!.push(to);
    },
    consume(from, set, to) {
      edges[from]!.push({ bytes: interned(set.bytes), to });
      if (!set.wide) return;
      const last = newState();
      const second = newState();
      const first = newState();
      edges[last]!.push({ bytes: CONTINUATION, to });
      edges[second]!.push({ bytes: CONTINUATION, to: last });
      edges[first]!.push({ bytes: CONTINUATION, to: second });
      edges[from]!.push(
        { bytes: LEAD_2, to: last },
        { bytes: LEAD_3, to: second },
        { bytes: LEAD_4, to: first },
      );
    },
    accept: (state, prefix) => {
      accepted[state] = prefix;
    },
    edges: (state) => edges[state]!,
    sets() {
      known.clear();
      return [...alike.values(), CONTINUATION, LEAD_2, LEAD_3, LEAD_4];
    },
    accepts: (state) => accepted[state]!,
    closure,
  };
}

/** Holds nothing: for measuring a prefix before it is added. */
export const NO_NFA: Pick<Nfa, 'newState' | 'link' | 'consume' | 'accept'> = {
  newState: () => 0,
  link: () => undefined,
  consume: () => undefined,
  accept: () => undefined,
};

/** The bytes from `first` to `last`, both included. */
export function byteRange(first: number, last: number): ByteSet {
  return new Uint8Array(256).fill(1, first, last + 1);
}

const CONTINUATION = byteRange(0x80, 0xbf);
const LEAD_2 = byteRange(0xc2, 0xdf);
const LEAD_3 = byteRange(0xe0, 0xef);
const LEAD_4 = byteRange(0xf0, 0xf4);
