/** Rows of a table whose header is not marked as one: the first few wait until it is clear where the header is. */
import { leadingRows } from './csv-dialect.ts';
import { headerOf, isName } from './header.ts';
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

  /** `name` goes before every place: `sheet People`. `heading`: the header, where it is marked as one. */
  constructor(input: Pick<Input, 'place'>, name: string, heading?: readonly string[]) {
    this.#input = input;
    this.#name = name;
    if (heading !== undefined) this.#batch = this.#headed(heading);
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
    for (const row of rows.slice(0, skip)) this.#above(row);
    const hasHeader = headerOf(rows.slice(skip)) !== undefined;
    const batch = this.#headed(hasHeader ? (rows[skip] ?? []) : []);
    this.#batch = batch;
    for (const row of rows.slice(skip + (hasHeader ? 1 : 0))) this.#put(batch, row);
    this.#waiting = [];
    return batch;
  }

  /** Names that may be values are read like cells. */
  #headed(heading: readonly string[]): RowBatch {
    const columns = heading.map((cell) => (isName(cell.trim()) ? cell.trim() : ''));
    this.#above(heading.map((cell, i) => (columns[i] ? '' : cell)));
    return new RowBatch(this.#input, { name: this.#name, columns });
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
