/** One rule in plain words, for an auditor: what it finds, how it decides, what it is tried on. */
import type { Example, Rule } from '../rule.ts';
import { linesForTerminal } from './escape.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const WIDTH = 100;
const LABEL = 13;

/** The rule as text of several lines. */
export function describeRule(rule: Rule, style: Style): string {
  const facts: readonly (readonly [string, string])[] = [
    ['kind', `${rule.kind} (family ${rule.family})`],
    ['level', rule.level],
    ['regulations', rule.regulations.join(', ') || 'none named'],
    ...howOf(rule),
    ...rule.references.map((reference) => ['source', reference] as const),
  ];
  const lines = [
    style.bold(linesForTerminal(`${rule.id}: ${rule.title}`)),
    '',
    ...wrap(rule.description.trim(), { width: WIDTH, indent: 0 }),
    '',
    ...facts.flatMap(([name, value]) => {
      const [first = '', ...rest] = wrap(value, { width: WIDTH, indent: LABEL });
      return [name.padEnd(LABEL) + first.trimStart(), ...rest];
    }),
    '',
    'finds, for example:',
    ...rule.matches.map((example) => `  ${shown(example)}`),
    'leaves alone, for example:',
    ...rule.misses.map((example) => `  ${shown(example)}`),
  ];
  // The style's own sequences stay: only what is inside them is escaped.
  return `${lines.map((line, index) => (index === 0 ? line : linesForTerminal(line))).join('\n')}\n`;
}

function howOf(rule: Rule): readonly (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [];
  const { text, column, name, metadata, together } = rule;
  if (text !== undefined) {
    const check = text.validate === undefined ? '' : `; must pass the check "${text.validate}"`;
    const bare = text.patterns.some((pattern) => pattern.bare !== undefined);
    facts.push(['in text', `by pattern${check}; ${bare ? 'alone or' : 'only'} near its words`]);
    if (text.context !== undefined) facts.push(['surer near', text.context.join(', ')]);
    if (text.negative !== undefined) facts.push(['less near', text.negative.join(', ')]);
  }
  if (column !== undefined) {
    const share = Math.round((column.share ?? 0.6) * 100);
    const cells =
      column.cells === undefined && column.validate === undefined ? '' : `, if ${share}% of its cells fit`;
    facts.push([
      'in columns',
      `named ${column.headers.map((header) => header.replace(/^~/, '...')).join(', ')}${cells}`,
    ]);
  }
  if (name !== undefined) facts.push(['in names', name.patterns.map(({ regex }) => regex).join('  ')]);
  if (metadata !== undefined)
    facts.push(['in labels', metadata.patterns.map(({ regex }) => regex).join('  ')]);
  if (together !== undefined) {
    const groups = together.groups.map((kinds) => kinds.join(' or '));
    facts.push(['together', `${groups.join(', with ')}, in one record`]);
  }
  return facts;
}

function shown(example: Example): string {
  const text = typeof example === 'string' ? example : JSON.stringify(example);
  return text.replaceAll('\n', '\n  ');
}
