/** How a delimited file is written, found out from its beginning: delimiter, lines before the table, header. */

import { RowParser } from './csv-rows.ts';
import { headerOf } from './header.ts';

export interface Dialect {
  readonly delimiter: string;
  /** Rows before the table: a title, a comment, Excel's `sep=;`. */
  readonly skip: number;
  /** Undefined when the table has no header. */
  readonly header: readonly string[] | undefined;
}

const DELIMITERS = [',', '\t', ';', '|', '\x01', '^'] as const;
/** Rows looked at. */
const SAMPLE_ROWS = 50;

/** `whole`: the sample is all there is, so its last line is complete. */
export function dialectOf(
  sample: string,
  { name, whole }: { readonly name: string; readonly whole: boolean },
): Dialect {
  const told = /^sep=(.)\r?\n/i.exec(sample)?.[1];
  const delimiter = told ?? likeliest(sample, { whole, preferred: /\.(tsv|tab)$/i.test(name) ? '\t' : ',' });
  const rows = sampleRows(sample, delimiter, whole);
  const skip = told !== undefined ? 1 : leadingRows(rows);
  return { delimiter, skip, header: headerOf(rows.slice(skip)) };
}

/** The delimiter of a text that is a table by its looks alone: three rows or more, two columns or more, all as wide. */
export function tableDelimiter(sample: string, whole: boolean): string | undefined {
  const end = sample.indexOf('\n');
  const first = end === -1 ? sample : sample.slice(0, end);
  return DELIMITERS.find((delimiter) => {
    if (!first.includes(delimiter)) return false;
    const widths = sampleRows(sample, delimiter, whole).map((row) => row.length);
    const width = widths[0] ?? 0;
    // Commas stand in prose too, so they must agree on more.
    const least = delimiter === ',' ? 3 : 2;
    return widths.length >= 3 && width >= least && widths.every((other) => other === width);
  });
}

/** The delimiter that cuts most rows into the same number of cells, more than one. */
function likeliest(
  sample: string,
  { whole, preferred }: { readonly whole: boolean; readonly preferred: string },
): string {
  let best = { delimiter: preferred, score: 0 };
  for (const delimiter of [preferred, ...DELIMITERS.filter((other) => other !== preferred)]) {
    if (!sample.includes(delimiter)) continue;
    const widths = sampleRows(sample, delimiter, whole).map((row) => row.length);
    const width = mode(widths.filter((other) => other > 1));
    const score = widths.filter((other) => other === width && other > 1).length / Math.max(1, widths.length);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function sampleRows(sample: string, delimiter: string, whole: boolean): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  const parser = new RowParser(delimiter, { row: (cells) => rows.push(cells), long: () => undefined });
  parser.write(sample);
  // The last row is cut short unless the sample is all there is.
  if (whole) parser.end();
  return rows.filter((row) => row.length > 1 || row[0]?.trim() !== '').slice(0, SAMPLE_ROWS);
}

/** How many rows stand above the first one that is as wide as most: titles and comments with a single cell. */
export function leadingRows(rows: readonly (readonly string[])[]): number {
  const width = mode(rows.map((row) => row.length));
  if (width < 2) return 0;
  const first = rows.findIndex(
    (row) => row.filter((cell) => cell.trim() !== '').length > 1 && row.length >= width,
  );
  return first > 0 && first <= 10 ? first : 0;
}

function mode(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  let best = 0;
  for (const [n, count] of counts) if (count > (counts.get(best) ?? 0)) best = n;
  return best;
}
