/** Rich text (RTF): paragraphs, tables, headers, notes, comments and properties; pictures and embedded objects are gaps. */
import { type Context, gapNote, type Input } from './reader.ts';
import { RtfText } from './rtf-text.ts';
import type { Extracted } from './segment.ts';

export async function* readRtf(input: Input, _context?: Context): AsyncGenerator<Extracted, void, undefined> {
  const text = new RtfText(input);
  for await (const chunk of input.stream()) {
    text.write(chunk);
    yield* text.take();
  }
  text.finish();
  yield* text.take();
  if (text.pictures > 0) yield gapNote(input, 'no-text', `${text.pictures} pictures are not read`);
  if (text.objects > 0)
    yield gapNote(input, 'unsupported-format', `${text.objects} embedded objects are not read`);
}
