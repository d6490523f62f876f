/** Macros of Office files: the source code of each module ([MS-OVBA] 2.4.1). It is read, never run. */
import { type OleStream, oleBytes } from './ole.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import { decoderOf } from './rtf-charset.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

const STREAM_BYTES = 32 * 1024 ** 2;
/** What a chunk unpacks to, at most. */
const CHUNK_BYTES = 4096;
/** How source code begins, packed: a byte for eight characters that are not, then they. */
const START = Buffer.from('\0Attribut', 'latin1');

/** Streams of a project; the others hold what was compiled. */
const MODULE = /(?:^|\/)VBA\/(?!dir$|_VBA_PROJECT$|__SRP_)([^/]+)$/i;

export function isMacro({ path }: OleStream): boolean {
  return MODULE.test(path);
}

export async function* readMacros(
  streams: readonly OleStream[],
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const decoder = decoderOf(1252);
  let unread = 0;
  for (const stream of streams.filter(isMacro)) {
    context.signal.throwIfAborted();
    const bytes = await oleBytes(stream, STREAM_BYTES);
    const at = bytes.indexOf(START);
    if (at < 3) {
      unread += 1;
      continue;
    }
    const source = decoder.decode(unpackVba(bytes.subarray(at - 3))).replaceAll('\r\n', '\n');
    context.budget.inflate(source.length, { inflated: source.length, packed: bytes.length });
    const name = MODULE.exec(stream.path)?.[1] ?? '';
    yield* textSegments(source, placeIn(input, `macro ${name}`), { line: 1 });
  }
  if (unread > 0) yield gapNote(input, 'malformed', `${unread} macros have no source code that can be read`);
}

/** As far as it goes: a signature, then chunks, each of characters and of references to what came before in it. */
export function unpackVba(packed: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 1; at + 2 <= packed.length; ) {
    const header = packed.readUInt16LE(at);
    const end = Math.min(packed.length, at + (header & 0xfff) + 3);
    const body = packed.subarray(at + 2, end);
    chunks.push(header & 0x8000 ? unpackChunk(body) : body.subarray(0, CHUNK_BYTES));
    at = end;
  }
  return Buffer.concat(chunks);
}

function unpackChunk(body: Buffer): Buffer {
  const plain = Buffer.alloc(CHUNK_BYTES);
  let length = 0;
  for (let at = 0; at < body.length; ) {
    const flags = body[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < body.length && length < CHUNK_BYTES; bit += 1) {
      if (((flags >> bit) & 1) === 0) {
        plain[length] = body[at] ?? 0;
        length += 1;
        at += 1;
        continue;
      }
      const token = at + 2 <= body.length ? body.readUInt16LE(at) : 0;
      at += 2;
      // The further a chunk has come, the more bits say how far back, and the fewer how many.
      const back = Math.max(4, Math.ceil(Math.log2(length)));
      const distance = (token >> (16 - back)) + 1;
      const count = Math.min((token & (0xffff >> back)) + 3, CHUNK_BYTES - length);
      if (distance > length) return plain.subarray(0, length);
      for (let i = 0; i < count; i += 1) plain[length + i] = plain[length + i - distance] ?? 0;
      length += count;
    }
  }
  return plain.subarray(0, length);
}
