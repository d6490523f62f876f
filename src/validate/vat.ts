/** VAT numbers of the European Union's countries and Northern Ireland, each with its country's prefix. */
import type { Validator } from '../rule.ts';
import { compact } from './checksum.ts';
import { bgVat, czDic, lvVat } from './europe.ts';
import { standardNumber } from './kept.ts';

/** Member states by the code that a One Stop Shop number begins with (ISO 3166-1 numeric; 900 for Northern Ireland). */
const MEMBER_STATE =
  /^(?:040|056|100|191|196|203|208|233|246|250|276|300|348|372|380|428|440|442|470|528|616|620|642|703|705|724|752|900)/;

const BY_PREFIX: Readonly<Record<string, Validator>> = {
  AT: standardNumber('at/uid'),
  BE: standardNumber('be/vat'),
  BG: bgVat,
  CY: standardNumber('cy/vat'),
  CZ: czDic,
  DE: standardNumber('de/vat'),
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
  SI: standardNumber('si/ddv'),
  SK: standardNumber('sk/dph'),
  XI: standardNumber('gb/vat'),
};

/** A VAT number that begins with its country's prefix (`EL` for Greece, `XI` for Northern Ireland, `EU` and `IM` for One Stop Shop). */
export function euVat(value: string): boolean {
  const number = compact(value);
  return BY_PREFIX[number.slice(0, 2)]?.(number.slice(2)) ?? false;
}
