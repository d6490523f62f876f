/** What a scan tells whoever watches it: the progress display, `--json`, tests. */

import type { RunCounts } from '../inventory/types.ts';
import type { Gap, RunStatus } from '../model.ts';

export type ScanEvent =
  | {
      readonly type: 'source-started';
      readonly source: string;
      readonly runId: number;
      readonly resumed: boolean;
    }
  | { readonly type: 'container'; readonly source: string; readonly container: string }
  | {
      /** After every committed page; running totals of this source in this process. */
      readonly type: 'progress';
      readonly source: string;
      readonly container: string;
      readonly listed: number;
      readonly read: number;
      readonly unchanged: number;
      readonly gaps: number;
      readonly bytesRead: number;
      readonly requests: number;
      /** Assets of the source at its last complete run; null on the first. */
      readonly expected: number | null;
    }
  | { readonly type: 'gap'; readonly source: string; readonly uri: string; readonly gap: Gap }
  | {
      /** Only with `dryRun`: one asset that would be read or not. */
      readonly type: 'would';
      readonly source: string;
      readonly uri: string;
      readonly action: 'read' | 'unchanged' | 'metadata' | 'gap';
      readonly bytes: number;
    }
  | {
      readonly type: 'source-finished';
      readonly source: string;
      readonly runId: number;
      readonly status: RunStatus;
      readonly counts: RunCounts;
      readonly requests: number;
      readonly removed: number;
      readonly seconds: number;
      readonly error?: string;
    };

export type ScanObserver = (event: ScanEvent) => void;
