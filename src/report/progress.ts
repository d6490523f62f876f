/** Shows a scan while it runs: bars on a terminal, a plain line every few seconds elsewhere, nothing when quiet. */
import type { Writable } from 'node:stream';
import { MultiBar, type SingleBar } from 'cli-progress';
import type { ScanEvent, ScanObserver } from '../scan/events.ts';
import { forTerminal } from './escape.ts';
import { formatCount, formatDuration, formatSize, plural } from './format.ts';
import { tail } from './wrap.ts';

/** Seconds between plain lines. */
const PLAIN_INTERVAL = 5;
const BAR_WIDTH = 20;
/** Characters of a line where the terminal does not say. */
const LINE_WIDTH = 80;
/** Most characters of a source's name before the bar. */
const NAME_WIDTH = 24;

/** A terminal, a file or a pipe; of a terminal also how many characters its lines have. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface ProgressOptions {
  readonly stream: Output;
  readonly quiet: boolean;
  /** Seconds, monotonic. */
  readonly clock: () => number;
}

export interface Progress {
  readonly observe: ScanObserver;
  /** Writes whole lines without breaking the bars. */
  write(lines: string): void;
  /** Takes the bars away. */
  stop(): void;
}

/** Standard error is where it goes; standard output stays for data. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.quiet) {
    return { observe: () => undefined, write: (lines) => options.stream.write(lines), stop: () => undefined };
  }
  return options.stream.isTTY ? barProgress(options) : plainProgress(options);
}

/** What a bar shows; `{eta}` in it is filled in when it is drawn. */
interface Payload {
  readonly line: string;
}

type Running = Extract<ScanEvent, { type: 'progress' }>;

function barProgress({ stream, clock }: ProgressOptions): Progress {
  const bars = new MultiBar({
    stream,
    format: (_options, params, payload: Payload) =>
      shorten(payload.line.replace('{eta}', eta(params)), stream.columns ?? LINE_WIDTH),
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    linewrap: null,
    fps: 8,
  });
  const running = new Map<string, { readonly bar: SingleBar; readonly started: number }>();

  const observe: ScanObserver = (event) => {
    switch (event.type) {
      case 'source-started': {
        const line = `${name(event.source)}  ${event.resumed ? 'going on where it stopped' : 'starting'}`;
        running.set(event.source, { bar: bars.create(1, 0, { line }), started: clock() });
        return;
      }
      case 'progress': {
        const shown = running.get(event.source);
        if (shown === undefined) return;
        // A source that has grown since its last run passes what was expected; the bar then has no end to show.
        const total = event.expected !== null && event.expected >= event.listed ? event.expected : null;
        shown.bar.setTotal(total ?? event.listed);
        shown.bar.update(event.listed, {
          line: barLine(event, total, clock() - shown.started),
        });
        return;
      }
      case 'source-finished': {
        const shown = running.get(event.source);
        if (shown !== undefined) bars.remove(shown.bar);
        running.delete(event.source);
        bars.log(`${finishedLine(event)}\n`);
        bars.update();
        return;
      }
      default:
        return;
    }
  };
  return {
    observe,
    write: (lines) => (running.size > 0 ? bars.log(lines) : stream.write(lines)),
    stop: () => bars.stop(),
  };
}

function plainProgress({ stream, clock }: ProgressOptions): Progress {
  const started = new Map<string, number>();
  let last = clock();
  const say = (line: string) => stream.write(`${line}\n`);

  const observe: ScanObserver = (event) => {
    switch (event.type) {
      case 'source-started':
        started.set(event.source, clock());
        say(`${forTerminal(event.source)}: ${event.resumed ? 'going on where it stopped' : 'starting'}`);
        return;
      case 'progress':
        if (clock() - last < PLAIN_INTERVAL) return;
        last = clock();
        say(`${forTerminal(event.source)}: ${counts(event, last - (started.get(event.source) ?? last))}`);
        return;
      case 'source-finished':
        say(finishedLine(event));
        return;
      default:
        return;
    }
  };
  return { observe, write: (lines) => stream.write(lines), stop: () => undefined };
}

function barLine(event: Running, total: number | null, seconds: number): string {
  const done = total === null || total === 0 ? null : event.listed / total;
  const filled = Math.round((done ?? 0) * BAR_WIDTH);
  const bar = done === null ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} `;
  const of = total === null ? '' : ` of ${formatCount(total)}`;
  return `${name(event.source)}  ${bar}${counts(event, seconds, of)}${done === null ? '' : '  {eta}'}`;
}

function counts(event: Running, seconds: number, of = ''): string {
  const rate = seconds > 0 ? `  ${formatSize(event.bytesRead / seconds)}/s` : '';
  return `${formatCount(event.listed)}${of} assets, ${formatSize(event.bytesRead)} read${rate}`;
}

function eta({ eta: seconds }: { readonly eta: number }): string {
  return Number.isFinite(seconds) ? `${formatDuration(seconds)} left` : '';
}

function finishedLine(event: Extract<ScanEvent, { type: 'source-finished' }>): string {
  const { counts: total, requests, seconds } = event;
  const asked = requests > 0 ? ` with ${plural(requests, 'request')}` : '';
  const said = `${plural(total.listed, 'asset')}, ${formatSize(total.bytesRead)} read in ${formatDuration(seconds)}${asked}`;
  const error = event.error === undefined ? '' : ` (${forTerminal(event.error)})`;
  return `${forTerminal(event.source)}: ${event.status}, ${said}${error}`;
}

function name(source: string): string {
  const shown = forTerminal(source);
  return tail(shown, NAME_WIDTH).padEnd(NAME_WIDTH);
}

/** A line longer than the terminal would wrap and break the redrawing. */
function shorten(line: string, columns: number): string {
  return columns > 0 && line.length >= columns ? `${line.slice(0, columns - 2)}…` : line;
}
