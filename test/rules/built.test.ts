/** What a build or an earlier start keeps of the packs is what the packs say, and nothing else is taken for it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { planFinder } from '../../src/detect/finder-plan.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { buildRules } from '../../src/detect/load-built-in.ts';
import { digestOf, keep, readEngine, readKept } from '../../src/detect/load-kept.ts';
import { loadPlan, packPlans, plansOf, unpackPlans } from '../../src/detect/load-plan.ts';
import type { Rule } from '../../src/rule.ts';

const rules = await loadBuiltInRules();
const fresh = planFinder(rules);
const folder = pathToFileURL(`${mkdtempSync(join(tmpdir(), 'kept-'))}/`);
afterAll(() => rmSync(folder, { recursive: true }));

test('the built rules are the loaded rules, field by field', async () => {
  const built = await buildRules(new URL('../../rules/', import.meta.url), folder);
  expect(JSON.parse(built.rules)).toEqual({
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    value: JSON.parse(JSON.stringify(rules)),
  });
  const { value } = JSON.parse(built.plans);
  expect(planFinder(rules, unpackPlans(value))).toEqual(fresh);
});

test('what was kept of the patterns gives the same plan, for all rules and for some', () => {
  expect(loadPlan(rules)).toEqual(fresh);
  const some = rules.filter((_, index) => index % 3 === 0).reverse();
  expect(loadPlan(some)).toEqual(planFinder(some));
});

test('a rule that was changed or added is not served from what was kept', () => {
  const known = unpackPlans(JSON.parse(JSON.stringify(packPlans(plansOf(rules)))));
  const changed = rules.map((rule) => (rule.id === 'us-ssn' ? withPattern(rule, 'changed-[0-9]{3}') : rule));
  const more = [...changed, withPattern(rules[0]!, 'added-[a-z]{9}')];
  expect(planFinder(more, known)).toEqual(planFinder(more));
  expect(planFinder(more, known)).not.toEqual(planFinder([...rules, rules[0]!], known));
});

test('what is kept is served for the same packs and engine alone', () => {
  keep('plans', 'one', { some: 'value' }, folder);
  expect(readKept('plans', 'one', folder)).toEqual({ some: 'value' });
  expect(readKept('plans', 'another', folder)).toBeUndefined();
  expect(readKept('rules', 'one', folder)).toBeUndefined();
  const file = new URL('plans.json', folder);
  for (const damaged of [readFileSync(file, 'utf8').slice(0, -3), '', 'null', '[]', '{"digest":"one"}']) {
    writeFileSync(file, damaged);
    expect(readKept('plans', 'one', folder)).toBeUndefined();
  }
});

test('the digest changes with every file of the engine and with every pack', () => {
  const engine = readEngine();
  expect(engine.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['package', 'byte-tree.ts', 'load-pack.ts', 'prefix.ts']),
  );
  const digests = engine.map((changed) =>
    digestOf(engine.map((file) => (file === changed ? { ...file, text: `${file.text} ` } : file))),
  );
  expect(new Set([digestOf(engine), ...digests]).size).toBe(engine.length + 1);
});

test('a folder that cannot be written to is left as it is', () => {
  const blocked = new URL('plans.json/', folder);
  keep('rules', 'one', [], blocked);
  expect(readKept('rules', 'one', blocked)).toBeUndefined();
});

function withPattern(rule: Rule, regex: string): Rule {
  return { ...rule, text: { patterns: [{ regex, bare: 'medium' }] } };
}
