/** The check-digit schemes that many numbers share: Luhn, Verhoeff, ISO 7064, weighted sums, Base58Check, CRC32. */
import { createHash } from 'node:crypto';

const BETWEEN = /[\s.\-/‐-―]/;

/** The value without spaces, dots, dashes and slashes, in upper case. */
export function compact(value: string): string {
  if (!BETWEEN.test(value)) return value.toUpperCase();
  return value.replace(/[\s.\-/‐-―]/g, '').toUpperCase();
}

/** The number that exactly so many digits spell, at most 15; spaces, dots, dashes and slashes may stand between. NaN for all else. */
export function numberOf(value: string, digits: number): number {
  let number = 0;
  let count = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit >= 0x30 && unit <= 0x39) {
      number = number * 10 + unit - 0x30;
      count++;
    } else if (unit !== 0x2d && unit !== 0x20 && compact(value.charAt(i)) !== '') return Number.NaN;
  }
  return count === digits ? number : Number.NaN;
}

/** Luhn (ISO/IEC 7812-1 annex B) over digits only. */
export function luhn(digits: string): boolean {
  if (!/^\d{2,}$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Products in the dihedral group D5, row by row. */
const VERHOEFF_PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
] as const;
/** The permutation of a digit by its position from the right, modulo 8. */
const VERHOEFF_PERMUTATION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
] as const;

/** Verhoeff (1969) over digits only, check digit last. */
export function verhoeff(digits: string): boolean {
  if (!/^\d{2,}$/.test(digits)) return false;
  let check = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const permuted = Number(VERHOEFF_PERMUTATION[index % 8]?.[digit]);
    check = Number(VERHOEFF_PRODUCT[check]?.[permuted]);
  }
  return check === 0;
}

/** ISO 7064 MOD 97-10 over digits and letters (A = 10 ... Z = 35): the remainder is 1. */
export function mod97(value: string): boolean {
  return remainder(value, 97) === 1;
}

/** ISO 7064 MOD 11-10 over digits, check digit last. */
export function mod11Then10(digits: string): boolean {
  if (!/^\d{2,}$/.test(digits)) return false;
  let product = 10;
  for (const character of digits.slice(0, -1)) {
    const sum = (product + Number(character)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (product + Number(digits.at(-1))) % 10 === 1;
}

/** The number that digits and letters (A = 10 ... Z = 35) spell, modulo `modulus`; NaN for other characters or none. */
export function remainder(value: string, modulus: number): number {
  if (!/^[0-9A-Z]{1,64}$/.test(value)) return Number.NaN;
  let rest = 0;
  for (const character of value) {
    const number = Number.parseInt(character, 36);
    rest = (rest * (number > 9 ? 100 : 10) + number) % modulus;
  }
  return rest;
}

/** Sum of digit times weight, in order; digits beyond the weights do not count. */
export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index] ?? 0), 0);
}

/** True when every character is the same, or they only count up or down: a filler, not a number someone was given. */
export function isFiller(digits: string): boolean {
  // Most numbers are told apart by their first two digits.
  const step = Math.abs(digits.charCodeAt(1) - digits.charCodeAt(0));
  if (step > 1 && step !== 9) return false;
  if (/^(.)\1*$/.test(digits)) return true;
  return '01234567890123456789'.includes(digits) || '98765432109876543210'.includes(digits);
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58Check (Bitcoin): the last four of 25 or more bytes are the first four of the double SHA-256 of the others. */
export function base58Check(value: string): boolean {
  let number = 0n;
  for (const character of value) {
    const digit = BASE58.indexOf(character);
    if (digit < 0) return false;
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16);
  const body = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const zeros = /^1*/.exec(value)?.[0].length ?? 0;
  const bytes = Buffer.concat([Buffer.alloc(zeros), body]);
  if (bytes.length < 25) return false;
  const twice = sha256(sha256(bytes.subarray(0, -4)));
  return twice.subarray(0, 4).equals(bytes.subarray(-4));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
