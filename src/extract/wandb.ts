/**
 * Run logs of Weights & Biases (`run-*.wandb`): the texts of each record. A log in LevelDB's form
 * (https://github.com/google/leveldb/blob/main/doc/log_format.md) after seven bytes of its own, of messages in protobuf's.
 */
import { ByteReader } from './byte-reader.ts';
import { protobufTexts } from './protobuf-texts.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

const HEADER_BYTES = 7;
const BLOCK_BYTES = 32 * 1024;
/** A record above this is a gap. */
const RECORD_BYTES = 16 * 1024 ** 2;
const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;

export async function* readWandb(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  await reader.take(HEADER_BYTES);
  let parts: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  let lost = 0;
  for (let part = await nextPart(reader); part !== undefined; part = await nextPart(reader)) {
    context.signal.throwIfAborted();
    const { type, data } = part;
    if (type < FULL || type > LAST) lost += 1;
    if (type === FULL || type === FIRST) {
      if (parts.length > 0) lost += 1;
      parts = [];
      bytes = 0;
      number += 1;
    }
    bytes += data.length;
    if (bytes <= RECORD_BYTES) parts.push(Buffer.from(data));
    if (type === FIRST || type === MIDDLE) continue;
    if (bytes > RECORD_BYTES) lost += 1;
    yield* textSegments(protobufTexts(Buffer.concat(parts)).join('\n'), placeIn(input, `record ${number}`));
    parts = [];
  }
  if (parts.length > 0) {
    lost += 1;
    yield* textSegments(protobufTexts(Buffer.concat(parts)).join('\n'), placeIn(input, `record ${number}`));
  }
  if (lost > 0) yield gapNote(input, 'malformed', `${lost} records are damaged, cut short or too long`);
}

/** The next part of a record; undefined at the end. */
async function nextPart(
  reader: ByteReader,
): Promise<{ readonly type: number; readonly data: Buffer } | undefined> {
  while (true) {
    const left = BLOCK_BYTES - (reader.offset % BLOCK_BYTES);
    // What is too short for a header at the end of a block is filled with zeros.
    if (left < HEADER_BYTES) await reader.skip(left);
    const head = await reader.take(HEADER_BYTES);
    if (head.length < HEADER_BYTES) return undefined;
    const length = head.readUInt16LE(4);
    const type = head[6] ?? 0;
    if (length > 0 || type !== 0) {
      const data = await reader.take(length);
      return { type: data.length < length ? 0 : type, data };
    }
    // Nothing: the rest of a block that was not written.
    await reader.skip((BLOCK_BYTES - (reader.offset % BLOCK_BYTES)) % BLOCK_BYTES);
  }
}
