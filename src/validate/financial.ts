/** Cards, securities and wallets. */
import { base58Check, compact, isFiller, luhn, mod97 } from './checksum.ts';

/** Issuer ranges in force, by their first four digits (ISO/IEC 7812 registry as the networks publish it), and the lengths they issue. */
const ISSUERS: readonly (readonly [first: number, last: number, lengths: readonly number[]])[] = [
  [4000, 4999, [13, 16, 19]],
  [5100, 5599, [16]],
  [2221, 2720, [16]],
  [3400, 3499, [15]],
  [3700, 3799, [15]],
  [6011, 6011, [16, 17, 18, 19]],
  [6440, 6599, [16, 17, 18, 19]],
  [3000, 3059, [14, 16, 19]],
  [3095, 3095, [14, 16, 19]],
  [3600, 3699, [14, 16, 19]],
  [3800, 3999, [14, 16, 19]],
  [3528, 3589, [16, 17, 18, 19]],
  [6200, 6299, [16, 17, 18, 19]],
  [8100, 8199, [16, 17, 18, 19]],
  [5000, 5099, [13, 14, 15, 16, 17, 18, 19]],
  [5600, 5899, [13, 14, 15, 16, 17, 18, 19]],
  [6304, 6304, [13, 14, 15, 16, 17, 18, 19]],
  [6390, 6390, [13, 14, 15, 16, 17, 18, 19]],
  [6700, 6799, [13, 14, 15, 16, 17, 18, 19]],
  [2200, 2204, [16, 17, 18, 19]],
  [6000, 6099, [16]],
  [8200, 8299, [16]],
  [9792, 9792, [16]],
];

/** Payment card number: issuer range, its length, Luhn, at least three different digits. */
export function card(value: string): boolean {
  const digits = compact(value);
  if (digits.length < 13 || digits.length > 19 || !luhn(digits) || !isVaried(digits)) return false;
  const begin = Number(digits.slice(0, 4));
  return ISSUERS.some(
    ([first, last, lengths]) => begin >= first && begin <= last && lengths.includes(digits.length),
  );
}

/** At least three different digits. */
function isVaried(digits: string): boolean {
  let seen = 0;
  for (let i = 0; i < digits.length; i++) seen |= 1 << (digits.charCodeAt(i) - 0x30);
  const others = seen & (seen - 1);
  return (others & (others - 1)) !== 0;
}

/** ISIN (ISO 6166): two letters, nine characters, Luhn over digits with letters as 10 to 35. */
export function isin(value: string): boolean {
  if (!/^[A-Z]{2}[A-Z0-9]{9}\d$/.test(value)) return false;
  return luhn([...value].map((character) => String(Number.parseInt(character, 36))).join(''));
}

/** CUSIP: eight characters and a modulus-10 double-add-double check digit. */
export function cusip(value: string): boolean {
  if (!/^[0-9A-Z*@#]{8}\d$/.test(value) || isFiller(value)) return false;
  let sum = 0;
  for (let index = 0; index < 8; index++) {
    const number = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#'.indexOf(value[index] ?? '');
    const weightedNumber = index % 2 === 1 ? number * 2 : number;
    sum += Math.floor(weightedNumber / 10) + (weightedNumber % 10);
  }
  return (10 - (sum % 10)) % 10 === Number(value[8]);
}

/** SEDOL: six consonants or digits, weights 1 3 1 7 3 9 1. */
export function sedol(value: string): boolean {
  if (!/^[0-9B-DF-HJ-NP-TV-Z]{6}\d$/.test(value)) return false;
  const sum = [1, 3, 1, 7, 3, 9, 1].reduce(
    (total, weight, index) => total + weight * Number.parseInt(value[index] ?? '0', 36),
    0,
  );
  return sum % 10 === 0;
}

/** LEI (ISO 17442): twenty characters, mod 97. */
export function lei(value: string): boolean {
  return /^[0-9A-Z]{18}\d{2}$/.test(value) && mod97(value);
}

/** Bitcoin address: Base58Check, bech32 or bech32m (BIP 173, BIP 350). */
export function bitcoin(value: string): boolean {
  if (/^[13]/.test(value)) return base58Check(value);
  return bech32(value.toLowerCase());
}

/** Bitcoin private key in wallet import format: Base58Check of 0x80, 32 bytes and an optional 0x01. */
export function bitcoinPrivateKey(value: string): boolean {
  return (
    /^(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51})$/.test(value) && base58Check(value)
  );
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

function bech32(value: string): boolean {
  const separator = value.lastIndexOf('1');
  const prefix = value.slice(0, separator);
  if (separator < 1) return false;
  const data = [...value.slice(separator + 1)].map((character) => BECH32.indexOf(character));
  if (data.length < 6 || data.includes(-1)) return false;
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  let sum = 1;
  for (const number of [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ number;
    for (const [bit, mask] of GENERATOR.entries()) if ((top >>> bit) & 1) sum ^= mask;
  }
  return sum === 1 || sum === 0x2bc830a3;
}
