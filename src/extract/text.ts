/** Plain text: passed on as it comes, in UTF-8, with the line at which each piece begins. */
import { utf8Chunks } from './encoding.ts';
import { type Context, type Input, placeIn } from './reader.ts';
import type { Extracted, TextSegment } from './segment.ts';

/** The most that a text segment holds, in bytes. */
export const TEXT_BYTES = 256 * 1024;

const NEWLINE = 0x0a;

export async function* readText(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  let line = 1;
  let continues = false;
  for await (const chunk of utf8Chunks(input.head, input.stream())) {
    for (let start = 0; start < chunk.length; ) {
      const end = cutBefore(chunk, start + TEXT_BYTES);
      const bytes = start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
      yield { type: 'text', bytes, place: placeIn(input, ''), line, continues };
      line += newlines(bytes);
      continues = true;
      start = end;
    }
  }
}

/** The last place at or before `end` that does not go through a character. */
export function cutBefore(bytes: Uint8Array, end: number): number {
  if (end >= bytes.length) return bytes.length;
  let cut = end;
  while (cut > end - 4 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
  return cut;
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let i = bytes.indexOf(NEWLINE); i !== -1; i = bytes.indexOf(NEWLINE, i + 1)) count += 1;
  return count;
}

/** A string as text segments of bounded size. `continues`: it goes on after the text before it. */
export function textSegments(
  text: string,
  place: string,
  { line = null, continues = false }: { readonly line?: number | null; readonly continues?: boolean } = {},
): readonly TextSegment[] {
  if (text === '') return [];
  const bytes = Buffer.from(text);
  // Most are short, and of those there are many.
  if (bytes.length <= TEXT_BYTES) return [{ type: 'text', bytes, place, line, continues }];
  const segments: TextSegment[] = [];
  let at = line;
  for (let start = 0; start < bytes.length; ) {
    const end = cutBefore(bytes, start + TEXT_BYTES);
    const part = bytes.subarray(start, end);
    segments.push({ type: 'text', bytes: part, place, line: at, continues: continues || start > 0 });
    if (at !== null) at += newlines(part);
    start = end;
  }
  return segments;
}
