/** Columns of text for the terminal, aligned, wrapped to its width, without ruling. */
import { stripVTControlCharacters } from 'node:util';
import CliTable from 'cli-table3';
import { wrap } from './wrap.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Characters; longer cells wrap. Absent: as wide as its widest cell. */
  readonly width?: number;
}

const NO_RULES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows that the library lays out at once: it holds each line on the call stack, which a hundred thousand would burst. */
const AT_ONCE = 1000;

/** The table as lines, header first when any column has a title. Cells must be fit for the terminal already; coloured ones never wrap. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const fittedRows = rows.map((row) => row.map((cell, index) => fitted(cell, columns[index]?.width)));
  if (rows.length <= AT_ONCE) return layOut(columns, fittedRows);
  // Every part is laid out with a first row as wide as the widest of all, which then goes.
  const widest = columns.map(({ title }, index) =>
    fittedRows.reduce((width, row) => Math.max(width, lineLength(row[index] ?? '')), lineLength(title)),
  );
  const ruler = widest.map((width) => '-'.repeat(width));
  const head = columns.some(({ title }) => title !== '') ? 1 : 0;
  const parts = Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, part) => {
    const own = fittedRows.slice(part * AT_ONCE, (part + 1) * AT_ONCE);
    const lines = layOut(columns, [ruler, ...own]).split('\n');
    return [...(part === 0 ? lines.slice(0, head) : []), ...lines.slice(head + 1)].join('\n');
  });
  return parts.join('\n');
}

/** Characters of the longest line, colours left out. */
function lineLength(cell: string): number {
  return Math.max(...cell.split('\n').map((line) => stripVTControlCharacters(line).length));
}

function layOut(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new CliTable({
    ...(columns.some(({ title }) => title !== '') ? { head: columns.map(({ title }) => title) } : {}),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: NO_RULES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function fitted(cell: string, width: number | undefined): string {
  return width === undefined || cell.includes('\x1b') ? cell : wrap(cell, { width, indent: 0 }).join('\n');
}
