/** Runs the text rules over the cells of tables; a match never spans two cells. */
import type { RowsSegment } from '../extract/segment.ts';
import { later } from './ambient.ts';
import type { CandidateFinder, Starts } from './candidates.ts';
import { CellCursor, type LaidTable, layCells } from './cell-batch.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { confirmStarts } from './confirm.ts';
import type { Deadline } from './deadline.ts';
import type { Ambient, Hit } from './judge.ts';

/** Where a hit stands: 0-based, into the segment. It holds until the next one. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export interface CellScan {
  /** `ambient` gives what surrounds the cells of a column. */
  add(segment: RowsSegment, ambient: (column: number) => Ambient): void;
}

export interface CellScanParts {
  readonly rules: readonly CompiledRule[];
  readonly finder: CandidateFinder;
  readonly deadline: Deadline;
  readonly onHit: (rule: CompiledRule, hit: Hit, place: CellPlace) => void;
}

const ROOM = 1024 * 1024;

export function createCellScan(parts: CellScanParts): CellScan {
  const { rules, finder, deadline } = parts;
  const stream = later(() => finder.open());
  let room: Buffer = Buffer.alloc(0);
  let origin = 0;

  function add(segment: RowsSegment, ambient: (column: number) => Ambient): void {
    const batch = layCells(segment, room);
    if (batch.bytes.length <= ROOM) room = batch.bytes;
    deadline.extend(batch.length);
    stream().feed(batch.bytes, 0, batch.length, origin);
    stream().end(batch.bytes, batch.length, origin);
    const table: LaidTable = {
      batch,
      rows: segment.rows,
      sources: new Array(batch.cells.length),
      ambient,
      origin,
    };
    for (const [rule, pattern] of finder.slow) search(rules[rule]!, pattern, table);
    const { active, starts: all } = stream();
    for (const index of active) {
      const starts = all[index];
      if (!starts || starts.length === 0) continue;
      const rule = rules[index]!;
      if (!deadline.time(rule, () => confirmRule(rule, starts, table))) starts.splice(0);
    }
    origin += batch.length + 1;
  }

  function confirmRule(rule: CompiledRule, starts: Starts, table: LaidTable): void {
    const cursor = new CellCursor(table);
    confirmStarts(rule, starts, {
      from: origin,
      limit: Number.POSITIVE_INFINITY,
      cursor,
      onHit: (hit) => parts.onHit(rule, hit, cursor),
    });
  }

  function search(rule: CompiledRule, pattern: number, { batch }: LaidTable): void {
    const { anywhere } = rule.text!.patterns[pattern]!; // slow patterns are patterns of text rules
    deadline.time(rule, () => {
      for (let cell = 0; cell < batch.cells.length; cell++) {
        const text = batch.cells[cell]!;
        anywhere.lastIndex = 0;
        for (let found = anywhere.exec(text); found !== null; found = anywhere.exec(text)) {
          const before = Buffer.byteLength(text.slice(0, found.index));
          stream().add(rule.index, pattern, origin + batch.starts[cell]! + before);
          anywhere.lastIndex = found.index + (text.codePointAt(found.index)! > 0xffff ? 2 : 1);
        }
      }
    });
  }

  return { add };
}
