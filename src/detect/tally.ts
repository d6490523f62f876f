/** Counts what one rule found in one part of a content: how often, how many distinct, where first. Keeps no value. */
import type { Confidence } from '../model.ts';
import { DistinctValues } from './distinct.ts';
import { shapeOf } from './values.ts';

/** Places kept per finding. */
export const MOST_PLACES = 15;

export interface Place {
  /** Reading order within the content. */
  readonly order: number;
  readonly text: string;
}

/** A sum of hits. `confidence` and `why` are those of the surest hit, the first of them. */
export interface Tally {
  confidence: Confidence;
  why: string;
  count: number;
  readonly distinct: DistinctValues;
  readonly places: Place[];
  shape: string;
  /** Of `count`, those that comments in the text allow. */
  allowed: number;
}

export function createTally(confidence: Confidence, why: string): Tally {
  return { confidence, why, count: 0, distinct: new DistinctValues(), places: [], shape: '', allowed: 0 };
}

/** Adds one value; `place` is only called while places are still wanted. */
export function count(tally: Tally, value: string, place: () => Place): void {
  if (tally.count === 0) tally.shape = shapeOf(value);
  tally.count++;
  tally.distinct.add(value);
  if (tally.places.length < MOST_PLACES) tally.places.push(place());
}

/** Tallies of one confidence or several as one: the surest one's reason, the first one's shape. Null for none. */
export function merge(tallies: readonly Tally[]): Tally | null {
  const [first, ...rest] = tallies.toSorted((a, b) => firstOrder(a) - firstOrder(b));
  if (first === undefined) return null;
  if (rest.length === 0) return first;
  const surest = [first, ...rest].reduce((best, tally) => (rank(tally) > rank(best) ? tally : best));
  const merged = createTally(surest.confidence, surest.why);
  merged.shape = first.shape;
  for (const tally of [first, ...rest]) {
    merged.count += tally.count;
    merged.allowed += tally.allowed;
    merged.places.push(...tally.places);
    merged.distinct.addAll(tally.distinct);
  }
  merged.places.sort((a, b) => a.order - b.order);
  merged.places.splice(MOST_PLACES);
  return merged;
}

function firstOrder(tally: Tally): number {
  return tally.places[0]?.order ?? 0;
}

function rank(tally: Tally): number {
  return { low: 0, medium: 1, high: 2 }[tally.confidence];
}
