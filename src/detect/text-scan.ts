/** Runs the rules over running text that comes in pieces, and gives the same hits wherever it was cut. */
import type { TextSegment } from '../extract/segment.ts';
import { later } from './ambient.ts';
import type { CandidateFinder, Starts } from './candidates.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { type Cursor, confirmStarts } from './confirm.ts';
import type { Deadline } from './deadline.ts';
import type { Ambient, Hit } from './judge.ts';
import { createLineMarks } from './line-marks.ts';
import { normaliseBytes } from './normalise.ts';
import { characterStart, createTextView, ViewCursor } from './text-view.ts';

/** A hit with where it stands: byte positions in the normalised text, counted over all text of the content. */
export interface TextHit {
  readonly hit: Hit;
  readonly start: number;
  readonly end: number;
  readonly place: () => string;
}

export interface TextScan {
  add(segment: TextSegment): void;
  /** The running text ends here. */
  end(): void;
  /** Bytes of normalised text that have ended so far. */
  position(): number;
}

export interface TextScanParts {
  readonly rules: readonly CompiledRule[];
  readonly finder: CandidateFinder;
  /** Bytes that any pattern, with its context words, can reach to either side of its start. */
  readonly reach: number;
  readonly ambient: Ambient;
  readonly deadline: Deadline;
  readonly onHit: (rule: CompiledRule, hit: TextHit) => void;
  /** All hits that begin before this position have been given. */
  readonly onDecided: (position: number) => void;
}

/** Undecided bytes that are worth a round of confirming. */
const ROUND = 32 * 1024;
/** Most room kept free for what comes next. */
const SLACK = 64 * 1024;

export function createTextScan(parts: TextScanParts): TextScan {
  const { rules, finder, reach, onDecided } = parts;
  /** Opened for the first text: many contents are tables only. */
  const stream = later(() => finder.open());
  const view = createTextView(reach);
  const marks = createLineMarks();
  /** By rule: where its next match may begin, as a position. */
  const next = new Map<CompiledRule, number>();
  let buffer = Buffer.alloc(0);
  let length = 0;
  /** Position of buffer[0], and up to where starts have been decided. */
  let origin = 0;
  let decided = 0;

  function add(segment: TextSegment): void {
    if (!segment.continues) end();
    const bytes = normaliseBytes(segment.bytes);
    parts.deadline.extend(bytes.length);
    if (length + bytes.length > buffer.length) makeRoom(bytes.length);
    marks.add(length, segment.place, segment.line);
    buffer.set(bytes, length);
    stream().feed(buffer, length, length + bytes.length, origin);
    length += bytes.length;
    const sure = characterStart(buffer, Math.max(0, length - reach));
    if (origin + sure - decided >= ROUND) confirm(origin + sure);
  }

  function end(): void {
    if (length === 0) return;
    stream().end(buffer, length, origin);
    confirm(origin + length);
    origin += length;
    length = 0;
    marks.clear();
  }

  /** Drops what no undecided start can reach back to, and grows the buffer when that is not enough. */
  function makeRoom(more: number): void {
    const drop = characterStart(buffer, Math.max(0, decided - origin - reach));
    marks.drop(buffer, drop);
    const kept = buffer.subarray(drop, length);
    const wanted = kept.length + more;
    if (wanted > buffer.length) {
      const larger = Buffer.allocUnsafe(wanted + Math.min(SLACK, wanted));
      larger.set(kept);
      buffer = larger;
    } else {
      buffer.copyWithin(0, drop, length);
    }
    origin += drop;
    length -= drop;
  }

  function confirm(limit: number): void {
    view.reset(buffer, length, origin);
    for (const [rule, pattern] of finder.slow) search(rules[rule]!, pattern, limit);
    const cursor = new ViewCursor(view, parts.ambient);
    const { active, starts: all } = stream();
    for (const index of active) {
      const starts = all[index];
      if (starts && starts.length > 0) confirmRule(rules[index]!, starts, { cursor, limit });
    }
    decided = limit;
    onDecided(limit);
  }

  function confirmRule(
    rule: CompiledRule,
    starts: Starts,
    { cursor, limit }: { readonly cursor: Cursor; readonly limit: number },
  ): void {
    const ran = parts.deadline.time(rule, () => {
      const from = confirmStarts(rule, starts, {
        from: next.get(rule) ?? 0,
        limit,
        cursor,
        onHit: (hit, start, end) => {
          const valueStart = start - origin;
          parts.onHit(rule, { hit, start, end, place: () => marks.place(buffer, valueStart) });
        },
      });
      next.set(rule, from);
    });
    if (!ran) starts.splice(0);
  }

  /** Every place where a pattern without candidates matches is made one. */
  function search(rule: CompiledRule, pattern: number, limit: number): void {
    const { anywhere } = rule.text!.patterns[pattern]!; // slow patterns are patterns of text rules
    parts.deadline.time(rule, () => {
      for (let at = decided; at < limit; ) {
        const block = view.at(at);
        const { text } = block.source;
        const until = Math.min(block.coreEnd, limit);
        let index = block.indexOf(at);
        for (;;) {
          anywhere.lastIndex = index;
          const found = anywhere.exec(text);
          if (found === null) break;
          at += block.bytesBetween(index, found.index);
          if (at >= until) break;
          stream().add(rule.index, pattern, at);
          index = found.index + (text.codePointAt(found.index)! > 0xffff ? 2 : 1);
          at += block.bytesBetween(found.index, index);
        }
        at = until;
      }
    });
  }

  return { add, end, position: () => origin };
}
