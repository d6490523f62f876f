/** Runs a rule's exact expressions at its candidate starts: leftmost match first, none overlapping, retried after a refusal. */
import { FAN, type Starts } from './candidates.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Ambient, Around, Hit } from './judge.ts';
import { judge } from './judge.ts';
import { createNearby } from './nearby.ts';

/** The text around a position, and what surrounds that text. */
export interface Location {
  readonly text: string;
  /** The position's UTF-16 index in `text`. */
  readonly index: number;
  /** Bytes that a piece of `text` takes. */
  readonly bytesOf: (piece: string) => number;
  readonly ambient: Ambient;
}

export interface ConfirmOptions {
  /** Starts before this position lie inside an earlier match. */
  readonly from: number;
  /** Starts from this position on stay for later. */
  readonly limit: number;
  readonly locate: (position: number) => Location;
  /** `start` and `end` are the value's. */
  readonly onHit: (hit: Hit, start: number, end: number) => void;
}

/** Removes the starts that it decides; gives the position from which the rule may match again. */
export function confirmStarts(rule: CompiledRule, starts: Starts, options: ConfirmOptions): number {
  const words = { context: createNearby(rule.text?.context), negative: createNearby(rule.text?.negative) };
  let around: Around | undefined;
  const { patterns } = rule.text!; // only rules with text patterns have starts
  if (!ascending(starts)) starts.sort((a, b) => a - b);
  let from = options.from;
  let taken = 0;
  let last = -1;
  for (const packed of starts) {
    const pattern = packed % FAN;
    const position = (packed - pattern) / FAN;
    if (position >= options.limit) break;
    taken++;
    if (position < from || packed === last) continue;
    last = packed;
    const { text, index, bytesOf, ambient } = options.locate(position);
    const { sticky } = patterns[pattern]!;
    sticky.lastIndex = index;
    const found = sticky.exec(text);
    if (found === null || found[0] === '') continue;
    if (around?.ambient !== ambient) around = { ambient, ...words };
    const verdict = judge(rule, pattern, found, around);
    if (verdict === undefined) continue;
    from = position + bytesOf(found[0]);
    if (verdict === 'denied') continue;
    const start = position + bytesOf(found[0].slice(0, verdict.offset));
    options.onHit(verdict, start, start + bytesOf(verdict.value));
  }
  starts.splice(0, taken);
  return from;
}

function ascending(starts: Starts): boolean {
  for (let i = 1; i < starts.length; i++) if (starts[i]! < starts[i - 1]!) return false;
  return true;
}
