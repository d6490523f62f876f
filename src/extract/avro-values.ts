/** Avro's binary values by their schema (https://avro.apache.org/docs/1.12.0/specification/). Own code: `avsc` compiles what the schema says into a program. */
import { isUtf8 } from 'node:buffer';
import { timeText } from './cell-text.ts';
import { ContentError } from './reader.ts';

/** Records within records. */
const DEPTH = 64;
/** Records that a block may hold whatever its size. */
const FREE_RECORDS = 10_000;
/** The longest decimal that is read. */
const DECIMAL_BYTES = 64;
const DAY_MS = 86_400_000;

/** Decodes one value. */
export type Decode = (reader: AvroReader, depth: number) => unknown;

/** The values of a block, one after the other. */
export class AvroReader {
  readonly #bytes: Buffer;
  #at = 0;
  #records = 0;
  /** Values that are bytes and no text. */
  binary = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /**
   * Counts a record: those without bytes can be made to hold each other a great many times.
   * @throws ContentError `malformed`
   */
  countRecord(): void {
    this.#records += 1;
    if (this.#records > FREE_RECORDS + 8 * this.#bytes.length) throw damaged();
  }

  /** @throws ContentError `malformed` at the end */
  take(length: number): Buffer {
    const end = this.#at + length;
    if (!(length >= 0) || end > this.#bytes.length) throw damaged();
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  /** A whole number in portions of seven bits, lowest first, its sign in the lowest; a bigint where a number would not be exact. */
  long(): number | bigint {
    let low = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.take(1)[0] ?? 0;
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
    }
    let value = BigInt(low);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    throw damaged();
  }

  int(): number {
    return Number(this.long());
  }
}

/**
 * The decoder of a schema.
 * @throws ContentError `malformed`
 */
export function decoderOf(schema: unknown, names: Map<string, Decode> = new Map(), space = ''): Decode {
  if (Array.isArray(schema)) return union(schema.map((each) => decoderOf(each, names, space)));
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? named(schema, names, space);
  if (!isObject(schema)) throw damaged();
  const { type, logicalType } = schema;
  if (type === 'record' || type === 'error' || type === 'enum' || type === 'fixed') {
    const scope = nameOf(schema, space);
    // Known by name before its fields are: they may be of its own kind.
    let decode: Decode = () => undefined;
    names.set(scope.name, (reader, depth) => decode(reader, depth));
    if (type === 'enum') decode = enumeration(schema.symbols);
    else if (type === 'fixed') decode = logical(fixed(schema.size), schema);
    else decode = record(fieldsOf(schema, names, scope.space));
    return decode;
  }
  if (type === 'array') return items(decoderOf(schema.items, names, space));
  if (type === 'map') return entries(decoderOf(schema.values, names, space));
  const decode = decoderOf(type, names, space);
  return logicalType === undefined ? decode : logical(decode, schema);
}

export interface AvroField {
  readonly name: string;
  readonly decode: Decode;
}

/**
 * The fields of a record; undefined when the schema is of no record.
 * @throws ContentError `malformed`
 */
export function columnsOf(schema: unknown): readonly AvroField[] | undefined {
  if (!isObject(schema) || schema.type !== 'record') return undefined;
  const names = new Map<string, Decode>();
  const scope = nameOf(schema, '');
  let fields: readonly AvroField[] = [];
  names.set(scope.name, (reader, depth) => record(fields)(reader, depth));
  fields = fieldsOf(schema, names, scope.space);
  return fields;
}

function fieldsOf(
  schema: Readonly<Record<string, unknown>>,
  names: Map<string, Decode>,
  space: string,
): readonly AvroField[] {
  if (!Array.isArray(schema.fields)) throw damaged();
  return schema.fields.map((field: unknown) => {
    if (!isObject(field)) throw damaged();
    return { name: String(field.name), decode: decoderOf(field.type, names, space) };
  });
}

/** Full name, and the name space of what stands inside. */
function nameOf(
  schema: Readonly<Record<string, unknown>>,
  space: string,
): { readonly name: string; readonly space: string } {
  const own = String(schema.name);
  if (own.includes('.')) return { name: own, space: own.slice(0, own.lastIndexOf('.')) };
  const inside = typeof schema.namespace === 'string' ? schema.namespace : space;
  return { name: inside === '' ? own : `${inside}.${own}`, space: inside };
}

function named(name: string, names: Map<string, Decode>, space: string): Decode {
  const decode = names.get(name.includes('.') || space === '' ? name : `${space}.${name}`) ?? names.get(name);
  if (decode === undefined) throw damaged();
  return decode;
}

const PRIMITIVES: Readonly<Record<string, Decode>> = Object.assign(Object.create(null), {
  null: () => null,
  boolean: (reader) => reader.take(1)[0] === 1,
  int: (reader) => reader.long(),
  long: (reader) => reader.long(),
  float: (reader) => reader.take(4).readFloatLE(),
  double: (reader) => reader.take(8).readDoubleLE(),
  bytes: (reader) => bytesText(reader, reader.take(reader.int())),
  string: (reader) => reader.take(reader.int()).toString(),
} satisfies Record<string, Decode>);

function bytesText(reader: AvroReader, bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  reader.binary += 1;
  return '';
}

function union(branches: readonly Decode[]): Decode {
  return (reader, depth) => {
    const branch = branches[reader.int()];
    if (branch === undefined) throw damaged();
    return branch(reader, depth);
  };
}

function enumeration(symbols: unknown): Decode {
  const texts: readonly unknown[] = Array.isArray(symbols) ? symbols : [];
  return (reader) => String(texts[reader.int()] ?? '');
}

function fixed(size: unknown): Decode {
  const length = Number(size);
  return (reader) => bytesText(reader, reader.take(length));
}

function record(fields: readonly AvroField[]): Decode {
  return (reader, depth) => {
    if (depth > DEPTH) throw damaged();
    reader.countRecord();
    return Object.fromEntries(fields.map(({ name, decode }) => [name, decode(reader, depth + 1)]));
  };
}

function items(decode: Decode): Decode {
  return (reader, depth) => {
    const values: unknown[] = [];
    repeat(reader, depth, () => values.push(decode(reader, depth + 1)));
    return values;
  };
}

function entries(decode: Decode): Decode {
  return (reader, depth) => {
    const values: [string, unknown][] = [];
    repeat(reader, depth, () => {
      const key = reader.take(reader.int()).toString();
      values.push([key, decode(reader, depth + 1)]);
    });
    return Object.fromEntries(values);
  };
}

/** Arrays and maps come in portions, each with its count, up to an empty one. */
function repeat(reader: AvroReader, depth: number, read: () => void): void {
  if (depth > DEPTH) throw damaged();
  for (let count = reader.int(); count !== 0; count = reader.int()) {
    // A negative count is followed by the bytes of the portion.
    if (count < 0) reader.long();
    for (let i = 0; i < Math.abs(count); i += 1) {
      const { at } = reader;
      read();
      // Nothing in no bytes, however often it is said to come.
      if (reader.at === at) break;
    }
  }
}

function logical(decode: Decode, schema: Readonly<Record<string, unknown>>): Decode {
  const factor = TIMES.get(String(schema.logicalType));
  if (factor !== undefined) return (reader, depth) => timeText(Number(decode(reader, depth)) * factor);
  return schema.logicalType === 'decimal' ? decimal(schema) : decode;
}

/** A number as its digits and how many of them stand behind the point. */
function decimal({ type, size, scale }: Readonly<Record<string, unknown>>): Decode {
  const places = Math.max(0, Math.min(DECIMAL_BYTES, Number(scale ?? 0))) || 0;
  return (reader) => {
    const bytes = reader.take(type === 'fixed' ? Number(size) : reader.int());
    if (bytes.length === 0 || bytes.length > DECIMAL_BYTES) return '';
    const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex')}`));
    const digits = `${value < 0n ? -value : value}`.padStart(places + 1, '0');
    const shown = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    return value < 0n ? `-${shown}` : shown;
  };
}

/** Milliseconds of what each of these counts. */
const TIMES: ReadonlyMap<string, number> = new Map([
  ['date', DAY_MS],
  ['timestamp-millis', 1],
  ['timestamp-micros', 0.001],
  ['timestamp-nanos', 0.000_001],
  ['local-timestamp-millis', 1],
  ['local-timestamp-micros', 0.001],
]);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its schema or its data is damaged');
}
