/** The rows of `VALUES (...), (...)`, a piece of text at a time: strings without their quotes, everything else as it is written. */
import type { RowSink } from './csv-rows.ts';
import { CELL_CHARS } from './rows.ts';

/** A row is handed on unfinished beyond this, so that a bracket that never closes costs no more. */
const ROW_CELLS = 4096;

/** `escape`: after a backslash. `quote`: after a quote that may be the first of two. */
type State = 'between' | 'cell' | 'string' | 'escape' | 'quote';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', 0: '', Z: '' };
/** What may stand before a string and belongs to how it is written: `N'...'`, `E'...'`, `_utf8mb4'...'`. */
const PREFIX = /^\s*(?:[nebx]|u&|_\w{1,20}\s*)?$/i;

export class SqlValues {
  readonly #sink: RowSink;
  readonly #backslash: boolean;
  #state: State = 'between';
  #row: string[] = [];
  #cell = '';
  /** True when the cell is one string and nothing else. */
  #string = false;
  /** Where it ended. */
  #stringEnd = 0;
  #long = false;
  #quote = "'";
  /** Backslashes count in this string. */
  #escapes = false;
  #depth = 0;

  /** `backslash`: MySQL's way of writing strings, in which `\'` does not end one. */
  constructor(sink: RowSink, { backslash }: { readonly backslash: boolean }) {
    this.#sink = sink;
    this.#backslash = backslash;
  }

  /** Reads on from `from`; gives the position at which the list ends, or -1 when it goes on after the text. */
  write(text: string, from: number): number {
    for (let i = from; i < text.length; ) {
      if (this.#state === 'between') {
        const char = text.charAt(i);
        if (char === '(') this.#begin();
        else if (!/[\s,]/.test(char)) return i;
        i += 1;
      } else if (this.#state === 'cell') i = this.#plain(text, i);
      else if (this.#state === 'string') i = this.#inString(text, i);
      else if (this.#state === 'escape') {
        const char = text.charAt(i);
        this.#append(ESCAPES[char] ?? char);
        this.#state = 'string';
        i += 1;
      } else i = this.#afterQuote(text, i);
    }
    return -1;
  }

  /** The end of the text: what is open is given. */
  end(): void {
    if (this.#state !== 'between') this.#endRow();
  }

  #begin(): void {
    this.#state = 'cell';
    this.#depth = 0;
    this.#cell = '';
    this.#string = false;
  }

  #plain(text: string, from: number): number {
    SPECIAL.lastIndex = from;
    const at = SPECIAL.exec(text)?.index ?? text.length;
    this.#append(text.slice(from, at));
    if (at === text.length) return at;
    const char = text.charAt(at);
    if (char === "'" || char === '"') this.#open(char);
    else if (char === ',' && this.#depth === 0) this.#endCell();
    else if (char === ')' && this.#depth === 0) this.#endRow();
    else {
      if (char === '(' || char === '[') this.#depth += 1;
      else if (char !== ',' && this.#depth > 0) this.#depth -= 1;
      this.#append(char);
    }
    return at + 1;
  }

  #open(quote: string): void {
    this.#string = this.#depth === 0 && !this.#long && PREFIX.test(this.#cell);
    this.#escapes = this.#backslash || /(?:^|\W)e$/i.test(this.#cell);
    if (this.#string) this.#cell = '';
    else this.#append(quote);
    this.#quote = quote;
    this.#state = 'string';
  }

  #inString(text: string, from: number): number {
    const quote = text.indexOf(this.#quote, from);
    const end = quote === -1 ? text.length : quote;
    const slash = this.#escapes ? text.slice(from, end).indexOf('\\') : -1;
    if (slash !== -1) {
      this.#append(text.slice(from, from + slash));
      this.#state = 'escape';
      return from + slash + 1;
    }
    this.#append(text.slice(from, end));
    if (quote === -1) return end;
    this.#state = 'quote';
    return end + 1;
  }

  #afterQuote(text: string, at: number): number {
    const doubled = text.charAt(at) === this.#quote;
    if (doubled || !this.#string) this.#append(this.#quote);
    else this.#stringEnd = this.#cell.length;
    this.#state = doubled ? 'string' : 'cell';
    return doubled ? at + 1 : at;
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

  #endCell(): void {
    if (this.#long && this.#cell !== '') this.#spill();
    this.#row.push(
      this.#string ? this.#inQuotes() : /^\s*null\s*$/i.test(this.#cell) ? '' : this.#cell.trim(),
    );
    this.#cell = '';
    this.#string = false;
    this.#long = false;
    if (this.#row.length < ROW_CELLS) return;
    this.#sink.row(this.#row);
    this.#row = [];
  }

  /** The string without the type that PostgreSQL writes behind: `'...'::text`. */
  #inQuotes(): string {
    const behind = this.#cell.slice(this.#stringEnd);
    return /^\s*(?:::[\w\s.[\]"]*)?$/.test(behind) ? this.#cell.slice(0, this.#stringEnd) : this.#cell;
  }

  #endRow(): void {
    this.#endCell();
    if (this.#row.length > 0) this.#sink.row(this.#row);
    this.#row = [];
    this.#state = 'between';
  }
}

const SPECIAL = /['"(),[\]]/g;
