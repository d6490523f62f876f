/** The XML of one Excel sheet to rows of cells as a person would see them (ECMA-376 part 1, 18.3.1.4). */
import { CELL_CHARS } from './rows.ts';
import type { SheetAbout } from './sheet-about.ts';
import { dateOf } from './sheet-dates.ts';
import { attributesOf } from './xml-attributes.ts';
import { XmlTokens } from './xml-tokens.ts';

export interface SheetOptions {
  /** Shared strings by number. */
  readonly strings: readonly string[];
  /** By style number: whether a number is a date. */
  readonly dates: readonly boolean[];
  /** Is told what stands outside of the cells. */
  readonly about?: SheetAbout;
  row(cells: readonly string[]): void;
}

/** Columns of Excel. */
const COLUMNS = 16_384;

export class SheetCells {
  readonly #options: SheetOptions;
  readonly #xml: XmlTokens;
  #row: string[] = [];
  #column = 0;
  #type = 'n';
  #style = 0;
  #value = '';
  #inValue = false;
  #inData = false;

  constructor(options: SheetOptions) {
    this.#options = options;
    this.#xml = new XmlTokens({
      open: (name, attributes) => this.#open(name, attributes),
      close: (name) => this.#close(name),
      text: (text) => {
        if (this.#inValue && this.#value.length < CELL_CHARS) this.#value += text;
        else if (!this.#inData) this.#options.about?.text(text);
      },
    });
  }

  write(piece: string): void {
    this.#xml.write(piece);
  }

  end(): void {
    this.#xml.end();
    this.#endRow();
  }

  #open(name: string, attributes: string): void {
    const local = localName(name);
    if (local === 'c') {
      this.#column = this.#row.length;
      this.#type = 'n';
      this.#style = 0;
      this.#value = '';
      this.#cell(attributes);
    }
    // `v` is the value, also of a formula; `t` the text of an inline string. The formula itself is not data.
    this.#inValue = local === 'v' || local === 't';
    if (local === 'sheetData') this.#inData = true;
    else if (!this.#inData) this.#options.about?.open(local, attributes);
  }

  /** A cell's place (`r`), type (`t`) and style (`s`), in one go: they are most of a sheet. */
  #cell(attributes: string): void {
    for (let from = 0; ; ) {
      const equals = attributes.indexOf('=', from);
      if (equals === -1) return;
      const end = attributes.charCodeAt(equals + 1) === 0x22 ? attributes.indexOf('"', equals + 2) : -1;
      if (end === -1) {
        for (const [name, value] of Object.entries(attributesOf(attributes))) this.#attribute(name, value);
        return;
      }
      if (equals === 1 || attributes.charCodeAt(equals - 2) <= 0x20)
        this.#attribute(attributes.charAt(equals - 1), attributes.slice(equals + 2, end));
      from = end + 1;
    }
  }

  #attribute(name: string, value: string): void {
    if (name === 'r') this.#column = columnOf(value) ?? this.#column;
    else if (name === 't') this.#type = value;
    else if (name === 's') this.#style = Number(value);
  }

  #close(name: string): void {
    const local = localName(name);
    this.#inValue = false;
    if (local === 'c') this.#endCell();
    else if (local === 'row') this.#endRow();
    else if (local === 'sheetData') this.#inData = false;
    else if (!this.#inData) this.#options.about?.close();
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

/** `c` for `x:c`. */
function localName(name: string): string {
  return name.includes(':') ? name.slice(name.indexOf(':') + 1) : name;
}

/** 0 for `A1`, 27 for `AB7`. */
function columnOf(reference: string): number | undefined {
  let column = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const letter = reference.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column === 0 ? undefined : column - 1;
}
