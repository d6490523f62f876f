/** Decodes UTF-16, little-endian. */

/**
 * The text; a last odd byte is left out. Everything is decoded by this and nothing by `toString('utf16le')` alone: of an odd number of bytes
 * from an odd address Node.js 24.21 writes one behind its memory, which ends the whole process.
 */
export function decodeUtf16(bytes: Buffer): string {
  return bytes.toString('utf16le', 0, bytes.length & ~1);
}
