/** LZMA and LZMA2 as streams of bytes, however the packed bytes come. */
import type { ByteReader } from './byte-reader.ts';
import { LzmaDecoder, RANGE_BYTES } from './lzma.ts';
import { ContentError } from './reader.ts';

/** Packed bytes taken at a time. */
const INPUT_BYTES = 64 * 1024;

/**
 * LZMA2 up to its end mark: chunks, each with its lengths ([xz, 5.3.1](https://tukaani.org/xz/xz-file-format.txt)).
 * @throws ContentError `malformed` after what could be read; `memory-limit`
 */
export async function* unpackLzma2(
  reader: ByteReader,
  window: number,
): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new LzmaDecoder(window);
  while (true) {
    const control = (await exactly(reader, 1))[0] ?? 0;
    if (control === 0) return;
    if (control > 2 && control < 0x80) throw damaged();
    if (control === 1 || control >= 0xe0) decoder.forget();
    const low = (await exactly(reader, 2)).readUInt16BE();
    if (control < 0x80) {
      yield* stored(reader, decoder, low + 1);
    } else {
      const size = ((control & 0x1f) << 16) + low + 1;
      const packed = (await exactly(reader, 2)).readUInt16BE() + 1;
      if (control >= 0xc0) decoder.setProperties((await exactly(reader, 1))[0] ?? 0xff);
      else if (control >= 0xa0) decoder.reset();
      yield* packedChunk(await reader.take(packed), decoder, { size, packed });
    }
  }
}

async function* stored(
  reader: ByteReader,
  decoder: LzmaDecoder,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  const bytes = await reader.take(size);
  for (let at = 0; at < bytes.length; ) {
    at += decoder.store(bytes.subarray(at));
    yield decoder.take();
  }
  if (bytes.length < size) throw damaged();
}

function* packedChunk(
  bytes: Buffer,
  decoder: LzmaDecoder,
  { size, packed }: { readonly size: number; readonly packed: number },
): Generator<Buffer, void, undefined> {
  decoder.begin(bytes);
  // A chunk that is cut short is decoded up to where it ends.
  yield* decoded(decoder, { bytes, at: RANGE_BYTES, size });
  if (bytes.length < packed) throw damaged();
}

/** `size` bytes out of `bytes`; what came before damage is given before it is told. */
function* decoded(
  decoder: LzmaDecoder,
  { bytes, at, size }: { readonly bytes: Buffer; readonly at: number; readonly size: number },
): Generator<Buffer, void, undefined> {
  let next = at;
  for (let left = size; left > 0; ) {
    let failure: unknown;
    try {
      next = decoder.decode({ bytes, at: next, last: true, most: left });
    } catch (error) {
      failure = error;
    }
    const part = decoder.take();
    left -= part.length;
    if (part.length > 0) yield part;
    if (failure !== undefined) throw failure;
    if (decoder.ended && left > 0) throw damaged();
  }
}

/**
 * LZMA of `size` bytes, as 7-Zip has it.
 * @throws ContentError `malformed` after what could be read; `memory-limit`
 */
export async function* unpackLzma(
  reader: ByteReader,
  {
    properties,
    window,
    size,
  }: { readonly properties: number; readonly window: number; readonly size: number },
): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new LzmaDecoder(window);
  decoder.setProperties(properties);
  decoder.begin(Buffer.from(await reader.take(RANGE_BYTES)));
  let bytes: Buffer = Buffer.alloc(0);
  let last = false;
  for (let left = size; left > 0; ) {
    let failure: unknown;
    try {
      bytes = bytes.subarray(decoder.decode({ bytes, at: 0, last, most: left }));
    } catch (error) {
      failure = error;
    }
    const part = decoder.take();
    left -= part.length;
    if (part.length > 0) yield part;
    if (failure !== undefined) throw failure;
    if (decoder.ended && left > 0) throw damaged();
    if (part.length === 0 && !last) {
      const more = await reader.take(INPUT_BYTES);
      last = more.length < INPUT_BYTES;
      bytes = Buffer.concat([bytes, more]);
    }
  }
}

async function exactly(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = reader.takeNow(length) ?? (await reader.take(length));
  if (bytes.length < length) throw damaged();
  return bytes;
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its compressed data is damaged or cut short');
}
