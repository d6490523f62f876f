/** An SQL dump's pieces to segments: the rows of INSERT and COPY under their columns' names, everything else as text. */
import type { RowSink } from './csv-rows.ts';
import { isName } from './header.ts';
import { type Input, placeIn } from './reader.ts';
import { CELL_CHARS, cellPlace, RowBatch, type Table } from './rows.ts';
import type { Segment } from './segment.ts';
import { BEGINNING, STATEMENT_CHARS, statementAt } from './sql-statement.ts';
import { SqlValues } from './sql-values.ts';
import { textSegments } from './text.ts';

/** Tables whose columns and rows are remembered. */
const TABLES = 10_000;

interface Known {
  columns: readonly string[];
  /** Rows given so far. */
  rows: number;
}

export class SqlRecords implements RowSink {
  readonly #input: Pick<Input, 'place'>;
  readonly #backslash: boolean;
  readonly #tables = new Map<string, Known>();
  #mode: 'text' | 'values' | 'copy' = 'text';
  #values: SqlValues | undefined;
  #held = '';
  #line = 1;
  #text = '';
  #textLine = 1;
  #continues = false;
  #table: Table = { name: '', columns: [] };
  #known: Known = { columns: [], rows: 0 };
  #batch: RowBatch | undefined;
  ready: Segment[] = [];

  constructor(input: Pick<Input, 'place'>, { backslash }: { readonly backslash: boolean }) {
    this.#input = input;
    this.#backslash = backslash;
  }

  write(piece: string): void {
    this.#held += piece;
    this.#read(false);
  }

  end(): void {
    this.#read(true);
    this.#values?.end();
    this.#flushText(false);
    this.#endBatch();
  }

  row(cells: readonly string[]): void {
    this.#flushText(false);
    if (this.#batch === undefined) {
      this.#batch = new RowBatch(this.#input, this.#table);
      this.#batch.skip(this.#known.rows);
    }
    if (this.#batch.add(cells)) this.ready.push(...this.#batch.take());
    this.#known.rows += 1;
  }

  long(piece: string, { column, first }: { readonly column: number; readonly first: boolean }): void {
    this.#flushText(false);
    const place = placeIn(this.#input, cellPlace(this.#table, this.#known.rows + 1, column));
    this.ready.push(...textSegments(piece, place, { continues: !first }));
  }

  #read(last: boolean): void {
    let at = 0;
    for (let next = this.#step(at, last); next > at; next = this.#step(at, last)) at = next;
    this.#held = this.#held.slice(at);
  }

  /** Reads on from `at` and gives the position reached; `at` itself when more text is needed. */
  #step(at: number, last: boolean): number {
    if (at >= this.#held.length) return at;
    const next =
      this.#mode === 'text'
        ? this.#asText(at, last)
        : this.#mode === 'copy'
          ? this.#copied(at, last)
          : this.#inserted(at, last);
    for (
      let end = this.#held.indexOf('\n', at);
      end !== -1 && end < next;
      end = this.#held.indexOf('\n', end + 1)
    ) {
      this.#line += 1;
    }
    return next;
  }

  #inserted(at: number, last: boolean): number {
    const end = this.#values?.write(this.#held, at) ?? at;
    if (end === -1) return this.#held.length;
    this.#mode = 'text';
    return end > at ? end : this.#asText(at, last);
  }

  /** A row of COPY: cells between tabs, to the line `\.`. */
  #copied(at: number, last: boolean): number {
    const end = this.#held.indexOf('\n', at);
    if (end === -1 && !last && this.#held.length - at < STATEMENT_CHARS) return at;
    const line = this.#held.slice(at, end === -1 ? this.#held.length : end).replace(/\r$/, '');
    if (line === '\\.') this.#mode = 'text';
    else this.#copyRow(line.split('\t').map(unescaped));
    return end === -1 ? this.#held.length : end + 1;
  }

  #copyRow(cells: string[]): void {
    for (const [column, cell] of cells.entries()) {
      if (cell.length <= CELL_CHARS) continue;
      this.long(cell, { column, first: true });
      cells[column] = '';
    }
    this.row(cells);
  }

  #asText(at: number, last: boolean): number {
    BEGINNING.lastIndex = at;
    const found = BEGINNING.exec(this.#held)?.index ?? -1;
    if (found > at) return this.#pass(at, found);
    if (found === -1) {
      // A line that is not whole yet may become a statement.
      const whole = last || this.#held.length - at > STATEMENT_CHARS;
      const end = whole ? this.#held.length : this.#held.lastIndexOf('\n');
      return end > at ? this.#pass(at, end) : at;
    }
    const statement = statementAt(this.#held, at, { last });
    if (statement.kind === 'unfinished') return at;
    if (statement.kind === 'other') return this.#pass(at, at + 1);
    if (statement.kind === 'create') {
      this.#remember(statement.table, statement.columns);
      return this.#pass(at, statement.end);
    }
    this.#begin(statement.table, statement.columns);
    this.#mode = statement.kind === 'copy' ? 'copy' : 'values';
    this.#values = new SqlValues(this, { backslash: this.#backslash });
    return statement.end;
  }

  #pass(from: number, to: number): number {
    if (this.#text === '') this.#textLine = this.#line;
    this.#text += this.#held.slice(from, to);
    if (this.#text.length >= CELL_CHARS) this.#flushText(true);
    return to;
  }

  #flushText(continues: boolean): void {
    // What ends a statement says nothing.
    if (/[^\s;]/.test(this.#text)) {
      this.#endBatch();
      this.ready.push(
        ...textSegments(this.#text, this.#input.place, { line: this.#textLine, continues: this.#continues }),
      );
      this.#continues = continues;
    } else if (!continues) this.#continues = false;
    this.#text = '';
  }

  #begin(table: string, columns: readonly string[] | undefined): void {
    const known = this.#remember(table, columns);
    const names = known.columns.map((name) => (isName(name) ? name : ''));
    const same = known === this.#known && names.join() === this.#table.columns.join();
    if (same) return;
    this.#endBatch();
    // Names that may be values are looked at as text.
    const hidden = [table, ...known.columns].filter((name) => !isName(name));
    if (hidden.length > 0) this.#text += ` ${hidden.join(' ')} `;
    this.#known = known;
    this.#table = { name: isName(table) ? `table ${table}` : 'table', columns: names };
  }

  #remember(table: string, columns: readonly string[] | undefined): Known {
    const known = this.#tables.get(table) ?? { columns: columns ?? [], rows: 0 };
    if (columns !== undefined) known.columns = columns;
    if (this.#tables.size < TABLES) this.#tables.set(table, known);
    return known;
  }

  #endBatch(): void {
    if (this.#batch !== undefined) this.ready.push(...this.#batch.take());
    this.#batch = undefined;
  }
}

/** A cell as COPY writes it (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2). */
function unescaped(cell: string): string {
  if (cell === '\\N') return '';
  return cell.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };
