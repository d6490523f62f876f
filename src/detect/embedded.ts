/** Tells a number that stands for itself from digits inside something longer: a hash, UUID, float, version or URL. */
import { UNSPACED } from './words.ts';

/** How far a token is followed, in UTF-16 units. */
const AROUND = 128;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const BASE64_RUN = 40;

/**
 * True when the digits from `start` to `end` of `text` are part of a longer token. Values with a letter are never embedded:
 * their patterns say what may stand beside them.
 */
export function isEmbedded(text: string, start: number, end: number): boolean {
  if (start === 0 && end === text.length) return false;
  if (hasLetter(text, start, end)) return false;
  return (
    inAlphanumeric(text, start, end) ||
    inDecimal(text, start, end) ||
    inUuid(text, start, end) ||
    inBase64(text, start, end) ||
    inUrlPath(text, start, end) ||
    inNumberRow(text, start, end)
  );
}

function hasLetter(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return /\p{L}/u.test(text.slice(start, end));
    if ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a) return true;
  }
  return false;
}

function inAlphanumeric(text: string, start: number, end: number): boolean {
  return isWord(text, start - 1) || isWord(text, end);
}

function isWord(text: string, index: number): boolean {
  // Most values stand between spaces and the like, none of which is in a word.
  const unit = text.charCodeAt(index);
  if (unit <= 0x2f) return false;
  const character = text.charAt(index);
  return WORD.test(character) && (unit < 0x80 || !UNSPACED.test(character));
}

const WORD = /[\p{L}\p{N}_]/u;

/** `0.123456789`, `123456789.5`, `1.2.3.123456789`. A full stop that ends a sentence is not one of these. */
function inDecimal(text: string, start: number, end: number): boolean {
  return (
    (text[start - 1] === '.' && isDigit(text.charCodeAt(start - 2))) ||
    (text[end] === '.' && isDigit(text.charCodeAt(end + 1)))
  );
}

function inUuid(text: string, start: number, end: number): boolean {
  if (text[start - 1] !== '-' && text[end] !== '-') return false;
  const token = tokenAround(text, start, end, isHexOrHyphen);
  return UUID.test(token);
}

function inBase64(text: string, start: number, end: number): boolean {
  if (!isBase64(text.charCodeAt(start - 1)) && !isBase64(text.charCodeAt(end))) return false;
  const token = tokenAround(text, start, end, isBase64);
  return token.length >= BASE64_RUN && /[A-Z]/.test(token) && /[a-z]/.test(token);
}

/** A bare number as a segment of a URL's path is an id of a page. */
function inUrlPath(text: string, start: number, end: number): boolean {
  if (text[start - 1] !== '/' || /\D/.test(text.slice(start, end))) return false;
  if (/[^\s/?#"'<>)\],.;]/.test(text.charAt(end))) return false;
  const before = text.slice(Math.max(0, start - AROUND), start);
  const url = before.slice(before.search(/[a-z][a-z\d+.-]{1,15}:\/\/[^\s"'<>]*$/i));
  return url.includes('://') && !url.includes('?') && !url.endsWith('://');
}

/** The end of a line of numbers, as in PostScript and tables of widths: `1017 1030 1043 1056 1069 1083`. */
function inNumberRow(text: string, start: number, end: number): boolean {
  // Most values have no number and space before them.
  if (text.charCodeAt(start - 1) !== 0x20 || !isDigit(text.charCodeAt(start - 2))) return false;
  return (
    / /.test(text.slice(start, end)) &&
    /(?:^|[\s[(])\d{2,} \d{2,} $/.test(text.slice(Math.max(0, start - AROUND), start))
  );
}

function tokenAround(text: string, start: number, end: number, belongs: (unit: number) => boolean): string {
  let from = start;
  while (start - from < AROUND && belongs(text.charCodeAt(from - 1))) from--;
  let to = end;
  while (to - end < AROUND && belongs(text.charCodeAt(to))) to++;
  return text.slice(from, to);
}

/** Beyond the text a unit is NaN, which is in no range. */
function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isHexOrHyphen(unit: number): boolean {
  return isDigit(unit) || unit === 0x2d || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x66);
}

/** Letters, digits and `+ / = _`. */
function isBase64(unit: number): boolean {
  const letter = (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
  return isDigit(unit) || letter || unit === 0x2b || unit === 0x2f || unit === 0x3d || unit === 0x5f;
}
