/** A text content line by line: what the readers of formats made of lines work on. */
import { textPieces } from './pieces.ts';
import type { Input } from './reader.ts';
import { CELL_CHARS } from './rows.ts';

/**
 * The lines with their ends, some at a time. A line above 64 KiB comes in parts, the first longer than that, all but the last without an end;
 * the last line of the content may lack its end too.
 */
export async function* textLines(input: Input): AsyncGenerator<readonly string[], void, undefined> {
  let held = '';
  for await (const piece of textPieces(input)) {
    held += piece;
    const end = held.lastIndexOf('\n') + 1;
    if (end > 0) yield held.slice(0, end).split(/(?<=\n)/);
    held = held.slice(end);
    if (held.length <= CELL_CHARS) continue;
    yield [held];
    held = '';
  }
  if (held !== '') yield [held];
}
