/** The columns of an ORC stripe as values, row after row (https://orc.apache.org/specification/ORCv1, "Column Encodings"). */
import { isUtf8 } from 'node:buffer';
import { timeText } from './cell-text.ts';
import type { OrcBytes } from './orc-bytes.ts';
import { OrcBits, OrcIntegers, OrcRuns, varint, type Whole, zigzag } from './orc-integers.ts';
import type { OrcDirectory, OrcType } from './orc-tail.ts';
import { ContentError } from './reader.ts';

/** Parts that one value of lists may have, and bytes of one text. */
const PARTS = 1_000_000;
const TEXT_BYTES = 16 * 1024 ** 2;
const DICTIONARY_TEXTS = 10_000_000;

const DAY_MS = 86_400_000;
/** Seconds are counted from 2015 on. */
const EPOCH_MS = Date.UTC(2015, 0, 1);

const STREAM = { present: 0, data: 1, length: 2, dictionary: 3, secondary: 5 } as const;

/** The value of the next row: text, number, boolean, list, object, or null. */
export type NextValue = () => unknown;

export interface OrcStripeData extends Pick<OrcDirectory, 'encodings' | 'timezone'> {
  /** A column's stream; one without bytes where there is none. */
  stream(column: number, kind: number): OrcBytes;
  has(column: number, kind: number): boolean;
  /** Called for a value that is bytes and no text. */
  binary(): void;
}

/** @throws ContentError `unsupported-format` for types that nobody knows; what it returns throws OrcEnd, ContentError `malformed` */
export function orcColumn(type: OrcType, stripe: OrcStripeData): NextValue {
  const value = valuesOf(type, stripe);
  if (!stripe.has(type.id, STREAM.present)) return value;
  const present = new OrcBits(stripe.stream(type.id, STREAM.present));
  return () => (present.next() ? value() : null);
}

function valuesOf(type: OrcType, stripe: OrcStripeData): NextValue {
  const make = TYPES[type.kind];
  if (make === undefined)
    throw new ContentError('unsupported-format', 'a column of a type that we do not know');
  return make(type, stripe);
}

type Make = (type: OrcType, stripe: OrcStripeData) => NextValue;

/** By the number of their kind. */
const TYPES: readonly Make[] = [
  booleans,
  bytes,
  integers,
  integers,
  integers,
  reals(4),
  reals(8),
  texts,
  texts,
  timestamps,
  lists,
  maps,
  structs,
  unions,
  decimals,
  dates,
  texts,
  texts,
  timestamps,
];

function booleans({ id }: OrcType, stripe: OrcStripeData): NextValue {
  const data = new OrcBits(stripe.stream(id, STREAM.data));
  return () => data.next();
}

function bytes({ id }: OrcType, stripe: OrcStripeData): NextValue {
  const data = new OrcRuns(stripe.stream(id, STREAM.data));
  return () => (data.next() << 24) >> 24;
}

function numbers(
  { id }: OrcType,
  stripe: OrcStripeData,
  { stream, signed }: { readonly stream: number; readonly signed: boolean },
): OrcIntegers {
  const second = (stripe.encodings[id]?.kind ?? 0) >= 2;
  return new OrcIntegers(stripe.stream(id, stream), { signed, second });
}

function integers(type: OrcType, stripe: OrcStripeData): NextValue {
  const data = numbers(type, stripe, { stream: STREAM.data, signed: true });
  return () => data.next();
}

function reals(size: 4 | 8): Make {
  return ({ id }, stripe) => {
    const data = stripe.stream(id, STREAM.data);
    if (size === 8) return () => data.take(8).readDoubleLE();
    // As many digits as four bytes have.
    return () => Number(data.take(4).readFloatLE().toPrecision(7));
  };
}

function texts(type: OrcType, stripe: OrcStripeData): NextValue {
  const { kind = 0, entries = 0 } = stripe.encodings[type.id] ?? {};
  const lengths = numbers(type, stripe, { stream: STREAM.length, signed: false });
  const next = (from: OrcBytes): string | null => {
    const length = lengths.size();
    if (length > TEXT_BYTES) throw new ContentError('memory-limit', `a text is above ${TEXT_BYTES} bytes`);
    const value = from.take(length);
    if (isUtf8(value)) return value.toString();
    stripe.binary();
    return null;
  };
  if (kind % 2 === 0) {
    const data = stripe.stream(type.id, STREAM.data);
    return () => next(data);
  }
  const indexes = numbers(type, stripe, { stream: STREAM.data, signed: false });
  let dictionary: readonly (string | null)[] | undefined;
  return () => {
    if (entries > DICTIONARY_TEXTS) throw new ContentError('memory-limit', 'a dictionary of it is too large');
    if (dictionary === undefined) {
      const data = stripe.stream(type.id, STREAM.dictionary);
      dictionary = Array.from({ length: entries }, () => next(data));
    }
    return dictionary[indexes.size()] ?? null;
  };
}

function dates(type: OrcType, stripe: OrcStripeData): NextValue {
  const days = numbers(type, stripe, { stream: STREAM.data, signed: true });
  return () => timeText(Number(days.next()) * DAY_MS);
}

function timestamps(type: OrcType, stripe: OrcStripeData): NextValue {
  const seconds = numbers(type, stripe, { stream: STREAM.data, signed: true });
  const fractions = numbers(type, stripe, { stream: STREAM.secondary, signed: false });
  const summer = summerTime(stripe.timezone);
  return () => {
    const ms = EPOCH_MS + 1000 * Number(seconds.next());
    const fraction = Number(fractions.next());
    // The last three bits count the zeros that were cut off, less one.
    const zeros = fraction % 8;
    const nanoseconds = Math.floor(fraction / 8) * (zeros === 0 ? 1 : 10 ** (zeros + 1));
    // Writers count seconds towards 1970, so that those before it are one too many.
    const early = ms < 0 && nanoseconds > 999_999 ? 1000 : 0;
    return timeText(ms - early + summer(ms) + Math.floor(nanoseconds / 1_000_000));
  };
}

/**
 * What the writer's clock was ahead at that time, against the first of January of 2015 from which it counts: without it, days that begin
 * at midnight in summer would be other days. In milliseconds.
 */
function summerTime(timezone: string): (ms: number) => number {
  if (/^(?:|UTC|GMT|Etc\/.*)$/.test(timezone)) return () => 0;
  try {
    const clock = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
    const offset = (ms: number): number => {
      const name = clock.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign, hours, minutes] = /^GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
      return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
    };
    const winter = offset(EPOCH_MS);
    return (ms) => (Number.isNaN(new Date(ms).getTime()) ? 0 : offset(ms - winter) - winter);
  } catch {
    // A time zone that nobody knows.
    return () => 0;
  }
}

/** Numbers of any length, and how many of their digits stand behind the point. */
function decimals(type: OrcType, stripe: OrcStripeData): NextValue {
  const data = stripe.stream(type.id, STREAM.data);
  const scales = numbers(type, stripe, { stream: STREAM.secondary, signed: true });
  return () => decimalText(zigzag(varint(data)), Number(scales.next()));
}

function decimalText(value: Whole, scale: number): string {
  if (!(scale > 0 && scale <= 38)) return String(value);
  const digits = String(value)
    .replace('-', '')
    .padStart(scale + 1, '0');
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return value < 0 ? `-${text}` : text;
}

function structs({ children }: OrcType, stripe: OrcStripeData): NextValue {
  const fields = children.map(({ name, type }) => [name, orcColumn(type, stripe)] as const);
  return () => Object.fromEntries(fields.map(([name, next]) => [name, next()]));
}

function counts(type: OrcType, stripe: OrcStripeData): () => number {
  const lengths = numbers(type, stripe, { stream: STREAM.length, signed: false });
  return () => {
    const length = lengths.size();
    if (length > PARTS) throw new ContentError('memory-limit', `a list has more than ${PARTS} parts`);
    return length;
  };
}

function lists(type: OrcType, stripe: OrcStripeData): NextValue {
  const [child] = type.children;
  const count = counts(type, stripe);
  const next = child === undefined ? () => null : orcColumn(child.type, stripe);
  return () => Array.from({ length: count() }, next);
}

function maps(type: OrcType, stripe: OrcStripeData): NextValue {
  const [keys, values] = type.children.map((child) => orcColumn(child.type, stripe));
  const count = counts(type, stripe);
  return () => Object.fromEntries(Array.from({ length: count() }, () => [String(keys?.()), values?.()]));
}

function unions(type: OrcType, stripe: OrcStripeData): NextValue {
  const kinds = type.children.map((child) => orcColumn(child.type, stripe));
  const tags = new OrcRuns(stripe.stream(type.id, STREAM.data));
  return () => kinds[tags.next()]?.();
}
