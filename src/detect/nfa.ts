/** A nondeterministic automaton over bytes: states, edges, and what each accepting state stands for. */
import { createByteSets, setsOf } from './byte-sets.ts';
import type { ByteSet, CharacterSet } from './byte-tree.ts';
import { NodeSet } from './node-set.ts';

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
  /** By state, what it accepts, or -1. */
  readonly accepts: Int32Array;
  /** Adds the states reachable without consuming that consume or accept. */
  enter(state: number, reached: NodeSet): void;
  /** Adds the states that a byte leads to from those of `nodes`, with all that can be reached from there without consuming. */
  step(nodes: Int32Array, from: number, to: number, byte: number, reached: NodeSet): void;
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

export function openNfa(packed: PackedNfa): Nfa {
  // Memory of its own: what is shared with other threads is slower to look into.
  const accepts = packed.accepts.slice();
  const firstEdge = packed.firstEdge.slice();
  const sets = packed.sets.slice();
  const { first, nodes: closures } = closuresOf(packed);
  /** By edge: where its set begins, and its closure's begin and end. Together, as each is met for many bytes and states. */
  const edges = new Int32Array(packed.edgeTo.length * EDGE);
  for (const [edge, to] of packed.edgeTo.entries())
    edges.set([packed.edgeSet[edge]! * SET_BYTES, first[to]!, first[to + 1]!], edge * EDGE);

  return {
    size: accepts.length,
    sets: setsOf(sets),
    accepts,
    enter: (state, reached) => reached.addAll(closures, first[state]!, first[state + 1]!),
    step(nodes, from, to, byte, reached) {
      for (let i = from; i < to; i++) {
        const node = nodes[i]!;
        const last = firstEdge[node + 1]! * EDGE;
        for (let edge = firstEdge[node]! * EDGE; edge < last; edge += EDGE)
          if (sets[edges[edge]! + byte] !== 0) reached.addAll(closures, edges[edge + 1]!, edges[edge + 2]!);
      }
    },
  };
}

/** Cells for an edge, and bytes for a set. */
const EDGE = 3;
const SET_BYTES = 256;

/** For each state those reachable without consuming that consume or accept, one list behind the other. */
function closuresOf({ firstEdge, firstLink, linkTo, accepts }: PackedNfa) {
  const first = new Int32Array(accepts.length + 1);
  const nodes: number[] = [];
  const reached = new NodeSet(accepts.length);
  for (let state = 0; state < accepts.length; state++) {
    reached.clear();
    reached.add(state);
    for (let i = 0; i < reached.size; i++) {
      const each = reached.nodes[i]!;
      reached.addAll(linkTo, firstLink[each]!, firstLink[each + 1]!);
      if (firstEdge[each + 1]! > firstEdge[each]! || accepts[each]! >= 0) nodes.push(each);
    }
    first[state + 1] = nodes.length;
  }
  return { first, nodes: Int32Array.from(nodes) };
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
