/** Where rules may begin: the seam between finding candidates fast and confirming them exactly. */

/** Possible starts of one rule, each packed with its pattern: ascending by position once sorted. */
export type Starts = number[];

/** Candidates in one text, or in cells laid side by side, fed in pieces. Positions go on counting over all that is fed. */
export interface CandidateStream {
  /**
   * Looks at `buffer` from `from` to `to`; `origin` is the position of `buffer[0]`. What was fed before still stands in front
   * of `from`, as far back as any pattern reaches.
   */
  feed(buffer: Uint8Array, from: number, to: number, origin: number): void;
  /** The text ends at `to`; what is fed next is another one. */
  end(buffer: Uint8Array, to: number, origin: number): void;
  /** Adds a start that was found in another way. */
  add(rule: number, pattern: number, position: number): void;
  /** By rule index; undefined or empty where there are none. The reader removes what it has confirmed or refused. */
  readonly starts: readonly (Starts | undefined)[];
  /** Indexes of rules that have, or had, starts. */
  readonly active: readonly number[];
}

/** Patterns that one rule may have at most. */
const FAN = 1024;

/** A position and a pattern as one number. */
export function packStart(position: number, pattern: number): number {
  return position * FAN + pattern;
}

export function positionOf(packed: number): number {
  return Math.floor(packed / FAN);
}

export function patternOf(packed: number): number {
  return packed - positionOf(packed) * FAN;
}

/** The rules' candidates. `slow` patterns have none and must be searched for one by one: `[rule, pattern]` indexes. */
export interface CandidateFinder {
  open(): CandidateStream;
  /** Most bytes that any pattern can match or look at. */
  readonly reach: number;
  readonly slow: readonly (readonly [rule: number, pattern: number])[];
}
