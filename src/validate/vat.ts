/** VAT numbers of the European Union's countries and Northern Ireland, each with its country's prefix. */
import type { Validator } from '../rule.ts';
import { compact, weighted } from './checksum.ts';
import { bgVat, czDic, lvVat } from './europe.ts';
import { standardNumber } from './kept.ts';

/** Member states by the code that a One Stop Shop number begins with (ISO 3166-1 numeric; 900 for Northern Ireland). */
const MEMBER_STATE =
  /^(?:040|056|100|191|196|203|208|233|246|250|276|300|348|372|380|428|440|442|470|528|616|620|642|703|705|724|752|900)/;

/** The scheme of a library with a narrower form: numbers that are not given out for all their check digits. */
function narrowed(path: string, form: RegExp, prefix: RegExp): Validator {
  const check = standardNumber(path);
  return (value) => form.test(compact(value).replace(prefix, '')) && check(value);
}

/** Belgian enterprise number: after a 0 another digit than 0. */
export const beVat = narrowed('be/vat', /^(?:0?[1-9]\d{8}|1\d{9})$/, /^BE/);
/** Cypriot VAT number: not from 12. */
export const cyVat = narrowed('cy/vat', /^(?!12)\d{8}[A-Z]$/, /^CY/);
/** German VAT number: not from 0. */
export const deVat = narrowed('de/vat', /^[1-9]\d{8}$/, /^DE/);
/** Slovenian tax number: not from 0. */
export const siDdv = narrowed('si/ddv', /^[1-9]\d{7}$/, /^SI/);

const standardGb = standardNumber('gb/vat');

/** British VAT number: of the ranges that neither the old nor the new check digits (less 55) are given out in, none. */
export function gbVat(value: string): boolean {
  const digits = compact(value).replace(/^(?:GB|XI)/, '');
  if (!standardGb(value)) return false;
  if (!/^\d{9}(?:\d{3})?$/.test(digits)) return true;
  const series = Number(digits.slice(0, 7));
  const isOld = (weighted(digits, [8, 7, 6, 5, 4, 3, 2]) + Number(digits.slice(7, 9))) % 97 === 0;
  const notOld = (series >= 100_000 && series <= 999_999) || (series >= 9_490_001 && series <= 9_700_000);
  return isOld ? series < 9_990_001 && !notOld : series > 1_000_000;
}

const BY_PREFIX: Readonly<Record<string, Validator>> = {
  AT: standardNumber('at/uid'),
  BE: beVat,
  BG: bgVat,
  CY: cyVat,
  CZ: czDic,
  DE: deVat,
  DK: standardNumber('dk/cvr'),
  EE: standardNumber('ee/kmkr'),
  EL: standardNumber('gr/vat'),
  ES: standardNumber('es/nif'),
  // One Stop Shop, and its import scheme; the check digit is not published.
  EU: (value) => /^\d{9}$/.test(value) && MEMBER_STATE.test(value),
  FI: standardNumber('fi/alv'),
  FR: standardNumber('fr/tva'),
  HR: standardNumber('hr/oib'),
  HU: standardNumber('hu/anum'),
  IE: standardNumber('ie/vat'),
  IM: (value) => /^\d{10}$/.test(value) && MEMBER_STATE.test(value),
  IT: standardNumber('it/iva'),
  LT: standardNumber('lt/pvm'),
  LU: standardNumber('lu/tva'),
  LV: lvVat,
  MT: standardNumber('mt/vat'),
  NL: standardNumber('nl/btw'),
  PL: standardNumber('pl/nip'),
  PT: standardNumber('pt/nif'),
  RO: standardNumber('ro/cui'),
  SE: standardNumber('se/vat'),
  SI: siDdv,
  SK: standardNumber('sk/dph'),
  XI: gbVat,
};

/** A VAT number that begins with its country's prefix (`EL` for Greece, `XI` for Northern Ireland, `EU` and `IM` for One Stop Shop). */
export function euVat(value: string): boolean {
  const number = compact(value);
  return BY_PREFIX[number.slice(0, 2)]?.(number.slice(2)) ?? false;
}
