/** Columns of text for the terminal, aligned, wrapped to its width, without ruling. */
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

/** The table as lines, header first when any column has a title. Cells must be fit for the terminal already; coloured ones never wrap. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new CliTable({
    ...(columns.some(({ title }) => title !== '') ? { head: columns.map(({ title }) => title) } : {}),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: NO_RULES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map((cell, index) => fitted(cell, columns[index]?.width)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function fitted(cell: string, width: number | undefined): string {
  return width === undefined || cell.includes('\x1b') ? cell : wrap(cell, { width, indent: 0 }).join('\n');
}
