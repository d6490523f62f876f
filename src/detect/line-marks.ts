/** Knows the place of every position in a text that comes in pieces: which piece it is from, and its line. */

interface Mark {
  /** Position in the buffer from which the place holds, and the line there. */
  readonly at: number;
  readonly place: string;
  readonly line: number | null;
}

export interface LineMarks {
  /** From `at` on, `place` holds, and `line` (1-based) begins or goes on there; null where lines mean nothing. */
  add(at: number, place: string, line: number | null): void;
  /** The buffer is about to lose its first `count` bytes. */
  drop(buffer: Uint8Array, count: number): void;
  /** `line 12`, `cell 4 output 1 line 3`, `page 3`; `content` where nothing is known. */
  place(buffer: Uint8Array, position: number): string;
  clear(): void;
}

export function createLineMarks(): LineMarks {
  let marks: Mark[] = [];

  /** The mark in force at the position, moved up to it. */
  function at(buffer: Uint8Array, position: number): Mark {
    const mark = marks.findLast((candidate) => candidate.at <= position);
    if (mark === undefined) throw new RangeError('a position before all that was added');
    if (mark.line === null) return { ...mark, at: position };
    return { ...mark, at: position, line: mark.line + countLines(buffer, mark.at, position) };
  }

  return {
    add: (position, place, line) => {
      marks.push({ at: position, place, line });
    },
    drop(buffer, count) {
      if (count === 0) return;
      const first = at(buffer, count);
      marks = [first, ...marks.filter((mark) => mark.at > count)].map((mark) => ({
        ...mark,
        at: mark.at - count,
      }));
    },
    place(buffer, position) {
      const { place, line } = at(buffer, position);
      if (line === null) return place === '' ? 'content' : place;
      return place === '' ? `line ${line}` : `${place} line ${line}`;
    },
    clear: () => {
      marks = [];
    },
  };
}

function countLines(buffer: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let i = buffer.indexOf(10, from); i >= 0 && i < to; i = buffer.indexOf(10, i + 1)) lines++;
  return lines;
}
