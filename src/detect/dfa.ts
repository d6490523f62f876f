/** The deterministic automaton, built lazily from the nondeterministic one: one table look-up per byte of text. */
import type { ByteSet } from './byte-tree.ts';
import type { Nfa } from './nfa.ts';
import { SEPARATOR } from './normalise.ts';

/** Where prefixes may begin: at a state, behind certain bytes. */
export interface Opening {
  readonly start: number;
  readonly opens: ByteSet;
}

/** Where a scan stands between two pieces of a text. Stays valid when the table is thrown away. */
export interface Standing {
  readonly nodes: Int32Array;
  readonly group: number;
}

/** Cells of the table: 16 MiB, which is more states than ordinary text visits. */
const TABLE = 4 * 1024 * 1024;

/**
 * A state is a set of nondeterministic states and a group: which openings are possible behind the last byte. The table's rows
 * are numbered by where they begin; row 0 is not used, so that 0 means "not built yet"; a negative number is a state that
 * announces prefixes.
 */
export class Dfa {
  /** Announcements of the last run: positions behind the prefix's last byte, and indexes for `announced`. */
  positions = new Int32Array(4096);
  sets = new Int32Array(4096);
  count = 0;

  readonly #nfa: Nfa;
  readonly #openings: readonly Opening[];
  /** Byte -> class of bytes that no edge tells apart. */
  readonly #classes: Uint8Array;
  readonly #width: number;
  /** A byte of each class. */
  readonly #samples: readonly number[];
  readonly #groupOfClass: readonly number[];
  readonly #groups: readonly (readonly number[])[];
  readonly #openingSteps = new Map<number, Int32Array>();
  readonly #steps: ((Int32Array | undefined)[] | undefined)[] = [];
  readonly #setNumbers = new Map<string, number>();
  readonly #announced: (readonly number[])[] = [];

  readonly #table: Int32Array;
  #standings: Standing[] = [];
  #setOfState: number[] = [];
  /** States by hash. */
  #known = new Map<number, readonly number[]>();

  /** Of the cell being built: nodes met, by round, those that go on, and prefixes announced. */
  #round = 0;
  readonly #seen: Uint32Array;
  readonly #scratch: Int32Array;
  #reached = 0;
  readonly #found: number[] = [];

  constructor(nfa: Nfa, openings: readonly Opening[], sets: readonly ByteSet[]) {
    this.#nfa = nfa;
    this.#openings = openings;
    const edge = new Uint8Array(256).fill(1, SEPARATOR, SEPARATOR + 1);
    const { classes, samples } = classify([edge, ...sets, ...openings.map((opening) => opening.opens)]);
    this.#classes = classes;
    this.#samples = samples;
    this.#width = samples.length;
    const grouped = groupOpenings(openings, samples);
    this.#groupOfClass = grouped.groupOfClass;
    this.#groups = grouped.groups;
    this.#table = new Int32Array(TABLE);
    this.#seen = new Uint32Array(nfa.size());
    this.#scratch = new Int32Array(nfa.size());
  }

  /** The beginning of a text. */
  start(): Standing {
    return { nodes: NOWHERE, group: this.#groupOfClass[this.#classes[SEPARATOR]!]! };
  }

  /** Prefixes that an announcement stands for. */
  announced(set: number): readonly number[] {
    return this.#announced[set]!;
  }

  /** Takes the bytes from `from` to `to`; announcements are positions in `bytes`. */
  run(bytes: Uint8Array, from: number, to: number, standing: Standing): Standing {
    const table = this.#table;
    const classes = this.#classes;
    this.count = 0;
    let state = Math.abs(this.#enter(standing, -1));
    for (let i = from; i < to; i++) {
      let next = table[state + classes[bytes[i]!]!]!;
      if (next <= 0) {
        if (next === 0) next = this.#build(state, classes[bytes[i]!]!);
        if (next < 0) {
          next = -next;
          this.#announce(i + 1, next);
        }
      }
      state = next;
    }
    return this.#standings[this.#indexOf(state)]!;
  }

  #announce(position: number, state: number): void {
    if (this.count === this.positions.length) {
      this.positions = doubled(this.positions);
      this.sets = doubled(this.sets);
    }
    this.positions[this.count] = position;
    this.sets[this.count++] = this.#setOfState[this.#indexOf(state)]!;
  }

  /** Works out one cell of the table. */
  #build(state: number, byteClass: number): number {
    const standing = this.#standings[this.#indexOf(state)]!;
    this.#round++;
    this.#reached = 0;
    this.#found.length = 0;
    this.#reach(this.#openingStep(standing.group, byteClass));
    for (const node of standing.nodes) this.#reach(this.#stepOf(node, byteClass));
    const nodes = this.#scratch.slice(0, this.#reached).sort();
    const known = this.#known;
    const next = this.#enter({ nodes, group: this.#groupOfClass[byteClass]! }, this.#setOf(this.#found));
    if (this.#known === known) this.#table[state + byteClass] = next;
    return next;
  }

  /** Notes nodes of the automaton once per round: those that go on, and what the others announce. */
  #reach(nodes: Int32Array): void {
    for (const node of nodes) {
      if (this.#seen[node] === this.#round) continue;
      this.#seen[node] = this.#round;
      const prefix = this.#nfa.accepts(node);
      if (prefix >= 0) this.#found.push(prefix);
      else this.#scratch[this.#reached++] = node;
    }
  }

  /** The row of a state, made when it is new; negative when the state announces something. */
  #enter(standing: Standing, set: number): number {
    const hash = hashOf(standing, set);
    const alike = this.#known.get(hash) ?? [];
    const known = alike.find(
      (index) => this.#setOfState[index] === set && equal(this.#standings[index]!, standing),
    );
    if (known !== undefined) return this.#rowOf(known);
    if ((this.#standings.length + 2) * this.#width > this.#table.length) {
      this.#forget();
      this.#table.fill(0);
    }
    this.#standings.push(standing);
    this.#setOfState.push(set);
    const index = this.#standings.length - 1;
    this.#known.set(hash, [...(this.#known.get(hash) ?? []), index]);
    return this.#rowOf(index);
  }

  #rowOf(index: number): number {
    const row = (index + 1) * this.#width;
    return this.#setOfState[index]! < 0 ? row : -row;
  }

  #forget(): void {
    this.#standings = [];
    this.#setOfState = [];
    this.#known = new Map();
  }

  #indexOf(state: number): number {
    return state / this.#width - 1;
  }

  #setOf(prefixes: readonly number[]): number {
    if (prefixes.length === 0) return -1;
    const sorted = [...new Set(prefixes)].sort((a, b) => a - b);
    const key = sorted.join();
    const number = this.#setNumbers.get(key) ?? this.#announced.length;
    if (number === this.#announced.length) {
      this.#setNumbers.set(key, number);
      this.#announced.push(sorted);
    }
    return number;
  }

  /** Where the openings of a group lead. */
  #openingStep(group: number, byteClass: number): Int32Array {
    const key = group * this.#width + byteClass;
    const known = this.#openingSteps.get(key);
    if (known !== undefined) return known;
    const nodes = this.#groups[group]!.flatMap((opening) =>
      this.#nfa.closure(this.#openings[opening]!.start),
    );
    const reached = new Set(nodes.flatMap((node) => [...this.#stepOf(node, byteClass)]));
    const step = Int32Array.from(reached);
    this.#openingSteps.set(key, step);
    return step;
  }

  /** Where one node leads. */
  #stepOf(node: number, byteClass: number): Int32Array {
    let steps = this.#steps[node];
    if (steps === undefined) {
      steps = new Array<Int32Array | undefined>(this.#width).fill(undefined);
      this.#steps[node] = steps;
    }
    const known = steps[byteClass];
    if (known !== undefined) return known;
    const byte = this.#samples[byteClass]!;
    const edges = this.#nfa.edges(node).filter((edge) => edge.bytes[byte]);
    const step =
      edges.length === 0 ? NOWHERE : Int32Array.from(edges.flatMap((edge) => this.#nfa.closure(edge.to)));
    steps[byteClass] = step;
    return step;
  }
}

const NOWHERE = new Int32Array(0);

function hashOf({ nodes, group }: Standing, set: number): number {
  let hash = Math.imul(group + 1, 0x9e3779b1) ^ Math.imul(set + 2, 0x85ebca6b);
  for (let i = 0; i < nodes.length; i++) hash = Math.imul(hash ^ nodes[i]!, 0x01000193);
  return hash;
}

function equal(a: Standing, b: Standing): boolean {
  if (a.group !== b.group || a.nodes.length !== b.nodes.length) return false;
  for (let i = 0; i < a.nodes.length; i++) if (a.nodes[i] !== b.nodes[i]) return false;
  return true;
}

/** Bytes that are in the same sets are one class: every set splits the classes that it divides. */
function classify(sets: readonly ByteSet[]): { classes: Uint8Array; samples: readonly number[] } {
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

/** Classes behind which the same openings are possible share a group. */
function groupOpenings(openings: readonly Opening[], samples: readonly number[]) {
  const groups: number[][] = [];
  const numbers = new Map<string, number>();
  const groupOfClass = samples.map((byte) => {
    const possible = [...openings.keys()].filter((index) => openings[index]!.opens[byte]);
    const key = possible.join();
    const number = numbers.get(key) ?? groups.length;
    if (number === groups.length) {
      numbers.set(key, number);
      groups.push(possible);
    }
    return number;
  });
  return { groups, groupOfClass };
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
