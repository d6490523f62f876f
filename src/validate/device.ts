/** Vehicles, devices, networks, places and travel documents. */
import { isIPv4, isIPv6 } from 'node:net';
import { compact, isFiller, luhn } from './checksum.ts';
import { isDate } from './national.ts';

/** Vehicle identification number (ISO 3779, 49 CFR 565): no I O Q, check digit at position nine as in North America and China. */
export function vin(value: string): boolean {
  const text = value.toUpperCase();
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(text) || !/[A-Z]/.test(text) || new Set(text).size < 6) return false;
  const values = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = weights.reduce(
    (total, weight, index) => total + weight * (values.indexOf(text[index] ?? '') % 10),
    0,
  );
  return '0123456789X'[sum % 11] === text[8];
}

/** IMEI (3GPP TS 23.003): fifteen digits, Luhn, no filler. */
export function imei(value: string): boolean {
  const digits = compact(value);
  return /^[0-9]\d{14}$/.test(digits) && luhn(digits) && new Set(digits).size > 3;
}

/** ICCID of a SIM card (ITU-T E.118): 89, 18 to 20 digits, Luhn. */
export function iccid(value: string): boolean {
  const digits = compact(value);
  return /^89\d{17,18}$/.test(digits) && luhn(digits);
}

/** A hardware address that is not all zeros, all ones, broadcast or a documentation filler. */
export function mac(value: string): boolean {
  const hex = value.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return (
    hex.length === 12 && new Set(hex).size > 2 && !isFiller(hex) && !/^(?:0123456789ab|01005e|3333)/.test(hex)
  );
}

/** Ranges that name no one: private, loopback, link-local, documentation, multicast, unspecified (RFC 6890). */
const IPV4_RESERVED =
  /^(?:0|10|127|22[4-9]|23\d|24\d|25[0-5])\.|^(?:100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|198\.1[89])\.|^(?:192\.0\.[02]|198\.51\.100|203\.0\.113|192\.88\.99)\./;

/** An address of the public internet; well-known resolvers do not count. */
export function publicIp(value: string): boolean {
  const text = value.trim();
  if (isIPv4(text)) {
    const known = /^(?:1\.1\.1\.1|1\.0\.0\.1|8\.8\.8\.8|8\.8\.4\.4|9\.9\.9\.9)$/;
    return (
      !IPV4_RESERVED.test(text) && !known.test(text) && !/\.0$/.test(text) && !/^(\d+)(?:\.\1){3}$/.test(text)
    );
  }
  return isIPv6(text) && /^[23][0-9a-f]{3}:/i.test(text) && !/^2001:0?db8:/i.test(text);
}

/** Latitude and longitude with at least four decimals each, in range, not 0,0. */
export function coordinates(value: string): boolean {
  const match = /^(-?\d{1,2}\.\d{4,})[,;\s/]+(-?\d{1,3}\.\d{4,})$/.exec(value.trim());
  if (match === null) return false;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);
}

/** A date between 1900 and the year 2100 in ISO, European, American or written form. */
export function date(value: string): boolean {
  const text = value.trim();
  const iso = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?$/.exec(text);
  if (iso !== null) return plausible(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const local = /^(\d{1,2})[-/. ]{1,2}(\d{1,2})[-/. ]{1,2}(\d{2}|\d{4})(?: .*)?$/.exec(text);
  if (local !== null) {
    const year = Number(local[3]) + (local[3]?.length === 2 ? 1900 : 0);
    const [first, second] = [Number(local[1]), Number(local[2])];
    return plausible(year, first, second) || plausible(year, second, first);
  }
  const written =
    /\b((?:19|20)\d{2}|\d{2})\b/.test(text) && /\p{L}{3}/u.test(text) && !Number.isNaN(Date.parse(text));
  return written;
}

function plausible(year: number, month: number, day: number): boolean {
  return year >= 1900 && year <= 2100 && isDate(year, month, day);
}

/** One line of a machine-readable travel document (ICAO 9303): the check digits over number, birth and expiry hold. */
export function mrz(value: string): boolean {
  const line = value.toUpperCase();
  const number = line.slice(0, 9);
  const parts: readonly (readonly [string, string | undefined])[] = [
    [number, line[9]],
    [line.slice(13, 19), line[19]],
    [line.slice(21, 27), line[27]],
  ];
  return parts.every(([field, check]) => mrzCheck(field) === check);
}

function mrzCheck(field: string): string {
  let sum = 0;
  for (const [index, character] of [...field].entries()) {
    const number = character === '<' ? 0 : Number.parseInt(character, 36);
    sum += number * ([7, 3, 1][index % 3] ?? 0);
  }
  return String(sum % 10);
}
