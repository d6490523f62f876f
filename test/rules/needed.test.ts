/** Every pattern of a built-in rule finds something in its examples that no other of its patterns does: none stands there untried. */
import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../src/detect/examples.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import type { Rule } from '../../src/rule.ts';
import { validators } from '../../src/validate/index.ts';
import { compileReference } from '../detect/reference.ts';

const rules = await loadBuiltInRules();

/** What `rule`, alone, makes of the examples of `of`: a line for each. */
function judge(rule: Rule, of: Rule): readonly string[] {
  const detector = compileReference([rule], validators);
  return [...of.matches, ...of.misses].map((example) =>
    findingsOf(example, detector)
      .map(({ confidence, count }) => `${count} ${confidence}`)
      .join(),
  );
}

function without(rule: Rule, pattern: number): Rule {
  const { text, ...rest } = rule;
  const patterns = text?.patterns.filter((_, index) => index !== pattern) ?? [];
  return text === undefined || patterns.length === 0 ? rest : { ...rest, text: { ...text, patterns } };
}

/** The patterns, from 1, without which all examples are judged as before. */
function needless(rule: Rule): readonly number[] {
  const judged = judge(rule, rule).join('\n');
  return (rule.text?.patterns ?? []).flatMap((_, index) =>
    judge(without(rule, index), rule).join('\n') === judged ? [index + 1] : [],
  );
}

describe('built-in rules', () => {
  test.each(rules.filter(({ text }) => text !== undefined))(
    'each text pattern of $id is needed by one of its examples',
    (rule) => {
      expect(needless(rule)).toEqual([]);
    },
  );

  test('a pattern that finds nothing of its own is noticed', () => {
    const rule = rules.find(({ id }) => id === 'us-ssn');
    const text = rule?.text;
    if (rule === undefined || text === undefined) throw new Error('us-ssn has text patterns');
    const twice = { ...rule, text: { ...text, patterns: [...text.patterns, ...text.patterns.slice(0, 1)] } };
    expect(needless(twice)).toContain(5);
  });
});
