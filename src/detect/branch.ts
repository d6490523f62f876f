/** One way into a pattern: its prefix in the automaton, and how to get from where that is announced back to possible starts. */
import { type ByteSet, type ByteTree, characterSet } from './byte-tree.ts';
import { allBytes, bytesAfter, bytesBefore, firstBytes, isZeroWidth } from './edges.ts';
import { extentOf } from './extent.ts';
import { type Nfa, NO_NFA } from './nfa.ts';
import { addPrefix } from './prefix.ts';

export interface Branch {
  readonly rule: number;
  readonly pattern: number;
  /** State of the automaton where its prefix begins. */
  readonly start: number;
  /** Bytes that may stand before the prefix for it to begin there. */
  readonly opens: ByteSet;
  /** Bytes between a match's start and the end of the prefix. */
  readonly least: number;
  readonly most: number;
  /** Of these, most that the prefix itself takes; what lies before it holds only bytes of `lead`. */
  readonly prefix: number;
  readonly lead: ByteSet;
  /** Bytes with which a match begins, and bytes that may stand before it. */
  readonly first: ByteSet;
  readonly before: ByteSet;
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

/** The branches of a pattern, all added to the automaton; null when nothing in it is telling enough. */
export function addBranches(
  nfa: Nfa,
  tree: ByteTree,
  from: { readonly rule: number; readonly pattern: number; readonly first: number },
): readonly Branch[] | null {
  const branches: Branch[] = [];
  for (const items of ways(tree)) {
    const anchor = chooseAnchor(items);
    if (anchor === null) return null;
    branches.push(addBranch(nfa, items, anchor, { ...from, number: from.first + branches.length }));
  }
  return branches;
}

/** The pattern as sequences, one for each alternative it begins with where that gives better anchors. */
function ways(tree: ByteTree): readonly (readonly ByteTree[])[] {
  const items = tree.kind === 'sequence' ? tree.items : [tree];
  const at = items.findIndex((item) => !isZeroWidth(item));
  const leading = items[at];
  if (leading?.kind !== 'choice' || leading.items.length > MOST_SPLITS) return [items];
  const anchor = chooseAnchor(items);
  if (anchor !== null && worthOf(items, anchor) >= GOOD_WORTH && anchor <= at) return [items];
  return leading.items.flatMap((item) => {
    const parts = item.kind === 'sequence' ? item.items : [item];
    return ways({ kind: 'sequence', items: [...items.slice(0, at), ...parts, ...items.slice(at + 1)] });
  });
}

function addBranch(
  nfa: Nfa,
  items: readonly ByteTree[],
  anchor: number,
  { rule, pattern, number }: { readonly rule: number; readonly pattern: number; readonly number: number },
): Branch {
  const leading = items.slice(0, anchor);
  const lead = extentOf({ kind: 'sequence', items: leading.filter((item) => !isZeroWidth(item)) });
  const prefix = addPrefix(nfa, withEnd(items, anchor), number);
  const before = bytesBefore(items);
  return {
    rule,
    pattern,
    start: prefix.start,
    opens: lead.bytes === 0 ? before : new Uint8Array(256).fill(1),
    least: prefix.least + lead.least,
    most: prefix.most + lead.bytes,
    prefix: prefix.most,
    lead: allBytes(leading),
    first: firstBytes(items),
    before,
  };
}

/** From the anchor on, with what must follow the match as one more byte. */
function withEnd(items: readonly ByteTree[], anchor: number): readonly ByteTree[] {
  const after = bytesAfter(items);
  const rest = items.slice(anchor);
  if (after.every((member) => member === 1)) return rest;
  return [...rest, characterSet(after, false)];
}

/** The beginning when that is good, else the item from which on a prefix is worth most; null when none is worth anything. */
function chooseAnchor(items: readonly ByteTree[]): number | null {
  let best: { readonly index: number; readonly worth: number } | null = null;
  for (const [index, item] of items.entries()) {
    if (isZeroWidth(item)) continue;
    const lead = items.slice(0, index).filter((each) => !isZeroWidth(each));
    if (extentOf({ kind: 'sequence', items: lead }).bytes > MOST_LEAD) break;
    if (beginsWithRun(items.slice(index))) continue;
    const worth = worthOf(items, index);
    if (lead.length === 0 && worth >= GOOD_WORTH) return index;
    if (worth >= LEAST_WORTH && (best === null || worth > best.worth)) best = { index, worth };
  }
  return best?.index ?? null;
}

/** Bits of the prefix, less those lost in not knowing where it began, less what many overlapping beginnings cost. */
function worthOf(items: readonly ByteTree[], index: number): number {
  const { bits, least, most } = addPrefix(NO_NFA, withEnd(items, index), 0);
  const overlapping =
    items.slice(0, index).some((item) => !isZeroWidth(item)) || bytesBefore(items).every(Boolean);
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
