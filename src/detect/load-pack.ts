/** Reads one rule pack: YAML to checked rules, or one error that names file, line and fix for everything wrong in it. */
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { UserError } from '../errors.ts';
import type { Rule, RulePack } from '../rule.ts';
import { validators } from '../validate/index.ts';
import { MOST_CHARACTERS } from './extent.ts';
import { withPlainCase } from './load-case.ts';
import { flawOf, MAX_CELL_LENGTH } from './load-regex.ts';
import { type PackRule, packSchema } from './load-schema.ts';

export interface PackOptions {
  /** Says what is dangerous about a pattern, or undefined; for packs that nobody has reviewed. */
  readonly vet?: (regex: string) => string | undefined;
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** @throws UserError with one line per problem: `file:line:column: what; fix` */
export function parsePack(text: string, file: string, options: PackOptions = {}): RulePack {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', merge: false });
  if (document.errors.length > 0) {
    throw new UserError(
      document.errors.map(({ message }) => `${file}: ${message.split('\n')[0]}`).join('\n'),
    );
  }
  const result = packSchema.safeParse(document.toJS({ maxAliasCount: 20 }));
  const rules = result.success ? result.data.rules.map((rule) => withFamily(rule, result.data.family)) : [];
  const problems: readonly Problem[] = result.success
    ? rules.flatMap((rule, index) => ruleProblems(rule, ['rules', index], options))
    : result.error.issues;
  if (problems.length === 0 && result.success) {
    return { family: result.data.family, rules: rules.map(withPlainCase) };
  }
  const messages = problems.map(({ path, message }) => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    const id = document.getIn([...path.slice(0, 2), 'id']);
    return `${file}:${line}:${col}: ${typeof id === 'string' ? `rule ${id}: ` : ''}${path.slice(2).join('.')}: ${message}`;
  });
  throw new UserError(messages.slice(0, 20).join('\n'));
}

function withFamily(rule: PackRule, family: Rule['family']): Rule {
  // zod types an optional key as `T | undefined`; parsing leaves such keys out, as exactOptionalPropertyTypes wants.
  return { ...rule, family } as unknown as Rule;
}

/** What is wrong with a rule of the right shape. */
function ruleProblems(rule: Rule, path: readonly PropertyKey[], { vet }: PackOptions): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (at: readonly PropertyKey[], message: string | undefined) => {
    if (message !== undefined) problems.push({ path: [...path, ...at], message });
  };
  if (!(rule.text ?? rule.column ?? rule.name ?? rule.metadata ?? rule.together)) {
    report([], 'it can find nothing; give it text, column, name, metadata or together');
  }
  for (const [at, regex] of regexesOf(rule)) {
    const limit = at[0] === 'column' ? MAX_CELL_LENGTH : MOST_CHARACTERS;
    report(at, flawOf(regex, limit) ?? vet?.(regex));
  }
  for (const [index, pattern] of (rule.text?.patterns ?? []).entries()) {
    if (pattern.bare === undefined && pattern.context === undefined) {
      report(['text', 'patterns', index], 'it can never fire; give it bare or context');
    } else if (pattern.bare === undefined && (rule.text?.context ?? []).length === 0) {
      report(['text', 'patterns', index], 'it needs context words to fire; list them in text.context');
    }
  }
  for (const [key, word] of wordsOf(rule)) {
    if (word !== word.toLowerCase()) report(key, `write "${word}" in lower case; case never matters here`);
  }
  for (const key of ['text', 'column'] as const) {
    const name = rule[key]?.validate;
    if (name !== undefined && !Object.hasOwn(validators, name))
      report([key, 'validate'], unknownValidator(name));
  }
  return problems;
}

/** Every regular expression of a rule with its place in the file. */
export function regexesOf(rule: Rule): readonly (readonly [path: readonly PropertyKey[], regex: string])[] {
  const lists = (['text', 'name', 'metadata'] as const).flatMap((key) =>
    (rule[key]?.patterns ?? []).map(
      ({ regex }, index) => [[key, 'patterns', index, 'regex'], regex] as const,
    ),
  );
  return rule.column?.cells === undefined
    ? lists
    : [...lists, [['column', 'cells'], rule.column.cells] as const];
}

function wordsOf(rule: Rule): readonly (readonly [path: readonly PropertyKey[], word: string])[] {
  const { text, column } = rule;
  const lists = {
    'text.context': text?.context,
    'text.negative': text?.negative,
    'column.headers': column?.headers,
  };
  return Object.entries({ ...lists, 'column.not': column?.not, 'column.beside': column?.beside }).flatMap(
    ([key, words]) => (words ?? []).map((word, index) => [[...key.split('.'), index], word] as const),
  );
}

function unknownValidator(name: string): string {
  const known = Object.keys(validators);
  const near = known.filter(
    (other) => other.includes(name) || name.includes(other) || other.slice(0, 3) === name.slice(0, 3),
  );
  const hint =
    near.length > 0 ? `did you mean ${near.slice(0, 5).join(', ')}?` : `there are: ${known.join(', ')}`;
  return `there is no validator "${name}"; ${hint}`;
}

/** Where the node at `path`, or its nearest ancestor, begins. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
    if (isMap(node)) return 0;
  }
  return 0;
}
