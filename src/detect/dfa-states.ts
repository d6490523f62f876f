/** The deterministic automaton's states, each known by what it stands for: set of nodes, group, and what it announces. */
import type { Nfa } from './nfa.ts';
import type { NodeSet } from './node-set.ts';
import type { Standing } from './standing.ts';

/** Nodes for which there is room at first. */
const SMALLEST = 4096;

/** Numbered from 0 in the order in which they came. Their nodes lie in one array: an array for each would cost more than all else. */
export class DfaStates {
  readonly #most: number;
  #count = 0;
  #nodes = new Int32Array(SMALLEST);
  /** By state, where its nodes begin; one more for where the next one's would. */
  readonly #first: Int32Array;
  readonly #groups: Int32Array;
  readonly #announces: Int32Array;
  /** States by hash, plus one; 0 is a free place. A power of two of them, half of them free at least. */
  readonly #places: Int32Array;
  #standings: (Standing | undefined)[] = [];

  /** For `most` states. */
  constructor(most: number) {
    this.#most = most;
    this.#first = new Int32Array(most + 1);
    this.#groups = new Int32Array(most);
    this.#announces = new Int32Array(most);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(most * 2 + 1)));
  }

  get count(): number {
    return this.#count;
  }

  /** The state's number; -1 for one that is new and has no room. `announces` as in `announcedAt`. */
  find(nodes: NodeSet, group: number, announces: number): number {
    const places = this.#places;
    let place = hashOf(nodes, group, announces) & (places.length - 1);
    for (; places[place] !== 0; place = (place + 1) & (places.length - 1)) {
      const state = places[place]! - 1;
      if (
        this.#groups[state] === group &&
        this.#announces[state] === announces &&
        nodes.equals(this.#nodes, this.#first[state]!, this.#first[state + 1]!)
      )
        return state;
    }
    if (this.#count >= this.#most) return -1;
    const state = this.#add(nodes, group, announces);
    places[place] = state + 1;
    return state;
  }

  #add({ nodes, size }: NodeSet, group: number, announces: number): number {
    const state = this.#count++;
    const from = this.#first[state]!;
    if (from + size > this.#nodes.length) {
      const larger = new Int32Array(Math.max(this.#nodes.length * 2, from + size));
      larger.set(this.#nodes);
      this.#nodes = larger;
    }
    for (let i = 0; i < size; i++) this.#nodes[from + i] = nodes[i]!;
    this.#first[state + 1] = from + size;
    this.#groups[state] = group;
    this.#announces[state] = announces;
    return state;
  }

  groupOf(state: number): number {
    return this.#groups[state]!;
  }

  /** Number of what is announced there; -1 for nothing. */
  announcedAt(state: number): number {
    return this.#announces[state]!;
  }

  /** Adds the nodes that a byte leads to from the state. */
  step(state: number, nfa: Nfa, byte: number, reached: NodeSet): void {
    nfa.step(this.#nodes, this.#first[state]!, this.#first[state + 1]!, byte, reached);
  }

  standingOf(state: number): Standing {
    const known = this.#standings[state];
    if (known !== undefined) return known;
    const nodes = this.#nodes.slice(this.#first[state]!, this.#first[state + 1]!);
    const standing = { nodes, group: this.#groups[state]! };
    this.#standings[state] = standing;
    return standing;
  }

  forget(): void {
    this.#count = 0;
    this.#places.fill(0);
    this.#standings = [];
  }
}

/** The same in whichever order the nodes came. */
function hashOf({ nodes, size }: NodeSet, group: number, announces: number): number {
  let sum = Math.imul(group + 1, 0x9e3779b1) ^ Math.imul(announces + 2, 0x85ebca6b);
  for (let i = 0; i < size; i++) {
    const node = Math.imul(nodes[i]! + 1, 0x9e3779b1);
    sum = (sum + Math.imul(node ^ (node >>> 15), 0x85ebca6b)) | 0;
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x7feb352d);
  return sum ^ (sum >>> 15);
}
