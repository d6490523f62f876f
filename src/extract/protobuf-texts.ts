/** The texts in a protobuf message of which nothing is known (https://protobuf.dev/programming-guides/encoding). */

/** Messages within messages. */
const DEPTH = 16;

/** One line for each message that holds texts itself, in order: `key: value`. Numbers and binary values are left out. */
export function protobufTexts(message: Buffer): readonly string[] {
  const lines: string[] = [];
  if (!collect(message, lines, 0)) lines.push(...runsOf(message));
  return lines;
}

/** False when it is no message: nothing is added then. */
function collect(bytes: Buffer, lines: string[], depth: number): boolean {
  const texts: string[] = [];
  const inner: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    if (tag === undefined || tag.value < 8) return false;
    const value = tag.value % 8 === 0 || tag.value % 8 === 2 ? varint(bytes, tag.end) : undefined;
    const fixed = { 1: 8, 5: 4 }[tag.value % 8];
    if (value === undefined && fixed === undefined) return false;
    at = fixed === undefined ? (value?.end ?? 0) : tag.end + fixed;
    if (tag.value % 8 === 2) {
      const part = bytes.subarray(at, at + (value?.value ?? 0));
      at += value?.value ?? 0;
      const text = textIn(part);
      if (text !== undefined) texts.push(text);
      else if (at <= bytes.length && (depth >= DEPTH || !collect(part, inner, depth + 1)))
        inner.push(...runsOf(part));
    }
    if (at > bytes.length) return false;
  }
  if (texts.length > 0) lines.push(texts.join(': '));
  for (const line of inner) lines.push(line);
  return true;
}

/** A number in seven bits a byte; undefined when it does not end. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}

/** What is UTF-8 without controls; undefined for all else. */
function textIn(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString();
  return /[\0-\x08\x0e-\x1f\ufffd]/.test(text) ? undefined : text;
}

/** Stretches of printable ASCII in what is no message. */
function runsOf(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').match(/[\x20-\x7e]{6,}/g) ?? [];
}
