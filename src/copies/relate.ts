/** Says how two sketches are related, and by how much: pure, on samples alone. */
import { DOCUMENT, isWhole, NO_SAMPLE, type Overlap, overlap, type Sample, type Sketch } from './sketch.ts';

/**
 * How one content is related to another that holds its data. same rows and same text: nearly all of both. part of the rows: its
 * rows are some of the other's. other columns: its rows have fewer or more columns than the other's. part of the text: as it says.
 * same people: the identifiers that rules found.
 */
export const RELATIONS = [
  'same rows',
  'same text',
  'part of the rows',
  'other columns',
  'part of the text',
  'same people',
] as const;
export type How = (typeof RELATIONS)[number];

export interface Relation {
  readonly how: How;
  /** Share of the first one's rows, words or identifiers that the second one has, 0 to 1. */
  readonly forward: number;
  /** Share of the second one's that the first one has. */
  readonly backward: number;
}

/** From this share on both ways it is the same, not a part. */
const SAME = 0.9;
const ROWS = { share: 0.5, common: 3 } as const;
const PAIRS = { share: 0.6, common: 8 } as const;
/** Documents of one schema have many records in common that are not about anybody. */
const DOCUMENT_SHARE = 0.9;
const TEXT = { share: 0.85, common: 4 } as const;
/** Numbers and names that a re-encoding may change: a hyphen, a page number. A filled-in form changes more on both sides. */
const DETAILS = { share: 0.02, least: 1 } as const;
/** Fewer than this many people in common is an office's own addresses. */
const PEOPLE = { share: 0.5, common: 5 } as const;
/** Records of two patients share their clinic and its doctors: up to so many in common, nearly all of one must be the other's. */
const FEW_PEOPLE = { share: 0.85, common: 25 } as const;

/** What is compared of a sketch. */
export type Comparable = Omit<Sketch, 'weight'>;

/** Undefined when they have nothing in common that counts. */
export function relate(a: Comparable, b: Comparable): Relation | undefined {
  if (a.kind !== b.kind) return undefined;
  switch (a.kind) {
    case 'rows':
      return relateRows(a, b);
    case 'text':
      return relateText(a, b);
    case 'people':
      return relatePeople(a, b);
  }
}

function relateRows(a: Comparable, b: Comparable): Relation | undefined {
  const rows = sharesOf(a.sample, b.sample);
  const ofFirst = headShare(a, b);
  const ofSecond = headShare(b, a);
  const forward = Math.max(rows.forward, ofFirst);
  const backward = Math.max(rows.backward, ofSecond);
  const enough = rows.common >= ROWS.common || ofFirst > 0 || ofSecond > 0;
  const document = a.part === DOCUMENT && b.part === DOCUMENT;
  if (enough && Math.max(forward, backward) >= (document ? DOCUMENT_SHARE : ROWS.share)) {
    const shares = settle(forward, backward, { ofA: a.sample.distinct, ofB: b.sample.distinct });
    const same = shares.forward >= SAME && shares.backward >= SAME;
    return { how: same ? 'same rows' : 'part of the rows', ...shares };
  }
  const pairs = sharesOf(a.details, b.details);
  const least = document ? DOCUMENT_SHARE : PAIRS.share;
  if (pairs.common < PAIRS.common || Math.max(pairs.forward, pairs.backward) < least) return undefined;
  return { how: 'other columns', forward: pairs.forward, backward: pairs.backward };
}

/**
 * The first rows of a large table are kept beside its sample: a glance at it shows those. The share of a small table's rows that
 * is found there or in the sample is a lower bound; 0 when it proves nothing.
 */
function headShare(small: Comparable, large: Comparable): number {
  const { tags } = small.sample;
  if (!isWhole(small.sample) || isWhole(large.sample) || tags.length > large.head.length) return 0;
  const known = new Set([...large.head, ...large.sample.tags]);
  const found = tags.filter((tag) => known.has(tag)).length;
  return found >= ROWS.common ? found / tags.length : 0;
}

/** The surer share, of the smaller set, gives the other one by their sizes. */
function settle(
  forward: number,
  backward: number,
  { ofA, ofB }: { readonly ofA: number; readonly ofB: number },
): { readonly forward: number; readonly backward: number } {
  return ofA <= ofB
    ? { forward, backward: Math.min(1, (forward * ofA) / ofB) }
    : { forward: Math.min(1, (backward * ofB) / ofA), backward };
}

function relateText(a: Comparable, b: Comparable): Relation | undefined {
  if (a.head.length > 0 && a.head.every((tag, i) => tag === b.head[i])) {
    return { how: 'same text', forward: 1, backward: 1 };
  }
  const words = sharesOf(a.sample, b.sample);
  if (words.common < TEXT.common || Math.max(words.forward, words.backward) < TEXT.share) return undefined;
  if (!sameDetails(a.details, b.details)) return undefined;
  const { forward, backward } = words;
  const same = forward >= TEXT.share && backward >= TEXT.share;
  return { how: same ? 'same text' : 'part of the text', forward, backward };
}

/** False when each has numbers and names of its own: the same template, filled in twice. */
function sameDetails(a: Sample, b: Sample): boolean {
  const { comparedA, comparedB, common } = overlap(a, b);
  const own = Math.min(comparedA, comparedB) - common;
  return own <= Math.max(DETAILS.least, Math.min(comparedA, comparedB) * DETAILS.share);
}

function relatePeople(a: Comparable, b: Comparable): Relation | undefined {
  const { forward, backward, common } = sharesOf(a.sample, b.sample);
  const { share } = common > FEW_PEOPLE.common ? PEOPLE : FEW_PEOPLE;
  if (common < PEOPLE.common || Math.max(forward, backward) < share) return undefined;
  return { how: 'same people', forward, backward };
}

function sharesOf(a: Sample, b: Sample): Overlap & { readonly forward: number; readonly backward: number } {
  const shared = a.tags.length > 0 && b.tags.length > 0 ? overlap(a, b) : overlap(NO_SAMPLE, NO_SAMPLE);
  const { comparedA, comparedB, common } = shared;
  return {
    ...shared,
    forward: comparedA === 0 ? 0 : common / comparedA,
    backward: comparedB === 0 ? 0 : common / comparedB,
  };
}
