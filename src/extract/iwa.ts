/**
 * Parts of Pages, Numbers and Keynote documents of 2013 and later: Snappy without its frame, in it protobuf messages whose form Apple has
 * not published. Their texts are read, one a line, without what cell or slide they stand in.
 */
import { snappyUncompress } from 'hyparquet';
import { ByteReader } from './byte-reader.ts';
import { unpackedSize, varintLength, varintOf } from './iwa-head.ts';
import { ProtoMessage } from './protobuf-message.ts';
import { protobufTexts } from './protobuf-texts.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** What a chunk unpacks to: Apple writes 64 KiB. */
const CHUNK_BYTES = 16 * 1024 ** 2;
/** A part is unpacked whole: its messages do not end where its chunks do. */
const PART_BYTES = 64 * 1024 ** 2;

export async function* readIwa(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const lines: string[] = [];
  for (const payload of payloadsOf(await unpack(input, context))) {
    context.signal.throwIfAborted();
    for (const text of protobufTexts(payload)) lines.push(...text.split('\n'));
  }
  // Numbers, and names of styles by their digits, are no text.
  const texts = lines.filter((line) => /\p{L}{2}|\d{4}/u.test(line));
  if (texts.length > 0) yield* textSegments(texts.join('\n'), placeIn(input, ''), { line: 1 });
  if (/^Tile/.test(input.name))
    yield gapNote(input, 'no-text', 'numbers in cells are not read: export it as xlsx');
}

/** What lies in a part: each payload behind a message that says how long it is. */
function* payloadsOf(bytes: Buffer): Generator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const start = at + varintLength(bytes, at);
    const about = bytes.subarray(start, start + varintOf(bytes, at));
    let end = start + about.length;
    try {
      for (const info of new ProtoMessage(about).messages(2)) end += info.number(3);
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      // Not as it was in the documents that we know.
      end = bytes.length;
    }
    yield bytes.subarray(start + about.length, end);
    at = Math.max(end, start + 1);
  }
}

async function unpack(input: Input, { budget }: Context): Promise<Buffer> {
  const reader = new ByteReader(input.stream());
  const parts: Buffer[] = [];
  let total = 0;
  for (let head = await reader.take(4); head.length === 4; head = await reader.take(4)) {
    const length = head.readUIntLE(1, 3);
    const packed = Buffer.from(await reader.take(length));
    const size = unpackedSize(packed);
    total += size;
    if (packed.length < length || size > CHUNK_BYTES)
      throw new ContentError('malformed', 'a part of it is cut short');
    if (total > PART_BYTES)
      throw new ContentError('memory-limit', `a part of it is above ${PART_BYTES} bytes`);
    budget.inflate(size, { inflated: size, packed: length });
    const plain = Buffer.alloc(size);
    try {
      snappyUncompress(packed, plain);
    } catch (cause) {
      throw new ContentError('malformed', 'a part of it is damaged', { cause });
    }
    parts.push(plain);
  }
  return Buffer.concat(parts);
}
