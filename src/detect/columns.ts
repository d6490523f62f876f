/** Judges whole columns: a header that a rule knows, and enough cells that look the part. */
import type { RowsSegment } from '../extract/segment.ts';
import { createAmbient, later } from './ambient.ts';
import type { CompiledColumn, CompiledRule, HeaderList } from './compiled-rule.ts';
import type { Deadline } from './deadline.ts';
import {
  besideWords,
  type HeaderParts,
  type HeaderWords,
  headerParts,
  headerWords,
  matchHeader,
} from './headers.ts';
import { type Ambient, lower } from './judge.ts';
import { normaliseText } from './normalise.ts';
import { count, createTally, merge, type Place, type Tally } from './tally.ts';
import { isTranslation } from './translations.ts';
import { toWords } from './words.ts';

/** One column of one table, over all of its segments. */
export interface Column {
  readonly ambient: Ambient;
  readonly judged: readonly JudgedColumn[];
  /** What text rules found in its cells, by rule index; filled by findings.ts. */
  readonly textTallies: Map<number, Tally[]>;
}

/** The rule's look at the column; undefined where its header says nothing to the rule. */
export function judgedBy({ judged }: Column, { index, column }: CompiledRule): JudgedColumn | undefined {
  return column === undefined ? undefined : judged.find((each) => each.rule.index === index);
}

/** One rule's look at one column. */
export interface JudgedColumn {
  readonly rule: CompiledRule;
  /** The rule's own word for the header; a header may hold data. */
  readonly header: string;
  readonly tally: Tally;
  /** Cells that the rule's text patterns took for the thing as a whole: they look the part, and are not looked at again. */
  readonly whole: Tally[];
  /** Of the segment at hand, the rows of these. */
  wholeRows: Uint8Array | undefined;
  /** Cells that are not empty. */
  filled: number;
  /** Another header that the rule wants beside this one was seen. */
  beside: boolean;
}

export interface Columns {
  /** The columns of a segment, in its order. */
  of(segment: RowsSegment): readonly Column[];
  /** Counts the cells; whom `listen` gives for a rule's look at a column hears of each row that matches. */
  add(segment: RowsSegment, order: (row: number, column: number) => number, listen: Listen): void;
  all(): Iterable<Column>;
  /** True when there were so many columns that the last ones were only looked at cell by cell. */
  readonly overflowed: boolean;
}

export type Listen = (judged: JudgedColumn, column: number) => (row: number) => void;

/** Columns told apart in one content; some JSON has a key for every record. */
export const MOST_COLUMNS = 10_000;

/** What people and exports write into cells without a value, or over one. */
const EMPTY = /^(?:|null|none|nil|nan|n\/?a|unknown|undefined|redacted|\[redacted\]|[-?.]+|[*x#•]{2,})$/i;
const LONGEST_EMPTY = '[redacted]'.length;

/** Finds the rules that a column's name or key path speaks to, and the entry of each that it matches. */
export type HeaderRules = (path: string) => readonly HeaderRule[];

export interface HeaderRule {
  readonly rule: CompiledRule;
  readonly header: string;
}

/** Names kept with their rules: archives, mailboxes and JSON have the same few columns over and over. */
const KEPT_HEADERS = 4096;

/** Made once for a set of rules. */
export function compileHeaders(rules: readonly CompiledRule[]): HeaderRules {
  const likely = indexHeaders(rules);
  const kept = new Map<string, readonly HeaderRule[]>();
  return (path) => {
    const found = kept.get(path);
    if (found !== undefined) return found;
    const words = headerWords(path);
    const matched = matchRules(likely(words), words);
    if (kept.size >= KEPT_HEADERS) kept.clear();
    kept.set(path, matched);
    return matched;
  };
}

/** Gives the rules that may match, in their order: comparing a name with all their headers costs as much as reading a thousand short cells. */
function indexHeaders(rules: readonly CompiledRule[]): (words: HeaderWords) => readonly CompiledRule[] {
  const exact = new Map<string, CompiledRule[]>();
  /** By the first word of an entry with `~`. */
  const within = new Map<string, CompiledRule[]>();
  const add = (to: Map<string, CompiledRule[]>, key: string, rule: CompiledRule) =>
    to.set(key, [...(to.get(key) ?? []), rule]);
  for (const rule of rules) {
    const { column } = rule;
    if (column === undefined) continue;
    for (const name of column.headers.exact) add(exact, name, rule);
    for (const run of column.headers.within) add(within, firstWord(run), rule);
  }
  return ({ names, last }) => {
    const found = new Set<CompiledRule>();
    for (const name of names) for (const rule of exact.get(name) ?? []) found.add(rule);
    for (const word of last.split(' ')) for (const rule of within.get(word) ?? []) found.add(rule);
    return [...found].sort((a, b) => a.index - b.index);
  };
}

/** Of words between spaces. */
function firstWord(run: string): string {
  return run.trimStart().split(' ', 1)[0]!; // there is always a first
}

/** Rules that judge columns, held against one header. */
export function matchRules(rules: readonly CompiledRule[], words: HeaderWords): readonly HeaderRule[] {
  return rules.flatMap((rule) => {
    const { headers, not } = columnOf(rule);
    const header = matchHeader(words, headers);
    return header === undefined || matchHeader(words, not) !== undefined ? [] : { rule, header };
  });
}

/** `deadline`: leaves out what runs away; absent, nothing is. */
export function createColumns(headerRules: HeaderRules, path: string, deadline?: Deadline): Columns {
  const known = new Map<string, Column>();
  const pathWords = later(() => toWords(path));
  // What such a file calls a card holder is the label of a form, in another language.
  const rulesOf: HeaderRules = isTranslation(path) ? () => [] : headerRules;
  let last: { readonly segment: RowsSegment; readonly columns: readonly Column[] } | undefined;
  let neighbours: { readonly segment: RowsSegment; readonly of: Neighbours } | undefined;
  let overflowed = false;

  function neighboursOf(segment: RowsSegment): Neighbours {
    if (neighbours?.segment !== segment) neighbours = { segment, of: createNeighbours(segment.columns) };
    return neighbours.of;
  }

  /** `first`: gives the first cell that is not empty, for columns whose name says nothing. */
  function column(table: string, name: string, first: () => string): Column {
    const key = JSON.stringify([table, name.replace(/\[\d+\]/g, '[*]')]);
    const found = known.get(key);
    if (found !== undefined) return found;
    overflowed ||= known.size >= MOST_COLUMNS;
    const created: Column = {
      ambient: createAmbient({ path: pathWords, table, header: name }),
      judged: overflowed ? [] : begun(rulesOf(keyPath(table, name)), first),
      textTallies: new Map(),
    };
    if (!overflowed) known.set(key, created);
    return created;
  }

  function columnsOf(segment: RowsSegment): readonly Column[] {
    if (last?.segment === segment) return last.columns;
    const width = segment.rows.reduce((most, row) => Math.max(most, row.length), 0);
    const columns: Column[] = [];
    for (let i = 0; i < width; i++) {
      columns.push(column(segment.table, segment.columns[i] ?? '', () => firstCell(segment, i)));
    }
    last = { segment, columns };
    return columns;
  }

  return {
    of: columnsOf,
    add(segment, order, listen) {
      const columns = columnsOf(segment);
      for (const [index, { judged }] of columns.entries()) {
        if (judged.length === 0) continue;
        const cells = createCells(segment, index);
        const place = (row: number): Place => ({ order: order(row, index), text: segment.place(row, index) });
        for (const each of judged) {
          each.beside ||= hasBeside(each, neighboursOf(segment), index);
          const work = () =>
            countCells(each, { cells, rows: segment.rows.length }, place, listen(each, index));
          if (deadline) deadline.time(each.rule, work);
          else work();
          each.wholeRows = undefined;
        }
      }
    },
    all: () => known.values(),
    get overflowed() {
      return overflowed;
    },
  };
}

/** The column's tally with its confidence and reason; null when the column is not what the rule looks for. */
export function settle(judged: JudgedColumn): Tally | null {
  const { filled, header } = judged;
  const { detector, check } = columnOf(judged.rule);
  const count = judged.whole.reduce((sum, tally) => sum + tally.count, judged.tally.count);
  if (count === 0 || count < filled * (detector.share ?? 0.6)) return null;
  const tally = merge([judged.tally, ...judged.whole].filter((each) => each.count > 0))!; // some have
  const reasons = [
    header === '' ? 'column without a name' : `column "${header}"`,
    `${count} of ${filled} cells`,
  ];
  if (check) reasons.push(`${check.name} ok`);
  let band = detector.confidence ?? 'medium';
  for (const [short, reason] of [
    [tally.distinct.size < (detector.minDistinct ?? 1), `fewer than ${detector.minDistinct} distinct`],
    [!judged.beside, 'no related column beside it'],
  ] as const) {
    if (!short) continue;
    const lowered = lower(band);
    if (lowered === undefined) return null;
    band = lowered;
    reasons.push(`lowered: ${reason}`);
  }
  return { ...tally, allowed: 0, confidence: band, why: reasons.join(', ') };
}

/** The whole key path of a column of a JSON table: `$.contributors[*].email`, so that rules can tell it from `$.users[*].email`. */
function keyPath(table: string, name: string): string {
  return table.startsWith('$') ? `${table}.${name}` : name;
}

function begun(rules: readonly HeaderRule[], first: () => string): JudgedColumn[] {
  return rules.flatMap(({ rule, header }) => {
    const { beside, cells, detector } = columnOf(rule);
    // Nameless columns are many, and mostly of numbers: the first cell spares the look at all others.
    if (header === '' && !cells?.test(first())) return [];
    const tally = createTally(detector.confidence ?? 'medium', '');
    return { rule, header, tally, whole: [], wholeRows: undefined, filled: 0, beside: beside === undefined };
  });
}

/** Empty when all are. */
function firstCell({ rows }: RowsSegment, column: number): string {
  return normaliseText(rows.find((row) => row[column]?.trim())?.[column] ?? '').trim();
}

/** The headers of one segment as their neighbours see them. Some XML has thousands: each is taken apart once. */
interface Neighbours {
  parts(column: number): HeaderParts;
  /** Those that may match the list, whatever they stand beside. */
  likely(list: HeaderList): readonly number[];
}

function createNeighbours(names: readonly string[]): Neighbours {
  const parts: HeaderParts[] = [];
  const likely = new Map<HeaderList, readonly number[]>();
  const partsOf = (column: number) => (parts[column] ??= headerParts(names[column] ?? ''));
  return {
    parts: partsOf,
    likely(list) {
      const known = likely.get(list);
      if (known !== undefined) return known;
      const found = [...names.keys()].filter((column) => {
        const { names, all } = partsOf(column);
        return matchHeader({ names, last: all }, list) !== undefined;
      });
      likely.set(list, found);
      return found;
    },
  };
}

function hasBeside(judged: JudgedColumn, neighbours: Neighbours, index: number): boolean {
  const { beside } = columnOf(judged.rule);
  if (beside === undefined) return true;
  const own = neighbours.parts(index);
  return neighbours
    .likely(beside)
    .some(
      (other) =>
        other !== index && matchHeader(besideWords(neighbours.parts(other), own), beside) !== undefined,
    );
}

/** Gives a column's cell by its row, trimmed; empty for one without a value. Each is worked out once. */
type Cells = (row: number) => string;

function createCells({ rows }: RowsSegment, column: number): Cells {
  const known: string[] = new Array(rows.length);
  return (row) => (known[row] ??= filledCell(rows[row]?.[column] ?? ''));
}

function filledCell(raw: string): string {
  const cell = normaliseText(raw).trim();
  return mayBeEmpty(cell) && EMPTY.test(cell) ? '' : cell;
}

function countCells(
  judged: JudgedColumn,
  { cells: cellAt, rows }: { readonly cells: Cells; readonly rows: number },
  place: (row: number) => Place,
  onMatch: (row: number) => void,
): void {
  const { cells, check } = columnOf(judged.rule);
  const { wholeRows, tally } = judged;
  let row = 0;
  const placeOfRow = () => place(row);
  for (; row < rows; row++) {
    if (wholeRows?.[row] === 1) {
      judged.filled++;
      continue;
    }
    const cell = cellAt(row);
    if (cell === '') continue;
    judged.filled++;
    if (cells && !cells.test(cell)) continue;
    if (check && !check.accepts(cell)) continue;
    count(tally, cell, placeOfRow);
    onMatch(row);
  }
}

/** A quick look before the expression: short, or a row of one sign. */
function mayBeEmpty(cell: string): boolean {
  return cell.length <= LONGEST_EMPTY || cell[0] === cell[1];
}

function columnOf(rule: CompiledRule): CompiledColumn {
  return rule.column!; // only rules with a column detector come here
}
