/** National, tax and company numbers outside Europe that no kept library has, or has otherwise than the issuing office publishes. */
import { compact, isFiller, luhn, verhoeff, weighted } from './checksum.ts';
import { standardNumber } from './kept.ts';
import { isDate } from './national.ts';

/** Argentine CBU: a bank and branch of eight digits and an account of fourteen, each with a check digit (weights 3 1 7 9). */
export function arCbu(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{22}$/.test(digits) || isFiller(digits)) return false;
  const bank = weighted(digits, [7, 1, 3, 9, 7, 1, 3, 1]);
  const account = weighted(digits.slice(8), [3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1]);
  return bank % 10 === 0 && account % 10 === 0;
}

/** Azerbaijani VOEN: ten digits, weights 4 1 8 6 2 7 5 3, the last 1 for companies and 2 for persons. */
export function azVoen(value: string): boolean {
  const digits = compact(value).padStart(10, '0');
  if (!/^\d{9}[12]$/.test(digits)) return false;
  return weighted(digits, [4, 1, 8, 6, 2, 7, 5, 3]) % 11 === Number(digits[8]);
}

/** Chinese resident identity number in a province that there is (GB/T 2260). */
export function cnRic(value: string): boolean {
  const digits = compact(value);
  return /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/.test(digits) && standardRic(digits);
}

const standardRic = standardNumber('cn/ric');

/** Egyptian national number: century 2 or 3, a birth date, a governorate that there is. */
export function egNationalId(value: string): boolean {
  const match = /^([23])(\d{2})(\d{2})(\d{2})(\d{2})\d{5}$/.exec(compact(value));
  if (match === null) return false;
  const [, century, year, month, day, place = ''] = match;
  if (!/^(?:0[1-4]|1[1-9]|2[1-9]|3[1-5]|88)$/.test(place)) return false;
  return isDate(1700 + 100 * Number(century) + Number(year), Number(month), Number(day));
}

/** Chinese unified social credit code: eight digits, ten places without I O S V Z, weights of powers of 3 modulo 31. */
export function cnUscc(value: string): boolean {
  const code = compact(value);
  if (!/^\d{8}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(code)) return false;
  const digits = [...code].map((character) => '0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf(character));
  const sum = digits.slice(0, 17).reduce((total, digit, index) => total + digit * (3 ** index % 31), 0);
  return (31 - (sum % 31)) % 31 === digits[17];
}

/** Ecuadorian RUC: a person's number or a check digit for public bodies (third digit 6 or 9) or companies (9), and an establishment. */
export function ecRuc(value: string): boolean {
  const digits = compact(value);
  if (!/^(?:0[1-9]|1\d|2[0-4]|30|50)[0-69]\d{10}$/.test(digits)) return false;
  const kind = Number(digits[2]);
  const isPublic =
    weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 && !digits.endsWith('0000') && kind >= 6;
  if (isPublic) return true;
  if (digits.endsWith('000')) return false;
  if (kind === 9) return weighted(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
  return luhn(digits.slice(0, 10));
}

/** Indonesian NIK: province, a birth date (day plus 40 for women), a serial number that is not zero. */
export function idNik(value: string): boolean {
  const match =
    /^(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])\d{4}(\d{2})(\d{2})(\d{2})(\d{4})$/.exec(
      compact(value),
    );
  if (match === null || match[4] === '0000') return false;
  const [, day, month, year] = match;
  return [1900, 2000].some((century) => isDate(century + Number(year), Number(month), Number(day) % 40));
}

/** Indonesian NPWP: fifteen digits, Luhn over nine, or since 2024 sixteen: the same after a zero, or a NIK. */
export function idNpwp(value: string): boolean {
  const digits = compact(value);
  if (/^\d{15}$/.test(digits)) return luhn(digits.slice(0, 9)) && !isFiller(digits);
  if (/^0\d{15}$/.test(digits)) return luhn(digits.slice(0, 10));
  return idNik(digits);
}

/** Iranian national number: ten digits, weights 10 to 2, modulo 11. */
export function irNationalId(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{10}$/.test(digits) || isFiller(digits)) return false;
  const rest = weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? rest : 11 - rest) === Number(digits[9]);
}

/** Israeli identity number: Luhn over nine digits, of which the first may be left out when it is zero. */
export function ilIdnr(value: string): boolean {
  const digits = compact(value);
  return /^\d{8,9}$/.test(digits) && !isFiller(digits) && luhn(digits.padStart(9, '0'));
}

/** Korean business number: ranges as issued, weights 1 3 7 1 3 7 1 3 5 and the tens of the ninth product. */
export function krBrn(value: string): boolean {
  const digits = compact(value);
  if (!/^(?:10[1-9]|1[1-9]\d|[2-9]\d{2})(?!00)\d{2}(?!0000)\d{5}$/.test(digits)) return false;
  const tens = Math.floor((Number(digits[8]) * 5) / 10);
  const sum = weighted(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + tens;
  return (10 - (sum % 10)) % 10 === Number(digits[9]);
}

/** Kuwaiti civil number: century 2 or 3, a birth date, weights 2 1 6 3 7 9 10 5 8 4 2, eleven minus the remainder. */
export function kwCivilId(value: string): boolean {
  const match = /^([23])(\d{2})(\d{2})(\d{2})\d{5}$/.exec(compact(value));
  if (match === null) return false;
  const [digits, century, year, month, day] = match;
  if (!isDate(1700 + 100 * Number(century) + Number(year), Number(month), Number(day))) return false;
  return 11 - (weighted(digits, [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) === Number(digits[11]);
}

/** Sri Lankan identity number: a year, the day of it (plus 500 for women), and nine digits with V or X, or since 2016 twelve. */
export function lkNic(value: string): boolean {
  const match = /^(?:\d{2}(\d{3})\d{4}[VX]|(?:19\d{2}|20[0-3]\d)(\d{3})\d{5})$/.exec(compact(value));
  if (match === null) return false;
  const day = Number(match[1] ?? match[2]) % 500;
  return day >= 1 && day <= 366;
}

/** Malaysian identity card number (MyKad) of a place that the registration office lists. */
export function myNric(value: string): boolean {
  return (
    /^\d{6}(?:0[1-9]|1[0-6]|[2-5]\d|6[0-8]|7[124-9]|8[2-9]|9[0-389])/.test(compact(value)) &&
    standardNric(value)
  );
}

const standardNric = standardNumber('my/nric');

/** Mauritian identity number: weights 14 to 2 over digits and letters (A = 10), modulo 17. */
export function muNid(value: string): boolean {
  const text = compact(value);
  if (!/^[A-Z]\d{12}[0-9A-G]$/.test(text)) return false;
  const sum = [...text].reduce((total, character, i) => total + (14 - i) * Number.parseInt(character, 36), 0);
  const last = Number.parseInt(text.slice(-1), 36);
  return (sum - last + last) % 17 === 0;
}

/** Mexican RFC: letters of the name, a date, and a homoclave that the tax office draws; its check digit does not hold for all. */
export function mxRfc(value: string): boolean {
  const match = /^[A-ZÑ&]{3,4}(\d{2})(\d{2})(\d{2})(?:[A-Z0-9]{3}|(?<=[A-ZÑ&]{4}\d{6}))$/.exec(
    compact(value),
  );
  if (match === null) return false;
  const [, year, month, day] = match;
  if (/^[A-ZÑ&]{4}/.test(compact(value)) && MX_REPLACED.has(compact(value).slice(0, 4))) return false;
  return [1900, 2000].some((century) => isDate(century + Number(year), Number(month), Number(day)));
}

/** Words that the tax office gives an X for their last letter (annex IV of the instructions for the RFC). */
const MX_REPLACED = new Set(
  'BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COJA COJE COJI COJO CULO FETO GUEY JOTO KACA KACO KAGA KAGO KAKA KOGE KOJO KULO MAME MAMO MEAR MEAS MEON MION MOCO MULA PEDA PEDO PENE PUTA PUTO QULO RATA RUIN'.split(
    ' ',
  ),
);

/** The same with the first vowel of the surname second, as the tax office makes it for persons, and the check digit that most have. */
export function mxRfcChecked(value: string): boolean {
  const text = compact(value);
  return /^[A-ZÑ][AEIOUX]/.test(text) && mxRfc(text) && mxCheckDigit(text);
}

function mxCheckDigit(text: string): boolean {
  if (text.length !== 13) return false;
  const alphabet = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ';
  const sum = [...text.slice(0, 12)].reduce(
    (total, character, index) => total + (13 - index) * alphabet.indexOf(character),
    0,
  );
  return '0123456789A'[(11 - (sum % 11)) % 11] === text[12];
}

/** Omani VAT number: OM, nine digits and a check character that numbers in use show (1 6 3 7 9 over the last five, modulo 11). */
export function omVat(value: string): boolean {
  const match = /^OM\d{4}(\d{5})([0-9X])$/.exec(compact(value));
  if (match === null) return false;
  return '0123456789X'[(1 + weighted(match[1] ?? '', [1, 6, 3, 7, 9])) % 11] === match[2];
}

/** Nigerian identity number (NIN): eleven digits, Verhoeff. */
export function ngNin(value: string): boolean {
  const digits = compact(value);
  return /^\d{11}$/.test(digits) && !isFiller(digits) && verhoeff(digits);
}

/** Philippine tax number: nine digits of which the last is the sum by weights 9 to 2 modulo 11, and a branch. */
export function phTin(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{9}(?:\d{3}|\d{5})?$/.test(digits) || isFiller(digits)) return false;
  return weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === Number(digits[8]);
}

/** Peruvian CUI: eight digits and a check digit or letter, weights 3 2 7 6 5 4 3 2. */
export function peCui(value: string): boolean {
  const match = /^(\d{8})([0-9A-K])$/.exec(compact(value));
  if (match === null || isFiller(match[1] ?? '')) return false;
  const rest = weighted(match[1] ?? '', [3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return '65432110987'[rest] === match[2] || 'KJIHGFEDCBA'[rest] === match[2];
}

/** Paraguayan RUC: up to eight digits, weights 2, 3, ... from the right, modulo 11. */
export function pyRuc(value: string): boolean {
  const digits = compact(value);
  if (!/^[1-9]\d{4,8}$/.test(digits) || isFiller(digits)) return false;
  const weights = [...digits.slice(0, -1)].map((_, index) => digits.length - index);
  return ((11 - (weighted(digits, weights) % 11)) % 11) % 10 === Number(digits.at(-1));
}

/** Senegalese NINEA: seven or nine digits, weights 1 and 2 in turn, perhaps a tax code (status, centre, legal form). */
export function snNinea(value: string): boolean {
  const match = /^(\d{7}|\d{9})(?:[012][A-HJ-NP-WZ]\d)?$/.exec(compact(value).replace(/,/g, ''));
  if (match === null || isFiller(match[1] ?? '')) return false;
  return weighted((match[1] ?? '').padStart(9, '0'), [1, 2, 1, 2, 1, 2, 1, 2, 1]) % 10 === 0;
}

/** Salvadoran NIT: municipality, date, serial number and a check digit by the old or the new weights. */
export function svNit(value: string): boolean {
  const digits = compact(value).replace(/^SV/, '');
  if (!/^[019]\d{13}$/.test(digits) || isFiller(digits)) return false;
  const old = digits.slice(10, 13) <= '100';
  const sum = weighted(
    digits,
    old ? [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2] : [2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2],
  );
  return (old ? sum % 11 : (11 - (sum % 11)) % 11) % 10 === Number(digits[13]);
}

/** Taiwanese business number: digit sums of weights 1 2 1 2 1 2 4 1, divisible by five since April 2023. */
export function twUbn(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{8}$/.test(digits) || isFiller(digits)) return false;
  const sums = [1, 2, 1, 2, 1, 2, 4, 1].map((weight, index) => {
    const product = weight * Number(digits[index]);
    return Math.floor(product / 10) + (product % 10);
  });
  const rest = sums.reduce((sum, each) => sum + each, 0) % 5;
  return rest === 0 || (rest === 4 && digits[6] === '7');
}

/** Uruguayan identity number: six or seven digits and a check digit, weights 2 9 8 7 6 3 4. */
export function uyCedula(value: string): boolean {
  const digits = compact(value);
  if (!/^[1-9]\d{6,7}$/.test(digits) || isFiller(digits)) return false;
  const padded = digits.padStart(8, '0');
  return (10 - (weighted(padded, [2, 9, 8, 7, 6, 3, 4]) % 10)) % 10 === Number(padded[7]);
}
