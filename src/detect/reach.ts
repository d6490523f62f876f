/** How far from its start anything about a match can depend on the text. */
import type { CompiledRule } from './compiled-rule.ts';
import { extentOf } from './extent.ts';
import { CONTEXT_REACH } from './nearby.ts';

/** Most UTF-8 bytes of one UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** Units that look-arounds of word lists and the search for embedding tokens see further. */
const MARGIN = 8;

/** Bytes to either side of a start: the longest pattern with what it looks around at, and its context words. */
export function reachOf(rules: readonly CompiledRule[]): number {
  const patterns = rules.flatMap((rule) => rule.text?.patterns ?? []);
  const longest = patterns.reduce((most, pattern) => Math.max(most, extentOf(pattern.tree).bytes), 0);
  const words = rules.flatMap(({ text }) => [text?.context?.longest ?? 0, text?.negative?.longest ?? 0]);
  return longest + (CONTEXT_REACH + Math.max(0, ...words) + MARGIN) * BYTES_PER_UNIT;
}
