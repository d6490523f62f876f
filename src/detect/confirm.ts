/** Runs a rule's exact expressions at its candidate starts: leftmost match first, none overlapping, retried after a refusal. */
import { patternOf, positionOf, type Starts } from './candidates.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { type Ambient, type Around, aroundOf, type Hit, judge } from './judge.ts';
import { matchAt, type SearchText } from './match.ts';

/** Shows the text around a position, and what surrounds that text. What it shows holds until it is moved. */
export interface Cursor {
  moveTo(position: number): void;
  readonly source: SearchText;
  /** The position's UTF-16 index in the text. */
  readonly index: number;
  readonly ambient: Ambient;
  /** Bytes that the text takes between two indexes. */
  bytesBetween(from: number, to: number): number;
}

export interface ConfirmOptions {
  /** Starts before this position lie inside an earlier match. */
  readonly from: number;
  /** Starts from this position on stay for later. */
  readonly limit: number;
  /** It moves forwards only. */
  readonly cursor: Cursor;
  /** `start` and `end` are the value's. */
  readonly onHit: (hit: Hit, start: number, end: number) => void;
}

/** Removes the starts that it decides; gives the position from which the rule may match again. */
export function confirmStarts(rule: CompiledRule, starts: Starts, options: ConfirmOptions): number {
  const { cursor, limit, onHit } = options;
  const { patterns } = rule.text!; // only rules with text patterns have starts
  if (!ascending(starts)) starts.sort((a, b) => a - b);
  let around: Around | undefined;
  let from = options.from;
  let taken = 0;
  let last = -1;
  for (; taken < starts.length; taken++) {
    const packed = starts[taken]!;
    const position = positionOf(packed);
    if (position >= limit) break;
    if (position < from || packed === last) continue;
    last = packed;
    cursor.moveTo(position);
    const pattern = patternOf(packed);
    const match = matchAt(patterns[pattern]!, cursor.source, cursor.index);
    if (match === undefined) continue;
    around ??= aroundOf(rule, cursor.ambient);
    if (around.ambient !== cursor.ambient) around = { ...around, ambient: cursor.ambient };
    const verdict = judge(rule, pattern, match, around);
    if (verdict === undefined) continue;
    from = position + cursor.bytesBetween(match.from, match.to);
    if (verdict === 'denied') continue;
    const start = position + cursor.bytesBetween(match.from, match.start);
    onHit(verdict, start, start + cursor.bytesBetween(match.start, match.end));
  }
  starts.splice(0, taken);
  return from;
}

function ascending(starts: Starts): boolean {
  for (let i = 1; i < starts.length; i++) if (starts[i]! < starts[i - 1]!) return false;
  return true;
}
