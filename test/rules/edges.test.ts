/** Every built-in rule does at its edges what was recorded there (npm run mutate -- --record): a rule that is changed by a character shows. */
import { describe, expect, test } from 'vitest';
import { readEdges } from '../../scripts/mutate/edges.ts';
import { findingsOf } from '../../src/detect/examples.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { atLeast } from '../../src/model.ts';
import { type Example, FAMILIES, type Rule } from '../../src/rule.ts';
import { validators } from '../../src/validate/index.ts';
import { compileReference } from '../detect/reference.ts';

const rules = await loadBuiltInRules();

/** The examples that do not make the rule fire, or do, as JSON. */
function judged(rule: Rule, examples: readonly Example[], fires: boolean): readonly string[] {
  const others = rule.together === undefined ? [] : rules.filter(({ id }) => id !== rule.id);
  const detector = compileReference([...others, rule], validators);
  return examples
    .filter(
      (example) =>
        findingsOf(example, detector).some(
          ({ rule: id, confidence }) => id === rule.id && atLeast(confidence, 'medium'),
        ) !== fires,
    )
    .map((example) => JSON.stringify(example));
}

describe.each(FAMILIES)('%s', (family) => {
  const edges = readEdges(family);
  const own = rules.filter((rule) => rule.family === family);

  test('edges are of rules that exist', () => {
    expect(Object.keys(edges).filter((id) => !own.some((rule) => rule.id === id))).toEqual([]);
  });

  test.each(own.filter(({ id }) => edges[id] !== undefined))('$id finds and leaves what it did', (rule) => {
    expect(judged(rule, edges[rule.id]?.finds ?? [], true)).toEqual([]);
    expect(judged(rule, edges[rule.id]?.leaves ?? [], false)).toEqual([]);
  });
});
