/** Finds candidates for all rules at once: one automaton announces prefixes, each of which leads back to a few starts. */
import { type CandidateFinder, type CandidateStream, packStart, type Starts } from './candidates.ts';
import { Dfa } from './dfa.ts';
import { branchesOf, type FinderPlan, type RuleBranch } from './finder-plan.ts';
import { openNfa } from './nfa.ts';
import { SEPARATOR } from './normalise.ts';

export function createFinder(plan: FinderPlan): CandidateFinder {
  const { rules, slow, reach } = plan;
  const branches = branchesOf(plan);
  const openings = branches.map(({ start, opens }) => ({ start, opens }));
  const longest = Math.max(0, ...branches.map(({ prefix }) => prefix));
  const dfa = new Dfa(openNfa(plan.nfa), openings, longest);
  return { slow, reach, open: () => createStream(rules, branches, dfa) };
}

const END = new Uint8Array([SEPARATOR]);

function createStream(rules: number, branches: readonly RuleBranch[], dfa: Dfa): CandidateStream {
  const starts: (Starts | undefined)[] = new Array(rules).fill(undefined);
  const active: number[] = [];
  /** By branch: starts before this position have been looked at. */
  const looked = new Float64Array(branches.length);
  let standing = dfa.start();
  /** Position where the text begins. */
  let textStart = 0;

  function add(rule: number, pattern: number, position: number): void {
    let list = starts[rule];
    if (list === undefined) {
      list = [];
      starts[rule] = list;
      active.push(rule);
    }
    list.push(packStart(position, pattern));
  }

  /** Turns what the automaton announced into starts; `shift` is added to its positions. */
  function collect(buffer: Uint8Array, shift: number, origin: number): void {
    const { positions, sets, count } = dfa.announcements;
    for (let i = 0; i < count; i++) {
      const end = positions[i]! + shift;
      for (const number of dfa.announced(sets[i]!)) lookBack(buffer, end, number, origin);
    }
  }

  function lookBack(buffer: Uint8Array, end: number, number: number, origin: number): void {
    const branch = branches[number]!;
    const last = end - branch.least;
    let first = Math.max(end - branch.most, looked[number]! - origin, textStart - origin, 0);
    if (branch.most > branch.least) {
      let at = Math.min(end - 1, last + 1);
      while (at > first && branch.body[buffer[at - 1]!]) at--;
      first = Math.max(first, at);
    }
    if (branch.most > branch.prefix) {
      let at = Math.min(end - branch.prefix, last + 1);
      while (at > first && branch.lead[buffer[at - 1]!]) at--;
      first = Math.max(first, at);
    }
    for (let at = first; at <= last; at++) {
      if (!branch.first[buffer[at]!]) continue;
      if (at + origin > textStart && !branch.before[buffer[at - 1]!]) continue;
      if (hasHead(branch, buffer, at, end)) add(branch.rule, branch.pattern, at + origin);
    }
    if (last + 1 + origin > looked[number]!) looked[number] = last + 1 + origin;
  }

  return {
    feed(buffer, from, to, origin) {
      standing = dfa.run(buffer, from, to, standing);
      collect(buffer, 0, origin);
    },
    end(buffer, to, origin) {
      dfa.run(END, 0, 1, standing);
      collect(buffer, to, origin);
      standing = dfa.start();
      textStart = origin + to;
    },
    add,
    starts,
    active,
  };
}

/** False when what stands at `at` cannot begin a match; only bytes before `end` are looked at. */
function hasHead({ head }: RuleBranch, buffer: Uint8Array, at: number, end: number): boolean {
  for (let i = 1; i < head.length && at + i < end; i++) if (!head[i]![buffer[at + i]!]) return false;
  return true;
}
