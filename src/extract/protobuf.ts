/** Protocol Buffers as a stream of fields (https://protobuf.dev/programming-guides/encoding/), so that what is large is passed over. */
import type { ByteReader } from './byte-reader.ts';
import { ContentError } from './reader.ts';

export interface ProtoField {
  readonly number: number;
  /** Bytes of a text, bytes or message; null for numbers, which are passed over. */
  readonly length: number | null;
}

/**
 * The next field of a message that ends at `end` of the reader (infinite where that is not known); undefined at its end. What a field holds is to be taken before the next one
 * is asked for.
 * @throws ContentError `malformed`
 */
export async function nextField(reader: ByteReader, end: number): Promise<ProtoField | undefined> {
  if (reader.offset >= end) return undefined;
  const tag = await readVarint(reader);
  if (tag === undefined) {
    if (end !== Number.POSITIVE_INFINITY) throw damaged();
    return undefined;
  }
  const number = Math.floor(tag / 8);
  const wire = tag % 8;
  if (wire === 0) await readVarint(reader);
  else if (wire === 1) await skipExactly(reader, 8);
  else if (wire === 5) await skipExactly(reader, 4);
  else if (wire !== 2) throw damaged();
  if (wire !== 2) return { number, length: null };
  const length = await readVarint(reader);
  if (length === undefined || reader.offset + length > end) throw damaged();
  return { number, length };
}

/** @throws ContentError `malformed` when there are fewer bytes */
export async function skipExactly(reader: ByteReader, length: number): Promise<void> {
  const start = reader.offset;
  await reader.skip(length);
  if (reader.offset - start < length) throw damaged();
}

/** Undefined at the end of the bytes. */
async function readVarint(reader: ByteReader): Promise<number | undefined> {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = (reader.takeNow(1) ?? (await reader.take(1)))[0];
    if (byte === undefined) {
      if (shift === 0) return undefined;
      throw damaged();
    }
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw damaged();
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its messages are damaged or cut short');
}
