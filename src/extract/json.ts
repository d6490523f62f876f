/** JSON documents and JSON lines: tokens to records to segments. */
import { JsonRecords } from './json-records.ts';
import { JsonTokens } from './json-tokens.ts';
import { textPieces } from './pieces.ts';
import type { Context, Input } from './reader.ts';
import type { Extracted } from './segment.ts';

export async function* readJson(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  yield* readTokens(input, { lines: false });
}

export async function* readJsonLines(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  yield* readTokens(input, { lines: true });
}

/** JSON that lies inside of something else, such as a notebook's metadata. */
export function* jsonSegments(
  text: string,
  input: Pick<Input, 'place'>,
): Generator<Extracted, void, undefined> {
  const records = new JsonRecords(input, { lines: false });
  const tokens = new JsonTokens(records, { lines: false });
  tokens.write(text);
  tokens.end();
  records.end();
  yield* records.take();
}

async function* readTokens(
  input: Input,
  options: { readonly lines: boolean },
): AsyncGenerator<Extracted, void, undefined> {
  const records = new JsonRecords(input, options);
  const tokens = new JsonTokens(records, options);
  for await (const piece of textPieces(input)) {
    tokens.write(piece);
    yield* records.take();
  }
  tokens.end();
  records.end();
  yield* records.take();
}
