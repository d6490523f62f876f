/** The cells of one sheet of an old Excel workbook to rows, as a person would see them ([MS-XLS] 2.4). */
import { type BiffRecord, PartReader } from './biff-records.ts';
import { CELL_CHARS } from './rows.ts';
import { dateOf } from './sheet-dates.ts';
import type { XlsGlobals } from './xls-globals.ts';

const BLANKS = new Set([0x201, 0xbe]);
const LABEL_SHARED = 0xfd;
const LABELS = new Set([0x204, 0xd6]);
const NUMBER = 0x203;
const RK = 0x27e;
const MANY_RK = 0xbd;
const FORMULA = 0x06;
const FORMULA_TEXT = 0x207;
const TRUTH = 0x205;
/** Columns of old Excel. */
const COLUMNS = 256;

export interface XlsCellsOptions {
  readonly globals: XlsGlobals;
  row(cells: readonly string[]): void;
}

export class XlsCells {
  readonly #options: XlsCellsOptions;
  #cells: string[] = [];
  #row = -1;
  /** Where the text of the formula read last belongs, when one follows. */
  #awaited: { readonly row: number; readonly column: number } | undefined;

  constructor(options: XlsCellsOptions) {
    this.#options = options;
  }

  read({ type, parts }: BiffRecord): void {
    const reader = new PartReader(parts);
    if (type === FORMULA_TEXT) {
      if (this.#awaited !== undefined) this.#put(this.#awaited.row, this.#awaited.column, reader.string(2));
      this.#awaited = undefined;
      return;
    }
    if (!CELLS.has(type)) return;
    const [row, column] = [reader.number(2), reader.number(2)];
    if (type === MANY_RK) {
      this.#many(reader, row, column);
    } else {
      const style = reader.number(2);
      this.#put(row, column, this.#shown(type, reader, { row, column, style }));
    }
  }

  end(): void {
    if (this.#cells.length > 0) this.#options.row(this.#cells);
    this.#cells = [];
  }

  #shown(
    type: number,
    reader: PartReader,
    { row, column, style }: { readonly row: number; readonly column: number; readonly style: number },
  ): string {
    const { globals } = this.#options;
    if (type === LABEL_SHARED) return globals.strings[reader.number(4)] ?? '';
    if (LABELS.has(type)) return reader.string(2);
    if (type === RK) return this.#number(rkOf(reader.number(4)), style);
    if (type === TRUTH) return truth(reader.number(1), reader.number(1));
    const value = reader.bytes(8);
    if (value.length < 8) return '';
    // A formula whose value is no number says in the last two bytes that it is not, in the first what it is.
    if (type !== FORMULA || value.readUInt16LE(6) !== 0xffff)
      return this.#number(value.readDoubleLE(), style);
    if (value[0] === 0) this.#awaited = { row, column };
    return value[0] === 1 ? truth(value[2] ?? 0, 0) : '';
  }

  #many(reader: PartReader, row: number, first: number): void {
    for (let column = first; !reader.ended && column < COLUMNS; column += 1) {
      const style = reader.number(2);
      const bytes = reader.bytes(4);
      // The last two bytes are the number of the last column.
      if (bytes.length === 4) this.#put(row, column, this.#number(rkOf(bytes.readUInt32LE()), style));
    }
  }

  #number(value: number, style: number): string {
    const { globals } = this.#options;
    return (globals.isDate(style) ? dateOf(value, globals) : undefined) ?? String(value);
  }

  #put(row: number, column: number, text: string): void {
    if (row !== this.#row) this.end();
    this.#row = row;
    if (text === '' || column >= COLUMNS) return;
    while (this.#cells.length < column) this.#cells.push('');
    this.#cells[column] = text.slice(0, CELL_CHARS);
  }
}

const CELLS: ReadonlySet<number> = new Set([
  ...BLANKS,
  ...LABELS,
  LABEL_SHARED,
  NUMBER,
  RK,
  MANY_RK,
  FORMULA,
  TRUTH,
]);

function truth(value: number, isError: number): string {
  return isError === 1 ? '' : value === 1 ? 'TRUE' : 'FALSE';
}

/** A number in 30 bits: the upper half of a double or an integer, perhaps in hundredths ([MS-XLS] 2.5.217). */
function rkOf(coded: number): number {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE((coded & 0xffff_fffc) >>> 0, 4);
  const value = coded & 2 ? coded >> 2 : bytes.readDoubleLE();
  return coded & 1 ? value / 100 : value;
}
