/**
 * Writes a decimal number in one way, whatever program printed it: six significant digits of what is no whole number, since programs
 * print no more and keep more; no zeros in front and behind. Digits are counted, not strings made: tables are full of numbers.
 */

export interface Decimal {
  /** False for what is no number, and for one that is better compared as it stands; `signs` is overwritten either way. */
  parse(text: string): boolean;
  /** The number as ASCII: `-12.5`; the first one is at `start`. */
  readonly signs: Uint8Array;
  start: number;
}

/** Digits that a number of 64 bits keeps for sure. */
const KEPT = 15;
const SIGNIFICANT = 6;
/** Digits behind the point of what is still written without an exponent. */
const MOST_SCALE = 24;
const ROOM = 48;
const [ZERO, NINE, POINT, MINUS, PLUS, EXPONENT] = [0x30, 0x39, 0x2e, 0x2d, 0x2b, 0x65];

/** One at a time: what it wrote is gone with the next. */
export function createDecimal(): Decimal {
  const decimal: Decimal = { parse, signs: new Uint8Array(ROOM), start: ROOM };
  // The number is value / 10^scale.
  let value = 0;
  let scale = 0;

  function parse(text: string): boolean {
    const sign = text.charCodeAt(0);
    let at = sign === MINUS || sign === PLUS ? 1 : 0;
    let points = 0;
    let digits = 0;
    let seen = 0;
    value = 0;
    scale = 0;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === POINT && points === 0) points = 1;
      else if (code >= ZERO && code <= NINE) {
        seen++;
        if (digits < KEPT) {
          value = value * 10 + code - ZERO;
          if (value > 0) digits++;
          scale += points;
        } else {
          if (points === 0) return false;
          if (digits === KEPT && code >= ZERO + 5) value++;
          digits++;
        }
      } else break;
    }
    if (seen === 0 || !withExponent(text, at)) return false;
    round();
    write(sign === MINUS && value > 0);
    return true;
  }

  /** What follows the digits is nothing, or an exponent. */
  function withExponent(text: string, at: number): boolean {
    if (at < text.length) {
      if (text.charCodeAt(at) !== EXPONENT || !/^e[-+]?\d{1,3}$/.test(text.slice(at))) return false;
      scale -= Number(text.slice(at + 1));
    }
    return scale <= MOST_SCALE && scale > -KEPT;
  }

  function round(): void {
    trim();
    if (scale <= 0) {
      value *= 10 ** -scale;
      scale = 0;
      return;
    }
    let drop = 0;
    for (let least = 10 ** SIGNIFICANT; value >= least; least *= 10) drop++;
    if (drop > 0) {
      value = Math.floor(value / 10 ** drop + 0.5);
      scale -= drop;
      trim();
    }
    if (scale < 0) {
      value *= 10 ** -scale;
      scale = 0;
    }
  }

  function trim(): void {
    if (value === 0) scale = 0;
    while (scale > 0 && value % 10 === 0) {
      value /= 10;
      scale--;
    }
  }

  function write(negative: boolean): void {
    const { signs } = decimal;
    let at = ROOM;
    let left = value;
    for (let digit = 0; left > 0 || digit <= scale; digit++) {
      if (digit === scale && scale > 0) signs[--at] = POINT;
      const next = Math.floor(left / 10);
      signs[--at] = ZERO + left - next * 10;
      left = next;
    }
    if (negative) signs[--at] = MINUS;
    decimal.start = at;
  }

  return decimal;
}
