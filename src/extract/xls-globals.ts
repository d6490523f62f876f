/** What an old Excel workbook says once for all its sheets: their names, shared strings, formats, and how days are counted. */
import { type BiffRecord, PartReader, SST } from './biff-records.ts';
import { isBuiltInDate, isDateFormat } from './sheet-dates.ts';

const BOUNDSHEET = 0x85;
const DATEMODE = 0x22;
const FORMAT = 0x41e;
const XF = 0xe0;

export class XlsGlobals {
  /** Texts that cells refer to by number. */
  strings: readonly string[] = [];
  /** Days are counted from 1904. */
  from1904 = false;
  readonly #names = new Map<number, string>();
  readonly #dateFormats = new Set<number>();
  /** The number format of each cell style. */
  readonly #styles: number[] = [];

  read({ type, parts }: BiffRecord): void {
    const reader = new PartReader(parts);
    if (type === SST) {
      this.strings = sharedStrings(reader);
    } else if (type === BOUNDSHEET) {
      const offset = reader.number(4);
      reader.number(2);
      this.#names.set(offset, reader.string(1));
    } else if (type === DATEMODE) {
      this.from1904 = reader.number(2) === 1;
    } else if (type === FORMAT) {
      const number = reader.number(2);
      if (isDateFormat(reader.string(2))) this.#dateFormats.add(number);
    } else if (type === XF) {
      reader.number(2);
      this.#styles.push(reader.number(2));
    }
  }

  /** Sheets of all kinds that there should be. */
  get sheets(): number {
    return this.#names.size;
  }

  /** The name on the tab of the sheet that begins at `offset` of the stream. */
  nameAt(offset: number): string {
    return this.#names.get(offset) ?? '';
  }

  /** True when cells of this style show numbers as dates. */
  isDate(style: number): boolean {
    const format = this.#styles[style] ?? 0;
    return isBuiltInDate(format) || this.#dateFormats.has(format);
  }
}

function sharedStrings(reader: PartReader): readonly string[] {
  reader.number(4);
  const count = reader.number(4);
  const strings: string[] = [];
  while (strings.length < count && !reader.ended) strings.push(reader.string(2));
  return strings;
}
