/** How far from its start anything about a match can depend on the text. */
import type { CompiledRule } from './compiled-rule.ts';
import { CONTEXT_REACH } from './nearby.ts';

/** Most UTF-8 bytes of one UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** Units that look-arounds of word lists and the search for embedding tokens see further. */
const MARGIN = 8;

/** Bytes to either side of a start: the longest pattern with what it looks around at, `longest`, and its context words. */
export function reachOf(rules: readonly CompiledRule[], longest: number): number {
  const words = rules.flatMap(({ text }) => [text?.context?.longest ?? 0, text?.negative?.longest ?? 0]);
  return longest + (CONTEXT_REACH + Math.max(0, ...words) + MARGIN) * BYTES_PER_UNIT;
}
