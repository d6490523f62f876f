/** Decides what one match of a pattern is worth: validator, deny list, embedding, context and negative context. */
import type { Confidence } from '../model.ts';
import { isAllowed } from './allow.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { isEmbedded } from './embedded.ts';
import type { Match } from './match.ts';
import { createNearby, type Nearby } from './nearby.ts';

/** A match that counts. */
export interface Hit {
  readonly band: Confidence;
  readonly value: string;
  /** Reasons beside the pattern, in plain words and without values: `near "ssn"`. */
  readonly near: string | undefined;
  readonly lowered: string | undefined;
  /** A comment in the text allows it; what that is worth is decided by whoever knows the rule's level in force. */
  readonly allowed: boolean;
}

/** The words that surround a text without being in it: header or key, table, path. Answers are kept per rule. */
export interface Ambient {
  /** `column "card no"` when a context word of the rule is there. */
  context(rule: CompiledRule): string | undefined;
  negative(rule: CompiledRule): string | undefined;
}

/** What tells a match's worth beside the match itself; for one rule in one text. */
export interface Around {
  readonly ambient: Ambient;
  readonly context: Nearby;
  readonly negative: Nearby;
}

export function aroundOf({ text }: CompiledRule, ambient: Ambient): Around {
  return { ambient, context: createNearby(text?.context), negative: createNearby(text?.negative) };
}

/** `denied` for a known test value, undefined for what does not count. */
export function judge(
  rule: CompiledRule,
  pattern: number,
  match: Match,
  around: Around,
): Hit | 'denied' | undefined {
  const detector = rule.text!; // only rules with text patterns come here
  const { bare, context } = detector.patterns[pattern]!;
  const { source, value, start, end } = match;
  const whole = match.to - match.from === value.length;
  if (whole && isEmbedded(source.text, start, end)) return undefined;
  // Where nothing counts without context, look for that first: it spares the check digits of most numbers.
  let reason = bare === undefined ? contextOf(rule, match, around) : undefined;
  if (bare === undefined && reason === undefined) return undefined;
  if (detector.deny?.has(value)) return 'denied';
  if (detector.check && !detector.check.accepts(value)) return undefined;
  if (bare !== undefined && context !== bare) reason = contextOf(rule, match, around);
  let band = reason === undefined ? bare : context;
  if (band === undefined) return undefined;
  const lowered = around.ambient.negative(rule) ?? quoted(around.negative(source, start, end));
  if (lowered !== undefined) band = lower(band);
  if (band === undefined) return undefined;
  const allowed = source.mayAllow && isAllowed(source.text, { start, end }, rule.rule.id);
  return { band, value, near: reason, lowered, allowed };
}

function contextOf(rule: CompiledRule, { source, start, end }: Match, around: Around): string | undefined {
  return around.ambient.context(rule) ?? quoted(around.context(source, start, end));
}

/** One band down; undefined below `low`. */
export function lower(band: Confidence): Confidence | undefined {
  return band === 'high' ? 'medium' : band === 'medium' ? 'low' : undefined;
}

function quoted(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `near "${word}"`;
}
