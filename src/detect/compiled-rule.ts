/** A rule made ready to run: its expressions compiled, its validators looked up, its word lists turned into patterns. */
import type { Confidence } from '../model.ts';
import type { ColumnDetector, Rule, TextPattern, TogetherDetector, Validator } from '../rule.ts';
import { DenyList } from './values.ts';
import { type WordList, withoutMarks, wordList } from './words.ts';

export interface CompiledRule {
  /** Position in the rule set; findings are given in this order. */
  readonly index: number;
  readonly rule: Rule;
  readonly text: CompiledText | undefined;
  readonly column: CompiledColumn | undefined;
  readonly together: TogetherDetector | undefined;
}

export interface CompiledPattern {
  /** Sticky; `lastIndex` is set before every use. Made when first asked for: most rules never have a candidate in a scan. */
  readonly sticky: RegExp;
  /** The same, global. */
  readonly anywhere: RegExp;
  /** A group marks the value within the match. */
  readonly valued: boolean;
  readonly bare: Confidence | undefined;
  /** Band with a context word; as `bare` where the rule does not say. */
  readonly context: Confidence | undefined;
}

export interface Check {
  readonly name: string;
  readonly accepts: Validator;
}

export interface CompiledText {
  readonly patterns: readonly CompiledPattern[];
  readonly check: Check | undefined;
  readonly context: WordList | undefined;
  readonly negative: WordList | undefined;
  readonly deny: DenyList | undefined;
  readonly minDistinct: number;
}

export interface CompiledColumn {
  readonly detector: ColumnDetector;
  readonly headers: HeaderList;
  readonly not: HeaderList;
  readonly beside: HeaderList | undefined;
  readonly cells: RegExp | undefined;
  readonly check: Check | undefined;
}

/** Header names in the notation of `ColumnDetector.headers`. */
export interface HeaderList {
  readonly exact: ReadonlySet<string>;
  /** Those written with `~`, as ` dob `. */
  readonly within: readonly string[];
}

class Pattern implements CompiledPattern {
  readonly valued: boolean;
  readonly bare: Confidence | undefined;
  readonly context: Confidence | undefined;
  readonly #regex: string;
  #sticky: RegExp | undefined;
  #anywhere: RegExp | undefined;

  constructor({ regex, bare, context }: TextPattern) {
    this.#regex = regex;
    this.valued = regex.includes('(?<value>');
    this.bare = bare;
    this.context = context ?? bare;
  }

  get sticky(): RegExp {
    this.#sticky ??= new RegExp(this.#regex, 'uy');
    return this.#sticky;
  }

  get anywhere(): RegExp {
    this.#anywhere ??= new RegExp(this.#regex, 'gu');
    return this.#anywhere;
  }
}

/** @throws Error naming the rule, when an expression or a validator's name is wrong: rules are checked when loaded */
export function compileRule(
  rule: Rule,
  index: number,
  validators: Readonly<Record<string, Validator>>,
): CompiledRule {
  const check = (name: string | undefined) => lookUp(rule, name, validators);
  return {
    index,
    rule,
    text: rule.text && {
      patterns: rule.text.patterns.map((pattern) => new Pattern(pattern)),
      check: check(rule.text.validate),
      context: wordList(rule.text.context ?? []),
      negative: wordList(rule.text.negative ?? []),
      deny: rule.text.deny && new DenyList(rule.text.deny),
      minDistinct: rule.text.minDistinct ?? 1,
    },
    column: rule.column && {
      detector: rule.column,
      headers: headerList(rule.column.headers),
      not: headerList(rule.column.not ?? []),
      beside: rule.column.beside && headerList(rule.column.beside),
      cells: rule.column.cells === undefined ? undefined : new RegExp(`^(?:${rule.column.cells})$`, 'u'),
      check: check(rule.column.validate),
    },
    together: rule.together,
  };
}

function lookUp(
  rule: Rule,
  name: string | undefined,
  validators: Readonly<Record<string, Validator>>,
): Check | undefined {
  if (name === undefined) return undefined;
  const accepts = Object.hasOwn(validators, name) ? validators[name] : undefined;
  if (accepts === undefined) throw new Error(`rule ${rule.id}: there is no validator "${name}"`);
  return { name, accepts };
}

function headerList(list: readonly string[]): HeaderList {
  // As the headers of tables are (words.ts): a Thai vowel, say, is two characters then.
  const headers = list.map((header) => withoutMarks(header.normalize('NFKC')));
  return {
    exact: new Set(headers.filter((header) => !header.startsWith('~'))),
    within: headers.filter((header) => header.startsWith('~')).map((header) => ` ${header.slice(1)} `),
  };
}
