/** Decides what one match of a pattern is worth: validator, deny list, embedding, context and negative context. */
import type { Confidence } from '../model.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { isEmbedded } from './embedded.ts';
import { denyKey } from './values.ts';

/** How far around a value context words count, in UTF-16 units of normalised text. */
export const CONTEXT_REACH = 300;

/** A match that counts. `value` must not outlive the segment. */
export interface Hit {
  readonly band: Confidence;
  readonly value: string;
  /** Where the value begins inside the match, UTF-16 units. */
  readonly offset: number;
  /** Reasons beside the pattern, in plain words and without values: `near "ssn"`. */
  readonly near: string | undefined;
  readonly lowered: string | undefined;
}

/** The words that surround a text without being in it: header or key, table, path. Answers are kept per rule. */
export interface Ambient {
  /** `column "card no"` when a context word of the rule is there. */
  context(rule: CompiledRule): string | undefined;
  negative(rule: CompiledRule): string | undefined;
}

/** `denied` for a known test value, undefined for no match. `found` is the pattern's match in `text`. */
export function judge(
  rule: CompiledRule,
  pattern: number,
  found: RegExpExecArray,
  ambient: Ambient,
): Hit | 'denied' | undefined {
  const detector = rule.text!; // only rules with text patterns come here
  const { bare, context } = detector.patterns[pattern]!;
  const text = found.input;
  const whole = found[0];
  const value = found.groups?.value ?? whole;
  if (value === '') return undefined;
  const offset = value.length === whole.length ? 0 : whole.indexOf(value);
  const start = found.index + offset;
  const end = start + value.length;
  if (value.length === whole.length && isEmbedded(text, start, end)) return undefined;
  if (detector.check && !detector.check.accepts(value)) return undefined;
  if (detector.deny.size > 0 && detector.deny.has(denyKey(value))) return 'denied';
  let band = bare;
  let near: string | undefined;
  if (context !== bare) {
    near = ambient.context(rule) ?? nearby(detector.context, text, start, end);
    if (near !== undefined) band = context;
  }
  if (band === undefined) return undefined;
  const lowered = ambient.negative(rule) ?? nearby(detector.negative, text, start, end);
  if (lowered !== undefined) band = lower(band);
  return band && { band, value, offset, near, lowered };
}

/** One band down; undefined below `low`. */
export function lower(band: Confidence): Confidence | undefined {
  return band === 'high' ? 'medium' : band === 'medium' ? 'low' : undefined;
}

/** The word found within reach, before or after the value. */
function nearby(words: RegExp | undefined, text: string, start: number, end: number): string | undefined {
  if (words === undefined) return undefined;
  // One character more on each side, only to see whether a word goes on there.
  const from = Math.max(0, start - CONTEXT_REACH - 1);
  words.lastIndex = start - from > CONTEXT_REACH ? 1 : 0;
  const before = words.exec(text.slice(from, start));
  if (before) return `near "${before[0].toLowerCase()}"`;
  words.lastIndex = 0;
  const after = words.exec(text.slice(end, end + CONTEXT_REACH + 1));
  if (after && after.index + after[0].length <= CONTEXT_REACH) return `near "${after[0].toLowerCase()}"`;
  return undefined;
}
