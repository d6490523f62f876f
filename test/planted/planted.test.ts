/** The same twenty records in every format that is read, each written by another program than ours: all found, each at its place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Detector } from '../../src/detect/detector.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadRules } from '../../src/detect/load.ts';
import { extract } from '../../src/extract/index.ts';
import { FORMATS } from '../../src/extract/registry.ts';
import { EXTRACT_LIMITS } from '../../src/extract/segment.ts';
import { atLeast, type Finding, GAP_REASONS } from '../../src/model.ts';
import { FAMILIES } from '../../src/rule.ts';
import { type Collected, collect, sourceOf } from '../extract/collect.ts';
import { FIELDS, type Field, PLACES, SURE, UNREAD } from './places.ts';

const FOLDER = join(import.meta.dirname, 'fixtures');
/** The rule that finds a field. */
const RULES: Readonly<Record<Field, string>> = {
  name: 'person-name',
  email: 'email',
  phone: 'phone',
  ssn: 'us-ssn',
  card: 'payment-card',
  dob: 'date-of-birth',
};
/** Names are found in columns alone. */
const SURE_FIELDS = FIELDS.filter((field) => field !== 'name');

// Written by test/planted/writer.
const people = JSON.parse(readFileSync(join(FOLDER, 'people.json'), 'utf8')) as readonly Record<
  Field,
  string
>[];

let detector: Detector;
beforeAll(async () => {
  const off = FAMILIES.filter((family) => !['identity', 'contact', 'financial'].includes(family));
  detector = compileDetector((await loadRules({ off })).rules);
});

describe.each(Object.entries(PLACES))('%s', (file, place) => {
  test('has every field of every record at its place', async () => {
    const standing = valuesByPlace(await collect(read(file), { name: file, ranged: true }));
    const missing: string[] = [];
    for (const [index, record] of people.entries()) {
      for (const field of FIELDS) {
        const at = place(index, field);
        if (!(standing.get(at) ?? []).some((text) => text.includes(record[field])))
          missing.push(`${field} ${at}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('is found to hold twenty people', async () => {
    const found = await findings(file);
    for (const field of SURE[file] ?? SURE_FIELDS) {
      const rule = RULES[field];
      const finding = found.find((other) => other.rule === rule);
      expect(finding?.distinct, rule).toBeGreaterThanOrEqual(people.length);
      expect(atLeast(finding?.confidence ?? 'low', 'medium'), rule).toBe(true);
      const places = people.map((_, index) => place(index, field));
      expect(
        finding?.places.some((each) => places.includes(each)),
        rule,
      ).toBe(true);
    }
  });
});

test.each(UNREAD)('%s, which no reader reads, is a gap and never clean', async (file) => {
  const { gaps, cells, texts } = await collect(read(file), { name: file });
  expect(gaps.filter(({ reason }) => GAP_REASONS[reason].incomplete).length).toBeGreaterThan(0);
  expect(cells.length + texts.length, 'it is read now: give its places in places.ts').toBe(0);
});

test('every format of the registry has a planted fixture, and every fixture its places', async () => {
  const known = new Set<string>();
  for (const file of Object.keys(PLACES)) {
    for (const { format } of (await collect(read(file), { name: file })).formats) known.add(format);
  }
  expect(Object.keys(FORMATS).filter((format) => !known.has(format))).toEqual([]);
  expect([...Object.keys(PLACES), ...UNREAD].sort()).toEqual(readdirSync(FOLDER).sort());
});

function read(file: string): Buffer {
  return readFileSync(join(FOLDER, file));
}

/** Texts by place, lines of running text as `PLACE line N`. */
function valuesByPlace({ texts, cells, keyed }: Collected): ReadonlyMap<string, readonly string[]> {
  const standing = new Map<string, string[]>();
  const add = (place: string, text: string): void => {
    standing.set(place, [...(standing.get(place) ?? []), text]);
  };
  for (const { place, cell } of [...cells, ...keyed]) add(place, cell);
  for (const { place, line, text } of texts) {
    for (const [index, each] of text.split('\n').entries()) {
      add([place, line === null ? '' : `line ${line + index}`].filter((part) => part !== '').join(' '), each);
    }
  }
  return standing;
}

async function findings(file: string): Promise<readonly Finding[]> {
  const scan = detector.begin({ path: file, name: file, labels: {} });
  const hints = { name: file, mediaType: null, limits: EXTRACT_LIMITS, digests: [] };
  const { signal } = new AbortController();
  for await (const part of extract(sourceOf(read(file), { ranged: true }), { ...hints, signal })) {
    if (part.type === 'text' || part.type === 'rows') scan.add(part);
  }
  return scan.finish().findings;
}
