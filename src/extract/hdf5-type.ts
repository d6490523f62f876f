/** What the values of an HDF5 dataset are, and how they are shown. */
import { Cursor, damaged, type Hdf5Bytes } from './hdf5-bytes.ts';

/** Fields within fields, and of one value. */
const DEPTH = 8;
const FIELDS = 4096;
/** Classes in the format's own numbers. */
const CLASS = { whole: 0, float: 1, text: 3, compound: 6, enumeration: 8, variable: 9, list: 10 } as const;

/** A text that lies in a heap: how long it is, in which collection, and which of its objects. */
export interface HeapText {
  readonly length: number;
  readonly collection: number;
  readonly index: number;
}

export interface Hdf5Field {
  /** Empty for a value without fields. */
  readonly name: string;
  readonly offset: number;
  readonly show: (value: Buffer) => string | HeapText;
}

export interface Hdf5Type {
  readonly size: number;
  readonly fields: readonly Hdf5Field[];
  /** False for bare numbers. */
  readonly hasText: boolean;
}

/** @throws ContentError `malformed` */
export function decodeType(file: Hdf5Bytes, cursor: Cursor): Hdf5Type {
  const fields: Hdf5Field[] = [];
  const state = { hasText: false };
  const size = addType(file, cursor, { name: '', offset: 0, depth: 0 }, { fields, state });
  return { size, fields, hasText: state.hasText };
}

interface Where {
  readonly name: string;
  readonly offset: number;
  readonly depth: number;
}

interface Found {
  readonly fields: Hdf5Field[];
  readonly state: { hasText: boolean };
}

/** Adds the fields of the type at the cursor, which is passed over; returns its size. */
function addType(file: Hdf5Bytes, cursor: Cursor, where: Where, found: Found): number {
  const first = cursor.number(1);
  const [kind, version] = [first & 15, first >> 4];
  const bits = cursor.number(3);
  const size = cursor.number(4);
  const { name, offset, depth } = where;
  if (depth > DEPTH || found.fields.length > FIELDS) throw damaged();
  const add = (show: Hdf5Field['show']): void => {
    found.fields.push({ name, offset, show });
  };
  if (kind === CLASS.text) {
    found.state.hasText = true;
    add((value) => narrowText(value.subarray(0, size)));
  } else if (kind === CLASS.whole) {
    cursor.take(4);
    if (size <= 8 && size > 0)
      add((value) => wholeText(value, { size, big: (bits & 1) === 1, signed: (bits & 8) !== 0 }));
  } else if (kind === CLASS.float) {
    cursor.take(12);
    if (size === 4 || size === 8) add((value) => floatText(value, size, (bits & 1) === 1));
  } else if (kind === CLASS.variable) {
    const inner = decodeType(file, cursor);
    // A sequence of numbers is no text.
    if ((bits & 15) !== 1 && !inner.hasText && inner.size !== 1) return size;
    if ((bits & 15) === 1) found.state.hasText = true;
    if ((bits & 15) === 1) add((value) => heapText(file, value));
  } else if (kind === CLASS.compound) {
    addMembers(file, cursor, { ...where, depth: depth + 1 }, { found, version, count: bits & 0xffff, size });
  } else if (kind === CLASS.enumeration) {
    const inner = decodeType(file, cursor);
    skipNames(cursor, { version, count: bits & 0xffff, size: inner.size });
    for (const field of inner.fields) add(field.show);
  } else if (kind === CLASS.list) {
    addList(file, cursor, where, { found, version });
  } else if (kind === 2 || kind === 4) {
    cursor.take(kind === 2 ? 2 : 4);
  } else if (kind === 5) {
    cursor.take(bits & 0xff);
  }
  return size;
}

function addMembers(
  file: Hdf5Bytes,
  cursor: Cursor,
  { name, offset, depth }: Where,
  {
    found,
    version,
    count,
    size,
  }: { readonly found: Found; readonly version: number; readonly count: number; readonly size: number },
): void {
  for (let i = 0; i < count; i += 1) {
    const start = cursor.at;
    const own = cursor.text();
    if (version < 3) cursor.align(8, start);
    const at = cursor.number(version < 3 ? 4 : offsetBytes(size));
    // Version 1 tells axes beside the type.
    if (version === 1) cursor.take(28);
    const inner = name === '' ? own : `${name}.${own}`;
    addType(file, cursor, { name: inner, offset: offset + at, depth }, found);
  }
}

function offsetBytes(size: number): number {
  return size < 2 ** 8 ? 1 : size < 2 ** 16 ? 2 : size < 2 ** 24 ? 3 : 4;
}

function skipNames(
  cursor: Cursor,
  { version, count, size }: { readonly version: number; readonly count: number; readonly size: number },
): void {
  for (let i = 0; i < count; i += 1) {
    const start = cursor.at;
    cursor.text();
    if (version < 3) cursor.align(8, start);
  }
  cursor.take(count * size);
}

/** Lists of up to so many items are shown item by item. */
const LIST_ITEMS = 16;

function addList(
  file: Hdf5Bytes,
  cursor: Cursor,
  { name, offset, depth }: Where,
  { found, version }: { readonly found: Found; readonly version: number },
): void {
  const axes = cursor.number(1);
  const isOld = version < 3;
  if (isOld) cursor.take(3);
  let items = 1;
  for (let i = 0; i < axes; i += 1) items *= cursor.number(4);
  if (isOld) cursor.take(4 * axes);
  const inner = decodeType(file, cursor);
  if (inner.hasText) found.state.hasText = true;
  if (depth > DEPTH || (items > LIST_ITEMS && !inner.hasText)) return;
  for (let i = 0; i < Math.min(items, FIELDS); i += 1) {
    for (const field of inner.fields) {
      if (found.fields.length > FIELDS) throw damaged();
      found.fields.push({ ...field, name, offset: offset + i * inner.size + field.offset });
    }
  }
}

function narrowText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end).trimEnd();
}

function wholeText(
  value: Buffer,
  { size, big, signed }: { readonly size: number; readonly big: boolean; readonly signed: boolean },
): string {
  if (value.length < size) return '';
  const bytes = Buffer.from(value.subarray(0, size));
  if (!big) bytes.reverse();
  const number = BigInt(`0x${bytes.toString('hex')}`);
  return String(signed ? BigInt.asIntN(8 * size, number) : number);
}

function floatText(value: Buffer, size: number, big: boolean): string {
  if (value.length < size) return '';
  const number =
    size === 4
      ? big
        ? value.readFloatBE()
        : value.readFloatLE()
      : big
        ? value.readDoubleBE()
        : value.readDoubleLE();
  return Number.isNaN(number) ? '' : String(number);
}

function heapText(file: Hdf5Bytes, value: Buffer): string | HeapText {
  if (value.length < 8 + file.addressSize) return '';
  const cursor = new Cursor(value);
  return { length: cursor.number(4), collection: cursor.number(file.addressSize), index: cursor.number(4) };
}
