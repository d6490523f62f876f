/** One automaton from parts of others: what was worked out part by part is put together, not worked out again. */
import { type ByteSets, createByteSets, setAt } from './byte-sets.ts';
import { type PackedNfa, shared } from './nfa.ts';

/** States from `begin` to `end`, which lead to none but each other. */
export interface NfaPart {
  readonly nfa: PackedNfa;
  readonly begin: number;
  readonly end: number;
  /** Added to the numbers of the prefixes that its states stand for. */
  readonly prefixes: number;
}

/** The parts' states in the parts' order; the sets on their edges in the order of their first use. */
export function joinNfas(parts: readonly NfaPart[]): PackedNfa {
  const [firstEdge, edgeSet, edgeTo]: [number[], number[], number[]] = [[0], [], []];
  const [firstLink, linkTo, accepts]: [number[], number[], number[]] = [[0], [], []];
  const sets = createByteSets();
  const numberings = new Map<PackedNfa, (set: number) => number>();
  for (const { nfa, begin, end, prefixes } of parts) {
    const shift = accepts.length - begin;
    const numberOf = numberings.get(nfa) ?? renumber(nfa, sets);
    numberings.set(nfa, numberOf);
    for (let state = begin; state < end; state++) {
      for (let i = nfa.firstEdge[state]!; i < nfa.firstEdge[state + 1]!; i++) {
        edgeSet.push(numberOf(nfa.edgeSet[i]!));
        edgeTo.push(nfa.edgeTo[i]! + shift);
      }
      for (let i = nfa.firstLink[state]!; i < nfa.firstLink[state + 1]!; i++)
        linkTo.push(nfa.linkTo[i]! + shift);
      firstEdge.push(edgeTo.length);
      firstLink.push(linkTo.length);
      accepts.push(nfa.accepts[state]! < 0 ? -1 : nfa.accepts[state]! + prefixes);
    }
  }
  return {
    sets: sets.pack(),
    firstEdge: shared(firstEdge),
    edgeSet: shared(edgeSet),
    edgeTo: shared(edgeTo),
    firstLink: shared(firstLink),
    linkTo: shared(linkTo),
    accepts: shared(accepts),
  };
}

/** From the numbers of one automaton's sets to those of `sets`. */
function renumber(nfa: PackedNfa, sets: ByteSets): (set: number) => number {
  const numbers: (number | undefined)[] = [];
  return (set) => {
    numbers[set] ??= sets.numberOf(setAt(nfa.sets, set));
    return numbers[set];
  };
}
