/** One scan, start to end: the only place where connectors, workers, classification and the inventory meet. */
import type { Config } from '../config.ts';
import type { RunCounts } from '../inventory/types.ts';
import type { RunStatus } from '../model.ts';
import type { ScanObserver } from './events.ts';

export interface ScanOptions {
  readonly config: Config;
  /** Read everything again, changed or not. */
  readonly full: boolean;
  /** List and plan only: nothing is opened and nothing is written. */
  readonly dryRun: boolean;
  /** Aborting checkpoints the current page and returns with `interrupted`. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly observe: ScanObserver;
  readonly log: (level: 'debug' | 'info' | 'warn', message: string) => void;
}

export interface SourceResult {
  readonly source: string;
  readonly runId: number;
  readonly status: RunStatus;
  readonly counts: RunCounts;
  /** What went wrong with the source as a whole. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ScanResult {
  readonly sources: readonly SourceResult[];
  /** Coverage is incomplete: exit code 3. */
  readonly incomplete: boolean;
  /** No source let us in: exit code 12. */
  readonly noAccess: boolean;
  readonly interrupted: boolean;
}

/** @throws UserError when another scan holds the inventory's lock (exit 11) or the inventory cannot be written (exit 4) */
export declare function runScan(options: ScanOptions): Promise<ScanResult>;
