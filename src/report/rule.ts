/** One rule in plain words, for an auditor: what it finds, how it decides, what it is tried on. */
import type { Confidence } from '../model.ts';
import type { ColumnDetector, Example, Rule, TextDetector } from '../rule.ts';
import { linesForTerminal } from './escape.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const WIDTH = 100;
const LABEL = 13;

type Fact = readonly [name: string, value: string];

/** The rule as text of several lines. */
export function describeRule(rule: Rule, style: Style): string {
  const facts: readonly Fact[] = [
    ['kind', `${rule.kind} (family ${rule.family})`],
    ['level', `${rule.level}: a file has at least this level where it is found at medium or high`],
    ['regulations', rule.regulations.join(', ') || 'none named'],
    ...(rule.text ? textFacts(rule.text) : []),
    ...(rule.column ? columnFacts(rule.column) : []),
    ...placeFacts(rule),
    ['suppressing', suppressing(rule)],
    ...rule.references.map((reference): Fact => ['source', reference]),
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
    'leaves alone, or is less than medium sure of, for example:',
    ...rule.misses.map((example) => `  ${shown(example)}`),
  ];
  // The style's own sequences stay: only what is inside them is escaped.
  return `${lines.map((line, index) => (index === 0 ? line : linesForTerminal(line))).join('\n')}\n`;
}

function textFacts({ patterns, validate, context, negative, deny, minDistinct }: TextDetector): Fact[] {
  const facts: Fact[] = [['in text', formsOf(patterns)]];
  if (validate !== undefined) facts.push(['checked by', `"${validate}": what fails it is no match`]);
  if (context !== undefined) facts.push(['surer near', `${context.join(', ')} (300 characters)`]);
  if (negative !== undefined) facts.push(['less near', `${negative.join(', ')} (one step less sure)`]);
  if (minDistinct !== undefined && minDistinct > 1)
    facts.push(['less below', `${minDistinct} different ones in one file`]);
  if (deny !== undefined) facts.push(['never', `${deny.length} known test values`]);
  return facts;
}

/** How sure a match of each pattern is; patterns that are equally sure are told once. */
function formsOf(patterns: TextDetector['patterns']): string {
  const forms = [...new Set(patterns.map(sureness))];
  return forms.length === 1
    ? forms.join('')
    : forms.map((form, index) => `form ${index + 1}: ${form}`).join('; ');
}

function sureness({ bare, context = bare }: TextDetector['patterns'][number]): string {
  if (bare === undefined) return `${context} near one of its words, nothing without`;
  return bare === context ? `${bare}, wherever it stands` : `${bare} alone, ${context} near one of its words`;
}

function columnFacts({
  headers,
  not,
  cells,
  validate,
  share,
  beside,
  minDistinct,
  ...rest
}: ColumnDetector): Fact[] {
  const confidence: Confidence = rest.confidence ?? 'medium';
  const fit =
    cells === undefined && validate === undefined ? 'any cell fits' : `${percent(share)} of its cells fit`;
  const check = validate === undefined ? '' : `, checked by "${validate}"`;
  const distinct =
    minDistinct === undefined || minDistinct < 2 ? '' : `, less below ${minDistinct} different cells`;
  const facts: Fact[] = [
    ['in columns', `${confidence}, where ${fit}${check}${distinct}`],
    ['called', `${names(headers)} (JSON keys too)`],
  ];
  if (not !== undefined) facts.push(['but not', names(not)]);
  if (beside !== undefined) facts.push(['less without', `a column beside it: ${names(beside)}`]);
  return facts;
}

/** `first, last; or with one of these in it: dob, date of birth`. */
function names(headers: readonly string[]): string {
  const whole = headers.filter((header) => !header.startsWith('~')).join(', ');
  const within = headers.flatMap((header) => (header.startsWith('~') ? header.slice(1) : [])).join(', ');
  if (within === '') return whole;
  return whole === ''
    ? `with one of these in it: ${within}`
    : `${whole}; or with one of these in it: ${within}`;
}

function percent(share = 0.6): string {
  return `${Math.round(share * 100)}%`;
}

function placeFacts({ name, metadata, together }: Rule): Fact[] {
  const facts: Fact[] = [];
  for (const { regex, confidence, target = 'name' } of name?.patterns ?? []) {
    facts.push([`in ${target}s`, `${confidence}: ${regex}`]);
  }
  for (const { regex, confidence } of metadata?.patterns ?? []) {
    facts.push(['in labels', `${confidence}: ${regex}`]);
  }
  if (together !== undefined) {
    const groups = together.groups.map((kinds) => kinds.join(' or '));
    facts.push(['together', `${together.confidence}: ${groups.join(', with ')}, in one record`]);
  }
  return facts;
}

function suppressing({ level }: Rule): string {
  return level === 'restricted'
    ? 'in the config only; comments in a text do not lower it'
    : 'in the config, or by a comment in a text (whereabouts:allow)';
}

function shown(example: Example): string {
  if (typeof example === 'string') return example.replaceAll('\n', '\n  ');
  if ('name' in example) return `file ${example.name}`;
  if ('label' in example) return `label ${example.label}`;
  if ('header' in example) return `column "${example.header}": ${example.cells.join(' | ')}`;
  const [columns = [], ...rows] = example.table;
  return [`columns ${columns.join(' | ')}`, ...rows.map((row) => `  row ${row.join(' | ')}`)].join('\n  ');
}
