/** The engine's contract: rules compiled once per thread, then segments in, findings out. Values never leave it. */
import type { Segment } from '../extract/segment.ts';
import type { Finding, Gap } from '../model.ts';
import type { DistinctValues } from './distinct.ts';

/** What is known of an asset before it is opened. */
export interface AssetHints {
  /** Path with `/`, for context words and name rules. */
  readonly path: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Rules compiled for one thread. Keeps caches that grow to a bound; never keeps text. */
export interface Detector {
  /** Findings from name, path and labels alone; in rule order. */
  metadata(hints: AssetHints): readonly Finding[];
  /** Starts the scan of one content. */
  begin(hints: AssetHints): ContentScan;
}

export interface ContentScan {
  /** Synchronous; keeps nothing of the segment but its last few KiB. */
  add(segment: Segment): void;
  /** The findings, in rule order, gaps of rules that ran past their deadline, and what was found as hashes. */
  finish(): {
    readonly findings: readonly Finding[];
    readonly gaps: readonly Gap[];
    readonly values: readonly FoundValues[];
  };
}

/** The distinct values that one rule found at `medium` or up. Hashes without a key: they must not leave the thread. */
export interface FoundValues {
  readonly kind: string;
  readonly distinct: DistinctValues;
}
