/** The beginning of a safetensors file: its header's length, then JSON (https://github.com/huggingface/safetensors#format). */

/** Bytes before the header. */
export const LENGTH_BYTES = 8;
/** The longest header that the format allows. */
const HEADER_BYTES = 100_000_000;

/** True when `head` begins with a length and a JSON object of tensors. */
export function isSafetensors(head: Buffer): boolean {
  return (
    head.length > LENGTH_BYTES &&
    headerLength(head) !== undefined &&
    /^\s*\{\s*"/.test(head.toString('latin1', LENGTH_BYTES, LENGTH_BYTES + 20))
  );
}

/** Undefined when it is none. */
export function headerLength(head: Buffer): number | undefined {
  const length = head.readBigUInt64LE();
  return length >= 2n && length <= HEADER_BYTES ? Number(length) : undefined;
}
