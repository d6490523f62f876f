/** The deterministic automaton, built lazily from the nondeterministic one: one table look-up per byte of text. */
import { Announcements } from './announcements.ts';
import { classify, groupOpenings, type Opening } from './byte-classes.ts';
import type { ByteSet } from './byte-tree.ts';
import { DfaStates } from './dfa-states.ts';
import type { Nfa } from './nfa.ts';
import { NodeSet } from './node-set.ts';
import { SEPARATOR } from './normalise.ts';
import { NOWHERE, type Standing } from './standing.ts';

/** Bytes from `from` to `to` of a buffer. */
interface Stretch {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Cells of the table: 32 MiB, of which the system gives what is used. With half of it, every 40 MB of new text threw all states away. */
const TABLE = 8 * 1024 * 1024;
/** Parts of a stretch that are run over side by side, and the fewest bytes of one that are worth it. */
const LANES = 4;
const SHORTEST = 1024;
/** Bytes of each lane after which the table is looked after. */
const BLOCK = 512;

/** Where an opening leads with one byte. */
interface Step {
  readonly opens: ByteSet;
  readonly nodes: Int32Array;
}

interface Lanes {
  /** Bytes from where one lane is to where the next is. */
  readonly length: number;
  /** Rows of the table. */
  readonly states: number[];
  readonly found: readonly Announcements[];
}

/**
 * A state is a set of nondeterministic states and a group: which openings are possible behind the last byte. The table's rows
 * are numbered by where they begin; row 0 is not used, so that 0 means "not built yet"; a negative number is a state that
 * announces prefixes.
 */
export class Dfa {
  /** Of the last run, in the order of their positions; sets are indexes for `announced`. */
  readonly announcements = new Announcements();

  readonly #nfa: Nfa;
  readonly #longest: number;
  readonly #openings: readonly Opening[];
  /** Byte -> class of bytes that no edge tells apart. */
  readonly #classes: Uint8Array;
  readonly #width: number;
  /** A byte of each class. */
  readonly #samples: readonly number[];
  readonly #groupOfClass: readonly number[];
  /** A byte behind which a group's openings are possible. */
  readonly #groups: readonly number[];
  /** By class: the openings that go on with it, and where each leads. */
  readonly #goingOn: (readonly Step[] | undefined)[] = [];
  /** By group and class. */
  readonly #openingSteps: (Int32Array | undefined)[] = [];
  readonly #setNumbers = new Map<string, number>();
  readonly #announced: (readonly number[])[] = [];

  readonly #table: Int32Array;
  readonly #states: DfaStates;
  /** Nodes met while a cell is built. */
  readonly #reached: NodeSet;

  /** `longest`: most bytes that any prefix takes. */
  constructor(nfa: Nfa, openings: readonly Opening[], longest: number) {
    this.#nfa = nfa;
    this.#longest = longest;
    this.#openings = openings;
    const edge = new Uint8Array(256).fill(1, SEPARATOR, SEPARATOR + 1);
    const { classes, samples } = classify([edge, ...nfa.sets, ...openings.map((opening) => opening.opens)]);
    this.#classes = classes;
    this.#samples = samples;
    this.#width = samples.length;
    const grouped = groupOpenings(openings, samples);
    this.#groupOfClass = grouped.groupOfClass;
    this.#groups = grouped.groups;
    this.#table = new Int32Array(TABLE);
    // Row 0 is not used.
    this.#states = new DfaStates(Math.floor(TABLE / this.#width) - 1);
    this.#reached = new NodeSet(nfa.size);
  }

  /** The beginning of a text. */
  start(): Standing {
    return this.#behind(SEPARATOR);
  }

  /** With nothing begun yet. */
  #behind(byte: number): Standing {
    return { nodes: NOWHERE, group: this.#groupOfClass[this.#classes[byte]!]! };
  }

  /** Prefixes that an announcement stands for. */
  announced(set: number): readonly number[] {
    return this.#announced[set]!;
  }

  /** Takes the bytes from `from` to `to`; announcements are positions in `bytes`. */
  run(bytes: Uint8Array, from: number, to: number, standing: Standing): Standing {
    this.announcements.count = 0;
    const length = Math.floor((to - from) / LANES);
    if (length < Math.max(SHORTEST, this.#longest + 1)) {
      return this.#runOne({ bytes, from, to }, standing, this.announcements);
    }
    const last = this.#runLanes({ bytes, from, to: from + LANES * length }, length, standing);
    return this.#runOne({ bytes, from: from + LANES * length, to }, last, this.announcements);
  }

  #runOne({ bytes, from, to }: Stretch, standing: Standing, into: Announcements): Standing {
    const table = this.#table;
    const classes = this.#classes;
    let state = this.#enter(standing);
    for (let i = from; i < to; i++) {
      const next = table[state + classes[bytes[i]!]!]!;
      state = next > 0 ? next : this.#meet(state, bytes, i, into);
    }
    return this.#standingOf(state);
  }

  /**
   * Runs over the quarters of a stretch side by side, so that no look-up waits for the one before. A lane that begins inside
   * starts from nothing, as far ahead as the longest prefix: it misses only what is too long to be one.
   */
  #runLanes(stretch: Stretch, length: number, standing: Standing): Standing {
    const { bytes, from } = stretch;
    const found = Array.from({ length: LANES }, () => new Announcements());
    const standings = found.map((_, lane) => {
      const begin = from + lane * length;
      const ahead = begin - this.#longest;
      if (lane === 0) return standing;
      return this.#runOne(
        { bytes, from: ahead, to: begin },
        this.#behind(bytes[ahead - 1]!),
        new Announcements(),
      );
    });
    let states = this.#enterAll(standings);
    for (let at = from; at < from + length; at += BLOCK) {
      if (!this.#hasRoom()) states = this.#enterAll(states.map((state) => this.#standingOf(state)));
      this.#step({ bytes, from: at, to: Math.min(at + BLOCK, from + length) }, { length, states, found });
    }
    for (const each of found) this.announcements.addAll(each);
    return this.#standingOf(states[LANES - 1]!);
  }

  /** Moves each lane over a stretch, the first over this one. */
  #step({ bytes, from, to }: Stretch, { length, states, found }: Lanes): void {
    const table = this.#table;
    const classes = this.#classes;
    let [a, b, c, d] = states as [number, number, number, number];
    const [inA, inB, inC, inD] = found as [Announcements, Announcements, Announcements, Announcements];
    for (let i = from; i < to; i++) {
      const j = i + length;
      const k = j + length;
      const l = k + length;
      const nextA = table[a + classes[bytes[i]!]!]!;
      const nextB = table[b + classes[bytes[j]!]!]!;
      const nextC = table[c + classes[bytes[k]!]!]!;
      const nextD = table[d + classes[bytes[l]!]!]!;
      a = nextA > 0 ? nextA : this.#meet(a, bytes, i, inA);
      b = nextB > 0 ? nextB : this.#meet(b, bytes, j, inB);
      c = nextC > 0 ? nextC : this.#meet(c, bytes, k, inC);
      d = nextD > 0 ? nextD : this.#meet(d, bytes, l, inD);
    }
    states.splice(0, LANES, a, b, c, d);
  }

  /** What follows a state where the table does not just say: it is built, or announces something. */
  #meet(state: number, bytes: Uint8Array, at: number, into: Announcements): number {
    const byteClass = this.#classes[bytes[at]!]!;
    const next = this.#table[state + byteClass]! || this.#build(state, byteClass);
    if (next > 0) return next;
    into.add(at + 1, this.#states.announcedAt(this.#indexOf(-next)));
    return -next;
  }

  /** For the states that a block of every lane can add at most. */
  #hasRoom(): boolean {
    return (this.#states.count + LANES * (BLOCK + 1) + 2) * this.#width < this.#table.length;
  }

  /** The rows of all of them, none of which is thrown away before the next block. */
  #enterAll(standings: readonly Standing[]): number[] {
    if (!this.#hasRoom()) this.#forget();
    return standings.map((standing) => this.#enter(standing));
  }

  /** Works out one cell of the table. */
  #build(state: number, byteClass: number): number {
    const from = this.#indexOf(state);
    const reached = this.#reached;
    const opened = this.#openingStep(this.#states.groupOf(from), byteClass);
    reached.clear();
    reached.addAll(opened, 0, opened.length);
    this.#states.step(from, this.#nfa, this.#samples[byteClass]!, reached);
    const set = this.#setOf(reached.takeOut(this.#nfa.accepts));
    const group = this.#groupOfClass[byteClass]!;
    const known = this.#states.find(reached, group, set);
    if (known < 0) {
      // The row that the cell is in goes as well.
      this.#forget();
      return this.#rowOf(this.#states.find(reached, group, set));
    }
    const next = this.#rowOf(known);
    this.#table[state + byteClass] = next;
    return next;
  }

  /** The row of what stands there, where nothing is announced. */
  #enter({ nodes, group }: Standing): number {
    this.#reached.clear();
    this.#reached.addAll(nodes, 0, nodes.length);
    const known = this.#states.find(this.#reached, group, -1);
    if (known >= 0) return this.#rowOf(known);
    this.#forget();
    return this.#rowOf(this.#states.find(this.#reached, group, -1));
  }

  #rowOf(index: number): number {
    const row = (index + 1) * this.#width;
    return this.#states.announcedAt(index) < 0 ? row : -row;
  }

  #standingOf(state: number): Standing {
    return this.#states.standingOf(this.#indexOf(state));
  }

  #forget(): void {
    this.#table.fill(0);
    this.#states.forget();
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
    const known = this.#openingSteps[key];
    if (known !== undefined) return known;
    this.#goingOn[byteClass] ??= this.#openingsWith(byteClass);
    this.#reached.clear();
    for (const { opens, nodes } of this.#goingOn[byteClass]) {
      if (opens[this.#groups[group]!]) this.#reached.addAll(nodes, 0, nodes.length);
    }
    const step = this.#reached.toArray();
    this.#openingSteps[key] = step;
    return step;
  }

  #openingsWith(byteClass: number): readonly Step[] {
    const byte = this.#samples[byteClass]!;
    const found: Step[] = [];
    for (const { start, opens } of this.#openings) {
      this.#reached.clear();
      this.#nfa.enter(start, this.#reached);
      const begun = this.#reached.toArray();
      this.#reached.clear();
      this.#nfa.step(begun, 0, begun.length, byte, this.#reached);
      if (this.#reached.size > 0) found.push({ opens, nodes: this.#reached.toArray() });
    }
    return found;
  }
}
