/** Random access to a content's bytes: in memory when it is small or comes as a stream, else by range with read-ahead. */
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import { ContentError, type Input } from './reader.ts';

/** A content up to this size is read into memory in one go, which also hashes it on the way. */
const MEMORY_BYTES = 16 * 1024 ** 2;
/** The most that is held in memory where the source has no random access. */
const STREAM_BYTES = 32 * 1024 ** 2;
/** Bytes asked for at a time; small members need no request of their own. */
const WINDOW_BYTES = 256 * 1024;

export interface Access {
  readonly size: number;
  /** Bytes `start` to `end` (exclusive), fewer at the end of the archive; valid until the next call. */
  read(start: number, end: number): Promise<Buffer>;
}

/** `window`: bytes read at a time, at least. @throws ContentError `archive-limit` when it is too large to be held and cannot be read by range */
export async function accessTo(
  input: Input,
  { window = WINDOW_BYTES }: { readonly window?: number } = {},
): Promise<Access> {
  const { read, size, sample } = input;
  const large = size !== null && (size > MEMORY_BYTES || sample !== undefined);
  if (read !== undefined && large) return windowed(read, size, window);
  const parts: Buffer[] = [];
  let total = 0;
  for await (const chunk of input.stream()) {
    total += chunk.length;
    if (total > STREAM_BYTES) {
      throw new ContentError(
        'archive-limit',
        `above ${STREAM_BYTES} bytes, and only to be read from end to end`,
      );
    }
    parts.push(Buffer.from(chunk));
  }
  const bytes = Buffer.concat(parts);
  return { size: total, read: async (start, end) => bytes.subarray(start, end) };
}

function windowed(read: NonNullable<Input['read']>, size: number, least: number): Access {
  let window: Buffer = Buffer.alloc(0);
  let from = 0;
  return {
    size,
    async read(start, end) {
      if (start < from || end > from + window.length) {
        const bytes = await read(start, Math.min(size, Math.max(end, start + least)));
        // Only now: reads may be under way at the same time.
        from = start;
        window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      return window.subarray(start - from, end - from);
    },
  };
}

/** The range `start` to `end` in portions. */
export async function* rangeOf(
  access: Access,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = start; at < end; ) {
    const chunk = await access.read(at, Math.min(end, at + WINDOW_BYTES));
    if (chunk.length === 0) throw new ContentError('malformed', 'the archive ends inside of it');
    at += chunk.length;
    yield chunk;
  }
}

/** yauzl wants a subclass; it only ever reads. */
export class AccessReader extends RandomAccessReader {
  readonly #access: Access;

  constructor(access: Access) {
    super();
    this.#access = access;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(rangeOf(this.#access, start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#access.read(position, position + length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(bytes.length < length ? new Error('unexpected end of archive') : null);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error('read failed')),
    );
  }
}
