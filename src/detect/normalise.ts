/** Makes look-alike writing alike before rules see it: full-width forms, odd spaces and hyphens, invisible characters. */
import { isAscii, isUtf8 } from 'node:buffer';

/** Stands between cells in the engine's buffers; a text's own ones become spaces, so it is never part of a value. */
export const SEPARATOR = 0x1e;

const ODD =
  /[\u001e\u00a0\u00ad\u2000-\u200f\u2010-\u2013\u202a-\u202f\u205f-\u2064\u2066-\u2069\u2212\u3000\ufeff\uff01-\uff5e]/gu;

/**
 * The text as rules see it. Every character is replaced on its own and line breaks stay, so that a text may be cut anywhere
 * between characters first, and line numbers stand.
 */
export function normaliseText(text: string): string {
  return isPlain(text) ? text : text.replace(ODD, replacement);
}

/** Units of a text for which looking at each takes less time than an expression. */
const SHORT = 64;

function isPlain(text: string): boolean {
  if (text.length > SHORT) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80 || unit === SEPARATOR) return false;
  }
  return true;
}

/** As `normaliseText`, on UTF-8; gives the same array back when there is nothing to do. Broken UTF-8 becomes U+FFFD. */
export function normaliseBytes(bytes: Uint8Array): Uint8Array {
  if (isAscii(bytes)) return bytes.includes(SEPARATOR) ? rewrite(bytes) : bytes;
  return isUtf8(bytes) && !mayHoldOdd(bytes) ? bytes : rewrite(bytes);
}

function rewrite(bytes: Uint8Array): Uint8Array {
  return Buffer.from(
    normaliseText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')),
  );
}

/** Looks at the first two bytes of what `ODD` lists; finds too much rather than too little. */
function mayHoldOdd(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!;
    if (lead < 0xc2) {
      if (lead === SEPARATOR) return true;
      continue;
    }
    const next = bytes[i + 1];
    if (lead === 0xc2 && (next === 0xa0 || next === 0xad)) return true;
    if (lead === 0xe2 && (next === 0x80 || next === 0x81 || next === 0x88)) {
      if (next !== 0x80 || isOddPunctuation(bytes[i + 2])) return true;
    }
    if (lead === 0xe3 && next === 0x80 && bytes[i + 2] === 0x80) return true;
    if (lead === 0xef && next !== undefined && next >= 0xbb && next <= 0xbd) return true;
  }
  return false;
}

/** Third byte of U+2000 to U+203F; dashes, quotes, dots and bullets from U+2014 to U+2029 are common and stay. */
function isOddPunctuation(third: number | undefined): boolean {
  return third !== undefined && (third <= 0x93 || third >= 0xaa) && third <= 0xaf;
}

function replacement(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01) return code === 0xfeff ? '' : String.fromCharCode(code - 0xfee0);
  if (code >= 0x2010 && code <= 0x2013) return '-';
  if (code === 0x2212) return '-';
  if (code === 0xad || (code >= 0x200b && code <= 0x200f)) return '';
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x2069)) return '';
  return ' ';
}
