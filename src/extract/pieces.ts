/** A text content as strings: what the readers of structured text work on. */
import { isAscii } from 'node:buffer';
import { utf8Chunks, utf8Of } from './encoding.ts';
import type { Input } from './reader.ts';
import { cutBefore } from './text.ts';

/** Bytes made a string at a time; above it V8 makes them six times slower. */
const PIECE_BYTES = 64 * 1024;

/** The content from its first character, without byte order mark, cut between characters. */
export async function* textPieces(input: Input): AsyncGenerator<string, void, undefined> {
  for await (const chunk of utf8Chunks(input.head, input.stream())) {
    for (let start = 0; start < chunk.length; ) {
      const end = cutBefore(chunk, start + PIECE_BYTES);
      yield toText(chunk.subarray(start, end));
      start = end;
    }
  }
}

/** All of `bytes`, in any encoding, as one string. */
export function textOf(bytes: Buffer): string {
  return toText(utf8Of(bytes));
}

/** UTF-8 to a string. */
export function toText(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
}
