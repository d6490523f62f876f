/** One way into a pattern: its prefix in the automaton, and how to get from where that is announced back to possible starts. */
import { type ByteSet, type ByteTree, type CharacterSet, characterSet } from './byte-tree.ts';
import { allBytes, bytesAfter, bytesBefore, firstBytes, headBytes, isZeroWidth } from './edges.ts';
import { extentOf } from './extent.ts';
import { type NfaBuilder, NO_NFA } from './nfa.ts';
import { SEPARATOR } from './normalise.ts';
import { addPrefix } from './prefix.ts';
import { bitsOf } from './rarity.ts';

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
  /** All that may lie between, but for the prefix's last byte. */
  readonly body: Set;
  /** Bytes with which a match begins, and bytes that may stand before it. */
  readonly first: Set;
  readonly before: Set;
  /** Bytes at the match's first places, as far as they can be told. */
  readonly head: readonly Set[];
}

/** The branch with its sets told otherwise. */
export function withSets<From, To>(branch: BranchOf<From>, to: (set: From) => To): BranchOf<To> {
  const { start, opens, least, most, prefix, lead, body, first, before, head } = branch;
  return {
    start,
    opens: to(opens),
    least,
    most,
    prefix,
    lead: to(lead),
    body: to(body),
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
/** Of a first byte so rare that no two beginnings overlap. */
const RARE_BITS = 5;
/** Bits of a text's beginning; cells begin more often. */
const START_BITS = 11;
/** Bytes by which the length of a prefix without a long loop varies, and what one with it costs: a state for all that goes on beside it. */
const LOOP = 32;
const COST_OF_LOOP = 16;
/** Repetitions of a class that are many, the bits below which it says little, and those before it that make it rare. */
const COUNTED = 3;
const COUNTED_BITS = 1;
const EARLY_BITS = 9;
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
  readonly after: CharacterSet | undefined;
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
    after: after.includes(0) ? characterSet(after, false) : undefined,
  };
  const anchor = chooseAnchor(way);
  const at = items.findIndex((item) => !isZeroWidth(item));
  const leading = items[at];
  const good = anchor !== null && anchor.worth >= GOOD_WORTH && anchor.index <= at && !mayBeStart(leading);
  if (good || leading?.kind !== 'choice' || leading.items.length > MOST_SPLITS) {
    return anchor && [{ way, index: anchor.index }];
  }
  const found = leading.items.map((item) => {
    const parts = item.kind === 'sequence' ? item.items : [item];
    return ways({ kind: 'sequence', items: [...items.slice(0, at), ...parts, ...items.slice(at + 1)] });
  });
  return found.includes(null) ? null : found.flatMap((each) => each ?? []);
}

/** `(?:^|[\r\n])`: joined, the beginning of a text would let it begin anywhere. */
function mayBeStart(item: ByteTree | undefined): boolean {
  return item?.kind === 'choice' && item.items.some((each) => each.kind === 'edge' && each.start);
}

function addBranch(
  nfa: NfaBuilder,
  { items, before, after }: Way,
  { anchor, number }: { readonly anchor: number; readonly number: number },
): Branch {
  const leading = items.slice(0, anchor);
  const lead = extentOf({ kind: 'sequence', items: leading.filter((item) => !isZeroWidth(item)) });
  const prefix = addPrefix(nfa, items.slice(anchor), { number, after });
  const leadBytes = allBytes(leading);
  return {
    start: prefix.start,
    opens: lead.bytes === 0 ? before : bytesBefore(items.slice(firstOf(items, anchor))),
    least: prefix.least + lead.least,
    most: prefix.most + lead.bytes,
    prefix: prefix.most,
    lead: leadBytes,
    body: prefix.bytes.map((member, byte) => member | leadBytes[byte]!),
    first: firstBytes(items),
    before,
    head: headBytes(items),
  };
}

/** The item itself, or the first of those before it that only look: they say what may stand before it. */
function firstOf(items: readonly ByteTree[], anchor: number): number {
  let first = anchor;
  while (first > 0 && isZeroWidth(items[first - 1]!)) first--;
  return first;
}

/** The beginning when that is good, else the item from which on a prefix is worth most; null when none is worth anything. */
function chooseAnchor(way: Way): Anchor | null {
  let best: Anchor | null = null;
  let most = Number.NEGATIVE_INFINITY;
  let lead = 0;
  let loose = 0;
  for (const [index, item] of way.items.entries()) {
    if (isZeroWidth(item)) continue;
    if (!beginsWithRun(way.items.slice(index))) {
      const { worth, steady } = worthOf(way, index, lead > 0);
      if (lead === 0 && worth >= GOOD_WORTH && steady) return { index, worth };
      // What the lead may be is bits lost in not knowing where the match began.
      const left = worth - Math.log2(1 + loose) - (steady ? 0 : COST_OF_LOOP);
      if (worth >= LEAST_WORTH && left > most) {
        best = { index, worth };
        most = left;
      }
    }
    const { least, bytes } = extentOf(item);
    lead += bytes;
    loose += bytes - least;
    if (lead > MOST_LEAD) break;
  }
  return best;
}

/** Bits of the prefix, less those lost in not knowing where it began, less what many overlapping beginnings cost. */
function worthOf(
  { items, before, after }: Way,
  index: number,
  behindLead: boolean,
): { readonly worth: number; readonly steady: boolean } {
  const from = items.slice(index);
  const { bits, least, most } = addPrefix(NO_NFA, from, { number: 0, after });
  const common = bitsOf(firstBytes(from), false) < RARE_BITS;
  const overlapping = behindLead || (common && !before.includes(0));
  const start = !behindLead && before.indexOf(1) === SEPARATOR && before.lastIndexOf(1) === SEPARATOR;
  // At the beginning of a text nothing else goes on.
  const steady = start || (most - least <= LOOP && !countsEarly(from));
  const worth =
    Math.min(bits + (start ? START_BITS : 0), MOST_BITS) -
    Math.log2(1 + most - least) -
    (overlapping ? COST_OF_BYTE * most : 0);
  return { worth, steady };
}

/** True when many of one class come early, `[A-Za-z0-9]{42}`: at every letter of a text it would matter how many there were. */
function countsEarly(items: readonly ByteTree[]): boolean {
  let bits = 0;
  for (const item of items.filter((each) => !isZeroWidth(each))) {
    const { item: set, min } = item.kind === 'repeat' ? item : { item, min: 1 };
    if (set.kind !== 'set' || bits >= EARLY_BITS) return false;
    if (min >= COUNTED && set.bits < COUNTED_BITS) return true;
    bits += min * set.bits;
  }
  return false;
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
