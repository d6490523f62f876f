/** One segment of rows while it is worked on: which hits and matching cells stand in which row. */
import type { RowsSegment } from '../extract/segment.ts';
import { atLeast } from '../model.ts';
import type { CellPlace } from './cell-scan.ts';
import type { Columns, JudgedColumn } from './columns.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Findings } from './findings.ts';
import type { Hit } from './judge.ts';
import type { Item, Likes, Together } from './together.ts';

export interface Records {
  /** `order` is the reading order of the segment's first row. */
  begin(segment: RowsSegment, order: number): void;
  addHit(rule: CompiledRule, hit: Hit, place: CellPlace): void;
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
  const items = createItems();
  let segment: RowsSegment | undefined;
  let first = 0;
  /** By row, what was found in it. */
  let found: (Likes | undefined)[] = [];
  /** Where the last hit stands. */
  let at: CellPlace = { row: 0, column: 0 };

  const orderOf = (row: number, column: number) => first + row + column / 1e6;
  const placeOf = (row: number, column: number) => ({
    order: orderOf(row, column),
    text: segment!.place(row, column), // hits come between begin and end
  });
  const placeOfHit = () => placeOf(at.row, at.column);

  function note(row: number, item: Item): void {
    found[row] = together.extend(found[row], item);
  }

  return {
    begin(next, order) {
      segment = next;
      first = order;
      found = new Array(next.rows.length);
    },
    addHit(rule, hit, place) {
      const current = segment!; // hits come between begin and end
      at = place;
      const { row, column } = place;
      findings.add(rule, hit, placeOfHit, columns.of(current)[column]);
      const { kind } = rule.rule;
      if (!together.wants(kind) || !atLeast(hit.band, 'medium')) return;
      const prose = current.rows[row]![column]!.length > PROSE;
      note(row, items.ofText(rule, column, prose ? `${column}:${kind}` : column));
    },
    end() {
      const current = segment!; // begun before it ends
      columns.add(current, orderOf, (judged, column) => {
        if (!together.wants(judged.rule.rule.kind)) return () => undefined;
        const item = items.ofColumn(judged, column);
        return (row) => note(row, item);
      });
      for (let row = 0; row < found.length; row++) {
        const record = found[row];
        if (record !== undefined) together.addRecord(record, (column) => placeOf(row, column));
      }
      segment = undefined;
    },
  };
}

/** One object for all things that are alike, however many rows they are in. */
function createItems() {
  const ofText = new Map<number, Map<number | string, Item>>();
  const ofColumn = new Map<JudgedColumn, Map<number, Item>>();
  return {
    ofText: (rule: CompiledRule, column: number, slot: number | string) =>
      known(
        known(ofText, rule.index, () => new Map<number | string, Item>()),
        slot,
        () => ({
          column,
          rule: rule.index,
          slot,
          from: rule.rule.kind,
        }),
      ),
    ofColumn: (judged: JudgedColumn, column: number) =>
      known(
        known(ofColumn, judged, () => new Map<number, Item>()),
        column,
        () => ({
          column,
          rule: judged.rule.index,
          slot: column,
          from: judged,
        }),
      ),
  };
}

function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
