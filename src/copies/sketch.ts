/**
 * What two contents are compared by: constant-size samples of their rows, words and identifiers, as keyed tags.
 * A tag is 32 bits under the inventory's key (tags.ts); without the key it says nothing about what it stands for.
 */

/**
 * rows: one table. text: the running text of a content. people: the identifiers that rules found in a content, archives included.
 */
export const SKETCH_KINDS = ['rows', 'text', 'people'] as const;
export type SketchKind = (typeof SKETCH_KINDS)[number];

/**
 * The smallest tags of a set, ascending. Tags are evenly spread, so below any limit that two samples share they are the same
 * random choice of both sets: what they have in common there estimates what the sets have in common.
 */
export interface Sample {
  readonly tags: Uint32Array;
  /** Members of the set; exact up to the size of the sample, above it an estimate. */
  readonly distinct: number;
}

/** The part that all tables of one JSON or XML tree are. */
export const DOCUMENT = '$';

/** What is kept of one part of one content. */
export interface Sketch {
  readonly kind: SketchKind;
  /** Name of the table as extracted (`sheet People`); empty for the only table of a content, for text and for people. */
  readonly part: string;
  /** Rows, words or distinct identifiers. */
  readonly size: number;
  /** Characters of it, for telling what most of a content is. */
  readonly weight: number;
  /** rows: whole rows, whatever the order of their columns. text: runs of words. people: identifiers. */
  readonly sample: Sample;
  /** rows: pairs of cells of one row, which survive dropped columns. text: numbers and names. people: names and addresses. */
  readonly details: Sample;
  /** rows: the first rows, since people show those. text: two tags of all words in order. people: none. */
  readonly head: Uint32Array;
}

/** Tags that a sketch keeps, by kind; four bytes each. */
export const KEPT = {
  rows: { sample: 4096, details: 512, head: 16 },
  text: { sample: 128, details: 96, head: 2 },
  people: { sample: 65_536, details: 65_536, head: 0 },
} as const satisfies Record<SketchKind, { sample: number; details: number; head: number }>;

export const NO_SAMPLE: Sample = { tags: new Uint32Array(0), distinct: 0 };

/** How much of each of two sets is in the other, 0 to 1, as far as their samples show it. */
export interface Overlap {
  /** Tags of `a` and of `b` that could be compared. */
  readonly comparedA: number;
  readonly comparedB: number;
  readonly common: number;
}

/** Compares below the limit up to which both samples hold every tag of their sets. */
export function overlap(a: Sample, b: Sample): Overlap {
  const limit = Math.min(limitOf(a), limitOf(b));
  let comparedA = 0;
  let comparedB = 0;
  let common = 0;
  while (comparedA < a.tags.length && a.tags[comparedA]! < limit) {
    const tag = a.tags[comparedA]!;
    while (comparedB < b.tags.length && b.tags[comparedB]! < tag) comparedB++;
    if (b.tags[comparedB] === tag) common++;
    comparedA++;
  }
  while (comparedB < b.tags.length && b.tags[comparedB]! < limit) comparedB++;
  return { comparedA, comparedB, common };
}

/** Whether the sample holds every tag of its set. */
export function isWhole({ tags, distinct }: Sample): boolean {
  return distinct <= tags.length;
}

/** Every tag of the set below it is in the sample. */
function limitOf(sample: Sample): number {
  return isWhole(sample) ? 2 ** 32 : sample.tags.at(-1)! + 1;
}
