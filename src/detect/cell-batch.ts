/** Lays the cells of some rows side by side in one buffer, so that candidates are looked for once and not cell by cell. */
import type { RowsSegment } from '../extract/segment.ts';
import type { Cursor } from './confirm.ts';
import type { Ambient } from './judge.ts';
import { SearchText } from './match.ts';
import { normaliseText, SEPARATOR } from './normalise.ts';

export interface CellBatch {
  readonly bytes: Buffer;
  readonly length: number;
  /** Normalised text, row by row. */
  readonly cells: readonly string[];
  /** By cell, the position of its first byte; one more for where a further cell would begin. */
  readonly starts: Int32Array;
  /** Every character is one byte. */
  readonly ascii: boolean;
}

const BETWEEN = String.fromCharCode(SEPARATOR);

/** `room` is a buffer to use when it is large enough; it is overwritten. */
export function layCells(segment: RowsSegment, room: Buffer): CellBatch {
  const raw = segment.rows.flat();
  const joined = raw.join(BETWEEN);
  const needed = joined.length * 3 + 1;
  const bytes = needed > room.length ? Buffer.allocUnsafe(needed) : room;
  const length = bytes.write(joined, 0, 'utf8');
  const plain = length === joined.length;
  const starts = new Int32Array(raw.length + 1);
  if (plain && plainStarts(raw, starts, bytes, length))
    return { bytes, length, cells: raw, starts, ascii: true };
  const cells = raw.map(normaliseText);
  const written = writeCells(cells, starts, bytes);
  return { bytes, length: written, cells, starts, ascii: false };
}

/** Starts of ASCII cells. False when a cell holds a separator of its own. */
function plainStarts(cells: readonly string[], starts: Int32Array, bytes: Buffer, length: number): boolean {
  let at = 0;
  for (let i = 0; i < cells.length; i++) {
    starts[i] = at;
    at += cells[i]!.length + 1;
    if (i + 1 < cells.length) bytes[at - 1] = 0;
  }
  starts[cells.length] = at;
  const stray = bytes.subarray(0, length).includes(SEPARATOR);
  for (let i = 1; i < cells.length; i++) bytes[starts[i]! - 1] = SEPARATOR;
  return !stray;
}

/** Normalising makes no cell longer in bytes than the joined text had room for. */
function writeCells(cells: readonly string[], starts: Int32Array, bytes: Buffer): number {
  let at = 0;
  for (let i = 0; i < cells.length; i++) {
    starts[i] = at;
    at += bytes.write(cells[i]!, at, 'utf8');
    bytes[at++] = SEPARATOR;
  }
  starts[cells.length] = at;
  return Math.max(0, at - 1);
}

/** A batch with what its cursors share. */
export interface LaidTable {
  readonly batch: CellBatch;
  readonly rows: RowsSegment['rows'];
  /** By cell; filled as cells are looked at. */
  readonly sources: (SearchText | undefined)[];
  readonly ambient: (column: number) => Ambient;
  /** Position of the batch's first byte, counted over all batches. */
  readonly origin: number;
}

/** Moves over the cells of a batch, from the first on. */
export class CellCursor implements Cursor {
  source = NOTHING;
  index = 0;
  ambient: Ambient;
  /** Row and column of the cell, 0-based into the segment. */
  row = 0;
  column = 0;
  readonly #table: LaidTable;
  #cell = 0;
  /** The first cell of the row, and the first one behind it. */
  #first = 0;
  #end: number;

  constructor(table: LaidTable) {
    this.#table = table;
    this.#end = table.rows[0]?.length ?? 0;
    this.ambient = table.ambient(0);
  }

  moveTo(position: number): void {
    const { batch, rows, sources, ambient, origin } = this.#table;
    const { starts } = batch;
    const at = position - origin;
    let cell = this.#cell;
    if (this.source === NOTHING || starts[cell + 1]! <= at) {
      while (starts[cell + 1]! <= at) cell++;
      while (cell >= this.#end) {
        this.#first = this.#end;
        this.#end += rows[++this.row]!.length;
      }
      this.#cell = cell;
      this.column = cell - this.#first;
      this.ambient = ambient(this.column);
      this.source = sources[cell] ??= new SearchText(batch.cells[cell]!);
    }
    this.index = batch.ascii ? at - starts[cell]! : batch.bytes.toString('utf8', starts[cell]!, at).length;
  }

  bytesBetween(from: number, to: number): number {
    return this.#table.batch.ascii ? to - from : Buffer.byteLength(this.source.text.slice(from, to));
  }
}

const NOTHING = new SearchText('');
