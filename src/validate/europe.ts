/** European national, tax and company numbers that no kept library has, or has otherwise than the issuing office publishes. */
import { compact, isFiller, luhn, weighted } from './checksum.ts';
import { standardNumber } from './kept.ts';
import { isDate } from './national.ts';

/** Belgian identity card: ten digits and their remainder modulo 97, 97 for none. */
export function beIdentityCard(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{12}$/.test(digits) || isFiller(digits)) return false;
  return (Number(digits.slice(0, 10)) % 97 || 97) === Number(digits.slice(10));
}

/** Bulgarian UIC of a company (nine digits, weights 1 to 8, else 3 to 10), or ten digits of a person, foreigner or other. */
export function bgVat(value: string): boolean {
  const digits = compact(value).replace(/^BG/, '');
  if (/^\d{10}$/.test(digits)) return BG_PERSONS.some((valid) => valid(digits)) || bgOther(digits);
  if (!/^\d{9}$/.test(digits) || isFiller(digits)) return false;
  const first = weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8]) % 11;
  const check = first < 10 ? first : weighted(digits, [3, 4, 5, 6, 7, 8, 9, 10]) % 11;
  return check % 10 === Number(digits[8]);
}

/** Bulgarian civil number (EGN): a birth date (month plus 20 before 1900, plus 40 from 2000) and a check digit. */
export function bgEgn(value: string): boolean {
  const match = /^(\d{2})(\d{2})(\d{2})\d{4}$/.exec(compact(value));
  if (match === null || !standardEgn(value)) return false;
  const month = Number(match[2]);
  const century = month > 40 ? 2000 : month > 20 ? 1800 : 1900;
  return isDate(century + Number(match[1]), month % 20, Number(match[3]));
}

const standardEgn = standardNumber('bg/egn');
const BG_PERSONS = [bgEgn, standardNumber('bg/pnf')];

function bgOther(digits: string): boolean {
  const check = 11 - (weighted(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && check % 11 === Number(digits[9]);
}

/** Belarusian UNP: region or two letters, weights 29 23 19 17 13 7 5 3, modulo 11; ten is not issued. */
export function byUnp(value: string): boolean {
  const latin = compact(value).replace(
    /[АВЕКМНОРСТ]/g,
    (letter) => LATIN['АВЕКМНОРСТ'.indexOf(letter)] ?? '',
  );
  const match = /^([1-7ABCEHKM])([0-9ABCEHKMOPT])(\d{6})(\d)$/.exec(latin);
  if (match === null || /\d/.test(match[1] ?? '') !== /\d/.test(match[2] ?? '')) return false;
  const [, first = '', second = '', rest = '', check] = match;
  const secondDigit = /\d/.test(second) ? second : String('ABCEHKMOPT'.indexOf(second));
  const sum = 29 * Number.parseInt(first, 36) + weighted(secondDigit + rest, [23, 19, 17, 13, 7, 5, 3]);
  return sum % 11 === Number(check);
}

const LATIN = 'ABEKMHOPCT';

/** Swiss company number (UID), with or without CHE and the VAT suffix: weights 5 4 3 2 7 6 5 4, modulo 11. */
export function chUid(value: string): boolean {
  const match = /^(?:CHE)?(\d{8})(\d)(?:MWST|TVA|IVA|TPV)?$/.exec(compact(value));
  if (match === null || isFiller(match[1] ?? '')) return false;
  return (11 - (weighted(match[1] ?? '', [5, 4, 3, 2, 7, 6, 5, 4]) % 11)) % 11 === Number(match[2]);
}

/** Czech tax number: a company's eight digits, a birth number, or nine digits from 6 for persons without one. */
export function czDic(value: string): boolean {
  const digits = compact(value).replace(/^CZ/, '');
  if (/^[0-8]\d{7}$/.test(digits)) {
    const check = (11 - (weighted(digits, [8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 || 1;
    return check % 10 === Number(digits[7]);
  }
  if (/^6\d{8}$/.test(digits)) {
    const rest = weighted(digits.slice(1), [8, 7, 6, 5, 4, 3, 2]) % 11;
    return (18 - ((10 - rest + 11) % 11)) % 10 === Number(digits[8]);
  }
  return czBirthNumber(digits);
}

/**
 * Czech or Slovak birth number: a date (month plus 50 for women, plus 20 where the day's numbers ran out) and, since 1954, a tenth
 * digit that is the remainder of the others modulo 11, 0 for 10.
 */
export function czBirthNumber(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{9,10}$/.test(digits)) return false;
  const two = Number(digits.slice(0, 2));
  const isOld = digits.length === 9;
  if (isOld && ((two > 53 && two < 80) || digits.endsWith('000'))) return false;
  const year = isOld ? (two >= 80 ? 1800 : 1900) + two : (two < 54 ? 2000 : 1900) + two;
  if (!isDate(year, (Number(digits.slice(2, 4)) % 50) % 20, Number(digits.slice(4, 6)))) return false;
  return isOld || (Number(digits.slice(0, 9)) % 11) % 10 === Number(digits[9]);
}

/** Czech and Slovak account: prefix and number each modulo 11 (decree 169/2011), and a bank's four digits. */
export function czBankAccount(value: string): boolean {
  const match = /^(?:(\d{1,6})-)?(\d{2,10})\/(\d{4})$/.exec(value.replace(/\s/g, ''));
  if (match === null || match[3] === '0000' || isFiller(match[2] ?? '')) return false;
  return [match[1] ?? '', match[2] ?? ''].every(
    (part) => weighted(part.padStart(10, '0'), [6, 3, 7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0,
  );
}

/** German tax identification number: ISO 7064 MOD 11-10; of the first ten digits exactly one comes two or three times, never three in a row. */
export function deIdnr(value: string): boolean {
  const first = compact(value).slice(0, 10);
  const repeats = [...new Set(first)]
    .map((digit) => first.split(digit).length - 1)
    .filter((times) => times > 1);
  return repeats.length === 1 && (repeats[0] ?? 0) <= 3 && !/(.)\1\1/.test(first) && standardDeIdnr(value);
}

const standardDeIdnr = standardNumber('de/idnr');

/** German tax number: ten or eleven digits as an office writes it, or thirteen with the office's federal prefix and a zero. */
export function deStnr(value: string): boolean {
  const digits = compact(value);
  if (/^\d{10,11}$/.test(digits)) return !isFiller(digits);
  return /^(?:(?:1[01]|2[1-46-8]|3[0-2]|4[01])\d{2}|[59]\d{3})0\d{8}$/.test(digits);
}

/** Spanish account code (CCC): two check digits, over bank and branch and over the account. */
export function esCcc(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{20}$/.test(digits) || isFiller(digits)) return false;
  const checks = [`00${digits.slice(0, 8)}`, digits.slice(10)].map((part) => {
    const rest = weighted(part, [1, 2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11;
    return rest < 2 ? rest : 11 - rest;
  });
  return checks.join('') === digits.slice(8, 10);
}

/** Finnish personal identity code: a birth date with its century's sign, individual number from 002, modulo 31. */
export function fiHetu(value: string): boolean {
  const match = /^(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-Y])$/.exec(value.trim().toUpperCase());
  if (match === null) return false;
  const [, day = '', month = '', year = '', sign = '', individual = '', check] = match;
  const century = sign === '+' ? 1800 : /[A-F]/.test(sign) ? 2000 : 1900;
  if (Number(individual) < 2 || !isDate(century + Number(year), Number(month), Number(day))) return false;
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(day + month + year + individual) % 31] === check;
}

/** Irish PPS number: seven digits, a letter modulo 23, and a second letter that counts when it is A, B or H. */
export function iePps(value: string): boolean {
  const match = /^(\d{7})([A-W])([ABHTWX]?)$/.exec(compact(value));
  if (match === null) return false;
  const [, digits = '', check, second = ''] = match;
  const more = /[ABH]/.test(second) ? 9 * IE_LETTERS.indexOf(second) : 0;
  return IE_LETTERS[(weighted(digits, [8, 7, 6, 5, 4, 3, 2]) + more) % 23] === check;
}

const IE_LETTERS = 'WABCDEFGHIJKLMNOPQRSTUV';

/** English pupil number (UPN): local authority, school, year, serial and, first, a letter by weights 2 to 13 modulo 23. */
export function gbUpn(value: string): boolean {
  const match = /^([A-HJ-NP-RT-Z])((?:2|3|42|8|9)\d{1,11})([A-HJ-NP-RT-Z0-9])$/.exec(compact(value));
  if (match === null || match[2]?.length !== 11) return false;
  const [, check = '', digits = '', last = ''] = match;
  const sum = weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) + 13 * UPN_LETTERS.indexOf(last);
  return UPN_LETTERS[sum % 23] === check;
}

const UPN_LETTERS = 'ABCDEFGHJKLMNPQRTUVWXYZ0123456789';

/** Estonian personal code: sex and century, a birth date, a check digit. */
export function eePersonalCode(value: string): boolean {
  return hasBalticDate(compact(value)) && standardIk(value);
}

/** Lithuanian personal code: the same; one from 9 has no date. */
export function ltPersonalCode(value: string): boolean {
  const digits = compact(value);
  return (/^9\d{10}$/.test(digits) || hasBalticDate(digits)) && standardAsmens(value);
}

function hasBalticDate(digits: string): boolean {
  const match = /^([1-8])(\d{2})(\d{2})(\d{2})\d{4}$/.exec(digits);
  if (match === null) return false;
  const [, first, year, month, day] = match;
  return isDate(1700 + 100 * Math.ceil(Number(first) / 2) + Number(year), Number(month), Number(day));
}

const standardIk = standardNumber('ee/ik');
const standardAsmens = standardNumber('lt/asmens');

/** French establishment number (SIRET): Luhn over all fourteen digits and over the company's nine. */
export function frSiret(value: string): boolean {
  return standardSiret(value) && luhn(compact(value).slice(0, 9));
}

const standardSiret = standardNumber('fr/siret');

/** Hungarian tax number of a person: 8, days since 1867, a serial number, weights 1 to 9 modulo 11. */
export function huTaxId(value: string): boolean {
  const digits = compact(value);
  return /^8\d{9}$/.test(digits) && weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === Number(digits[9]);
}

/** Icelandic kennitala: a date (day plus 40 for organisations), weights 3 2 7 6 5 4 3 2, century 9 or 0. */
export function isKennitala(value: string): boolean {
  const match = /^([0-7]\d)([01]\d)(\d{2})\d{2}\d([09])$/.exec(compact(value));
  if (match === null) return false;
  const [digits, day, month, year, century] = match;
  const full = (century === '9' ? 1900 : 2000) + Number(year);
  if (!isDate(full, Number(month), Number(day) % 40)) return false;
  return weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

/** Italian fiscal code with a day that a month has (plus 40 for women), letters for digits as in homonyms. */
export function itCodiceFiscale(value: string): boolean {
  const day = compact(value)
    .slice(9, 11)
    .replace(/[L-NP-V]/g, (letter) => String('LMNPQRSTUV'.indexOf(letter)));
  return /^(?:0[1-9]|[12]\d|3[01]|4[1-9]|[56]\d|7[01])$/.test(day) && standardCodiceFiscale(value);
}

const standardCodiceFiscale = standardNumber('it/codicefiscale');

/** Latvian VAT number (PVN): a company's, or a person's code, which since July 2017 begins with 32 and holds no birth date. */
export function lvVat(value: string): boolean {
  const digits = compact(value).replace(/^LV/, '');
  if (!/^32\d{9}$/.test(digits)) return standardPvn(digits);
  const sum = 1 + weighted(digits, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
  return (sum % 11) % 10 === Number(digits[10]);
}

const standardPvn = standardNumber('lv/pvn');

/** Norwegian organisation number, with or without NO and the suffix of the VAT register. */
export function noOrganisation(value: string): boolean {
  return standardOrgnr(compact(value).replace(/^NO|MVA$/g, ''));
}

const standardOrgnr = standardNumber('no/orgnr');

/** Polish identity card: three letters, a check digit by weights 7 3 1, five digits. */
export function plIdentityCard(value: string): boolean {
  const text = compact(value);
  if (!/^[A-Z]{3}\d{6}$/.test(text)) return false;
  const sum = [7, 3, 1, 9, 7, 3, 1, 7, 3].reduce(
    (total, weight, index) => total + weight * Number.parseInt(text[index] ?? '', 36),
    0,
  );
  return sum % 10 === 0;
}

/** Portuguese social security number (NISS): 1 or 2, ten digits, weights 29 23 19 17 13 11 7 5 3 2. */
export function ptNiss(value: string): boolean {
  const digits = compact(value);
  if (!/^[12]\d{10}$/.test(digits) || isFiller(digits)) return false;
  return 9 - (weighted(digits, [29, 23, 19, 17, 13, 11, 7, 5, 3, 2]) % 10) === Number(digits[10]);
}

/** Romanian personal code (CNP): sex and century, a birth date, a county that there is, weights 2 7 9 1 4 6 3 5 8 2 7 9. */
export function roCnp(value: string): boolean {
  const match = /^([1-9])(\d{2})(\d{2})(\d{2})(\d{2})\d{3}(\d)$/.exec(compact(value));
  if (match === null) return false;
  const [digits, first = '', year, month, day, county = '', check] = match;
  const century = { 3: 1800, 4: 1800, 5: 2000, 6: 2000 }[first] ?? 1900;
  const born = [century, ...(/[789]/.test(first) ? [2000] : [])];
  if (!born.some((start) => isDate(start + Number(year), Number(month), Number(day)))) return false;
  if (!/^(?:0[1-9]|[123]\d|4[0-8]|5[12]|70|8[0-3])$/.test(county)) return false;
  const rest = weighted(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return (rest === 10 ? 1 : rest) === Number(check);
}

/** Romanian trade register number: a county's number and a year from 1990, and since July 2024 a sum of all digits as the last. */
export function roTradeRegister(value: string): boolean {
  const old = /^[JFC][ /]?(\d{1,2})[ /-]+\d{1,5}[ /-]+(?:\d\d\.\d\d\.)?(\d{4})$/.exec(
    value.trim().toUpperCase(),
  );
  if (old !== null)
    return (
      RO_COUNTY.test((old[1] ?? '').padStart(2, '0')) && /^(?:199\d|20[01]\d|202[0-4])$/.test(old[2] ?? '')
    );
  const match = /^([JFC])(199\d|20\d{2})\d{6}(\d{2})(\d)$/.exec(compact(value));
  if (match === null) return false;
  const [, , year = '', county = '', check] = match;
  if (!(county === '00' ? year >= '2024' : year <= '2024' && RO_COUNTY.test(county))) return false;
  const sum = [...compact(value).slice(1, -1)].reduce((total, digit) => total + Number(digit), 0);
  return ((match[1] ?? '').charCodeAt(0) + sum) % 10 === Number(check);
}

const RO_COUNTY = /^(?:0[1-9]|[123]\d|40|5[12])$/;

/** Russian OGRN (thirteen digits, modulo 11) and OGRNIP (fifteen from 3 or 4, modulo 13). */
export function ruOgrn(value: string): boolean {
  const digits = compact(value);
  if (!/^(?:[1-9]\d{12}|[34]\d{14})$/.test(digits)) return false;
  const rest = Number(digits.slice(0, -1)) % (digits.length === 13 ? 11 : 13);
  return rest % 10 === Number(digits.at(-1));
}

/** Swedish personal or co-ordination number (day plus 60): a date in ten or twelve digits, Luhn over the last ten. */
export function sePersonnummer(value: string): boolean {
  const digits = compact(value.replace('+', ''));
  const match = /^(\d{2})?(\d{2})(\d{2})(\d{2})\d{4}$/.exec(digits);
  if (match === null || !luhn(digits.slice(-10))) return false;
  const [, century, year, month, day] = match;
  const centuries = century === undefined ? ['19', '20'] : [century];
  return centuries.some((first) => isDate(Number(`${first}${year}`), Number(month), Number(day) % 60));
}

/** Slovenian registration number: six digits, weights 7 to 2, and perhaps a unit's three places. */
export function siMaticna(value: string): boolean {
  const match = /^(\d{6})(\d)(?:[A-Z0-9]\d{2})?$/.exec(compact(value));
  if (match === null) return false;
  const rest = weighted(match[1] ?? '', [7, 6, 5, 4, 3, 2]) % 11;
  return rest !== 0 && (11 - rest) % 10 === Number(match[2]);
}
