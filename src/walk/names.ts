/**
 * File names that need not be text: exact bytes on disk to keys that are valid Unicode, and back.
 * "Bytes" here is a latin1 string, one character per byte: as small as the name, and comparing two compares their bytes.
 */
import { isUtf8 } from 'node:buffer';

/** Bytes 0x80 to 0xff of a name that is not UTF-8 become U+10FE80 to U+10FEFF: private use, and no noncharacters. */
const ESCAPE = 0x10fe00;
const ESCAPED = /[\u{10fe80}-\u{10feff}]/u;
const EACH_ESCAPED = /[\u{10fe80}-\u{10feff}]/gu;
/** UTF-8 of a character in the escape range, as bytes. A name that really has one is escaped as well, so that nothing collides. */
const REAL_ESCAPE = /\xf4\x8f[\xba\xbb][\x80-\xbf]/;
const ASCII = /^[\x00-\x7f]*$/;
const UNRESERVED = /^[A-Za-z0-9._~/-]*$/;

/** True when every byte is ASCII, so that bytes, key and path are the same string. */
export function isAscii(bytes: string): boolean {
  return ASCII.test(bytes);
}

/** The exact bytes of text, as UTF-8. */
export function bytesOfText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The key of a name or path; valid Unicode, one key per byte sequence. */
export function keyOf(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  if (isUtf8(buffer) && !REAL_ESCAPE.test(bytes)) return buffer.toString('utf8');
  return decode(buffer, (byte) => String.fromCodePoint(ESCAPE + byte));
}

/** The exact bytes that a key stands for; the inverse of `keyOf`. */
export function bytesOfKey(key: string): string {
  if (!ESCAPED.test(key)) return bytesOfText(key);
  const parts: string[] = [];
  let from = 0;
  for (const match of key.matchAll(EACH_ESCAPED)) {
    parts.push(bytesOfText(key.slice(from, match.index)));
    parts.push(String.fromCharCode((match[0].codePointAt(0) ?? 0) - ESCAPE));
    from = match.index + match[0].length;
  }
  parts.push(bytesOfText(key.slice(from)));
  return parts.join('');
}

/** For people: undecodable bytes as `\xff`, everything else as it is. */
export function displayOf(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  if (isUtf8(buffer)) return buffer.toString('utf8');
  return decode(buffer, (byte) => `\\x${byte.toString(16)}`);
}

/** Percent-encoded for a `file://` URI (RFC 8089), from the exact bytes; `/` stays. */
export function uriOf(bytes: string): string {
  if (UNRESERVED.test(bytes)) return bytes;
  return bytes.replace(/[^A-Za-z0-9._~/-]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** What file system calls take: a string where it is exact and fast, else the bytes. */
export function callPath(bytes: string): string | Buffer {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1');
}

/** Decodes what is UTF-8 and gives every other byte, and every byte of a real escape character, to `spell`. */
function decode(buffer: Buffer, spell: (byte: number) => string): string {
  let text = '';
  for (let at = 0; at < buffer.length; ) {
    const byte = buffer[at] ?? 0;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const part = buffer.subarray(at, at + length);
    if (part.length === length && isUtf8(part) && !REAL_ESCAPE.test(part.toString('latin1'))) {
      text += part.toString('utf8');
      at += length;
    } else {
      text += spell(byte);
      at += 1;
    }
  }
  return text;
}
