/** Tags of one value that somebody asks for; nothing of it is kept. */
import { tagPeople } from '../copies/people-sketch.ts';
import { createTagger } from '../copies/tags.ts';
import { DistinctValues } from '../detect/distinct.ts';

/** One tag for each way to write it: a phone number has several. */
export function tagsOfValue(key: Uint8Array, value: string): readonly number[] {
  const values = new DistinctValues();
  for (const writing of writings(value)) values.add(writing);
  return tagPeople(createTagger(key), values);
}

/** Case, spaces, hyphens and brackets make no difference to the hash; dots and the country's code do. */
function writings(value: string): readonly string[] {
  if (!/^\+?[\d\s().-]{7,20}$/.test(value)) return [value];
  const digits = value.replace(/\D/g, '');
  const national = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits;
  const dotted = `${national.slice(0, 3)}.${national.slice(3, 6)}.${national.slice(6)}`;
  return [value, digits, `+${digits}`, national, `1${national}`, `+1${national}`, dotted];
}
