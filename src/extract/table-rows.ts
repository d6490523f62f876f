/** Rows of a table whose header is not marked as one: the first few wait until it is clear where the header is. */
import { leadingRows } from './csv-dialect.ts';
import { headerOf } from './header.ts';
import { type Input, placeIn } from './reader.ts';
import { cellPlace, RowBatch } from './rows.ts';
import type { Segment } from './segment.ts';

/** Rows looked at to find the header. */
const SAMPLE_ROWS = 20;

export class TableRows {
  readonly #input: Pick<Input, 'place'>;
  readonly #name: string;
  #waiting: (readonly string[])[] = [];
  #batch: RowBatch | undefined;
  ready: Segment[] = [];

  /** `name` goes before every place: `sheet People`. */
  constructor(input: Pick<Input, 'place'>, name: string) {
    this.#input = input;
    this.#name = name;
  }

  add(row: readonly string[]): void {
    if (this.#batch !== undefined) this.#put(this.#batch, row);
    else if (this.#waiting.push(row) >= SAMPLE_ROWS) this.#begin();
  }

  end(): void {
    const batch = this.#batch ?? this.#begin();
    this.ready.push(...batch.take());
  }

  #begin(): RowBatch {
    const rows = this.#waiting;
    const skip = leadingRows(rows);
    const columns = headerOf(rows.slice(skip));
    const table = { name: this.#name, columns: columns ?? [] };
    const batch = new RowBatch(this.#input, table);
    this.#batch = batch;
    for (const row of rows.slice(0, skip)) this.#above(row);
    // Names that may be values are read like cells.
    if (columns !== undefined) this.#above((rows[skip] ?? []).map((cell, i) => (columns[i] ? '' : cell)));
    for (const row of rows.slice(skip + (columns === undefined ? 0 : 1))) this.#put(batch, row);
    this.#waiting = [];
    return batch;
  }

  #put(batch: RowBatch, row: readonly string[]): void {
    if (batch.add(row)) this.ready.push(...batch.take());
  }

  #above(row: readonly string[]): void {
    if (row.every((cell) => cell === '')) return;
    const table = { name: this.#name, columns: [] };
    this.ready.push({
      type: 'rows',
      table: placeIn(this.#input, `${this.#name} header`),
      columns: [],
      rows: [row],
      place: (_, column) => placeIn(this.#input, cellPlace(table, 0, column)),
    });
  }
}
