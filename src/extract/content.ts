/** Reads one content, asset or member: looks at its first bytes, picks the reader, and turns what goes wrong into gaps. */
import type { ReadFormat } from './format.ts';
import { identify } from './identify.ts';
import { HEAD_BYTES } from './limits.ts';
import {
  ContentError,
  type Context,
  gapNote,
  type Input,
  type Member,
  type Read,
  SampleEnd,
  SourceFailure,
} from './reader.ts';
import { isSampled, readSampled } from './sampled.ts';
import type { ByteSource, Extracted } from './segment.ts';

/**
 * The format, then everything in it.
 * @throws SourceFailure when the source itself fails, and what `signal` was aborted with
 */
export async function* readContent(
  member: Member & Pick<ByteSource, 'read' | 'sample'>,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const chunks = member.stream()[Symbol.asyncIterator]();
  const opened = { failure: undefined as ContentError | undefined };
  try {
    const input = await open(member, chunks, { signal: context.signal, opened });
    const { format, note } = identify(input);
    yield { type: 'format', format: format.name, mediaType: format.mediaTypes[0], ...(note ? { note } : {}) };
    if ('gap' in format) {
      yield gapNote(input, format.gap, `${format.title}: ${format.why}`);
    } else {
      const read = await readerOf(format);
      const sampled = format.cut !== undefined && isSampled(input);
      yield* sampled ? readSampled(input, { read, cut: format.cut }, context) : read(input, context);
    }
    if (opened.failure !== undefined) yield* gapOf(opened.failure, member);
  } catch (error) {
    if (error instanceof SourceFailure || context.signal.aborted) throw error;
    yield* gapOf(opened.failure ?? error, member);
  } finally {
    await chunks.return?.();
  }
}

/** Loaded readers: asking the module loader each time costs as much as reading a small file. */
const READERS = new Map<ReadFormat, Read>();

async function readerOf(format: ReadFormat): Promise<Read> {
  let read = READERS.get(format);
  if (read === undefined) {
    read = await format.load();
    READERS.set(format, read);
  }
  return read;
}

async function open(
  member: Member & Pick<ByteSource, 'read' | 'sample'>,
  chunks: AsyncIterator<Uint8Array>,
  {
    signal,
    opened,
  }: { readonly signal: AbortSignal; readonly opened: { failure: ContentError | undefined } },
): Promise<Input> {
  let ended = false;
  // Damage ends the stream like an end: the reader gives out what it has, and the failure is told after it.
  async function next(): Promise<Buffer | undefined> {
    signal.throwIfAborted();
    try {
      const { done, value } = await chunks.next();
      ended = done === true;
      return ended ? undefined : asBuffer(value);
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      opened.failure = error;
      ended = true;
      return undefined;
    }
  }
  // Everything read while looking, in one piece. A first chunk that is long enough is passed on uncopied.
  let seen: Buffer = (await next()) ?? Buffer.alloc(0);
  const copied = seen.length < HEAD_BYTES;
  if (copied) seen = Buffer.from(seen);
  while (seen.length < HEAD_BYTES && !ended) {
    const chunk = await next();
    if (chunk !== undefined) seen = Buffer.concat([seen, chunk]);
  }
  const head = seen.subarray(0, HEAD_BYTES);
  const { stream: _, ...about } = member;
  return {
    ...about,
    head: copied ? head : Buffer.from(head),
    async *stream() {
      if (seen.length > 0) yield seen;
      while (!ended) {
        const chunk = await next();
        if (chunk !== undefined && chunk.length > 0) yield chunk;
      }
    },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Libraries quote content in their messages, so only our own are repeated. */
function* gapOf(error: unknown, member: Member): Generator<Extracted, void, undefined> {
  if (error instanceof SampleEnd) return;
  if (error instanceof ContentError) {
    yield gapNote(member, error.reason, error.message);
    return;
  }
  const name = error instanceof Error ? error.name : 'failure';
  yield gapNote(member, 'malformed', `its reader stopped: ${name}`);
}
