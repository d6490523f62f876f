/** Sketches who is in a content: the identifiers that rules found in it, of whatever kind, and names and addresses beside them. */
import type { FoundValues } from '../detect/detector.ts';
import { KEPT, type Sketch } from './sketch.ts';
import { DOMAINS, type Tagger } from './tags.ts';

/** Kinds of which one value is one person's, by and large: two contents that share a few are about the same people. */
const IDENTIFIERS: ReadonlySet<string> = new Set([
  'email',
  'phone',
  'us-ssn',
  'national-id',
  'tax-id',
  'passport',
  'drivers-license',
  'mrn',
  'health-id',
  'credit-card',
  'iban',
  'bank-account',
  'employee-id',
  'student-id',
]);
/** Kinds that many may share: only asked for, never compared by. */
const DESCRIPTIONS: ReadonlySet<string> = new Set(['person-name', 'address', 'online-handle', 'device-id']);

/** Undefined when there is nobody. */
export function sketchPeople(tagger: Tagger, values: readonly FoundValues[]): Sketch | undefined {
  const identifiers = tagger.gather(DOMAINS.identifier, KEPT.people.sample);
  const descriptions = tagger.gather(DOMAINS.identifier, KEPT.people.details);
  for (const { kind, distinct } of values) {
    if (IDENTIFIERS.has(kind)) distinct.each(identifiers.add);
    else if (DESCRIPTIONS.has(kind)) distinct.each(descriptions.add);
  }
  const sample = identifiers.finish();
  const details = descriptions.finish();
  if (sample.distinct + details.distinct === 0) return undefined;
  const head = new Uint32Array(0);
  return { kind: 'people', part: '', size: sample.distinct, weight: 0, sample, details, head };
}

/** The tags of values, for asking where they are. */
export function tagPeople(tagger: Tagger, values: FoundValues['distinct']): readonly number[] {
  const gatherer = tagger.gather(DOMAINS.identifier, KEPT.people.sample);
  values.each(gatherer.add);
  return [...gatherer.finish().tags];
}
