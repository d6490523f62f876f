/** The columns of an Arrow batch as values by row (https://arrow.apache.org/docs/format/Columnar.html#physical-memory-layout). */
import { isUtf8 } from 'node:buffer';
import type { ArrowBatch, ArrowField } from './arrow-message.ts';
import { timeText } from './cell-text.ts';
import type { FlatTable } from './flat-table.ts';
import { ContentError } from './reader.ts';

/** Parts that one value of lists may have. */
const PARTS = 1_000_000;
/** Days, and seconds to nanoseconds, in milliseconds. */
const DAY_MS = 86_400_000;
const UNITS: readonly number[] = [1000, 1, 0.001, 0.000_001];
/** Numbers of the types in Schema.fbs. */
const TYPE = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  fixedBinary: 15,
  fixedList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  binaryView: 23,
  utf8View: 24,
} as const;

/** The value of a row: text, number, boolean, list, object, or null. */
type Values = (row: number) => unknown;

export interface ArrowColumn {
  readonly length: number;
  readonly values: Values;
}

export interface Dictionaries {
  get(id: number): readonly ArrowColumn[] | undefined;
}

/** True for columns that hold nothing but nulls, in no bytes at all. */
export function isNothing({ type, dictionary }: ArrowField): boolean {
  return type === TYPE.null && dictionary === undefined;
}

/** Hands out a batch's nodes and buffers in the order of its fields. */
export class ArrowColumns {
  readonly #batch: ArrowBatch;
  readonly #buffers: readonly Buffer[];
  readonly #dictionaries: Dictionaries;
  #node = 0;
  #buffer = 0;
  #more = 0;
  #parts = 0;
  /** Values that are bytes and no text. */
  binary = 0;

  /** `buffers`: those of the batch, unpacked. */
  constructor(batch: ArrowBatch, buffers: readonly Buffer[], dictionaries: Dictionaries) {
    this.#batch = batch;
    this.#buffers = buffers;
    this.#dictionaries = dictionaries;
  }

  /**
   * The next column. Columns are asked for in the order of the fields, each once.
   * @throws ContentError `unsupported-format` for types that are not read; `malformed`
   */
  next(field: ArrowField): ArrowColumn {
    const length = this.#batch.nodes[2 * this.#node] ?? 0;
    const nulls = this.#batch.nodes[2 * this.#node + 1] ?? 0;
    this.#node += 1;
    if (isNothing(field)) return { length, values: () => null };
    const valid = this.#take();
    const values = field.dictionary === undefined ? this.#typed(field) : this.#coded(field.dictionary);
    if (nulls === 0 || valid.length === 0) return { length, values };
    return { length, values: (row) => (bit(valid, row) ? values(row) : null) };
  }

  /** One value as a whole; what it holds is counted from here. */
  value({ values }: ArrowColumn, row: number): unknown {
    this.#parts = 0;
    return values(row);
  }

  #take(): Buffer {
    const buffer = this.#buffers[this.#buffer] ?? Buffer.alloc(0);
    this.#buffer += 1;
    return buffer;
  }

  #coded({ id, index }: NonNullable<ArrowField['dictionary']>): Values {
    const numbers = integers(this.#take(), index);
    const columns = this.#dictionaries.get(id) ?? [];
    return (row) => {
      let at = Number(numbers(row) ?? -1);
      for (const { length, values } of columns) {
        if (at >= 0 && at < length) return values(at);
        at -= length;
      }
      return null;
    };
  }

  #typed(field: ArrowField): Values {
    const { type, settings } = field;
    const scalar = SCALARS.get(type);
    if (scalar !== undefined) return scalar(this.#take(), settings);
    if (type === TYPE.utf8 || type === TYPE.binary) return this.#texts(4);
    if (type === TYPE.largeUtf8 || type === TYPE.largeBinary) return this.#texts(8);
    if (type === TYPE.utf8View || type === TYPE.binaryView) return this.#views();
    if (type === TYPE.fixedBinary) return this.#fixed(settings?.number(0, 4) ?? 0);
    if (type === TYPE.list || type === TYPE.map) return this.#lists(field, 4);
    if (type === TYPE.largeList) return this.#lists(field, 8);
    if (type === TYPE.fixedList) return this.#fixedLists(field, settings?.number(0, 4) ?? 0);
    if (type === TYPE.struct) return this.#structs(field);
    throw new ContentError('unsupported-format', `a column of type ${type}: no reader yet`);
  }

  #text(bytes: Buffer): string {
    if (isUtf8(bytes)) return bytes.toString();
    this.binary += 1;
    return '';
  }

  #texts(width: 4 | 8): Values {
    const offset = offsets(this.#take(), width);
    const bytes = this.#take();
    return (row) => this.#text(bytes.subarray(offset(row), offset(row + 1)));
  }

  /** Short texts in place, longer ones in one of several buffers. */
  #views(): Values {
    const views = this.#take();
    const buffers = Array.from({ length: this.#batch.more[this.#more] ?? 0 }, () => this.#take());
    this.#more += 1;
    return (row) => {
      const view = views.subarray(16 * row, 16 * row + 16);
      if (view.length < 16) return null;
      const length = view.readInt32LE();
      if (length <= 12) return this.#text(view.subarray(4, 4 + Math.max(0, length)));
      const start = view.readUInt32LE(12);
      return this.#text(
        (buffers[view.readUInt32LE(8)] ?? views.subarray(0, 0)).subarray(start, start + length),
      );
    };
  }

  #fixed(width: number): Values {
    const bytes = this.#take();
    return (row) => this.#text(bytes.subarray(width * row, width * (row + 1)));
  }

  #lists(field: ArrowField, width: 4 | 8): Values {
    const offset = offsets(this.#take(), width);
    const items = this.#only(field);
    return (row) => this.#items(items, offset(row), offset(row + 1));
  }

  #fixedLists(field: ArrowField, size: number): Values {
    const items = this.#only(field);
    return (row) => this.#items(items, size * row, size * (row + 1));
  }

  #only(field: ArrowField): ArrowColumn {
    const [child] = field.children;
    if (child === undefined) throw new ContentError('malformed', 'its schema is damaged');
    return this.next(child);
  }

  #items({ length, values }: ArrowColumn, start: number, end: number): readonly unknown[] {
    const items: unknown[] = [];
    for (let at = start; at < Math.min(end, length); at += 1) {
      this.#parts += 1;
      if (this.#parts > PARTS) throw new ContentError('memory-limit', `a value of more than ${PARTS} parts`);
      items.push(values(at));
    }
    return items;
  }

  #structs(field: ArrowField): Values {
    const columns = field.children.map((child) => ({ name: child.name, column: this.next(child) }));
    return (row) => Object.fromEntries(columns.map(({ name, column }) => [name, column.values(row)]));
  }
}

type Scalar = (bytes: Buffer, settings: FlatTable | undefined) => Values;

const SCALARS: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [TYPE.int, integers],
  [TYPE.float, floats],
  [TYPE.bool, (bytes) => (row) => bit(bytes, row)],
  [TYPE.decimal, decimals],
  [TYPE.date, dates],
  [TYPE.timestamp, timestamps],
  [TYPE.time, (bytes, settings) => whole(bytes, settings?.number(1, 4, 32) ?? 32)],
  [TYPE.duration, (bytes) => whole(bytes, 64)],
  // Months, days and times together: none of them tells who somebody is.
  [TYPE.interval, () => () => null],
]);

function integers(bytes: Buffer, settings: FlatTable | undefined): Values {
  return whole(bytes, settings?.number(0, 4) ?? 32, settings?.number(1, 1) === 1);
}

/** Whole numbers of so many bits; a bigint where a number would not be exact. */
function whole(bytes: Buffer, bits: number, signed = true): Values {
  const width = bits / 8;
  return (row) => {
    const at = width * row;
    if (at + width > bytes.length) return null;
    if (width === 8) {
      const value = signed ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at);
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    return signed ? bytes.readIntLE(at, width) : bytes.readUIntLE(at, width);
  };
}

function floats(bytes: Buffer, settings: FlatTable | undefined): Values {
  const precision = settings?.number(0, 2) ?? 0;
  // Half precision is for weights.
  if (precision === 0) return () => null;
  const width = 4 * precision;
  return (row) => {
    if (width * (row + 1) > bytes.length) return null;
    return precision === 1 ? bytes.readFloatLE(width * row) : bytes.readDoubleLE(width * row);
  };
}

function decimals(bytes: Buffer, settings: FlatTable | undefined): Values {
  const scale = Math.max(0, Math.min(64, settings?.number(1, 4) ?? 0));
  const width = (settings?.number(2, 4, 128) ?? 128) / 8;
  return (row) => {
    const part = Buffer.from(bytes.subarray(width * row, width * (row + 1))).reverse();
    if (part.length === 0 || part.length < width) return null;
    const value = BigInt.asIntN(8 * part.length, BigInt(`0x${part.toString('hex')}`));
    const digits = `${value < 0n ? -value : value}`.padStart(scale + 1, '0');
    const shown = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    return value < 0n ? `-${shown}` : shown;
  };
}

function dates(bytes: Buffer, settings: FlatTable | undefined): Values {
  const inDays = settings?.number(0, 2, 1) === 0;
  const numbers = whole(bytes, inDays ? 32 : 64);
  return (row) => timeText(Number(numbers(row) ?? Number.NaN) * (inDays ? DAY_MS : 1));
}

function timestamps(bytes: Buffer, settings: FlatTable | undefined): Values {
  const unit = UNITS[settings?.number(0, 2) ?? 0] ?? 1;
  const numbers = whole(bytes, 64);
  return (row) => timeText(Number(numbers(row) ?? Number.NaN) * unit);
}

function offsets(bytes: Buffer, width: 4 | 8): (row: number) => number {
  return (row) => {
    const at = width * row;
    if (at + width > bytes.length) return 0;
    return Math.max(0, width === 4 ? bytes.readInt32LE(at) : Number(bytes.readBigInt64LE(at)));
  };
}

function bit(bytes: Buffer, row: number): boolean {
  return (((bytes[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}
