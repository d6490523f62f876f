/** What a document's readers tell, paragraph by paragraph and cell by cell, to segments; `line` counts paragraphs. */
import { type Input, placeIn } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Segment } from './segment.ts';
import { TableRows } from './table-rows.ts';
import { textSegments } from './text.ts';

interface OpenTable {
  readonly rows: TableRows;
  row: string[];
  /** The cell's text; undefined between cells. */
  cell: string | undefined;
  /** How often the cell stands there. */
  repeat: number;
}

/** One part of a document. What is added between tables' cells is running text. */
export class DocumentFlow {
  readonly #input: Pick<Input, 'place'>;
  readonly #tables: OpenTable[] = [];
  #count = 0;
  #paragraphs = 0;
  #text = '';
  #line = 1;
  #continues = false;
  /** What is done; the caller takes it. */
  readonly ready: Segment[];

  /** `ready`: where it goes, when several parts share one. */
  constructor(input: Pick<Input, 'place'>, ready: Segment[] = []) {
    this.#input = input;
    this.ready = ready;
  }

  get inTable(): boolean {
    return this.#tables.length > 0;
  }

  get inCell(): boolean {
    return this.#tables.at(-1)?.cell !== undefined;
  }

  add(text: string): void {
    const table = this.#tables.at(-1);
    if (table?.cell !== undefined && table.cell.length < CELL_CHARS) {
      table.cell += text;
      return;
    }
    this.#text += text;
    if (this.#text.length >= CELL_CHARS) this.#flush(true);
  }

  endParagraph(): void {
    const table = this.#tables.at(-1);
    if (table?.cell === undefined) {
      this.#text += '\n';
      this.#paragraphs += 1;
    } else {
      table.cell += '\n';
    }
  }

  /** `name` where it has one of its own; else it goes by its number. */
  beginTable(name?: string): void {
    this.#flush(false);
    this.#count += 1;
    const rows = new TableRows(this.#input, `table ${name ?? this.#count}`);
    this.#tables.push({ rows, row: [], cell: undefined, repeat: 1 });
  }

  /** `repeat`: how many cells in a row are like it. */
  beginCell(repeat = 1): void {
    const table = this.#tables.at(-1);
    if (table === undefined) return;
    table.cell = '';
    table.repeat = repeat;
  }

  endCell(): void {
    const table = this.#tables.at(-1);
    if (table === undefined) return;
    const cell = (table.cell ?? '').trim();
    for (let i = 0; i < (cell === '' ? Math.min(table.repeat, 20) : table.repeat); i += 1)
      table.row.push(cell);
    table.cell = undefined;
  }

  endRow(): void {
    const table = this.#tables.at(-1);
    if (table === undefined) return;
    const last = table.row.findLastIndex((cell) => cell !== '');
    if (last >= 0) table.rows.add(table.row.slice(0, last + 1));
    table.row = [];
    this.ready.push(...table.rows.ready.splice(0));
  }

  endTable(): void {
    this.endRow();
    const table = this.#tables.pop();
    if (table === undefined) return;
    table.rows.end();
    this.ready.push(...table.rows.ready.splice(0));
  }

  end(): void {
    while (this.#tables.length > 0) this.endTable();
    this.#flush(false);
  }

  #flush(continues: boolean): void {
    if (this.#text.trim() !== '') {
      const place = placeIn(this.#input, '');
      this.ready.push(...textSegments(this.#text, place, { line: this.#line, continues: this.#continues }));
    }
    this.#continues = continues && this.#text !== '';
    this.#line = 1 + this.#paragraphs;
    this.#text = '';
  }
}
