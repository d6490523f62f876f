/** Tells parts of Apple's iWork documents, and how long a Snappy chunk is when unpacked. */

/** True for a part: a chunk that is as long as it says, or goes on behind the head. */
export function isIwa(head: Buffer): boolean {
  if (head.length < 8 || head[0] !== 0) return false;
  const length = head.readUIntLE(1, 3);
  const size = unpackedSize(head.subarray(4));
  const next = 4 + length;
  return (
    length > 4 &&
    size > 0 &&
    size <= 64 * 1024 &&
    size <= 64 * length &&
    (next >= head.length || head[next] === 0) &&
    plausible(head)
  );
}

/** The first message tells its length, then the message about it, which begins with a number. */
function plausible(head: Buffer): boolean {
  let at = 4 + varintLength(head, 4);
  const tag = head[at] ?? 1;
  // A run of characters as they are, not of what came before.
  if ((tag & 3) !== 0) return false;
  at += 1 + Math.max(0, (tag >> 2) - 59);
  return head[at + varintLength(head, at)] === 0x08;
}

/** Bytes that a Snappy block unpacks to, as it says. */
export function unpackedSize(packed: Buffer): number {
  return varintOf(packed, 0);
}

/** A number in seven bits a byte. */
export function varintOf(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = 0; i < varintLength(bytes, at); i += 1) value += ((bytes[at + i] ?? 0) & 0x7f) * 128 ** i;
  return value;
}

/** Bytes of a number in seven bits each. */
export function varintLength(bytes: Buffer, at: number): number {
  let length = 1;
  while ((bytes[at + length - 1] ?? 0) >= 0x80 && length < 5) length += 1;
  return length;
}
