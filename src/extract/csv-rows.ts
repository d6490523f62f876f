/** Delimited text to rows, a piece at a time: RFC 4180, and whatever else is written under that name. */
import { CELL_CHARS } from './rows.ts';

export interface RowSink {
  row(cells: readonly string[]): void;
  /** A piece of a cell too long to be kept; the row gets an empty cell in its place. `first`: the cell begins here. */
  long(piece: string, cell: { readonly column: number; readonly first: boolean }): void;
}

/** A row is handed on unfinished beyond these, so that a file without line ends costs no more. */
const ROW_CELLS = 128 * 1024;
const ROW_CHARS = 4 * 1024 ** 2;

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

type State = 'start' | 'plain' | 'quoted' | 'quote';

/**
 * Quotes count only at the start of a cell and double inside; after the closing quote everything to the next delimiter
 * belongs to the cell. Lines end in LF, CR or both. Ragged rows stay as they are; empty lines are dropped.
 */
export class RowParser {
  readonly #delimiter: number;
  readonly #sink: RowSink;
  #state: State = 'start';
  #row: string[] = [];
  #rowChars = 0;
  /** What is known of the current cell, when it began in an earlier piece or holds quotes. */
  #cell = '';
  #long = false;
  #wasCr = false;

  constructor(delimiter: string, sink: RowSink) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#sink = sink;
  }

  /** The next piece, cut anywhere. */
  write(text: string): void {
    const length = text.length;
    let i = 0;
    if (this.#wasCr && text.charCodeAt(0) === LF) i = 1;
    if (length > 0) this.#wasCr = false;
    while (i < length) {
      if (this.#state === 'start') {
        this.#state = text.charCodeAt(i) === QUOTE ? 'quoted' : 'plain';
        if (this.#state === 'quoted') i += 1;
      } else if (this.#state === 'quoted') {
        const end = text.indexOf('"', i);
        this.#append(text.slice(i, end === -1 ? length : end));
        i = end === -1 ? length : end + 1;
        if (end !== -1) this.#state = 'quote';
      } else if (this.#state === 'quote') {
        const doubled = text.charCodeAt(i) === QUOTE;
        this.#state = doubled ? 'quoted' : 'plain';
        if (doubled) {
          this.#append('"');
          i += 1;
        }
      } else {
        i = this.#plain(text, i);
      }
    }
  }

  /** The end of the text: the last row may lack its line end. */
  end(): void {
    if (this.#row.length > 0 || this.#cell !== '' || this.#long || this.#state !== 'start') {
      this.#endCell('');
      this.#endRow();
    }
  }

  /** From inside an unquoted cell: the rest of it, and the plain cells that follow, in one tight loop. */
  #plain(text: string, from: number): number {
    const delimiter = this.#delimiter;
    const length = text.length;
    let start = from;
    for (let i = from; i < length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === delimiter) {
        this.#endCell(text.slice(start, i));
        start = i + 1;
        if (start >= length || text.charCodeAt(start) === QUOTE) {
          this.#state = 'start';
          return start;
        }
      } else if (code === LF || code === CR) {
        this.#endCell(text.slice(start, i));
        this.#endRow();
        this.#state = 'start';
        if (code === LF) return i + 1;
        if (i + 1 === length) this.#wasCr = true;
        return text.charCodeAt(i + 1) === LF ? i + 2 : i + 1;
      }
    }
    this.#append(text.slice(start));
    return length;
  }

  #append(piece: string): void {
    this.#cell += piece;
    if (this.#cell.length > CELL_CHARS) this.#spill();
  }

  #spill(): void {
    this.#sink.long(this.#cell, { column: this.#row.length, first: !this.#long });
    this.#long = true;
    this.#cell = '';
  }

  #endCell(rest: string): void {
    let cell = rest;
    if (this.#cell !== '' || this.#long || rest.length > CELL_CHARS) {
      this.#cell += rest;
      if (this.#long || this.#cell.length > CELL_CHARS) this.#spill();
      cell = this.#cell;
      this.#cell = '';
      this.#long = false;
    }
    this.#row.push(cell);
    this.#rowChars += cell.length;
    if (this.#row.length >= ROW_CELLS || this.#rowChars >= ROW_CHARS) this.#endRow();
  }

  #endRow(): void {
    const row = this.#row;
    this.#row = [];
    this.#rowChars = 0;
    if (row.length > 1 || row[0] !== '') this.#sink.row(row);
  }
}
