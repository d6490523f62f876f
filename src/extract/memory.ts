/** Contents that a reader needs whole: into memory up to a limit, and on as a stream again when it cannot use them. */
import type { Input } from './reader.ts';

/** The whole content, or the part that was read when it is longer than `limit` bytes. */
export async function readWhole(
  input: Input,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly rest: AsyncGenerator<Buffer, void, undefined> | undefined }> {
  // As large as it is said to be, so that most contents are copied once; what it really is shows at the end.
  let bytes: Buffer = Buffer.allocUnsafe(Math.min(input.size ?? 0, limit));
  let total = 0;
  const stream = input.stream();
  for (let next = await stream.next(); !next.done; next = await stream.next()) {
    const chunk = next.value;
    if (total + chunk.length > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(total + chunk.length, 2 * bytes.length));
      bytes.copy(larger, 0, 0, total);
      bytes = larger;
    }
    chunk.copy(bytes, total);
    total += chunk.length;
    if (total > limit) return { bytes: bytes.subarray(0, total), rest: stream };
  }
  return { bytes: bytes.subarray(0, total), rest: undefined };
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
