/** The plan for finding candidates: what was kept of patterns, and the rest worked out. */
import type { Rule } from '../rule.ts';
import { type FinderPlan, planFinder } from './finder-plan.ts';
import { digestOf, type NamedText, readEngine, readKept } from './load-kept.ts';
import { type PatternPlans, planPatterns } from './pattern-plans.ts';

/** Patterns are known by their expressions, so a changed one is worked out anew. @throws Error as planFinder */
export function loadPlan(rules: readonly Rule[]): FinderPlan {
  const kept = readKept('plans', plansDigest(readEngine()));
  // Made by packPlans of the very same engine.
  return planFinder(rules, kept === undefined ? undefined : unpackPlans(kept as PackedPlans));
}

/** What plans are kept under: the engine, and what the runtime takes for a letter. */
export function plansDigest(engine: readonly NamedText[]): string {
  return digestOf([...engine, { name: 'Unicode', text: process.versions.unicode ?? '' }]);
}

/** All that is to know of the rules' patterns. */
export function plansOf(rules: readonly Rule[]): PatternPlans {
  return planPatterns(
    new Map(rules.flatMap(({ id, text }) => (text?.patterns ?? []).map(({ regex }) => [regex, id] as const))),
  );
}

/** Plans as JSON has them. */
export interface PackedPlans extends Omit<PatternPlans, 'numbers' | 'nfa' | 'sets'> {
  /** In the order of their numbers. */
  readonly regexes: readonly string[];
  readonly nfa: {
    readonly [Key in keyof PatternPlans['nfa']]: Key extends 'sets' ? string : readonly number[];
  };
  /** Base64, as the sets of the automaton. */
  readonly sets: string;
}

export function packPlans({ numbers, nfa, sets, ...rest }: PatternPlans): PackedPlans {
  return {
    ...rest,
    regexes: [...numbers.keys()],
    nfa: {
      sets: Buffer.from(nfa.sets).toString('base64'),
      firstEdge: [...nfa.firstEdge],
      edgeSet: [...nfa.edgeSet],
      edgeTo: [...nfa.edgeTo],
      firstLink: [...nfa.firstLink],
      linkTo: [...nfa.linkTo],
      accepts: [...nfa.accepts],
    },
    sets: Buffer.from(sets).toString('base64'),
  };
}

export function unpackPlans({ regexes, nfa, sets, ...rest }: PackedPlans): PatternPlans {
  return {
    ...rest,
    numbers: new Map(regexes.map((regex, number) => [regex, number])),
    nfa: {
      sets: Buffer.from(nfa.sets, 'base64'),
      firstEdge: Int32Array.from(nfa.firstEdge),
      edgeSet: Int32Array.from(nfa.edgeSet),
      edgeTo: Int32Array.from(nfa.edgeTo),
      firstLink: Int32Array.from(nfa.firstLink),
      linkTo: Int32Array.from(nfa.linkTo),
      accepts: Int32Array.from(nfa.accepts),
    },
    sets: Buffer.from(sets, 'base64'),
  };
}
