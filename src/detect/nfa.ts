/** A nondeterministic automaton over bytes: states, edges, and what each accepting state stands for. */
import { createByteSets, setsOf } from './byte-sets.ts';
import type { ByteSet, CharacterSet } from './byte-tree.ts';
import type { NodeSet } from './node-set.ts';

/** One under construction. */
export interface NfaBuilder {
  newState(): number;
  /** From one state to the other without consuming. */
  link(from: number, to: number): void;
  /** Consumes one character of the set, which is one byte or, beyond ASCII, up to four. */
  consume(from: number, set: CharacterSet, to: number): void;
  /** The state stands for a prefix found. */
  accept(state: number, prefix: number): void;
  /** How many states there are. */
  size(): number;
  pack(): PackedNfa;
}

/** The whole automaton as numbers, in memory that threads can share. Edges and links of a state end where the next one's begin. */
export interface PackedNfa {
  readonly sets: Uint8Array;
  readonly firstEdge: Int32Array;
  readonly edgeSet: Int32Array;
  readonly edgeTo: Int32Array;
  readonly firstLink: Int32Array;
  readonly linkTo: Int32Array;
  readonly accepts: Int32Array;
}

/** A finished one. */
export interface Nfa {
  /** How many states there are. */
  readonly size: number;
  /** The sets on all edges, each once. */
  readonly sets: readonly ByteSet[];
  /** What the state accepts, or -1. */
  accepts(state: number): number;
  /** The states reachable without consuming that consume or accept, ascending. */
  closure(state: number): readonly number[];
  /** Adds the states that a byte leads to, with all that can be reached from there without consuming. */
  step(state: number, byte: number, reached: NodeSet): void;
}

interface Edge {
  readonly set: number;
  readonly to: number;
}

export function createNfa(): NfaBuilder {
  const edges: Edge[][] = [];
  const links: number[][] = [];
  const accepted: number[] = [];
  const sets = createByteSets();

  function newState(): number {
    edges.push([]);
    links.push([]);
    accepted.push(-1);
    return edges.length - 1;
  }

  function edge(from: number, bytes: ByteSet, to: number): void {
    edges[from]!.push({ set: sets.numberOf(bytes), to });
  }

  return {
    newState,
    link: (from, to) => {
      links[from]!.push(to);
    },
    consume(from, set, to) {
      edge(from, set.bytes, to);
      if (!set.wide) return;
      const last = newState();
      const second = newState();
      const first = newState();
      edge(last, CONTINUATION, to);
      edge(second, CONTINUATION, last);
      edge(first, CONTINUATION, second);
      edge(from, LEAD_2, last);
      edge(from, LEAD_3, second);
      edge(from, LEAD_4, first);
    },
    accept: (state, prefix) => {
      accepted[state] = prefix;
    },
    size: () => edges.length,
    pack: () => ({
      sets: sets.pack(),
      firstEdge: shared(begins(edges)),
      edgeSet: shared(edges.flat().map((each) => each.set)),
      edgeTo: shared(edges.flat().map((each) => each.to)),
      firstLink: shared(begins(links)),
      linkTo: shared(links.flat()),
      accepts: shared(accepted),
    }),
  };
}

/** Where each list begins when all are laid one behind the other; one more for the end. */
function begins(lists: readonly (readonly unknown[])[]): number[] {
  let at = 0;
  return [0, ...lists.map((list) => (at += list.length))];
}

/** In memory that threads can share. */
export function shared(numbers: readonly number[]): Int32Array {
  const array = new Int32Array(new SharedArrayBuffer(numbers.length * Int32Array.BYTES_PER_ELEMENT));
  array.set(numbers);
  return array;
}

export function openNfa({ sets, firstEdge, edgeSet, edgeTo, firstLink, linkTo, accepts }: PackedNfa): Nfa {
  const bytes = setsOf(sets);
  const closures: (readonly number[] | undefined)[] = [];

  function closure(state: number): readonly number[] {
    const known = closures[state];
    if (known !== undefined) return known;
    const seen = new Set([state]);
    for (const each of seen)
      for (let i = firstLink[each]!; i < firstLink[each + 1]!; i++) seen.add(linkTo[i]!);
    const found = [...seen].filter((each) => firstEdge[each + 1]! > firstEdge[each]! || accepts[each]! >= 0);
    found.sort((a, b) => a - b);
    closures[state] = found;
    return found;
  }

  return {
    size: accepts.length,
    sets: bytes,
    accepts: (state) => accepts[state]!,
    closure,
    step(state, byte, reached) {
      for (let i = firstEdge[state]!; i < firstEdge[state + 1]!; i++) {
        if (!bytes[edgeSet[i]!]![byte]) continue;
        for (const each of closures[edgeTo[i]!] ?? closure(edgeTo[i]!)) reached.add(each);
      }
    },
  };
}

/** Holds nothing: for measuring a prefix before it is added. */
export const NO_NFA: Omit<NfaBuilder, 'pack' | 'size'> = {
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
