/** National and tax numbers that no kept library has, each by its published formula. */
import { compact, isFiller, luhn, numberOf, verhoeff, weighted } from './checksum.ts';

/** US SSN (SSA): area not 000, 666 or 9xx, group not 00, serial not 0000, no filler. */
export function usSsn(value: string): boolean {
  const number = numberOf(value, 9);
  const area = Math.trunc(number / 1e6);
  if (!(area > 0 && area < 900) || area === 666) return false;
  if (Math.trunc(number / 1e4) % 100 === 0 || number % 1e4 === 0) return false;
  // A filler's first two digits say that it may be one.
  const step = Math.abs((Math.trunc(number / 1e7) % 10) - Math.trunc(number / 1e8));
  return (step > 1 && step < 9) || !isFiller(String(number).padStart(9, '0'));
}

/** US ITIN (IRS): 9xx with group 50-65, 70-88, 90-92 or 94-99. */
export function usItin(value: string): boolean {
  return /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(compact(value));
}

/** US EIN: a campus prefix that the IRS assigns. */
export function usEin(value: string): boolean {
  const match = /^(\d{2})(\d{7})$/.exec(compact(value));
  if (match === null) return false;
  return (
    !/^(?:0[0789]|1[789]|28|29|49|69|70|78|79|89|96|97)$/.test(match[1] ?? '') && !isFiller(match[2] ?? '')
  );
}

/** ABA routing number: Federal Reserve prefix, weights 3 7 1. */
export function usAba(value: string): boolean {
  const digits = compact(value);
  if (!/^(?:0[1-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(digits)) return false;
  return weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

/** Canadian SIN: Luhn; a first digit of 0 or 8 is not issued. */
export function caSin(value: string): boolean {
  const digits = compact(value);
  return /^[1-79]\d{8}$/.test(digits) && luhn(digits) && !isFiller(digits);
}

/** Singapore NRIC and FIN: weights 2 7 6 5 4 3 2 and a letter that depends on the series. */
export function sgNric(value: string): boolean {
  const match = /^([STFGM])(\d{7})([A-Z])$/.exec(compact(value));
  if (match === null) return false;
  const [, series = '', digits = '', letter] = match;
  const offset = { S: 0, T: 4, F: 0, G: 4, M: 3 }[series] ?? 0;
  const rest = (weighted(digits, [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  if (series === 'M') return 'KLJNPQRTUWX'[10 - rest] === letter;
  return (/[ST]/.test(series) ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[rest] === letter;
}

/** Japan's Individual Number: weights 6 5 4 3 2 7 6 5 4 3 2, eleven minus the remainder. */
export function jpMyNumber(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{12}$/.test(digits) || isFiller(digits)) return false;
  const rest = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === Number(digits[11]);
}

/**
 * Korean resident or foreigner number with a real birth date and century. Numbers given since October 2020 have no check digit;
 * those of foreigners may be new at any age, those of citizens are when their holders are born since.
 */
export function krRrn(value: string): boolean {
  const match = /^(\d{2})(\d{2})(\d{2})(\d)\d{6}$/.exec(compact(value));
  if (match === null) return false;
  const [digits, year, month, day, century = ''] = match;
  const full = (/[3478]/.test(century) ? 2000 : /[90]/.test(century) ? 1800 : 1900) + Number(year);
  if (full > LATEST_BIRTH) return false;
  if (!isDate(full, Number(month), Number(day))) return false;
  const unchecked = /[5-8]/.test(century) || full * 100 + Number(month) >= 202_010;
  // The office that gave it: 00 to 96.
  return unchecked || (!/^\d{7}9[789]/.test(digits) && krCheckDigit(digits));
}

/** Validators have no clock: nobody whose number this finds is born later. */
const LATEST_BIRTH = 2039;

/** The same with the check digit that numbers from before October 2020 have; those of foreigners add two, or do not. */
export function krRrnChecked(value: string): boolean {
  return krRrn(value) && krCheckDigit(compact(value));
}

function krCheckDigit(digits: string): boolean {
  const check = (11 - (weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10;
  const last = Number(digits[12]);
  return check === last || (/[5-8]/.test(digits[6] ?? '') && (check + 2) % 10 === last);
}

/** Latvian personal code: a birth date and a check digit, or the 32 series without a date. */
export function lvPersonalCode(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{11}$/.test(digits)) return false;
  if (/^3[2-9]/.test(digits)) return true;
  const century = [1800, 1900, 2000][Number(digits[6])];
  if (century === undefined) return false;
  if (!isDate(century + Number(digits.slice(4, 6)), Number(digits.slice(2, 4)), Number(digits.slice(0, 2))))
    return false;
  const check = (1101 - weighted(digits, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11;
  return check < 10 && check === Number(digits[10]);
}

/** Hungarian social security number (TAJ): weights 3 and 7 in turn, modulo 10. */
export function huTaj(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{9}$/.test(digits) || isFiller(digits)) return false;
  return weighted(digits, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(digits[8]);
}

/** UAE Emirates ID: 784, a year, seven digits, Luhn. */
export function aeEmiratesId(value: string): boolean {
  const digits = compact(value);
  return /^784(?:19|20)\d{10}$/.test(digits) && luhn(digits);
}

/** Saudi national (1) and resident (2) id: ten digits, Luhn. */
export function saNationalId(value: string): boolean {
  const digits = compact(value);
  return /^[12]\d{9}$/.test(digits) && luhn(digits) && !isFiller(digits);
}

/** Philippine SSS number: ten digits, not a filler; the agency publishes no check digit. */
export function phSss(value: string): boolean {
  const digits = compact(value);
  return /^(?:0[1-9]|[1-3]\d)\d{8}$/.test(digits) && !isFiller(digits);
}

/** Luxembourg national number: a birth date, Luhn over twelve digits and Verhoeff over the first eleven with the last. */
export function luNationalId(value: string): boolean {
  const digits = compact(value);
  if (!/^(?:18|19|20)\d{11}$/.test(digits)) return false;
  if (!isDate(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8))))
    return false;
  return luhn(digits.slice(0, 12)) && verhoeff(digits.slice(0, 11) + digits.slice(12));
}

/** A day that was or will be, year in full. */
export function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
