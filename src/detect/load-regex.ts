/** What makes a pattern unfit for a rule: not a regular expression, no greatest length, or a match of nothing. */
import { type ByteTree, toByteTree } from './byte-tree.ts';
import { extentOf, MOST_CHARACTERS } from './extent.ts';

/** A table's cell comes whole. */
export const MAX_CELL_LENGTH = 65_536;

/** The first flaw of a pattern with its fix, or undefined for a good one. `limit`: most characters that it may match or look at. */
export function flawOf(regex: string, limit = MOST_CHARACTERS): string | undefined {
  let tree: ByteTree;
  try {
    new RegExp(regex, 'u');
    tree = toByteTree(regex);
  } catch (cause) {
    return `not a regular expression (${cause instanceof Error ? cause.message : String(cause)}); fix the pattern`;
  }
  const { characters } = extentOf(tree);
  if (characters === Number.POSITIVE_INFINITY) {
    return 'it has no greatest length; write {0,64} for * and {1,64} for +, with a bound that fits';
  }
  if (characters > limit) {
    return `it can match ${characters} characters, more than ${limit}; lower its bounds`;
  }
  if (new RegExp(`^(?:${regex})$`, 'u').test(''))
    return 'it matches nothing at all; make some part of it required';
  return undefined;
}
