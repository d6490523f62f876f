/** Numbers of identity cards, personal and social security numbers that no kept library has, by the formulas of their issuers. */
import { compact, isFiller, weighted } from './checksum.ts';
import { isDate } from './national.ts';

/** Belarusian personal number: seven digits, a region's letter, three digits, two letters, a check digit by ICAO's weights 7 3 1. */
export function byPersonalNumber(value: string): boolean {
  const match = /^([1-6])(\d{2})(\d{2})(\d{2})[A-Z]\d{3}[A-Z]{2}\d$/.exec(compact(value));
  if (match === null) return false;
  const [text, first = '', day, month, year] = match;
  const century = [1800, 1900, 2000][Math.ceil(Number(first) / 2) - 1] ?? 0;
  if (!isDate(century + Number(year), Number(month), Number(day))) return false;
  return icaoSum(text.slice(0, -1)) === Number(text.at(-1));
}

/** Brazilian PIS, PASEP or NIS: eleven digits, weights 3 2 9 8 7 6 5 4 3 2, modulo 11. */
export function brPis(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{11}$/.test(digits) || isFiller(digits)) return false;
  return ((11 - (weighted(digits, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === Number(digits[10]);
}

/** Brazilian voter number: a serial number of eight digits, a state's two (01 to 28), two check digits modulo 11. */
export function brVoter(value: string): boolean {
  const match = /^(\d{8})(0[1-9]|1\d|2[0-8])(\d)(\d)$/.exec(compact(value));
  if (match === null || isFiller(match[1] ?? '')) return false;
  const [, serial = '', state = '', first, second] = match;
  // São Paulo and Minas Gerais write 1 where the remainder is 0.
  const digit = (rest: number) => (rest === 0 && Number(state) < 3 ? 1 : rest % 10);
  const one = digit(weighted(serial, [2, 3, 4, 5, 6, 7, 8, 9]) % 11);
  return one === Number(first) && digit(weighted(`${state}${one}`, [7, 8, 9]) % 11) === Number(second);
}

/** Swiss identity card or passport: a letter and seven digits; as in the machine-readable zone with `<` and a check digit. */
export function chIdentityCard(value: string): boolean {
  const match = /^([A-Z]\d{7}|\d{9})(?:<?(\d))?$/.exec(compact(value));
  if (match === null || /^.0+$/.test(match[1] ?? '')) return false;
  const [, number = '', check] = match;
  return check === undefined ? number.length === 8 : icaoSum(number) === Number(check);
}

/** Chinese resident number of before 1999: a province, a birth date with two digits of the year, fifteen digits, no check digit. */
export function cnRicOld(value: string): boolean {
  const match = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}(\d{2})(\d{2})(\d{2})\d{3}$/.exec(value);
  return match !== null && isDate(1900 + Number(match[1]), Number(match[2]), Number(match[3]));
}

/** Honduran identity number (DNI, thirteen digits) or, with one more, tax number (RTN): department, municipality, year, serial number. */
export function hnIdentity(value: string): boolean {
  return /^(?:0[1-9]|1[0-8])(?:0[1-9]|[12]\d)(?:19|20)\d{2}\d{5,6}$/.test(compact(value));
}

/** Hungarian personal number: sex and century, a birth date, a serial number, weights 1 to 10 modulo 11, since 1997 from 10 to 1. */
export function huPersonalNumber(value: string): boolean {
  const match = /^([1-8])(\d{2})(\d{2})(\d{2})\d{4}$/.exec(compact(value));
  if (match === null) return false;
  const [digits, first = '', year, month, day] = match;
  const centuries = /[34]/.test(first) ? [1800, 2000] : [1900];
  if (!centuries.some((century) => isDate(century + Number(year), Number(month), Number(day)))) return false;
  const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  return [weights, weights.toReversed()].some((each) => weighted(digits, each) % 11 === Number(digits[10]));
}

/** Kazakh number of a person (IIN: a birth date and century) or company (BIN: year, month, 4 to 6, 0 to 3), weights 1 to 11 modulo 11. */
export function kzIin(value: string): boolean {
  const digits = compact(value);
  const match = /^(\d{2})(\d{2})(\d{2})(\d)\d{5}$/.exec(digits);
  if (match === null) return false;
  const [, year, month, day, century = ''] = match;
  const born = 1800 + 100 * Math.floor((Number(century) - 1) / 2) + Number(year);
  const isPerson = /[1-6]/.test(century) && isDate(born, Number(month), Number(day));
  const isCompany = /^(?:0[1-9]|1[0-2])$/.test(month ?? '') && /^[4-6][0-3]$/.test(day ?? '');
  if (!isPerson && !isCompany) return false;
  const first = weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
  const rest = first < 10 ? first : weighted(digits, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
  return rest === Number(digits[11]);
}

/** Libyan national number: 1 or 2 for the sex, the year of birth, seven digits; no check digit is published. */
export function lyNationalNumber(value: string): boolean {
  const digits = compact(value);
  return /^[12](?:19\d{2}|20[0-3]\d)\d{7}$/.test(digits) && !isFiller(digits.slice(5));
}

/** Nicaraguan cédula: municipality, birth date, serial number, and a letter that is the thirteen digits modulo 23. */
export function niCedula(value: string): boolean {
  const match = /^(\d{3}(\d{2})(\d{2})(\d{2})\d{4})([A-HJ-NP-Y])$/.exec(compact(value));
  if (match === null) return false;
  const [, number, day, month, year, letter] = match;
  if (![1900, 2000].some((century) => isDate(century + Number(year), Number(month), Number(day))))
    return false;
  return 'ABCDEFGHJKLMNPQRSTUVWXY'[Number(number) % 23] === letter;
}

/** Russian insurance number (SNILS): nine digits and their sum by weights 9 to 1 modulo 101, 00 for 100. */
export function ruSnils(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{11}$/.test(digits) || Number(digits.slice(0, 9)) <= 1_001_998 || isFiller(digits.slice(0, 9)))
    return false;
  return (weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === Number(digits.slice(9));
}

/** Salvadoran identity number (DUI): eight digits and a check digit, weights 9 to 2 modulo 10. */
export function svDui(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{9}$/.test(digits) || isFiller(digits)) return false;
  return (10 - (weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 10)) % 10 === Number(digits[8]);
}

/** Uzbek personal number (PINFL, JShShIR): sex and century, a birth date, place, serial number, a check digit by weights 7 3 1. */
export function uzPinfl(value: string): boolean {
  const digits = compact(value);
  const match = /^([1-6])(\d{2})(\d{2})(\d{2})\d{7}$/.exec(digits);
  if (match === null) return false;
  const [, first, day, month, year] = match;
  const born = 1700 + 100 * Math.ceil(Number(first) / 2) + Number(year);
  return isDate(born, Number(month), Number(day)) && icaoSum(digits.slice(0, -1)) === Number(digits[13]);
}

/** Zimbabwean national number: district and serial number, a letter that is these digits modulo 23, and another district. */
export function zwNationalId(value: string): boolean {
  const match = /^(\d{8})([A-HJ-NP-TV-Z])\d{2}$/.exec(compact(value));
  return match !== null && 'ZABCDEFGHJKLMNPQRSTVWXY'[Number(match[1]) % 23] === match[2];
}

/** ICAO Doc 9303: weights 7 3 1 in turn over digits and letters (A = 10), modulo 10. */
function icaoSum(text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++)
    sum += ([7, 3, 1][index % 3] ?? 0) * Number.parseInt(text.charAt(index), 36);
  return sum % 10;
}
