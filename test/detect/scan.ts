/** Short ways to run a detector over text and tables in tests. */
import type { Detector } from '../../src/detect/detector.ts';
import type { RowsSegment, Segment, TextSegment } from '../../src/extract/segment.ts';
import type { Finding } from '../../src/model.ts';

export function scan(
  detector: Detector,
  segments: readonly Segment[],
  path = 'a/file.txt',
): readonly Finding[] {
  const content = detector.begin({ path, name: path.split('/').at(-1)!, labels: {} });
  for (const segment of segments) content.add(segment);
  return content.finish().findings;
}

/** The text as segments cut at the given code point indexes. */
export function textSegments(text: string, cuts: readonly number[] = []): TextSegment[] {
  const characters = Array.from(text.toWellFormed());
  const ends = [...new Set(cuts.map((cut) => Math.min(cut, characters.length)))].sort((a, b) => a - b);
  let from = 0;
  let line = 1;
  return [...ends, characters.length].map((end, index) => {
    const piece = characters.slice(from, end).join('');
    const segment: TextSegment = {
      type: 'text',
      bytes: Buffer.from(piece),
      place: '',
      line,
      continues: index > 0,
    };
    from = end;
    line += piece.split('\n').length - 1;
    return segment;
  });
}

export function rows(
  columns: readonly string[],
  cells: readonly (readonly string[])[],
  table = '',
): RowsSegment {
  return {
    type: 'rows',
    table,
    columns,
    rows: cells,
    place: (row, column) => `row ${row + 1}, column ${columns[column] ?? column + 1}`,
  };
}
