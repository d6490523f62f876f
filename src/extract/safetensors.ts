/** safetensors models: the header's metadata and tensor names as JSON; the tensors are numbers. */
import { ByteReader } from './byte-reader.ts';
import { readJson } from './json.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import { headerLength, LENGTH_BYTES } from './safetensors-header.ts';
import type { Extracted } from './segment.ts';

export async function* readSafetensors(
  input: Input,
  _context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  const length = headerLength(await reader.take(LENGTH_BYTES)) ?? 0;
  yield* readJson({
    ...input,
    place: placeIn(input, 'header'),
    head: input.head.subarray(LENGTH_BYTES, LENGTH_BYTES + length),
    stream: () => reader.stream(length),
  });
  if (reader.offset < LENGTH_BYTES + length) yield gapNote(input, 'malformed', 'the header is cut short');
  else yield gapNote(input, 'no-text', 'tensors are numbers, not read');
}
