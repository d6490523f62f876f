/** Rows of a query as a table for people, CSV for spreadsheets, or JSON lines for programs. */
import { csv, forTerminal } from './escape.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';

export type RowsFormat = 'table' | 'csv' | 'json';
export type Value = string | number | Uint8Array | null;

/** Widest column of a table; the rest of a cell goes on below. */
const WIDEST = 60;
/** Width where there is no terminal. */
const PAGE = 200;

/** The rows as text that ends in a line end; only CSV and JSON are meant for programs. */
export function formatRows(
  { columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly (readonly Value[])[] },
  options: { readonly format: RowsFormat; readonly columns: number | undefined; readonly style: Style },
): string {
  switch (options.format) {
    case 'csv':
      return csv(
        columns,
        rows.map((row) => row.map(textual)),
      );
    case 'json':
      return rows.map((row) => `${JSON.stringify(objectOf(columns, row))}\n`).join('');
    case 'table':
      return table(columns, rows, options);
  }
}

function objectOf(columns: readonly string[], row: readonly Value[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map((column, index) => {
      const value = row[index] ?? null;
      return [column, textual(value)];
    }),
  );
}

/** Bytes are shown as SQLite writes them, `x'00ff'`. */
function textual(value: Value): string | number | null {
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : value;
}

function table(
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  { columns: screen = PAGE, style }: { readonly columns: number | undefined; readonly style: Style },
): string {
  const cells = rows.map((row) => columns.map((_, index) => shown(row[index] ?? null)));
  const natural = columns.map((column, index) =>
    Math.min(WIDEST, Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0))),
  );
  const widths = shrink(natural, screen - 2 * (columns.length - 1));
  const layout = columns.map((column, index) => ({
    title: style.bold(forTerminal(column)),
    width: widths[index] ?? WIDEST,
    align: rows.every((row) => typeof (row[index] ?? 0) !== 'string')
      ? ('right' as const)
      : ('left' as const),
  }));
  return `${formatTable(layout, cells)}\n`;
}

function shown(value: Value): string {
  return value === null ? '' : forTerminal(String(textual(value)));
}

/** Takes from the widest columns until all fit; none gets narrower than 8. */
function shrink(widths: readonly number[], room: number): readonly number[] {
  const fitted = [...widths];
  let excess = fitted.reduce((total, width) => total + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...fitted);
    if (widest <= 8) break;
    fitted[fitted.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return fitted;
}
