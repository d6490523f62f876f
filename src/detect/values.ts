/** What may be said of a value without keeping it: a sameness hash, a deny-list key, a shape. */

/** Letters and digits only, for deny lists. */
export function denyKey(value: string): string {
  return value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * 53 bits to count distinct values in memory; never stored. Case, spaces, hyphens and round brackets make no difference: people
 * write them between groups. (cyrb53's mixing of two 32-bit halves.)
 */
export function sameness(value: string): number {
  const text = value.toLowerCase();
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20 || unit === 0x2d || unit === 0x28 || unit === 0x29 || unit === 0x09 || unit === 0x0a)
      continue;
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
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
