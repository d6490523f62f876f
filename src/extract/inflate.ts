/** Compressed bytes to plain ones, as a stream with a budget; damage ends it after what could still be read. */
import type { Transform } from 'node:stream';
import type { Budget } from './budget.ts';
import { ContentError } from './reader.ts';

/** Bytes inflated at a time. */
export const INFLATE_CHUNK = 64 * 1024;

/**
 * `transform` is one of node:zlib's and is destroyed at the end.
 * @throws ContentError `malformed` for damage, after everything before it was given; `archive-limit`
 */
export async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  transform: Transform,
  { budget, signal }: { readonly budget: Pick<Budget, 'inflate'>; readonly signal: AbortSignal },
): AsyncGenerator<Buffer, void, undefined> {
  const input = packed[Symbol.asyncIterator]();
  const state = { packed: 0, inflated: 0, accepted: true, ended: false, failure: undefined as unknown };
  let wake = (): void => undefined;
  transform.on('readable', () => wake());
  transform.on('end', () => {
    state.ended = true;
    wake();
  });
  transform.on('error', (error) => {
    state.failure = error;
    wake();
  });
  try {
    while (true) {
      // Reads everything before the next write: after an error a stream gives nothing more.
      const chunk: Buffer | null = transform.read();
      if (chunk !== null) {
        signal.throwIfAborted();
        state.inflated += chunk.length;
        budget.inflate(chunk.length, state);
        yield chunk;
      } else if (state.failure !== undefined) {
        throw new ContentError('malformed', 'its compressed data is damaged or cut short', {
          cause: state.failure,
        });
      } else if (state.ended) {
        return;
      } else if (state.accepted && !transform.writableEnded) {
        const { done, value } = await input.next();
        if (done) transform.end();
        else {
          state.packed += value.length;
          state.accepted = false;
          transform.write(value, () => {
            state.accepted = true;
            wake();
          });
        }
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    transform.destroy();
    await input.return?.();
  }
}

/**
 * As `inflate`, by a decoder of our own: `unpack` turns packed bytes into plain ones.
 * @throws ContentError what `unpack` throws, after everything before it was given; `archive-limit`
 */
export async function* unpackWith(
  packed: AsyncIterable<Buffer>,
  unpack: (packed: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
  { budget, signal }: { readonly budget: Budget; readonly signal: AbortSignal },
): AsyncGenerator<Buffer, void, undefined> {
  const state = { packed: 0, inflated: 0 };
  async function* counted(): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of packed) {
      state.packed += chunk.length;
      yield chunk;
    }
  }
  for await (const chunk of unpack(counted())) {
    signal.throwIfAborted();
    state.inflated += chunk.length;
    budget.inflate(chunk.length, state);
    yield chunk;
  }
}
