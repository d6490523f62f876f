/** What the registry says of one format. */
import type { GapReason } from '../model.ts';
import type { Read } from './reader.ts';
import type { Cut } from './sampled.ts';

/** Bytes that a format has at a fixed offset, as latin-1. */
export interface Signature {
  readonly bytes: string;
  /** Default 0. */
  readonly at?: number;
  /** Stands even when all of it may be text, as `%PDF-` does. Others that are all letters count only in binary files. */
  readonly inText?: boolean;
}

interface Known {
  /** As stored in the inventory: `csv`. */
  readonly name: string;
  readonly title: string;
  /** The first is the one that is stored. */
  readonly mediaTypes: readonly [string, ...string[]];
  /** Lower case, without dot; of what is `named` also whole names, such as `index.idx`. */
  readonly extensions: readonly string[];
  readonly signatures?: readonly Signature[];
  /** A binary file of which nothing else is known is of this format when it has such a name. */
  readonly named?: true;
  /** Tells a binary file by more than fixed bytes; asked after all signatures. */
  matches?(head: Buffer): boolean;
}

/** A format with a reader. The last four are for people: README's table is made of them. */
export interface ReadFormat extends Known {
  load(): Promise<Read>;
  readonly reads: string;
  readonly places: string;
  readonly limits: string;
  readonly library: string;
  /** How a piece out of the middle is made readable, for a sample. Absent: readers sample by themselves, or read the head. */
  readonly cut?: Cut;
}

/** A format without a reader: an asset of it is a gap, never clean. */
export interface UnreadFormat extends Known {
  readonly gap: Extract<GapReason, 'unsupported-format' | 'no-text' | 'encrypted'>;
  readonly why: string;
}

export type Format = ReadFormat | UnreadFormat;
