/** What finding candidates of patterns needs, worked out pattern by pattern, so that what is known of some can be kept for later. */
import { addBranches, type BranchOf, withSets } from './branch.ts';
import { createByteSets } from './byte-sets.ts';
import { type KnownSets, toByteTree } from './byte-tree.ts';
import { extentOf, MOST_CHARACTERS } from './extent.ts';
import { createNfa, type PackedNfa } from './nfa.ts';

/** Of many patterns, one behind the other: states and branches of a pattern end where the next one's begin. */
export interface PatternPlans {
  /** A pattern's number, by its expression. */
  readonly numbers: ReadonlyMap<string, number>;
  /** By number: most bytes that it can match or look at. */
  readonly reaches: readonly number[];
  /** By number, and one more for the end. */
  readonly firstState: readonly number[];
  /** As firstState. A pattern without branches is one that nothing telling is in. */
  readonly firstBranch: readonly number[];
  /** Its states accept branches. */
  readonly nfa: PackedNfa;
  readonly branches: readonly PackedBranch[];
  /** The sets of the branches. */
  readonly sets: Uint8Array;
}

/** A branch with the numbers of its sets. */
export type PackedBranch = BranchOf<number>;

/** `rules`: by expression, the id of a rule that has it. @throws Error naming the rule, for a wrong or infinite expression */
export function planPatterns(rules: ReadonlyMap<string, string>): PatternPlans {
  const nfa = createNfa();
  const sets = createByteSets();
  const known: KnownSets = new Map();
  const reaches: number[] = [];
  const firstState = [0];
  const branches: PackedBranch[] = [];
  const firstBranch = [0];
  for (const [regex, rule] of rules) {
    const tree = toByteTree(regex, known);
    const { characters, bytes } = extentOf(tree);
    if (characters > MOST_CHARACTERS) {
      throw new Error(`rule ${rule}: a pattern must be finite, at most ${MOST_CHARACTERS} characters in all`);
    }
    reaches.push(bytes);
    const added = addBranches(nfa, tree, branches.length) ?? [];
    branches.push(...added.map((branch) => withSets(branch, sets.numberOf)));
    firstState.push(nfa.size());
    firstBranch.push(branches.length);
  }
  const numbers = new Map([...rules.keys()].map((regex, number) => [regex, number]));
  return { numbers, reaches, firstState, firstBranch, nfa: nfa.pack(), branches, sets: sets.pack() };
}
