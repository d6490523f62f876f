/** One way into a pattern: its prefix in the automaton, and how to get from where that is announced back to possible starts. */
import { type ByteSet, type ByteTree, characterSet } from './byte-tree.ts';
import { allBytes, bytesAfter, bytesBefore, firstBytes, headBytes, isZeroWidth } from './edges.ts';
import { extentOf } from './extent.ts';
import { type NfaBuilder, NO_NFA } from './nfa.ts';
import { addPrefix } from './prefix.ts';

export type Branch = BranchOf<ByteSet>;

/** `Set`: the sets of bytes themselves, or numbers of them. */
export interface BranchOf<Set> {
  /** State of the automaton where its prefix begins. */
  readonly start: number;
  /** Bytes that may stand before the prefix for it to begin there. */
  readonly opens: Set;
  /** Bytes between a match's start and the end of the prefix. */
  readonly least: number;
  readonly most: number;
  /** Of these, most that the prefix itself takes; what lies before it holds only bytes of `lead`. */
  readonly prefix: number;
  readonly lead: Set;
  /** Bytes with which a match begins, and bytes that may stand before it. */
  readonly first: Set;
  readonly before: Set;
  /** Bytes at the match's first places, as far as they can be told. */
  readonly head: readonly Set[];
}

/** The branch with its sets told otherwise. */
export function withSets<From, To>(branch: BranchOf<From>, to: (set: From) => To): BranchOf<To> {
  const { start, opens, least, most, prefix, lead, first, before, head } = branch;
  return {
    start,
    opens: to(opens),
    least,
    most,
    prefix,
    lead: to(lead),
    first: to(first),
    before: to(before),
    head: head.map(to),
  };
}

/** Worth below which an anchor would be announced all the time, and with which alternatives need not be told apart. */
const LEAST_WORTH = 6;
const GOOD_WORTH = 14;
/** More bits than these make nothing rarer. */
const MOST_BITS = 32;
const COST_OF_BYTE = 0.3;
/** Repetitions beyond the least that make an item a run. */
const RUN = 8;
/** Most bytes that may lie before an anchor. */
const MOST_LEAD = 4096;
const MOST_SPLITS = 64;

/** A pattern as a sequence, with what it demands of its surroundings. */
interface Way {
  readonly items: readonly ByteTree[];
  readonly before: ByteSet;
  /** One more byte behind the match, when not every byte may stand there. */
  readonly after: readonly ByteTree[];
}

/** Where a prefix begins: the number of the item, and what it is worth. */
interface Anchor {
  readonly index: number;
  readonly worth: number;
}

/** The branches of a pattern, all added to the automaton with numbers from `first`; null when nothing in it is telling enough. */
export function addBranches(nfa: NfaBuilder, tree: ByteTree, first: number): readonly Branch[] | null {
  const anchored = ways(tree);
  if (anchored === null) return null;
  return anchored.map(({ way, index }, number) =>
    addBranch(nfa, way, { anchor: index, number: first + number }),
  );
}

/** The pattern as sequences, one for each alternative that it begins with where that gives better anchors. */
function ways(tree: ByteTree): readonly { readonly way: Way; readonly index: number }[] | null {
  const items = tree.kind === 'sequence' ? tree.items : [tree];
  const after = bytesAfter(items);
  const way: Way = {
    items,
    before: bytesBefore(items),
    after: after.includes(0) ? [characterSet(after, false)] : [],
  };
  const anchor = chooseAnchor(way);
  const at = items.findIndex((item) => !isZeroWidth(item));
  const leading = items[at];
  const good = anchor !== null && anchor.worth >= GOOD_WORTH && anchor.index <= at;
  if (good || leading?.kind !== 'choice' || leading.items.length > MOST_SPLITS) {
    return anchor && [{ way, index: anchor.index }];
  }
  const found = leading.items.map((item) => {
    const parts = item.kind === 'sequence' ? item.items : [item];
    return ways({ kind: 'sequence', items: [...items.slice(0, at), ...parts, ...items.slice(at + 1)] });
  });
  return found.includes(null) ? null : found.flatMap((each) => each ?? []);
}

function addBranch(
  nfa: NfaBuilder,
  { items, before, after }: Way,
  { anchor, number }: { readonly anchor: number; readonly number: number },
): Branch {
  const leading = items.slice(0, anchor);
  const lead = extentOf({ kind: 'sequence', items: leading.filter((item) => !isZeroWidth(item)) });
  const prefix = addPrefix(nfa, [...items.slice(anchor), ...after], number);
  return {
    start: prefix.start,
    opens: lead.bytes === 0 ? before : new Uint8Array(256).fill(1),
    least: prefix.least + lead.least,
    most: prefix.most + lead.bytes,
    prefix: prefix.most,
    lead: allBytes(leading),
    first: firstBytes(items),
    before,
    head: headBytes(items),
  };
}

/** The beginning when that is good, else the item from which on a prefix is worth most; null when none is worth anything. */
function chooseAnchor(way: Way): Anchor | null {
  let best: Anchor | null = null;
  let most = Number.NEGATIVE_INFINITY;
  let lead = 0;
  for (const [index, item] of way.items.entries()) {
    if (isZeroWidth(item)) continue;
    if (!beginsWithRun(way.items.slice(index))) {
      const anchor = { index, worth: worthOf(way, index, lead > 0) };
      if (lead === 0 && anchor.worth >= GOOD_WORTH) return anchor;
      // What the lead may be is bits lost in not knowing where the match began.
      const left = anchor.worth - Math.log2(1 + lead);
      if (anchor.worth >= LEAST_WORTH && left > most) {
        best = anchor;
        most = left;
      }
    }
    lead += extentOf(item).bytes;
    if (lead > MOST_LEAD) break;
  }
  return best;
}

/** Bits of the prefix, less those lost in not knowing where it began, less what many overlapping beginnings cost. */
function worthOf({ items, before, after }: Way, index: number, behindLead: boolean): number {
  const { bits, least, most } = addPrefix(NO_NFA, [...items.slice(index), ...after], 0);
  const overlapping = behindLead || !before.includes(0);
  return Math.min(bits, MOST_BITS) - Math.log2(1 + most - least) - (overlapping ? COST_OF_BYTE * most : 0);
}

/** True when the first thing to be met may go on for long: its loop would be under way at nearly every byte of a text. */
function beginsWithRun(items: readonly ByteTree[]): boolean {
  for (const item of items) {
    if (item.kind === 'repeat' && (item.max - item.min > RUN || beginsWithRun([item.item]))) return true;
    if (item.kind === 'sequence' && beginsWithRun(item.items)) return true;
    if (item.kind === 'choice' && item.items.some((each) => beginsWithRun([each]))) return true;
    if (extentOf(item).least > 0) return false;
  }
  return false;
}
