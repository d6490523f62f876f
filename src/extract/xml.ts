/**
 * XML: text and attributes of elements as cells under their paths. An element that comes again begins a new row, so that
 * what belongs together stands together. No DTD is followed and no entity but the five is expanded; nothing is fetched.
 */
import { textPieces } from './pieces.ts';
import type { Context, Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { XmlRecords } from './xml-records.ts';

export async function* readXml(input: Input, _context?: Context): AsyncGenerator<Extracted, void, undefined> {
  const records = new XmlRecords(input);
  for await (const piece of textPieces(input)) {
    records.write(piece);
    yield* records.take();
  }
  records.end();
  yield* records.take();
}
