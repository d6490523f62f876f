/**
 * Hashes cells so that the same value is the same whatever format it came through: case, spaces and Unicode form make no
 * difference, 1.0 is 1, a date at midnight is the date, an absent value is empty.
 */
import { createDecimal } from './decimal.ts';

/** The last cell that `hash` was given. */
export interface CellHasher {
  high: number;
  low: number;
  /** Roughly how much it tells, in bits: a flag 1, a date 12, an e-mail address 40 and more. */
  bits: number;
  /** False for an empty cell, which leaves the rest as it was. */
  hash(cell: string): boolean;
}

/** How programs write that there is no value. */
const EMPTY: ReadonlySet<string> = new Set(
  ['', 'nan', 'null', 'none', 'nil', 'n/a', 'na', 'nat', '<na>', '#n/a', 'undefined', '-', '--'].flatMap(
    (word) => [
      word,
      word.toUpperCase(),
      word.charAt(0).toUpperCase() + word.slice(1),
      ...(word === 'nan' ? ['NaN'] : word === 'nat' ? ['NaT'] : []),
    ],
  ),
);
const LONGEST_EMPTY = 9;
const DATE_BITS = 12;
const MOST_BITS = 64;

/** Looks at the first sign before the set is asked. */
function mayBeEmpty(cell: string): boolean {
  const first = cell.charCodeAt(0) | 0x20;
  return (
    cell === '' || first === 0x6e || first === 0x75 || first === 0x3c || first === 0x23 || first === 0x2d
  );
}

/** `seed`: two 32-bit numbers, the same for all that is to be compared. */
export function createCellHasher([seedHigh, seedLow]: readonly [number, number]): CellHasher {
  const hasher: CellHasher = { high: 0, low: 0, bits: 0, hash };
  const decimal = createDecimal();

  function hash(cell: string): boolean {
    if (cell.length <= LONGEST_EMPTY && mayBeEmpty(cell) && EMPTY.has(cell)) return false;
    if (plain(cell)) return true;
    const text = canonicalCell(cell);
    if (text === '') return false;
    mix(text);
    return true;
  }

  /** Lower-case as it goes; false when the cell needs the long way. */
  function plain(cell: string): boolean {
    let digits = 0;
    let letters = 0;
    let high = seedHigh;
    let low = seedLow;
    const { length } = cell;
    const first = cell.charCodeAt(0);
    if (first <= 0x20 || cell.charCodeAt(length - 1) <= 0x20) return false;
    for (let i = 0; i < length; i++) {
      let code = cell.charCodeAt(i);
      if (code >= 0x30 && code <= 0x39) digits++;
      else if (code >= 0x61 && code <= 0x7a) letters++;
      else if (code >= 0x41 && code <= 0x5a) {
        letters++;
        code |= 0x20;
      } else if (code > 0x7e || code < 0x20) return false;
      else if (code === 0x20 && cell.charCodeAt(i - 1) === 0x20) return false;
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    // Numbers, dates and truth values have more than one way to be written.
    if (letters === 0 && mayVary(cell, digits)) {
      if (number(cell)) return true;
      if (!isFixed(cell, digits)) return false;
    }
    if (letters > 0 && letters <= 5 && isWord(cell, digits)) return false;
    settle(high, low);
    hasher.bits = isDate(cell, digits) ? DATE_BITS : Math.min(MOST_BITS, digits * 3.3 + letters * 2.3);
    return true;
  }

  function number(cell: string): boolean {
    if (!decimal.parse(cell)) return false;
    let high = seedHigh;
    let low = seedLow;
    let bits = 0;
    for (let i = decimal.start; i < decimal.signs.length; i++) {
      const code = decimal.signs[i]!;
      bits += code >= 0x30 ? 3.3 : 2.3;
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    settle(high, low);
    hasher.bits = Math.min(MOST_BITS, bits);
    return true;
  }

  function mix(text: string): void {
    let high = seedHigh;
    let low = seedLow;
    let digits = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x30 && code <= 0x39) digits++;
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    settle(high, low);
    const bits = digits * 3.3 + (text.length - digits) * 2.3;
    hasher.bits = Math.min(ISO_DATE.test(text) ? DATE_BITS : MOST_BITS, bits);
  }

  /** The end of cyrb53: every bit of the text reaches every bit of the hash. */
  function settle(high: number, low: number): void {
    hasher.high =
      (Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)) >>> 0;
    hasher.low =
      (Math.imul(low ^ (low >>> 16), 2246822507) ^
        Math.imul(hasher.high ^ (hasher.high >>> 13), 3266489909)) >>>
      0;
  }

  return hasher;
}

/** `true`, `FALSE`, `1e5`, `2024-01-02T00:00Z`. */
function isWord(cell: string, digits: number): boolean {
  if (digits === 0) return cell.length === 4 || cell.length === 5;
  return /^[-+\d.][-+\d.:/TtZzeE ]*$/.test(cell);
}

/** Of a cell without letters: false for a plain whole number, a short decimal number, and numbers with hyphens that are no date. */
function mayVary(cell: string, digits: number): boolean {
  const { length } = cell;
  const first = cell.charCodeAt(0);
  if (first === 0x30 || first < 0x30 || length > 15) return digits > 0;
  if (digits === length) return false;
  if (isDate(cell, digits)) return false;
  if (digits !== length - 1) return !/^\d{3,}-\d[\d-]*$/.test(cell) || length <= 10;
  // One sign that is no digit: a decimal point with nothing to round or to leave out.
  const last = cell.charCodeAt(length - 1);
  return cell.indexOf('.') < 1 || digits > 6 || last === 0x30 || last === 0x2e;
}

/** Of a cell without letters that is no number: true for a telephone number and the like, which are compared as they stand. */
function isFixed(cell: string, digits: number): boolean {
  return cell.length > LONGEST_DATE && digits < cell.length - 1 && !/[:,]/.test(cell);
}

const LONGEST_DATE = 10;
const ISO_DATE = /^\d{4}-\d\d-\d\d$/;
const PLAIN = /^[\x21-\x7e]*$/;

/** Whether it is `2024-01-02` already, given its digits. */
function isDate(cell: string, digits: number): boolean {
  return digits === 8 && cell.length === 10 && cell.charCodeAt(4) === 0x2d && cell.charCodeAt(7) === 0x2d;
}

/** One writing for all the writings of a value; empty when there is none. */
export function canonicalCell(cell: string): string {
  const text = (PLAIN.test(cell) ? cell : cell.normalize('NFKC').replace(/\s+/g, ' ').trim()).toLowerCase();
  if (EMPTY.has(text)) return '';
  if (text === 'true') return '1';
  if (text === 'false') return '0';
  return /^[-+.\d]/.test(text) ? (canonicalNumber(text) ?? canonicalDate(text) ?? text) : text;
}

function canonicalNumber(text: string): string | undefined {
  const bare = /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text;
  const decimal = createDecimal();
  if (decimal.parse(bare)) return Buffer.from(decimal.signs.subarray(decimal.start)).toString('latin1');
  const [, sign, digits] = /^([-+]?)0*(\d+)$/.exec(text) ?? [];
  return digits === undefined ? undefined : `${sign === '-' ? sign : ''}${digits}`;
}

/** Year first; month before day where slashes stand, unless that is no month; a time of midnight is dropped. */
function canonicalDate(text: string): string | undefined {
  const [, date = '', time = ''] =
    /^([\d./-]{8,10})(?:[t ](\d\d?:\d\d(?::\d\d(?:\.\d+)?)?)(?:z|[+-]00:?00)?)?$/.exec(text) ?? [];
  const day = yearFirst(date);
  if (day === undefined) return undefined;
  const [hours = '', minutes = '', seconds = ''] = time.split(':');
  const clock = [hours.padStart(2, '0'), minutes.padStart(2, '0'), trimSeconds(seconds)].join(':');
  return time === '' || clock === '00:00:00' ? day : `${day}t${clock}`;
}

function trimSeconds(seconds: string): string {
  if (seconds === '') return '00';
  return seconds.includes('.') ? seconds.replace(/\.?0+$/, '') : seconds;
}

function yearFirst(date: string): string | undefined {
  const iso = /^(\d{4})([-/.])(\d\d?)\2(\d\d?)$/.exec(date);
  if (iso) return ymd(iso[1], iso[3], iso[4]);
  const [, first = '', mark, second = '', year] = /^(\d\d?)([-/.])(\d\d?)\2(\d{4})$/.exec(date) ?? [];
  if (year === undefined) return undefined;
  const dayFirst = mark === '.' || Number(first) > 12;
  return dayFirst ? ymd(year, second, first) : ymd(year, first, second);
}

function ymd(year = '', month = '', day = ''): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
