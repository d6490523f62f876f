/** What makes a pattern unfit for a rule: not a regular expression, no greatest length, or a match of nothing. */
import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Longest match that the engine carries over where a text is cut, in characters. */
export const MAX_MATCH_LENGTH = 2048;

/** A table's cell comes whole. */
export const MAX_CELL_LENGTH = 65_536;

/** The first flaw of a pattern with its fix, or undefined for a good one. `limit`: most characters that it may match. */
export function flawOf(regex: string, limit = MAX_MATCH_LENGTH): string | undefined {
  let pattern: AST.Pattern;
  try {
    new RegExp(regex);
    pattern = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(regex);
  } catch (cause) {
    return `not a regular expression (${cause instanceof Error ? cause.message : String(cause)}); fix the pattern`;
  }
  if (/\\[pP]\{/.test(regex))
    return 'it has \\p{...}, which only means something with a flag; list the letters: [A-Za-zÀ-ž]';
  const longest = longestOf(pattern.alternatives);
  if (longest === Number.POSITIVE_INFINITY) {
    return 'it has no greatest length; write {0,64} for * and {1,64} for +, with a bound that fits';
  }
  if (longest > limit) {
    return `it can match ${longest} characters, more than ${limit}; lower its bounds`;
  }
  if (new RegExp(`^(?:${regex})$`).test(''))
    return 'it matches nothing at all; make some part of it required';
  return undefined;
}

/** Greatest number of UTF-16 units that any of the alternatives can take, lookarounds included (they read that far too). */
function longestOf(alternatives: readonly AST.Alternative[]): number {
  const lengths = alternatives.map(({ elements }) =>
    elements.reduce((sum, element) => sum + lengthOf(element), 0),
  );
  return Math.max(0, ...lengths);
}

function lengthOf(element: AST.Element): number {
  switch (element.type) {
    case 'Assertion':
      return 'alternatives' in element ? longestOf(element.alternatives) : 0;
    case 'Quantifier':
      return element.max === 0 ? 0 : element.max * lengthOf(element.element);
    case 'Group':
    case 'CapturingGroup':
      return longestOf(element.alternatives);
    case 'Backreference':
      return Number.POSITIVE_INFINITY;
    default:
      return 1;
  }
}
