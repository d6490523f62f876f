/** What every command is given: where it writes, what surrounds it, and the options that all commands share. */
import type { Surroundings } from '../config/sources.ts';
import type { ExitCode } from '../errors.ts';
import type { LogLevel } from '../report/log.ts';
import type { Output } from '../report/progress.ts';

/** The process around a command, handed in so that commands depend on nothing global. */
export interface Context extends Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Number of processor cores. */
  readonly cores: number;
  readonly now: () => Date;
  /** Seconds, monotonic. */
  readonly clock: () => number;
  /**
   * From now on the first Ctrl-C or SIGTERM aborts the signal instead of ending the process; a second one ends it at once.
   */
  readonly interruptible: () => Interrupt;
}

export interface Interrupt {
  readonly signal: AbortSignal;
  /** 130 or 143 after an interrupt. */
  exitCode(): ExitCode | undefined;
}

/** Options of every command. */
export interface CommonOptions {
  readonly config?: string;
  readonly inventory?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly logLevel: LogLevel;
  readonly concurrency?: number;
}

/** What a command's file exports as `run`; it gives the exit code. @throws UserError */
export type Run<Arguments extends readonly unknown[], Options> = (
  context: Context,
  options: Options,
  ...args: Arguments
) => Promise<ExitCode>;
