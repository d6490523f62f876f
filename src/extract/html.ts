/** HTML pages: their text in the source's lines, and their tables. */
import { HtmlText } from './html-text.ts';
import { textPieces } from './pieces.ts';
import type { Context, Input } from './reader.ts';
import type { Extracted } from './segment.ts';

export async function* readHtml(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const html = new HtmlText(input);
  for await (const piece of textPieces(input)) {
    html.write(piece);
    yield* html.ready.splice(0);
  }
  html.end();
  yield* html.ready;
}
