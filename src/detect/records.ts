/** One segment of rows while it is worked on: which hits and matching cells stand in which row. */
import type { RowsSegment } from '../extract/segment.ts';
import { atLeast } from '../model.ts';
import type { CellHit } from './cell-scan.ts';
import type { Columns } from './columns.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Findings } from './findings.ts';
import type { Item, Together } from './together.ts';

export interface Records {
  /** `order` is the reading order of the segment's first row. */
  begin(segment: RowsSegment, order: number): void;
  addHit(rule: CompiledRule, found: CellHit): void;
  /** Judges the segment's columns and hands over its rows. */
  end(): void;
}

export interface RecordsParts {
  readonly columns: Columns;
  readonly findings: Findings;
  readonly together: Together;
}

/** A cell longer than this is prose: two hits in it are two things. */
const PROSE = 64;

export function createRecords({ columns, findings, together }: RecordsParts): Records {
  let segment: RowsSegment | undefined;
  let first = 0;
  let rows: (Item[] | undefined)[] = [];

  const orderOf = (row: number, column: number) => first + row + column / 1e6;

  function note(row: number, item: Item): void {
    const items = rows[row];
    if (items) items.push(item);
    else rows[row] = [item];
  }

  return {
    begin(next, order) {
      segment = next;
      first = order;
      rows = [];
    },
    addHit(rule, { hit, row, column }) {
      const current = segment!; // hits come between begin and end
      const place = () => ({ order: orderOf(row, column), text: current.place(row, column) });
      findings.add(rule, hit, place, columns.of(current)[column]);
      const { kind } = rule.rule;
      if (!together.wants(kind) || !atLeast(hit.band, 'medium')) return;
      const prose = current.rows[row]![column]!.length > PROSE;
      note(row, { column, rule: rule.index, slot: prose ? `${column}:${kind}` : column, from: kind });
    },
    end() {
      const current = segment!; // begun before it ends
      columns.add(current, orderOf, (judged, row, column) => {
        if (together.wants(judged.rule.rule.kind))
          note(row, { column, rule: judged.rule.index, slot: column, from: judged });
      });
      for (const [row, items] of rows.entries()) {
        if (items === undefined || items.length < 2) continue;
        items.sort((a, b) => a.column - b.column || a.rule - b.rule);
        const { column } = items[0]!;
        together.addRecord(items, () => ({ order: orderOf(row, column), text: current.place(row, column) }));
      }
      segment = undefined;
    },
  };
}
