/** What finding candidates needs, put together from what is known of the rules' patterns: plain numbers, which threads can share. */
import type { Rule } from '../rule.ts';
import { type Branch, withSets } from './branch.ts';
import { createByteSets, setsOf } from './byte-sets.ts';
import type { ByteSet } from './byte-tree.ts';
import type { PackedNfa } from './nfa.ts';
import { joinNfas, type NfaPart } from './nfa-join.ts';
import { type PackedBranch, type PatternPlans, planPatterns } from './pattern-plans.ts';

export interface FinderPlan {
  /** Rules that it was made for. */
  readonly rules: number;
  /** Most bytes that any pattern can match or look at. */
  readonly reach: number;
  /** Patterns that nothing telling is in: `[rule, pattern]` indexes. */
  readonly slow: readonly (readonly [rule: number, pattern: number])[];
  readonly nfa: PackedNfa;
  readonly branches: readonly (PackedBranch & OfRule)[];
  /** The sets of the branches. */
  readonly sets: Uint8Array;
}

/** Which rule's, and which of its patterns. */
interface OfRule {
  readonly rule: number;
  readonly pattern: number;
}

export type RuleBranch = Branch & OfRule;

/** `known`: what was worked out before, of these patterns or others. @throws Error naming the rule, for a wrong or infinite expression */
export function planFinder(rules: readonly Rule[], known?: PatternPlans): FinderPlan {
  const made = planPatterns(missing(rules, known));
  const joined = createJoined();
  for (const [rule, { text }] of rules.entries()) {
    for (const [pattern, { regex }] of (text?.patterns ?? []).entries()) {
      joined.add(known?.numbers.has(regex) ? known : made, regex, { rule, pattern });
    }
  }
  return { rules: rules.length, ...joined.finish() };
}

/** The branches that were packed. */
export function branchesOf({ branches, sets }: FinderPlan): readonly RuleBranch[] {
  // Memory of its own: what is shared with other threads is slower to look into.
  const own = setsOf(sets.slice());
  return branches.map((branch) => {
    const { rule, pattern } = branch;
    return { rule, pattern, ...withSets(branch, (number) => own[number]!) };
  });
}

/** Patterns that nothing is known of, each once, with the id of a rule that has it. */
function missing(rules: readonly Rule[], known: PatternPlans | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, text } of rules)
    for (const { regex } of text?.patterns ?? [])
      if (!known?.numbers.has(regex) && !found.has(regex)) found.set(regex, id);
  return found;
}

/** A plan that is put together: states, branches and sets of the patterns' plans have other numbers in it. */
function createJoined() {
  const parts: NfaPart[] = [];
  const branches: (PackedBranch & OfRule)[] = [];
  const slow: [number, number][] = [];
  const sets = createByteSets();
  const opened = new Map<PatternPlans, readonly ByteSet[]>();
  let reach = 0;
  let states = 0;

  function add(plans: PatternPlans, regex: string, { rule, pattern }: OfRule): void {
    const number = plans.numbers.get(regex)!;
    const [begin, end] = [plans.firstState[number]!, plans.firstState[number + 1]!];
    const from = plans.firstBranch[number]!;
    const added = plans.branches.slice(from, plans.firstBranch[number + 1]);
    if (added.length === 0) slow.push([rule, pattern]);
    reach = Math.max(reach, plans.reaches[number]!);
    const own = opened.get(plans) ?? setsOf(plans.sets);
    opened.set(plans, own);
    parts.push({ nfa: plans.nfa, begin, end, prefixes: branches.length - from });
    for (const branch of added) {
      const packed = withSets(branch, (set) => sets.numberOf(own[set]!));
      branches.push({ rule, pattern, ...packed, start: branch.start - begin + states });
    }
    states += end - begin;
  }

  const finish = () => ({ reach, slow, nfa: joinNfas(parts), branches, sets: sets.pack() });
  return { add, finish };
}
