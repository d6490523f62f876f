/** Writes our rules' text patterns the way ripgrep's engine takes them. */
import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp';
import type { Rule } from '../src/rule.ts';

export interface RipgrepPatterns {
  readonly patterns: readonly string[];
  /** Patterns that cannot be written for it, such as ones that need more than one line. */
  readonly left: number;
}

/**
 * The patterns with look-around left out, which ripgrep's linear engine lacks: it has less to do than we and finds more. They are
 * for `--no-unicode`, its faster mode: on bytes, with a class that holds any character beyond ASCII taking every byte beyond it.
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
      if (inner === undefined && node.min === 0) return '';
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
      return node.kind === 'property' ? '[A-Za-z\\x80-\\xff]' : node.raw;
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

function characterClass({ negate, elements }: AST.CharacterClass): string {
  const inside = elements.map((each) => {
    if (each.type === 'Character') return inClass(each, each);
    if (each.type === 'CharacterClassRange') return inClass(each.min, each.max);
    return /^\\[dswDSW]$/.test(each.raw) ? each.raw : 'A-Za-z\\x80-\\xff';
  });
  return `[${negate ? '^' : ''}${inside.join('')}]`;
}

function inClass(min: AST.Character, max: AST.Character): string {
  if (min.value > 0x7f) return '\\x80-\\xff';
  if (max.value > 0x7f) return `${escaped(min.value)}-\\xff`;
  return min.value === max.value ? escaped(min.value) : `${escaped(min.value)}-${escaped(max.value)}`;
}

/** Undefined for a line feed: ripgrep looks at one line after the other. */
function character(node: AST.Character): string | undefined {
  if (node.value === 0x0a) return undefined;
  return [...Buffer.from(String.fromCodePoint(node.value))].map(escaped).join('');
}

/** One byte, by its number where it might mean something. */
function escaped(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9 ]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
}
