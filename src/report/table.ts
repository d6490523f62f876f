/** Columns of text for the terminal, aligned, wrapped to its width, without ruling. */
import CliTable from 'cli-table3';

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

/** The table as lines, header first when any column has a title. Cells must be fit for the terminal already. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new CliTable({
    ...(columns.some(({ title }) => title !== '') ? { head: columns.map(({ title }) => title) } : {}),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    colWidths: columns.map(({ width }) => width ?? null),
    wordWrap: true,
    // Paths have no spaces to break at.
    wrapOnWordBoundary: false,
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
