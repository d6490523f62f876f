/** The XML of one Excel sheet to rows of cells as a person would see them (ECMA-376 part 1, 18.3.1.4). */
import { Markup } from './markup.ts';
import { CELL_CHARS } from './rows.ts';
import { dateOf } from './sheet-dates.ts';

export interface SheetOptions {
  /** Shared strings by number. */
  readonly strings: readonly string[];
  /** By style number: whether a number is a date. */
  readonly dates: readonly boolean[];
  row(cells: readonly string[]): void;
}

/** Columns of Excel. */
const COLUMNS = 16_384;

export class SheetCells {
  readonly #options: SheetOptions;
  readonly #markup: Markup;
  #row: string[] = [];
  #column = 0;
  #type = 'n';
  #style = 0;
  #value = '';
  #inValue = false;

  constructor(options: SheetOptions) {
    this.#options = options;
    this.#markup = new Markup(
      {
        open: (name, attributes) => this.#open(name, attributes),
        close: (name) => this.#close(name),
        text: (text) => {
          if (this.#inValue && this.#value.length < CELL_CHARS) this.#value += text;
        },
        comment: () => undefined,
        instruction: () => undefined,
      },
      { xml: true },
    );
  }

  write(piece: string): void {
    this.#markup.write(piece);
  }

  end(): void {
    this.#markup.end();
    this.#endRow();
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    const local = name.slice(name.indexOf(':') + 1);
    if (local === 'c') {
      this.#column = columnOf(attributes.r ?? '') ?? this.#row.length;
      this.#type = attributes.t ?? 'n';
      this.#style = Number(attributes.s ?? 0);
      this.#value = '';
    }
    // `v` is the value, also of a formula; `t` the text of an inline string. The formula itself is not data.
    this.#inValue = local === 'v' || local === 't';
  }

  #close(name: string): void {
    const local = name.slice(name.indexOf(':') + 1);
    this.#inValue = false;
    if (local === 'c') this.#endCell();
    else if (local === 'row') this.#endRow();
  }

  #endCell(): void {
    const text = this.#shown();
    if (text === '' || this.#column >= COLUMNS) return;
    while (this.#row.length < this.#column) this.#row.push('');
    this.#row[this.#column] = text;
  }

  #shown(): string {
    const value = this.#value;
    if (this.#type === 's') return this.#options.strings[Number(value)] ?? '';
    if (this.#type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    if (this.#type === 'n' && value !== '' && this.#options.dates[this.#style])
      return dateOf(Number(value)) ?? value;
    return value;
  }

  #endRow(): void {
    if (this.#row.length > 0) this.#options.row(this.#row);
    this.#row = [];
  }
}

/** 0 for `A1`, 27 for `AB7`. */
function columnOf(reference: string): number | undefined {
  let column = 0;
  for (const char of reference) {
    const letter = char.charCodeAt(0) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column === 0 ? undefined : column - 1;
}
