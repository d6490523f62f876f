/** How long one file may take: `limits.fileSeconds`, and a second more for every 4 MB that come of it. */
import type { Segment } from '../extract/segment.ts';

/**
 * Slower than every reader on a machine that has other work. With 120 s alone a table of 2 GiB would end as a sample, although nothing is wrong
 * with it; a reader that gives nothing, or little, still ends after 120 s.
 */
const BYTES_PER_SECOND = 4e6;

export interface FileTime {
  /** What the extractor gave counts, since little packed may be much unpacked; so does what was taken from the source. */
  count(segment: Segment): void;
  /** Seconds that the file may take, as far as it has been read. */
  seconds(): number;
  /** True once `share` of them are over. */
  past(share: number): boolean;
}

/** Begins now. `now`: milliseconds, monotonic; `taken`: bytes taken from the source so far. */
export function fileTime(
  fileSeconds: number,
  { now, taken }: { readonly now: () => number; readonly taken: () => number },
): FileTime {
  const started = now();
  let given = 0;
  const seconds = (): number => fileSeconds + Math.max(given, taken()) / BYTES_PER_SECOND;
  return {
    count(segment) {
      given += lengthOf(segment);
    },
    seconds,
    past: (share) => now() - started > seconds() * 1000 * share,
  };
}

/** Bytes of a text, characters of all cells. */
function lengthOf(segment: Segment): number {
  if (segment.type === 'text') return segment.bytes.length;
  let length = 0;
  for (const row of segment.rows) for (const cell of row) length += cell.length;
  return length;
}
