/** What may be said of a value without keeping it: a deny-list key, a shape. */

/** Letters and digits only, for deny lists. */
export function denyKey(value: string): string {
  return value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** `999-99-9999` for a social security number: letters `A`/`a`, digits `9`, the rest as it is; at most 40 characters. */
export function shapeOf(value: string): string {
  const shape = value
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[\p{L}\p{M}]/gu, 'a')
    .replace(/\p{N}/gu, '9')
    .replace(/\s+/g, ' ');
  return Array.from(shape).slice(0, 40).join('');
}
