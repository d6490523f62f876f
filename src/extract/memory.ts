/** Contents that a reader needs whole: into memory up to a limit, and on as a stream again when it cannot use them. */
import type { Input } from './reader.ts';

/** The whole content, or the part that was read when it is longer than `limit` bytes. */
export async function readWhole(
  input: Input,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly rest: AsyncGenerator<Buffer, void, undefined> | undefined }> {
  const parts: Buffer[] = [];
  let total = 0;
  const stream = input.stream();
  for (let next = await stream.next(); !next.done; next = await stream.next()) {
    // The chunk's memory may be used again.
    parts.push(Buffer.from(next.value));
    total += next.value.length;
    if (total > limit) return { bytes: Buffer.concat(parts), rest: stream };
  }
  return { bytes: Buffer.concat(parts), rest: undefined };
}

/** `input` from its first byte again, after `readWhole`. */
export function rewound(input: Input, { bytes, rest }: Awaited<ReturnType<typeof readWhole>>): Input {
  return {
    ...input,
    async *stream() {
      yield bytes;
      if (rest !== undefined) yield* rest;
    },
  };
}
