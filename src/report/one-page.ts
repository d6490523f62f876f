/** The one-page inventory that a policy asks for: every place that holds client data, by client and level; for the terminal. */
import type { ChainCheck } from '../inventory/events.ts';
import type { ReportRow } from '../inventory/report.ts';
import type { SourceState, SummaryGap } from '../inventory/summary.ts';
import { forTerminal } from './escape.ts';
import { formatAge, formatCount, formatSize } from './format.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';
import { clientOf } from './words.ts';

/** What is on the page, whatever its form. */
export interface OnePage {
  /** ISO 8601 UTC: when it was printed. */
  readonly at: string;
  /** Path of the SQLite file. */
  readonly inventory: string;
  readonly sources: readonly SourceState[];
  readonly rows: readonly ReportRow[];
  /** Those that stand, of all sources. */
  readonly gaps: readonly SummaryGap[];
  /** Of the events: proof that the record of changes is whole. */
  readonly chain: ChainCheck;
}

/** The kinds of places a policy asks for, in this order. */
export const CATEGORIES = {
  storage: 'Storage accounts',
  machine: 'Local machines',
  saas: 'SaaS tools',
  experiment: 'Experiment environments',
} as const;

/** Titles of the columns, in every form. */
export const COLUMNS = [
  'Place',
  'Client',
  'Level',
  'Assets',
  'Size',
  'Who can read',
  'Copies',
  'Not read',
  'Last scan',
];

const NUMERIC = new Set(['Assets', 'Size', 'Copies', 'Not read']);

/** The page as text; ends with a line end. */
export function formatOnePage(page: OnePage, options: { readonly style: Style; readonly now: Date }): string {
  const { style, now } = options;
  const sections = Object.entries(CATEGORIES).map(([category, title]) => {
    const rows = page.rows.filter((row) => row.category === category);
    const body = rows.length === 0 ? `  ${emptySection(page, category)}` : placesTable(rows, style, now);
    return `${style.bold(title)}\n${body}`;
  });
  return `${[
    style.bold(`Where client data lives, ${page.at.slice(0, 10)}`),
    ...sections,
    `${style.bold('Not read')}\n${notRead(page)
      .map((line) => `  ${line}`)
      .join('\n')}`,
    `${style.bold('Proof')}\n${proof(page)
      .map((line) => `  ${line}`)
      .join('\n')}`,
  ].join('\n\n')}\n`;
}

/** What to say of a category without client data: looked and found none is not the same as not looked. */
export function emptySection({ sources }: OnePage, category: string): string {
  const scanned = sources.filter((source) => source.category === category);
  if (scanned.length === 0) return 'none is scanned';
  return `no client data found in ${scanned.map(({ name }) => forTerminal(name)).join(', ')}`;
}

/** The cells of a row, in the order of COLUMNS. */
export function cellsOf(row: ReportRow, now: Date): readonly string[] {
  const region = row.region === null ? '' : ` (${row.region})`;
  // The container of a folder is that folder; the source's name says it already.
  const container = row.uri.startsWith('file:') ? '' : ` / ${row.containerName}`;
  return [
    forTerminal(`${row.source}${container}${region}`),
    forTerminal(clientOf(row.client, row.clientBasis) ?? 'not known'),
    row.level ?? 'unknown',
    formatCount(row.assets),
    formatSize(row.bytes),
    row.exposure,
    formatCount(row.copies),
    formatCount(row.notRead),
    row.lastComplete === null ? 'never complete' : formatAge(row.lastComplete, now),
  ];
}

/** Gaps in words, one line each. */
export function notRead({ gaps }: OnePage): readonly string[] {
  if (gaps.length === 0) return ['nothing: all of it was looked at'];
  return gaps.map(
    ({ reason, incomplete, count, advice }) =>
      `${formatCount(count)} ${reason}${incomplete ? '' : ', by design'}: ${advice}`,
  );
}

/** The chain of events, and where the page was made from. */
export function proof({ chain, inventory, sources }: OnePage): readonly string[] {
  const never = sources
    .filter(({ lastComplete }) => lastComplete === null)
    .map(({ name }) => forTerminal(name));
  return [
    chain.brokenAt === null
      ? `the record of ${formatCount(chain.events)} changes is whole`
      : `THE RECORD OF CHANGES IS BROKEN at event ${chain.brokenAt}: somebody has edited the file`,
    `its last hash: ${chain.head ?? 'none yet'}`,
    ...(never.length > 0 ? [`never scanned to the end: ${never.join(', ')}`] : []),
    `from ${forTerminal(inventory)}`,
  ];
}

function placesTable(rows: readonly ReportRow[], style: Style, now: Date): string {
  const columns = COLUMNS.map((title, index) => ({
    title: style.dim(title),
    ...(index === 0 ? { width: 28 } : {}),
    align: NUMERIC.has(title) ? ('right' as const) : ('left' as const),
  }));
  const cells = rows.map((row) =>
    cellsOf(row, now).map((cell, index) => {
      if (COLUMNS[index] === 'Level') return style.level(row.level, cell);
      const alarming = COLUMNS[index] === 'Who can read' && (cell === 'public' || cell === 'unknown');
      return alarming ? style.bad(cell) : cell;
    }),
  );
  return formatTable(columns, cells)
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
