/** Holds rules to their own examples through the real engine: what `whereabouts rules test` and the test suite run. */
import type { RowsSegment, TextSegment } from '../extract/segment.ts';
import { atLeast, type Finding } from '../model.ts';
import type { Example, Rule } from '../rule.ts';
import type { AssetHints, Detector } from './detector.ts';

/** One example and what became of it. `found` is the rule's finding, at whatever band; undefined for none. */
export interface ExampleResult {
  readonly rule: string;
  readonly expected: 'match' | 'miss';
  /** 1-based position in the rule's `matches` or `misses`. */
  readonly number: number;
  /** The example as its author wrote it, shortened, for showing. */
  readonly example: string;
  readonly passed: boolean;
  readonly found: Finding | undefined;
}

/**
 * Runs every example of `rules`. The detector must be compiled from these and all rules that their `together` parts need.
 */
export function testExamples(rules: readonly Rule[], detector: Detector): readonly ExampleResult[] {
  return rules.flatMap((rule) => [
    ...rule.matches.map((example, index) =>
      run({ rule, detector, example, expected: 'match', number: index + 1 }),
    ),
    ...rule.misses.map((example, index) =>
      run({ rule, detector, example, expected: 'miss', number: index + 1 }),
    ),
  ]);
}

/**
 * Compiles `rules` beside `builtIn` and runs the examples of `rules`: `testPack(own, compileDetector, builtIn)`.
 */
export function testPack(
  rules: readonly Rule[],
  compile: (rules: readonly Rule[]) => Detector,
  builtIn: readonly Rule[] = [],
): readonly ExampleResult[] {
  const own = new Set(rules.map(({ id }) => id));
  return testExamples(rules, compile([...builtIn.filter(({ id }) => !own.has(id)), ...rules]));
}

interface Trial {
  readonly rule: Rule;
  readonly detector: Detector;
  readonly example: Example;
  readonly expected: 'match' | 'miss';
  readonly number: number;
}

function run({ rule, detector, example, expected, number }: Trial): ExampleResult {
  const found = findingsOf(example, detector).find((finding) => finding.rule === rule.id);
  const fired = found !== undefined && atLeast(found.confidence, 'medium');
  return {
    rule: rule.id,
    expected,
    number,
    example: shown(example),
    passed: fired === (expected === 'match'),
    found,
  };
}

/** What the whole engine finds in an example, as it would in a file named `example`. */
export function findingsOf(example: Example, detector: Detector): readonly Finding[] {
  if (typeof example === 'object' && 'name' in example) {
    return detector.metadata({ path: example.name, name: example.name.split('/').at(-1) ?? '', labels: {} });
  }
  if (typeof example === 'object' && 'label' in example) {
    const [key = '', ...value] = example.label.split('=');
    return detector.metadata({ ...NOWHERE, labels: { [key]: value.join('=') } });
  }
  const scan = detector.begin(NOWHERE);
  scan.add(segmentOf(example));
  return scan.finish().findings;
}

const NOWHERE: AssetHints = { path: 'example', name: 'example', labels: {} };

function segmentOf(
  example: Exclude<Example, { name: string } | { label: string }>,
): TextSegment | RowsSegment {
  if (typeof example === 'string') {
    return { type: 'text', bytes: Buffer.from(example), place: '', line: 1, continues: false };
  }
  const [columns = [], ...rows] =
    'table' in example ? example.table : [[example.header], ...example.cells.map((cell) => [cell])];
  const place = (row: number, column: number) => `row ${row + 1}, column ${columns[column]}`;
  return { type: 'rows', table: '', columns, rows, place };
}

function shown(example: Example): string {
  const text = typeof example === 'string' ? example : JSON.stringify(example);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
