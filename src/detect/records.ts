/** One segment of rows while it is worked on: which hits and matching cells stand in which row. */
import type { RowsSegment } from '../extract/segment.ts';
import { atLeast } from '../model.ts';
import type { CellPlace } from './cell-scan.ts';
import { type Columns, type JudgedColumn, judgedBy } from './columns.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Findings, HitCell } from './findings.ts';
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

/** What hits of one rule in one column have in common. */
interface HitParts {
  readonly judged: JudgedColumn | undefined;
  /** For hits that are all of a cell, and for others. */
  readonly whole: HitCell;
  readonly inside: HitCell;
  /** Some rule puts its kind together with others. */
  readonly wanted: boolean;
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
  /** Of the last hit's rule and column: most hits are alike. */
  let last: (HitParts & { readonly rule: CompiledRule; readonly at: number }) | undefined;

  const orderOf = (row: number, column: number) => first + row + column / 1e6;
  const placeOf = (row: number, column: number) => ({
    order: orderOf(row, column),
    text: segment!.place(row, column), // hits come between begin and end
  });
  const placeOfHit = () => placeOf(at.row, at.column);

  function note(row: number, item: Item): void {
    found[row] = together.extend(found[row], item);
  }

  function partsOf(rule: CompiledRule, number: number): HitParts {
    const column = columns.of(segment!)[number]!; // hits come between begin and end
    const judged = judgedBy(column, rule);
    const inside = { column, whole: undefined };
    return {
      judged,
      inside,
      whole: judged === undefined ? inside : { column, whole: judged },
      wanted: together.wants(rule.rule.kind),
    };
  }

  return {
    begin(next, order) {
      segment = next;
      last = undefined;
      first = order;
      found = new Array(next.rows.length);
    },
    addHit(rule, hit, place) {
      at = place;
      const { row, column } = place;
      if (last?.rule !== rule || last.at !== column) last = { rule, at: column, ...partsOf(rule, column) };
      const strong = atLeast(hit.band, 'medium');
      const text = segment!.rows[row]![column]!; // hits come between begin and end
      const { judged } = last;
      if (judged && strong && text.length === hit.value.length) {
        judged.wholeRows ??= new Uint8Array(found.length);
        judged.wholeRows[row] = 1;
        findings.add(rule, hit, placeOfHit, last.whole);
      } else findings.add(rule, hit, placeOfHit, last.inside);
      if (!last.wanted || !strong) return;
      const prose = text.length > PROSE;
      note(row, items.ofText(rule, column, prose ? `${column}:${rule.rule.kind}` : column));
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
