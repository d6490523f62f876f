/** The values of a Lance column by the name of its type (https://github.com/lancedb/lance, protos/file.proto, `logical_type`). */
import { isUtf8 } from 'node:buffer';
import { timeText } from './cell-text.ts';

const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 0.001, ns: 0.000_001 };

/** A value of bytes is null; a number is exact or a bigint. */
export type LanceValue = string | number | bigint | boolean | null;

/** What a column holds, before its type is asked: item by item. */
export interface LanceItems {
  readonly length: number;
  /** The bytes of an item; of flags, one byte; null where there is none. */
  at(index: number): Buffer | null;
}

/** Turns an item's bytes into its value. */
export type LanceType = (bytes: Buffer) => LanceValue;

/**
 * `binary` is called for each value that is no text.
 * Undefined for types that are vectors of numbers, or of which nothing is known.
 */
export function lanceType(name: string, binary: () => void): LanceType | undefined {
  const [kind = '', first = '', second = ''] = name.split(':');
  const whole = /^(u?)int(?:8|16|32|64)$/.exec(kind);
  if (whole !== null) return whole[1] === 'u' ? unsigned : signed;
  if (kind === 'dict') return lanceType(first, binary);
  if (/^(?:large_)?(?:string|binary)$/.test(kind) || kind === 'fixed_size_binary' || kind === 'json')
    return (bytes) => textOf(bytes, binary);
  if (kind === 'date32') return (bytes) => timeText(Number(signed(bytes)) * DAY_MS);
  if (kind === 'date64') return (bytes) => timeText(Number(signed(bytes)));
  if (kind === 'timestamp') return (bytes) => timeText(Number(signed(bytes)) * (UNITS[first] ?? 1));
  if (kind === 'decimal') return decimal(Number(name.split(':')[3] ?? second) || 0);
  return SIMPLE.get(kind);
}

/** True for lists of one length: embeddings. */
export function isVector(name: string): boolean {
  return name.startsWith('fixed_size_list:');
}

const SIMPLE: ReadonlyMap<string, LanceType> = new Map<string, LanceType>([
  ['bool', (bytes) => (bytes[0] ?? 0) !== 0],
  ['null', () => null],
  // Half precision is for weights, durations tell nobody's name.
  ['halffloat', () => null],
  ['float', (bytes) => (bytes.length === 4 ? bytes.readFloatLE() : null)],
  ['double', (bytes) => (bytes.length === 8 ? bytes.readDoubleLE() : null)],
  ['time32', signed],
  ['time64', signed],
  ['duration', signed],
]);

function textOf(bytes: Buffer, binary: () => void): string | null {
  if (isUtf8(bytes) && !bytes.includes(0)) return bytes.toString();
  binary();
  return null;
}

function signed(bytes: Buffer): number | bigint | null {
  return exact(BigInt.asIntN(8 * bytes.length, bits(bytes)));
}

function unsigned(bytes: Buffer): number | bigint | null {
  return exact(bits(bytes));
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function bits(bytes: Buffer): bigint {
  if (bytes.length === 8) return bytes.readBigUInt64LE();
  if (bytes.length === 0) return 0n;
  if (bytes.length <= 6) return BigInt(bytes.readUIntLE(0, bytes.length));
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function decimal(scale: number): LanceType {
  const places = Math.max(0, Math.min(80, scale));
  return (bytes) => {
    const value = BigInt.asIntN(8 * bytes.length, bits(bytes));
    const digits = `${value < 0n ? -value : value}`.padStart(places + 1, '0');
    const shown = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    return value < 0n ? `-${shown}` : shown;
  };
}
