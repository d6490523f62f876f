/** Rows of a query as a table for people, CSV for spreadsheets, or JSON lines for programs. */
import { csv, forTerminal } from './escape.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';
import { wrap } from './wrap.ts';

export type RowsFormat = 'table' | 'csv' | 'json';
export type Value = string | number | Uint8Array | null;

/** Widest column of a table; the rest of a cell goes on below. */
const WIDEST = 60;
/** Narrowest that a column with longer cells is made: what does not fit then is told row by row. */
const NARROWEST = 16;
/** Width where there is no terminal. */
const PAGE = 200;

/** The rows as text that ends in a line end; only CSV and JSON are meant for programs. A table that is too wide is told row by row. */
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
    Math.min(
      WIDEST,
      cells.reduce((widest, row) => Math.max(widest, row[index]?.length ?? 0), column.length),
    ),
  );
  const widths = shrink(natural, screen - 2 * (columns.length - 1));
  if (widths === undefined) return rowByRow(columns, cells, { screen, style });
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

/** Takes from the widest columns until all fit; undefined when some would have to be narrower than can be read. */
function shrink(widths: readonly number[], room: number): readonly number[] | undefined {
  const fitted = [...widths];
  let excess = fitted.reduce((total, width) => total + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...fitted);
    if (widest <= NARROWEST) return undefined;
    fitted[fitted.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return fitted;
}

/** Each row as a block of its columns, those without a value left out; a blank line between blocks. */
function rowByRow(
  columns: readonly string[],
  cells: readonly (readonly string[])[],
  { screen, style }: { readonly screen: number; readonly style: Style },
): string {
  const label = Math.max(...columns.map((column) => column.length)) + 2;
  const blocks = cells.map((row) =>
    columns
      .flatMap((column, index) => {
        const cell = row[index] ?? '';
        if (cell === '') return [];
        const text = wrap(cell, { width: screen, indent: label }).join('\n').trimStart();
        return [`${style.bold(forTerminal(column).padEnd(label))}${text}\n`];
      })
      .join(''),
  );
  return blocks.join('\n');
}
