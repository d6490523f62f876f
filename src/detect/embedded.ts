/** Tells a number that stands for itself from digits inside something longer: a hash, UUID, float, version or URL. */

const AROUND = 128;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const BASE64_RUN = 40;

/**
 * True when the digits from `start` to `end` of `text` are part of a longer token. Values with a letter are never embedded:
 * their patterns say what may stand beside them.
 */
export function isEmbedded(text: string, start: number, end: number): boolean {
  if (/\p{L}/u.test(text.slice(start, end))) return false;
  const before = text.slice(Math.max(0, start - AROUND), start);
  const after = text.slice(end, end + AROUND);
  return (
    inAlphanumeric(before, after) ||
    inDecimal(before, after) ||
    inUuid(before, text.slice(start, end), after) ||
    inBase64(before, text.slice(start, end), after) ||
    inUrlPath(before, text.slice(start, end), after)
  );
}

function inAlphanumeric(before: string, after: string): boolean {
  return /[\p{L}\p{N}_]$/u.test(before) || /^[\p{L}\p{N}_]/u.test(after);
}

/** `0.123456789`, `123456789.5`, `1.2.3.123456789`. A full stop that ends a sentence is not one of these. */
function inDecimal(before: string, after: string): boolean {
  return /\d\.$/.test(before) || /^\.\d/.test(after);
}

function inUuid(before: string, value: string, after: string): boolean {
  const token = (/[\da-f-]*$/i.exec(before)?.[0] ?? '') + value + (/^[\da-f-]*/i.exec(after)?.[0] ?? '');
  return token.length > value.length && UUID.test(token);
}

function inBase64(before: string, value: string, after: string): boolean {
  const left = /[\w+/=]*$/.exec(before)?.[0] ?? '';
  const right = /^[\w+/=]*/.exec(after)?.[0] ?? '';
  const rest = left + right;
  return (
    rest.length + value.length >= BASE64_RUN && /[A-Z]/.test(rest) && /[a-z]/.test(rest) && /\d/.test(rest)
  );
}

/** A bare number as a segment of a URL's path is an id of a page. */
function inUrlPath(before: string, value: string, after: string): boolean {
  if (/\D/.test(value) || !before.endsWith('/') || /^[^\s/?#"'<>)\],.;]/.test(after)) return false;
  const url = /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*$/i.exec(before)?.[0];
  return url !== undefined && !url.includes('?') && !url.endsWith('://');
}
