/** The log: lines from a level up, without credentials and without control characters. */
import { linesForTerminal } from './escape.ts';
import type { Redactor } from './redact.ts';
import type { Style } from './style.ts';

/** From silent to everything. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Log = (level: LogLevel, message: string) => void;

/** A log that writes what is at `level` or more urgent. */
export function createLog(options: {
  /** Gets whole lines with their line end. */
  readonly write: (line: string) => void;
  readonly style: Style;
  readonly level: LogLevel;
  readonly redact: Redactor;
}): Log {
  const { write, style, redact } = options;
  const most = LOG_LEVELS.indexOf(options.level);
  const labels: Readonly<Record<LogLevel, string>> = {
    error: style.bad('error'),
    warn: style.warn('warning'),
    info: 'info',
    debug: style.dim('debug'),
    trace: style.dim('trace'),
  };
  return (level, message) => {
    if (LOG_LEVELS.indexOf(level) > most) return;
    write(`${labels[level]}: ${linesForTerminal(redact(message))}\n`);
  };
}
