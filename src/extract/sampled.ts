/** A content of lines or records too large to be read: its head, its tail and drawn pieces, each cut to whole lines or records. */
import { encodingOf } from './encoding.ts';
import type { Context, Input, Read } from './reader.ts';
import { planPieces, randomOf, rowsIn, seedOf } from './sample.ts';
import type { Extracted, SampleNote } from './segment.ts';
import { readText } from './text.ts';

/** How a piece from the middle is made readable: by whole lines, by JSON records from an opening brace on, or as plain text. */
export type Cut = 'lines' | 'records' | 'text';

/** A content that is to be sampled and can be read by range. */
export type Sampled = Input & Required<Pick<Input, 'sample' | 'read'>> & { readonly size: number };

/** True when only pieces of `input` are to be read, and they can be had. */
export function isSampled(input: Input): input is Sampled {
  return input.sample !== undefined && input.read !== undefined && input.size !== null;
}

/** `read` over each piece; ends in the note of what was read. */
export async function* readSampled(
  input: Sampled,
  { read, cut }: { readonly read: Read; readonly cut: Cut },
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { size, sample, head } = input;
  const seed = seedOf({ size, head });
  const plan = planPieces({ size, bytes: sample.bytes }, randomOf(seed));
  yield* read({ ...input, stream: () => untilLine(input.stream(), plan.head.end, widthOf(input)) }, context);
  let bytes = plan.head.end;
  let rows = 0;
  let draws = 0;
  for (const [i, piece] of [plan.tail, ...plan.drawn].entries()) {
    context.signal.throwIfAborted();
    if (context.over()) break;
    const part = await partOf(input, piece, cut);
    bytes += piece.end - piece.start;
    const reader = cut !== 'text' && part.records ? read : readText;
    for await (const extracted of reader(part.input, context)) {
      // Head and tail are no draws: a bound that counted them would promise too much.
      if (i > 0) rows += rowsIn(extracted);
      yield extracted;
    }
    if (i > 0) draws += 1;
  }
  const note: SampleNote = {
    type: 'sample',
    how: 'pieces',
    unit: 'bytes',
    read: Math.min(bytes, size),
    total: size,
    draws,
    rows,
    seed,
  };
  yield note;
}

/** The stream up to the last line end before `end`, or to `end` when there is none near. */
async function* untilLine(
  stream: AsyncGenerator<Buffer, void, undefined>,
  end: number,
  width: number,
): AsyncGenerator<Buffer, void, undefined> {
  let at = 0;
  for await (const chunk of stream) {
    if (at + chunk.length < end) {
      at += chunk.length;
      yield chunk;
      continue;
    }
    const last = chunk.subarray(0, end - at);
    const shift = (width - (at % width)) % width;
    yield last.subarray(0, shift + lastLine(last.subarray(shift), width, 0));
    return;
  }
}

/** Bytes of a character, the shortest. */
function widthOf({ head }: Input): number {
  const encoding = encodingOf(head)?.encoding ?? 'utf-8';
  return encoding === 'utf-8' ? 1 : encoding.startsWith('utf-16') ? 2 : 4;
}

interface Part {
  readonly input: Input;
  /** False when no record begins in it. */
  readonly records: boolean;
}

async function partOf(
  input: Sampled,
  { start, end }: { start: number; end: number },
  cut: Cut,
): Promise<Part> {
  const { bom } = encodingOf(input.head) ?? { bom: 0 };
  const bytes = asBuffer(await input.read(start, end));
  const width = widthOf(input);
  const records = cut === 'records' && width === 1;
  const brace = records ? openingBrace(bytes) : -1;
  const from = brace === -1 ? afterLine(bytes, width) : brace;
  const to = end === input.size || brace !== -1 ? bytes.length : lastLine(bytes, width, from);
  // The mark says the encoding, and readers take it off again.
  const before = Buffer.concat([input.head.subarray(0, bom), Buffer.from(brace === -1 ? '' : '[')]);
  const { sample: _, ...about } = input;
  return {
    records: cut === 'lines' || brace !== -1,
    input: {
      ...about,
      part: `from byte ${start + from}`,
      async *stream() {
        if (before.length > 0) yield before;
        yield bytes.subarray(from, to);
      },
    },
  };
}

/** Where a line begins that is whole: after the first line end, or after the first space, comma or tab where lines are longer. */
function afterLine(bytes: Buffer, width: number): number {
  const line = lineEnd(bytes, width, 0);
  if (line !== -1) return line;
  const space = width === 1 ? bytes.subarray(0, NEAR).findIndex((byte) => SEPARATORS.has(byte)) : -1;
  return space === -1 ? 0 : space;
}

/** The end of the last whole line after `from`. */
function lastLine(bytes: Buffer, width: number, from: number): number {
  for (let at = bytes.length; at > from; ) {
    const found = bytes.lastIndexOf(0x0a, at - 1);
    if (found < from) break;
    const end = lineEnd(bytes, width, Math.max(0, found - width + 1));
    if (end !== -1) return end;
    at = found;
  }
  if (width > 1) return bytes.length;
  const near = Math.max(from, bytes.length - NEAR);
  const space = bytes.subarray(near).findLastIndex((byte) => SEPARATORS.has(byte));
  return space === -1 ? bytes.length : near + space;
}

/** How far from an end a separator is looked for. */
const NEAR = 64 * 1024;
/** Space, tab, comma, semicolon, bar. */
const SEPARATORS = new Set([0x20, 0x09, 0x2c, 0x3b, 0x7c]);

/** Behind the first line end at or after `from`, in characters of `width` bytes; -1 for none. */
function lineEnd(bytes: Buffer, width: number, from: number): number {
  for (let at = bytes.indexOf(0x0a, from); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    const start = at - (at % width);
    const character = bytes.subarray(start, start + width);
    if (character.length === width && character.every((byte) => byte === 0 || byte === 0x0a))
      return start + width;
  }
  return -1;
}

/** An opening brace after a comma, bracket or line end: as good as sure the beginning of a record. -1 for none. */
function openingBrace(bytes: Buffer): number {
  for (let at = bytes.indexOf(0x7b); at !== -1; at = bytes.indexOf(0x7b, at + 1)) {
    let before = at - 1;
    while (before >= 0 && (bytes[before] === 0x20 || bytes[before] === 0x09)) before -= 1;
    if ([0x2c, 0x5b, 0x0a].includes(bytes[before] ?? 0)) return at;
  }
  return -1;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
