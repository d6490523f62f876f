/** What finding candidates needs, worked out from the rules' expressions once: plain numbers, which threads can share. */
import type { Rule } from '../rule.ts';
import { addBranches, type Branch } from './branch.ts';
import { createByteSets, setsOf } from './byte-sets.ts';
import { type ByteTree, type KnownSets, toByteTree } from './byte-tree.ts';
import { extentOf, MOST_CHARACTERS } from './extent.ts';
import { createNfa, type PackedNfa } from './nfa.ts';

export interface FinderPlan {
  /** Rules that it was made for. */
  readonly rules: number;
  /** Most bytes that any pattern can match or look at. */
  readonly reach: number;
  /** Patterns that nothing telling is in: `[rule, pattern]` indexes. */
  readonly slow: readonly (readonly [rule: number, pattern: number])[];
  readonly nfa: PackedNfa;
  readonly branches: readonly PackedBranch[];
  /** The sets of the branches. */
  readonly sets: Uint8Array;
}

/** A branch with the numbers of its sets. */
type PackedBranch = {
  readonly [Key in keyof Branch]: Branch[Key] extends number
    ? number
    : Branch[Key] extends Uint8Array
      ? number
      : readonly number[];
};

/** @throws Error naming the rule, for a wrong or infinite expression */
export function planFinder(rules: readonly Rule[]): FinderPlan {
  const nfa = createNfa();
  const branches: Branch[] = [];
  const slow: [number, number][] = [];
  const known: KnownSets = new Map();
  let reach = 0;
  for (const [index, rule] of rules.entries()) {
    for (const [pattern, { regex }] of (rule.text?.patterns ?? []).entries()) {
      const tree = toByteTree(regex, known);
      reach = Math.max(reach, finiteReach(rule, tree));
      const added = addBranches(nfa, tree, { rule: index, pattern, first: branches.length });
      if (added === null) slow.push([index, pattern]);
      else branches.push(...added);
    }
  }
  const sets = createByteSets();
  const packed = branches.map((branch) => ({
    ...branch,
    opens: sets.numberOf(branch.opens),
    lead: sets.numberOf(branch.lead),
    body: sets.numberOf(branch.body),
    first: sets.numberOf(branch.first),
    before: sets.numberOf(branch.before),
    head: branch.head.map(sets.numberOf),
  }));
  return { rules: rules.length, reach, slow, nfa: nfa.pack(), branches: packed, sets: sets.pack() };
}

/** The branches that were packed. */
export function branchesOf({ branches, sets }: FinderPlan): readonly Branch[] {
  // Memory of its own: what is shared with other threads is slower to look into.
  const own = setsOf(sets.slice());
  const set = (number: number) => own[number]!;
  return branches.map(
    ({ rule, pattern, start, least, most, prefix, opens, lead, body, first, before, head }) => ({
      rule,
      pattern,
      start,
      opens: set(opens),
      least,
      most,
      prefix,
      lead: set(lead),
      body: set(body),
      first: set(first),
      before: set(before),
      head: head.map(set),
    }),
  );
}

function finiteReach(rule: Rule, tree: ByteTree): number {
  const { characters, bytes } = extentOf(tree);
  if (characters <= MOST_CHARACTERS) return bytes;
  throw new Error(`rule ${rule.id}: a pattern must be finite, at most ${MOST_CHARACTERS} characters in all`);
}
