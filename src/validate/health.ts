/** Numbers of health care: providers, insured persons, laboratory and terminology codes. */
import { compact, isFiller, luhn, verhoeff, weighted } from './checksum.ts';

/** US NPI (45 CFR 162.406): ten digits from 1 or 2, Luhn over 80840 and the number. */
export function usNpi(value: string): boolean {
  const digits = compact(value);
  return /^[12]\d{9}$/.test(digits) && luhn(`80840${digits}`);
}

/** US DEA number: registrant letter, letter of the name or 9, then (d1+d3+d5) + 2(d2+d4+d6) ends in d7. */
export function usDea(value: string): boolean {
  const match = /^[ABCDEFGHJKLMPRSTUX][A-Z9](\d{6})(\d)$/.exec(compact(value));
  if (match === null) return false;
  return (
    weighted(match[1] ?? '', [1, 2, 1, 2, 1, 2]) % 10 === Number(match[2]) && !/^0+$/.test(match[1] ?? '')
  );
}

/** US Medicare beneficiary identifier (CMS): eleven places, no S L O I B Z. */
export function usMbi(value: string): boolean {
  return /^[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/.test(
    compact(value),
  );
}

/** NHS number (England, Wales, Isle of Man): weights 10 to 2, eleven minus the remainder; ten is not issued. */
export function gbNhs(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{10}$/.test(digits) || isFiller(digits)) return false;
  const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && check % 11 === Number(digits[9]);
}

/** Australian Medicare card: first digit 2 to 6, weights 1 3 7 9, check digit ninth, issue number tenth. */
export function auMedicare(value: string): boolean {
  const digits = compact(value);
  if (!/^[2-6]\d{9,10}$/.test(digits) || isFiller(digits)) return false;
  return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]) && digits[9] !== '0';
}

/** German Krankenversichertennummer: a letter, eight digits, check digit over the letter's two digits and the eight. */
export function deKvnr(value: string): boolean {
  const match = /^([A-Z])(\d{8})(\d)$/.exec(compact(value));
  if (match === null) return false;
  const letter = String((match[1] ?? '').charCodeAt(0) - 64).padStart(2, '0');
  let sum = 0;
  for (const [index, character] of [...(letter + match[2])].entries()) {
    const product = Number(character) * (index % 2 === 0 ? 1 : 2);
    sum += product > 9 ? product - 9 : product;
  }
  return sum % 10 === Number(match[3]) && !isFiller(match[2] ?? '');
}

/** British Columbia personal health number: 9, weights 2 4 8 5 10 9 7 3 over the next eight, eleven minus the remainder. */
export function caBcPhn(value: string): boolean {
  const digits = compact(value);
  if (!/^9\d{9}$/.test(digits)) return false;
  const check = 11 - (weighted(digits.slice(1), [2, 4, 8, 5, 10, 9, 7, 3]) % 11);
  return check < 10 && check === Number(digits[9]);
}

/** Ontario health number: ten digits from 1 to 9, Luhn, optional version letters. */
export function caOntarioHealth(value: string): boolean {
  const match = /^([1-9]\d{9})[A-Z]{0,2}$/.exec(compact(value));
  return match !== null && luhn(match[1] ?? '');
}

/** LOINC code: one to seven digits, dash, Luhn check digit. */
export function loinc(value: string): boolean {
  const match = /^(\d{1,7})-(\d)$/.exec(value.trim());
  return match !== null && luhn(`${match[1]}${match[2]}`);
}

/** SNOMED CT identifier: 6 to 18 digits, Verhoeff, partition 00 to 02 or 10 to 12. */
export function snomed(value: string): boolean {
  const digits = value.trim();
  return /^[1-9]\d{5,17}$/.test(digits) && /^(?:0|1)[0-2]$/.test(digits.slice(-3, -1)) && verhoeff(digits);
}

/** German doctor's number (LANR): six digits, a check digit by weights 4 and 9 in turn, the specialty's two. */
export function deLanr(value: string): boolean {
  const digits = compact(value);
  if (!/^\d{9}$/.test(digits) || /^0{6}/.test(digits)) return false;
  return (10 - (weighted(digits, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === Number(digits[6]);
}

/** New Zealand health index (HISO 10046): three letters without I and O, and four digits (modulo 11), or two, and two letters (modulo 24). */
export function nzNhi(value: string): boolean {
  const text = compact(value);
  if (!/^[A-HJ-NP-Z]{3}\d{2}(?:\d{2}|[A-HJ-NP-Z]{2})$/.test(text)) return false;
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
  const sum = [7, 6, 5, 4, 3, 2].reduce((total, weight, index) => {
    const character = text.charAt(index);
    return total + weight * (/\d/.test(character) ? Number(character) : letters.indexOf(character) + 1);
  }, 0);
  if (/[A-Z]$/.test(text)) return letters[23 - (sum % 24)] === text[6];
  return sum % 11 !== 0 && (11 - (sum % 11)) % 10 === Number(text[6]);
}
