/** Messages between the main thread, which plans and writes, and the workers, which list, read, extract and detect. */
import type { Limits, OcrConfig, SourceConfig } from '../config.ts';
import type { Asset, Container, Cursor, Identity, Page } from '../connector.ts';
import type { FinderPlan } from '../detect/finder-plan.ts';
import type { ConnectorErrorCode } from '../errors.ts';
import type { ContentResult } from '../inventory/types.ts';
import type { DigestAlgorithm, Finding, Gap } from '../model.ts';
import type { Rule } from '../rule.ts';

/** What every worker of a run is born with. Secrets are in `sources`; it never leaves the process. */
export interface WorkerData {
  readonly sources: readonly SourceConfig[];
  readonly rules: readonly Rule[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limits: Limits;
  /** Absent: nothing is recognised in pictures. */
  readonly ocr?: OcrConfig | undefined;
  readonly concurrency: number;
  readonly pageSize: number;
  /** Name of the source -> as Environment.shared, the same for all threads. */
  readonly limiters: ReadonlyMap<string, SharedArrayBuffer>;
  /** Name of the source -> as RetryOptions.shared, the same for all threads. */
  readonly backOffs: ReadonlyMap<string, SharedArrayBuffer>;
  /** Whether it will be given assets to read, or sources to list. */
  readonly reads: boolean;
  /** For sketches; absent when none are made. */
  readonly key?: Uint8Array | undefined;
  /** Int32 slots shared with the main thread; see Slot. */
  readonly shared: SharedArrayBuffer;
  /** Int32 by index of rule, shared by all threads: 1 for a rule that never came to an end, which none may run again. */
  readonly off: SharedArrayBuffer;
}

/** Slots of `WorkerData.shared`, one Int32 each. */
export const SLOT = {
  /** 1 when the run is being aborted. */
  abort: 0,
  /** Index in the batch of the asset being read; -1 for none. */
  current: 1,
  /** Counts up with every chunk and segment; a watchdog sees whether it moves. */
  progress: 2,
  /** KiB read so far, for the progress display. */
  kib: 3,
  /** Requests sent over the network. */
  requests: 4,
  /** Index of the rule at work; -1 for none. */
  rule: 5,
  /** Counts up whenever a rule begins or ends its work. */
  works: 6,
  /** Seconds that the asset being read may take, as far as it has been read; 0 for those that every one has. */
  seconds: 7,
} as const;
export const SLOTS = 8;

/** How long a rule may work without coming to an end, and in all on a small content: a twelfth of the file's time. */
export function ruleMilliseconds({ fileSeconds }: Limits): number {
  return (fileSeconds * 1000) / 12;
}

/** List one source: check, discover, then every container from where it stands. */
export interface ListTask {
  readonly type: 'list';
  readonly source: string;
  /** Container.id -> where to go on; null: already listed to its end. */
  readonly progress: ReadonlyMap<string, Cursor | null>;
  /** Container.id -> token: only what changed since is listed. */
  readonly tokens: ReadonlyMap<string, Cursor>;
}

/** Read some assets of one source. */
export interface ReadTask {
  readonly type: 'read';
  readonly source: string;
  readonly assets: readonly Asset[];
  readonly depth: 'sample' | 'full';
  /** Digests to compute beside sha256. */
  readonly digests: readonly DigestAlgorithm[];
}

export type ToWorker =
  | ListTask
  | ReadTask
  /** To readers, before the first task. */
  | { readonly type: 'plan'; readonly plan: FinderPlan }
  | { readonly type: 'abort' }
  /** One more page may be sent. */
  | { readonly type: 'credit' };

/** What reading one asset came to; `content` is absent when it could not be opened. */
export interface ReadResult {
  readonly content?: ContentResult;
  readonly gaps: readonly Gap[];
}

/** A connector's error, as it crosses threads. */
export interface WireError {
  readonly code: ConnectorErrorCode | 'unexpected';
  readonly message: string;
}

/** A page with the findings on names, paths and labels: index of the asset -> findings. */
export interface ListedPage {
  readonly page: Page;
  readonly metadataFindings: ReadonlyMap<number, readonly Finding[]>;
}

export type FromLister =
  | { readonly type: 'checked'; readonly identity: Identity }
  /** `since`: the token whose changes are listed; absent for a whole listing. */
  | { readonly type: 'container'; readonly container: Container; readonly since?: Cursor }
  /** The container's token did not serve: its pages begin anew, and are of a whole listing. */
  | { readonly type: 'resync'; readonly containerId: string }
  | { readonly type: 'page'; readonly containerId: string; readonly listed: ListedPage }
  | { readonly type: 'container-end'; readonly containerId: string; readonly error?: WireError }
  /** Every container there is; absent after an error in discovery. */
  | { readonly type: 'discovered'; readonly containerIds: readonly string[] }
  | { readonly type: 'list-end'; readonly error?: WireError };

export type FromReader =
  /** In the order of the batch. */
  | { readonly type: 'read'; readonly index: number; readonly result: ReadResult }
  | { readonly type: 'read-end' };
export type FromWorker = FromLister | FromReader;

/** Pages that a lister may be ahead of the writer. */
export const PAGE_CREDITS = 4;
