/** The screen after a scan: how much there is at which level, the worst of it and why, what is new, what was not read, what next. */
import type { ScanSummary, SourceChanges, SummaryGap, SummaryTotal } from '../inventory/summary.ts';
import { LEVELS, type Level, type RunStatus } from '../model.ts';
import { forTerminal } from './escape.ts';
import { formatAge, formatCount, formatDuration, formatSize, plural } from './format.ts';
import { formatHighlights, type Highlight } from './most-sensitive.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';
import { tail, wrap } from './wrap.ts';

/** Text never gets wider, however wide the terminal. */
const WIDEST = 100;
const NARROWEST = 72;
/** Room that the columns of levels need beside the sources' names. */
const OTHER_COLUMNS = 62;

/** How the scan of one source ended. */
export interface SourceEnd {
  readonly source: string;
  readonly status: RunStatus;
  /** What went wrong with the source as a whole. */
  readonly error: string | null;
}

export interface SummaryOptions {
  readonly style: Style;
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  readonly now: Date;
  /** The worst of it. */
  readonly highlights: readonly Highlight[];
  /** Seconds the scan took. */
  readonly seconds: number;
  /** Every source of this scan, also those that came to nothing. */
  readonly ends: readonly SourceEnd[];
  /** Something is not covered, for whatever reason. */
  readonly incomplete: boolean;
  /** Read in this scan. */
  readonly bytesRead: number;
  /** Sent over the network in this scan. */
  readonly requests: number;
  /** How the program was started: `whereabouts`, `npx whereabouts`. */
  readonly program: string;
  /** `--inventory x.db` where the commands to type next need it; else empty. */
  readonly flags: string;
  /** The SQLite file, for people. */
  readonly inventory: string;
}

/** The whole screen; ends with a line end. */
export function formatSummary(summary: ScanSummary, options: SummaryOptions): string {
  const width = summaryWidth(options.columns);
  const screen = { ...options, width };
  const parts = [
    headline(summary, screen),
    summary.totals.length > 0 ? totals(summary.totals, screen) : '',
    worst(screen),
    changes(summary.changes, screen),
    gaps(summary, screen),
    nextSteps(summary.gaps, screen),
  ];
  return `\n${parts.filter((part) => part.length > 0).join('\n\n')}\n`;
}

/** Characters that a line of the screen has at most. */
export function summaryWidth(columns: number | undefined): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns ?? WIDEST));
}

interface Screen extends SummaryOptions {
  readonly width: number;
}

function headline({ totals: rows }: ScanSummary, screen: Screen): string {
  const { style, seconds, bytesRead, requests, ends, incomplete } = screen;
  const assets = sum(rows, ({ assets: count }) => count);
  const said = `${plural(assets, 'asset')} in ${plural(ends.length, 'source')}, ${formatSize(sum(rows, ({ bytes }) => bytes))}`;
  const asked = requests > 0 ? ` with ${plural(requests, 'request')}` : '';
  const read = `${formatSize(bytesRead)} read in ${formatDuration(seconds)}${asked}`;
  const verdict = incomplete
    ? style.warn('Not everything could be read: see below.')
    : style.good('All of it is accounted for.');
  return `${style.bold(said)}; ${read}\n${verdict}`;
}

function totals(rows: readonly SummaryTotal[], { style, width }: Screen): string {
  const levels: readonly (Level | null)[] = [...[...LEVELS].reverse(), null];
  const sources = [...new Set(rows.map(({ source }) => source))];
  const cell = (chosen: readonly SummaryTotal[], level?: Level | null) => {
    const assets = sum(chosen, (row) => row.assets);
    if (assets === 0) return style.dim('-');
    const text = formatCount(assets);
    const painted = level === undefined ? style.bold(text) : style.level(level, text);
    return `${painted}\n${style.dim(formatSize(sum(chosen, (row) => row.bytes)))}`;
  };
  const line = (name: string, chosen: readonly SummaryTotal[]) => [
    name,
    ...levels.map((level) =>
      cell(
        chosen.filter((row) => row.level === level),
        level,
      ),
    ),
    cell(chosen),
  ];
  const columns = [
    { title: style.bold('Source') },
    ...levels.map((level) => ({ title: style.level(level, level ?? 'unknown'), align: 'right' as const })),
    { title: style.bold('all'), align: 'right' as const },
  ];
  return formatTable(columns, [
    ...sources.map((source) =>
      line(
        tail(forTerminal(source), width - OTHER_COLUMNS),
        rows.filter((row) => row.source === source),
      ),
    ),
    ...(sources.length > 1 ? [line(style.bold('all'), rows)] : []),
  ]);
}

function worst({ highlights, incomplete, style, width }: Screen): string {
  if (highlights.length === 0) {
    const where = incomplete ? ' in what could be read' : '';
    return `Nothing confidential or restricted was found${where}.`;
  }
  return `${style.bold('Most sensitive')}\n${formatHighlights(highlights, style, width)}`;
}

function changes(rows: readonly SourceChanges[], { style, now, width }: Screen): string {
  const named = (chosen: readonly SourceChanges[]) =>
    chosen.map(({ source }) => forTerminal(source)).join(', ');
  const first = rows.filter(({ since }) => since === null);
  const same = rows.filter((row) => row.since !== null && changesOf(row) === '');
  const lines = rows
    .filter((row) => row.since !== null && changesOf(row) !== '')
    .map(
      (row) => `${forTerminal(row.source)}: ${changesOf(row)} (last scan ${formatAge(row.since ?? '', now)})`,
    );
  if (same.length > 0) lines.push(`nothing in ${named(same)}`);
  if (first.length > 0)
    lines.push(`${named(first)}: never scanned completely before, so all that was found is new`);
  return [
    style.bold('New since last time'),
    ...lines.flatMap((line) => wrap(line, { width, indent: 2 })),
  ].join('\n');
}

function changesOf(row: SourceChanges): string {
  const counts: readonly (readonly [number, string])[] = [
    [row.added, 'new'],
    [row.newUnclassified, 'of them sensitive or unread, and classified by nobody'],
    [row.changed, 'changed'],
    [row.removed, 'gone'],
    [row.levelRaised, 'with a higher level'],
    [row.exposureWidened, 'open to more people'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${formatCount(count)} ${what}`)
    .join(', ');
}

function gaps({ totals: levels, gaps: rows }: ScanSummary, { style, width, ends }: Screen): string {
  const unfinished = ends
    .filter(({ status }) => status !== 'complete')
    .flatMap(({ source, status, error }) =>
      wrap(`${forTerminal(source)} ${ENDS[status]}${error === null ? '' : `: ${forTerminal(error)}`}`, {
        width,
        indent: 2,
      }),
    );
  const lines = rows.flatMap(({ reason, incomplete, count, advice, exampleUri, exampleMessage }) => {
    const said = `${formatCount(count)} ${reason}${incomplete ? '' : ', by design'}: ${advice}`;
    if (!incomplete) return wrap(said, { width, indent: 2 }).map(style.dim);
    const example = `such as ${forTerminal(exampleUri)}: ${forTerminal(exampleMessage)}`;
    return [
      ...wrap(said, { width, indent: 2 }).map(style.warn),
      ...wrap(example, { width, indent: 4 }).map(style.dim),
    ];
  });
  const unknown = sum(
    levels.filter(({ level }) => level === null),
    ({ assets }) => assets,
  );
  const unread = `${plural(unknown, 'asset')} of unknown level: the content was not read, which does not make it harmless`;
  const all = [
    ...unfinished.map(style.bad),
    ...lines,
    ...(unknown > 0 ? wrap(unread, { width, indent: 2 }).map((line) => style.level(null, line)) : []),
  ];
  return [style.bold('Not read'), ...(all.length > 0 ? all : ['  nothing: all of it was looked at'])].join(
    '\n',
  );
}

/** What became of a source that was not scanned to its end. */
const ENDS: Readonly<Record<RunStatus, string>> = {
  running: 'is still being scanned',
  complete: 'was scanned to its end',
  partial: 'could not be listed to its end',
  failed: 'could not be scanned',
  interrupted: 'was stopped; the next scan goes on from there',
};

function nextSteps(
  open: readonly SummaryGap[],
  { style, program, flags, inventory, highlights }: Screen,
): string {
  const command = (words: string) => [program, words, flags].filter((part) => part !== '').join(' ');
  const worstOf = highlights[0]?.asset;
  const steps: (readonly [string, string])[] = [[command('report'), 'who has what, on one page']];
  if (worstOf)
    steps.push([command(`explain ${worstOf.assetId}`), `why the first of them is ${worstOf.level}`]);
  if (open.some((gap) => gap.incomplete))
    steps.push([command('query not-read'), 'all that was not read, and why']);
  steps.push(
    [command('query --list'), 'the questions an auditor asks'],
    [`sqlite3 ${inventory}`, 'or ask it anything'],
  );
  const longest = Math.max(...steps.map(([typed]) => typed.length));
  const lines = steps.map(([typed, what]) => `  ${typed.padEnd(longest)}  ${style.dim(what)}`);
  return [style.bold('Next'), ...lines].join('\n');
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
