/** Writes our rules' text patterns the way ripgrep's engine takes them. */
import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp';
import type { Rule } from '../src/rule.ts';

export interface RipgrepPatterns {
  readonly patterns: readonly string[];
  /** Patterns that use what that engine lacks beside look-around, such as back-references. */
  readonly left: number;
}

/**
 * The patterns with look-around left out, which ripgrep's linear engine lacks: it has less to do than we and finds more. Groups
 * capture nothing; classes keep their meaning on Unicode where they name properties, and are ASCII otherwise.
 */
export function ripgrepPatterns(rules: readonly Rule[]): RipgrepPatterns {
  const sources = rules.flatMap((rule) => rule.text?.patterns.map(({ regex }) => regex) ?? []);
  const patterns: string[] = [];
  for (const source of sources) {
    const { pattern } = parseRegExpLiteral(`/${source.replaceAll(/(?<!\\)\//g, '\\/')}/u`);
    const text = alternatives(pattern.alternatives);
    if (text !== undefined && text !== '') patterns.push(text);
  }
  return { patterns, left: sources.length - patterns.length };
}

/** Undefined when some part cannot be written. */
function alternatives(list: readonly AST.Alternative[]): string | undefined {
  const parts = list.map(({ elements }) => sequence(elements));
  return parts.includes(undefined) ? undefined : parts.join('|');
}

function sequence(elements: readonly AST.Element[]): string | undefined {
  const parts = elements.map(element);
  return parts.includes(undefined) ? undefined : parts.join('');
}

function element(node: AST.Element): string | undefined {
  switch (node.type) {
    case 'Assertion':
      if (node.kind === 'start' || node.kind === 'end') return node.raw;
      return node.kind === 'word' ? node.raw : '';
    case 'Quantifier': {
      const inner = element(node.element);
      return inner === undefined || inner === ''
        ? inner
        : `(?:${inner})${node.raw.slice(node.element.raw.length)}`;
    }
    case 'CapturingGroup':
      return wrapped('(?:', node.alternatives);
    case 'Group':
      return wrapped(node.modifiers ? `(?${node.modifiers.raw}:` : '(?:', node.alternatives);
    case 'Character':
      return character(node);
    case 'CharacterSet':
      return node.kind === 'property' ? `(?u:${node.raw})` : node.raw;
    case 'CharacterClass':
      return characterClass(node);
    default:
      return undefined;
  }
}

function wrapped(open: string, list: readonly AST.Alternative[]): string | undefined {
  const inner = alternatives(list);
  return inner === undefined ? undefined : `${open}${inner})`;
}

function characterClass(node: AST.CharacterClass): string {
  const unicode = node.elements.some((each) => /\\[pP]\{|[^\x00-\x7f]/.test(each.raw)) || node.negate;
  const inside = node.elements.map((each) => {
    if (each.type === 'CharacterClassRange') return `${character(each.min)}-${character(each.max)}`;
    return each.type === 'Character' ? character(each) : each.raw;
  });
  const text = `[${node.negate ? '^' : ''}${inside.join('')}]`;
  return unicode ? `(?u:${text})` : text;
}

/** By its code point, so that nothing needs escaping. */
function character({ value }: AST.Character): string {
  const char = String.fromCodePoint(value);
  return /[A-Za-z0-9 ]/.test(char) ? char : `\\x{${value.toString(16)}}`;
}
