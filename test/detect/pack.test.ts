/** The engine equals the reference with the rules that ship, on their own examples. */
import { expect, test } from 'vitest';
import { planFinder } from '../../src/detect/finder-plan.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { validators } from '../../src/validate/index.ts';
import { compileReference } from './reference.ts';
import { rows, scan, textSegments } from './scan.ts';

const rules = await loadBuiltInRules();
const engine = compileDetector(rules);
const reference = compileReference(rules, validators);
const examples = rules
  .flatMap((rule) => [...rule.matches.slice(0, 2), ...rule.misses.slice(0, 1)])
  .filter((example) => typeof example === 'string');

test('no rule is searched for without candidates, and none counts letters to find them', () => {
  const { slow, branches } = planFinder(rules);
  expect(slow.map(([rule]) => rules[rule]!.id)).toEqual([]);
  const counting = planFinder([{ ...rules[0]!, text: { patterns: [{ regex: COUNTED, bare: 'medium' }] } }]);
  expect(counting.branches[0]!.prefix).toBeLessThan(12);
  expect(branches.length).toBeLessThan(2 * rules.length);
});

const COUNTED = '(?<![\\w-])[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![\\w-])';

test('examples of all rules as one text, cut here and there', () => {
  const text = examples.join('\n');
  const cuts = [100, 101, 5_000, 33_333, 70_001];
  const found = scan(engine, textSegments(text, cuts));
  expect(found.length).toBeGreaterThan(rules.length / 3);
  expect(found).toEqual(scan(reference, textSegments(text, cuts)));
});

test('examples of all rules as cells of a table', () => {
  const columns = ['id', 'patient email', 'ssn', 'note'];
  const cells = Array.from({ length: Math.ceil(examples.length / 4) }, (_, i) =>
    examples.slice(i * 4, i * 4 + 4),
  );
  const segments = [rows(columns, cells.slice(0, 500)), rows(columns, cells.slice(500))];
  expect(scan(engine, segments)).toEqual(scan(reference, segments));
});
