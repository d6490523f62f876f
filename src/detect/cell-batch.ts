/** Lays the cells of some rows side by side in one buffer, so that candidates are looked for once and not cell by cell. */
import type { RowsSegment } from '../extract/segment.ts';
import { normaliseText, SEPARATOR } from './normalise.ts';

export interface Cell {
  readonly text: string;
  readonly row: number;
  readonly column: number;
  /** Position of its first byte in the batch. */
  readonly start: number;
}

export interface CellBatch {
  readonly bytes: Buffer;
  readonly length: number;
  /** Normalised text, row by row. */
  readonly cells: readonly string[];
  /** The number of the cell that holds the byte; `from` is a cell number at or before it. */
  cellAt(position: number, from: number): number;
  start(cell: number): number;
  /** Row and column of a cell, 0-based. */
  locate(cell: number): { readonly row: number; readonly column: number };
  /** UTF-16 index in the cell's text of the character that begins at the byte. */
  indexIn(cell: number, position: number): number;
  /** Bytes that a piece of the cell's text takes. */
  bytesOf(piece: string): number;
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
    return batch(segment, raw, starts, bytes, length, true);
  const cells = raw.map(normaliseText);
  const written = writeCells(cells, starts, bytes);
  return batch(segment, cells, starts, bytes, written, false);
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

function batch(
  segment: RowsSegment,
  cells: readonly string[],
  starts: Int32Array,
  bytes: Buffer,
  length: number,
  ascii: boolean,
): CellBatch {
  const { rows } = segment;
  let row = 0;
  let first = 0;
  return {
    bytes,
    length,
    cells,
    cellAt(position, from) {
      let cell = from;
      while (starts[cell + 1]! <= position) cell++;
      return cell;
    },
    start: (cell) => starts[cell]!,
    locate(cell) {
      if (cell < first) {
        row = 0;
        first = 0;
      }
      while (cell >= first + rows[row]!.length) first += rows[row++]!.length;
      return { row, column: cell - first };
    },
    indexIn: (cell, position) =>
      ascii ? position - starts[cell]! : bytes.toString('utf8', starts[cell]!, position).length,
    bytesOf: (piece) => (ascii ? piece.length : Buffer.byteLength(piece)),
  };
}
