/** The beginning of an ONNX model, which has no signature: its version, then the name of what wrote it or another known field. */

/** Fields of a model that may come second: texts, numbers, the graph, operator sets, metadata. */
const TEXTS = new Set([0x12, 0x1a, 0x22, 0x32]);
const MESSAGES = new Set([0x3a, 0x42, 0x72]);
const VERSIONS = 30;

/** True when `head` begins like a model ([onnx.proto](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), ModelProto). */
export function isOnnx(head: Buffer): boolean {
  const [first, version = 0, tag = 0, length = 0] = head;
  if (first !== 0x08 || version < 1 || version > VERSIONS || head.length < 8) return false;
  if (MESSAGES.has(tag)) return length > 0;
  if (!TEXTS.has(tag) || length >= 0x80 || 4 + length >= head.length) return false;
  const next = head[4 + length] ?? 0;
  const text = head.toString('latin1', 4, 4 + length);
  return /^[\x20-\x7e]*$/.test(text) && (TEXTS.has(next) || MESSAGES.has(next) || next === 0x28);
}
