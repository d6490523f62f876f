/**
 * `node scripts/mutate-rules.ts [family]`: breaks every built-in rule in every way below and says which breaks its own examples
 * do not notice. A survivor is a part of a rule that could go wrong unseen.
 */
import { testPack } from '../src/detect/examples.ts';
import { compileDetector } from '../src/detect/index.ts';
import { loadBuiltInRules } from '../src/detect/load.ts';
import type { Rule } from '../src/rule.ts';

interface Mutant {
  readonly name: string;
  readonly rule: Rule;
}

const family = process.argv[2];
const rules = (await loadBuiltInRules()).filter((rule) => rule.together === undefined);
const mutants = rules.filter((rule) => family === undefined || rule.family === family).flatMap(mutantsOf);
const survivors = mutants.filter(({ rule }) =>
  testPack([rule], compileDetector).every(({ passed }) => passed),
);
for (const { name, rule } of survivors) console.log(`${rule.id}: ${name}`);
console.log(
  `${mutants.length} mutants, ${mutants.length - survivors.length} killed, ${survivors.length} survive`,
);

/** The rule with one part broken at a time. */
function mutantsOf(rule: Rule): readonly Mutant[] {
  const { text, column, name } = rule;
  const mutants: Mutant[] = [];
  const add = (what: string, change: Partial<Rule>) =>
    mutants.push({ name: what, rule: { ...rule, ...change } });
  for (const [index, pattern] of (text?.patterns ?? []).entries()) {
    const others = text!.patterns.filter((other) => other !== pattern);
    add(`text pattern ${index + 1} never matches`, {
      text: { ...text!, patterns: [...others, { ...pattern, regex: '(?!x)x' }] },
    });
  }
  if (text?.validate) add('text validator accepts all', { text: without(text, 'validate') });
  if (text?.context && text.patterns.some(({ bare }) => bare === undefined || bare === 'low')) {
    const always = text.patterns.map(({ regex, context, bare }) => ({
      regex,
      bare: context ?? bare ?? 'medium',
    }));
    add('text context always there', { text: { ...text, patterns: always } });
  }
  if (column) {
    add('column never matches', { column: { ...column, headers: ['x no such header x'] } });
    if (column.validate) add('column validator accepts all', { column: without(column, 'validate') });
    if (column.cells && !column.validate) add('column cells match all', { column: without(column, 'cells') });
  }
  for (const [index, pattern] of (name?.patterns ?? []).entries()) {
    const others = name!.patterns.filter((other) => other !== pattern);
    add(`name pattern ${index + 1} never matches`, {
      name: { patterns: [...others, { ...pattern, regex: '(?!x)x' }] },
    });
  }
  return mutants;
}

function without<T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> {
  const { [key]: _gone, ...rest } = whole;
  return rest;
}
