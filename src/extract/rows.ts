/** Gathers a table's rows into segments of bounded size. */
import { type Input, placeIn, tableIn } from './reader.ts';
import type { RowsSegment } from './segment.ts';

/** The most that a rows segment holds. */
export const BATCH_ROWS = 1000;
export const BATCH_CHARS = 128 * 1024;

/** A cell longer than this goes out as text, so that memory stays bounded. */
export const CELL_CHARS = 64 * 1024;

export interface Table {
  /** `` for a csv, `sheet People`: goes before every place. */
  readonly name: string;
  /** Header names; empty for a table without. */
  readonly columns: readonly string[];
}

/** Rows of one table on their way out; numbers rows from 1 at the first after the header. */
export class RowBatch {
  readonly #input: Pick<Input, 'place' | 'part'>;
  readonly #table: Table;
  #rows: (readonly string[])[] = [];
  #chars = 0;
  /** Number of the first row in the batch. */
  #first = 1;

  constructor(input: Pick<Input, 'place' | 'part'>, table: Table) {
    this.#input = input;
    this.#table = table;
  }

  /** Number of the next row. */
  get next(): number {
    return this.#first + this.#rows.length;
  }

  /** True when the batch is full and `take` is due. */
  add(row: readonly string[]): boolean {
    this.#rows.push(row);
    this.#chars += row.length;
    for (const cell of row) this.#chars += cell.length;
    return this.#rows.length >= BATCH_ROWS || this.#chars >= BATCH_CHARS;
  }

  /** Counts `rows` that are not given; the batch must be empty. */
  skip(rows: number): void {
    this.#first += rows;
  }

  /** The rows so far as a segment; none when there are none. */
  *take(): Generator<RowsSegment, void, undefined> {
    if (this.#rows.length === 0) return;
    const { name, columns } = this.#table;
    const first = this.#first;
    const input = this.#input;
    yield {
      type: 'rows',
      table: tableIn(input, name),
      columns,
      rows: this.#rows,
      place: (row, column) => placeIn(input, cellPlace(this.#table, first + row, column)),
    };
    this.#first += this.#rows.length;
    this.#rows = [];
    this.#chars = 0;
  }
}

/** `sheet People row 3, column email`; a column without a name goes by its number from 1. Row 0 is the header. */
export function cellPlace(table: Table, row: number, column: number): string {
  const header = table.columns[column];
  const at = `${row === 0 ? 'header' : `row ${row}`}, column ${header ? header : column + 1}`;
  return table.name === '' ? at : `${table.name} ${at}`;
}
