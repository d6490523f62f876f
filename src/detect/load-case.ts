/**
 * Rewrites `(?i:...)` into character classes that say the same: `(?i:ab)` becomes `(?:[aA][bB])`.
 * V8 (Node 24) misses matches of patterns with several such groups behind a lookbehind: `(?<![\w-])(?i:a|b)(?i:no|nr)?:` finds
 * nothing where the rewritten pattern and the `i` flag both do.
 */
import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import type { Rule } from '../rule.ts';

/** The rule with its patterns as the engine takes them, without case modifiers. */
export function withPlainCase(rule: Rule): Rule {
  const plain = <P extends { readonly regex: string }>(pattern: P): P => ({
    ...pattern,
    regex: withoutCaseGroups(pattern.regex),
  });
  const { text, column, name, metadata } = rule;
  return {
    ...rule,
    ...(text && { text: { ...text, patterns: text.patterns.map(plain) } }),
    ...(column?.cells && { column: { ...column, cells: withoutCaseGroups(column.cells) } }),
    ...(name && { name: { patterns: name.patterns.map(plain) } }),
    ...(metadata && { metadata: { patterns: metadata.patterns.map(plain) } }),
  };
}

/** The pattern without case modifiers. @throws SyntaxError when it is no regular expression */
export function withoutCaseGroups(regex: string): string {
  if (!regex.includes('(?i:')) return regex;
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const replace = ({ start, end }: AST.Node, text: string) => edits.push({ start, end, text });
  let depth = 0;
  const parser = new RegExpParser({ ecmaVersion: 2025 });
  visitRegExpAST(parser.parsePattern(regex, 0, regex.length, { unicode: true }), {
    onModifiersEnter: (node) => replace(node, ''),
    onGroupEnter: (node) => {
      depth += isCaseGroup(node) ? 1 : 0;
    },
    onGroupLeave: (node) => {
      depth -= isCaseGroup(node) ? 1 : 0;
    },
    onCharacterEnter: (node) => {
      const other = otherCase(node.value);
      if (depth === 0 || other === undefined || node.parent.type === 'CharacterClassRange') return;
      replace(node, node.parent.type === 'CharacterClass' ? node.raw + other : `[${node.raw}${other}]`);
    },
    onCharacterClassRangeEnter: (node) => {
      if (depth > 0) replace(node, node.raw + otherRange(node.min.value, node.max.value));
    },
  });
  edits.sort((a, b) => b.start - a.start);
  return edits.reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), regex);
}

function isCaseGroup(node: AST.Group): boolean {
  return node.modifiers?.add?.ignoreCase === true;
}

/** The same letter in the other case, where that is one character (`ß` has none). */
function otherCase(code: number): string | undefined {
  const letter = String.fromCodePoint(code);
  const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  return other !== letter && other.length === letter.length ? other : undefined;
}

/** `A-Z` for `a-z`; character by character for a range that mixes letters and others. */
function otherRange(min: number, max: number): string {
  const first = otherCase(min);
  const last = otherCase(max);
  const letters = first !== undefined && last !== undefined && max - min < 26;
  if (letters && last.charCodeAt(0) - first.charCodeAt(0) === max - min) return `${first}-${last}`;
  let others = '';
  for (let code = min; code <= Math.min(max, 0x24f); code++) others += otherCase(code) ?? '';
  return others;
}
