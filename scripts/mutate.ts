/**
 * `npm run mutate [-- [--record] FAMILY-OR-RULE...]`: breaks every built-in rule in every small way that scripts/mutate/ knows, and
 * shows which breaks neither its examples nor its recorded edges (test/rules/edges) notice, each with a text that the broken rule
 * judges otherwise. Where none of many variations of the examples is judged otherwise, the break most likely changes nothing: a
 * pattern and a check that refuse the same. With --record that text becomes an edge of the rule, with what the rule as it stands
 * makes of it: read what is recorded before you commit it.
 */
import { findingsOf } from '../src/detect/examples.ts';
import { loadBuiltInRules } from '../src/detect/load.ts';
import { atLeast } from '../src/model.ts';
import { type Example, FAMILIES, type Rule } from '../src/rule.ts';
import { validators } from '../src/validate/index.ts';
// Gives exactly the engine's findings (equality.test.ts) and needs no automaton, which is most of the time for one rule.
import { compileReference } from '../test/detect/reference.ts';
import { type Edges, readEdges, writeEdges } from './mutate/edges.ts';
import type { Part } from './mutate/patterns.ts';
import { breakRule } from './mutate/rules.ts';
import { variationsOf } from './mutate/variations.ts';

/** Texts that each broken rule is tried on; a run with more finds what fewer leave. */
const VARIATIONS = Number(process.env.VARIATIONS ?? 400);
const CHECKS = { ...validators, always: () => true, never: () => false };

interface Total {
  noticed: number;
  survived: number;
  same: number;
}

const record = process.argv.includes('--record');
const asked = process.argv.slice(2).filter((word) => word !== '--record');
const all = await loadBuiltInRules();
const rules = all.filter(
  ({ id, family }) => asked.length === 0 || asked.includes(id) || asked.includes(family),
);
const totals = new Map<Part | 'all', Total>();
for (const family of FAMILIES) {
  const recorded = { ...readEdges(family) };
  for (const rule of rules.filter((one) => one.family === family)) {
    const edges = examine(rule, recorded[rule.id] ?? { finds: [], leaves: [] });
    if (edges.finds.length + edges.leaves.length > 0) recorded[rule.id] = edges;
  }
  if (record && Object.keys(recorded).length > 0) writeEdges(family, recorded);
}
print();

/** Breaks one rule in every way; gives its edges, with what no example noticed among them. */
function examine(rule: Rule, known: Edges): Edges {
  const finds = [...known.finds];
  const leaves = [...known.leaves];
  const variations = variationsOf([...rule.matches, ...rule.misses], VARIATIONS);
  const fires = firing(rule, rule);
  const expected = variations.map(fires);
  for (const { part, what, changed } of breakRule(rule)) {
    const firesBroken = firing(rule, changed);
    if (![...rule.matches, ...finds].every(firesBroken) || [...rule.misses, ...leaves].some(firesBroken)) {
      count(part, 'noticed');
      continue;
    }
    const other = variations.findIndex((variation, index) => firesBroken(variation) !== expected[index]);
    const text = variations[other];
    count(part, text === undefined ? 'same' : record ? 'noticed' : 'survived');
    if (text === undefined) continue;
    if (record) (expected[other] ? finds : leaves).push(text);
    else
      console.log(
        `${rule.id}: ${what}; ${expected[other] ? 'misses' : 'finds'} ${JSON.stringify(text).slice(0, 200)}`,
      );
  }
  return { finds, leaves };
}

/** Whether an example makes `rule` fire, with `changed` in its place. */
function firing(rule: Rule, changed: Rule): (example: Example) => boolean {
  const others = rule.together === undefined ? [] : all.filter(({ id }) => id !== rule.id);
  const detector = compileReference([...others, changed], CHECKS);
  return (example) =>
    findingsOf(example, detector).some(
      ({ rule: id, confidence }) => id === rule.id && atLeast(confidence, 'medium'),
    );
}

function count(part: Part, as: keyof Total): void {
  for (const key of [part, 'all'] as const) {
    const total = totals.get(key) ?? { noticed: 0, survived: 0, same: 0 };
    total[as] += 1;
    totals.set(key, total);
  }
}

function print(): void {
  console.log(
    `\n${'broken'.padEnd(12)}${['mutants', 'same', 'noticed', 'survived'].map((name) => name.padStart(10)).join('')}`,
  );
  for (const [part, { noticed, survived, same }] of totals) {
    const counts = [noticed + survived + same, same, noticed, survived];
    const share = ((noticed / (noticed + survived)) * 100).toFixed(1);
    console.log(
      `${part.padEnd(12)}${counts.map((value) => String(value).padStart(10)).join('')}   ${share} % of those that change anything are noticed`,
    );
  }
}
