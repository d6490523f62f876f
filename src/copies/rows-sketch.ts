/** Sketches one table: its rows whatever the order of their columns, and pairs of their cells, which survive dropped columns. */
import type { RowsSegment } from '../extract/segment.ts';
import type { CellHasher } from './cells.ts';
import { KEPT, type Sketch } from './sketch.ts';
import { DOMAINS, type Tagger } from './tags.ts';

export interface RowsSketcher {
  /** Segments of one table, in order. */
  add(segment: RowsSegment): void;
  /** Undefined when there is too little to recognise. */
  finish(): Sketch | undefined;
  readonly rows: number;
}

/** Fewer rows are too little: a record on its own is compared as text. */
const FEWEST_ROWS = 3;
/** Bits that a row must tell to be a row that no other table has by chance. */
const ROW_BITS = 36;
/** As much for two cells of one row. */
const PAIR_BITS = 30;
/** Cells of a row that are paired: the ones with the smallest hashes, so that they are the same after columns were dropped. */
const PAIRED_CELLS = 20;
/** One cell in so many is paired with the others of its row, chosen by its hash: the same ones in every table. */
const ANCHORS = 8;
/** Cells of a row that are looked at. */
const MOST_CELLS = 2048;

export function createRowsSketcher(part: string, { tagger, hasher }: RowsTools): RowsSketcher {
  const rows = tagger.gather(DOMAINS.row, KEPT.rows.sample);
  const pairs = tagger.gather(DOMAINS.pair, KEPT.rows.details);
  const head = tagger.gather(DOMAINS.row, KEPT.rows.head);
  const cells = createCellBuffer();
  let count = 0;
  let weight = 0;

  function addRow(row: readonly string[], from: number): void {
    cells.clear();
    let bits = 0;
    // A sum is the same in any order of the columns.
    let high = 0;
    let low = 0;
    const end = Math.min(row.length, MOST_CELLS);
    for (let i = from; i < end; i++) {
      const cell = row[i]!;
      weight += cell.length;
      if (!hasher.hash(cell)) continue;
      bits += hasher.bits;
      high = (high + Math.imul(hasher.high, 0x9e3779b1)) | 0;
      low = (low + Math.imul(hasher.low ^ (hasher.high >>> 7), 0x85ebca6b)) | 0;
      cells.add(hasher.high, hasher.low, hasher.bits);
    }
    if (bits < ROW_BITS) return;
    rows.add(high, low);
    if (count <= KEPT.rows.head) head.add(high, low);
    cells.eachPair(PAIR_BITS, pairs.add);
  }

  return {
    add(segment) {
      const from = indexColumns(segment.columns);
      for (const row of segment.rows) {
        count++;
        addRow(row, from);
      }
    },
    finish() {
      const sample = rows.finish();
      if (sample.distinct < FEWEST_ROWS) return undefined;
      const details = pairs.finish();
      return { kind: 'rows', part, size: count, weight, sample, details, head: head.finish().tags };
    },
    get rows() {
      return count;
    },
  };
}

export interface RowsTools {
  readonly tagger: Tagger;
  readonly hasher: CellHasher;
}

/** 1 where the first column is the row numbers that a data frame writes beside its data. */
function indexColumns(columns: readonly string[]): number {
  const [first, second] = columns;
  return first !== undefined && second && /^(?:|index|unnamed: 0|level_0|rownames?)$/i.test(first) ? 1 : 0;
}

/** The cells of one row that are paired, the ones with the smallest hashes, in ascending order of these. */
function createCellBuffer() {
  const highs = new Uint32Array(PAIRED_CELLS);
  const lows = new Uint32Array(PAIRED_CELLS);
  const bits = new Float64Array(PAIRED_CELLS);
  let held = 0;
  return {
    clear() {
      held = 0;
    },
    add(high: number, low: number, cellBits: number) {
      if (held === PAIRED_CELLS && high >= highs[held - 1]!) return;
      let at = held < PAIRED_CELLS ? held++ : held - 1;
      for (; at > 0 && highs[at - 1]! > high; at--) {
        highs[at] = highs[at - 1]!;
        lows[at] = lows[at - 1]!;
        bits[at] = bits[at - 1]!;
      }
      highs[at] = high;
      lows[at] = low;
      bits[at] = cellBits;
    },
    eachPair(least: number, take: (high: number, low: number) => void) {
      for (let i = 0; i < held; i++) {
        if ((lows[i]! >>> 7) % ANCHORS !== 0) continue;
        for (let j = 0; j < held; j++) {
          if (i === j || bits[i]! + bits[j]! < least) continue;
          take(Math.imul(highs[i]!, 31) + highs[j]!, Math.imul(lows[i]!, 31) ^ lows[j]!);
        }
      }
    },
  };
}
