/** What the items of a numpy array are (https://numpy.org/doc/stable/reference/arrays.dtypes.html). */
import type { Literal } from './python-literal.ts';
import { ContentError } from './reader.ts';

/** Fields within fields, and fields of one item. */
const DEPTH = 8;
const FIELDS = 4096;
/** A field of more items than this is a vector of numbers. */
const VECTOR = 16;

/** A part of each item that has a name of its own. */
export interface NpyField {
  /** Empty for an array without fields. */
  readonly name: string;
  /** Bytes from the beginning of the item. */
  readonly offset: number;
  readonly text: (item: Buffer) => string;
}

export interface NpyType {
  /** Bytes of an item. */
  readonly size: number;
  readonly fields: readonly NpyField[];
  /** `objects` are pickles; `numbers` alone tell nobody's name. */
  readonly kind: 'texts' | 'numbers' | 'objects';
}

/** @throws ContentError `malformed`; `unsupported-format` */
export function typeOf(descr: Literal): NpyType {
  const fields: NpyField[] = [];
  const state = { kinds: new Set<string>() };
  const size = addFields(descr, { name: '', offset: 0, depth: 0 }, fields, state);
  const kind = state.kinds.has('O')
    ? 'objects'
    : Array.isArray(descr) || hasText(state.kinds)
      ? 'texts'
      : 'numbers';
  return { size, fields, kind };
}

function hasText(kinds: ReadonlySet<string>): boolean {
  return kinds.has('U') || kinds.has('S') || kinds.has('a') || kinds.has('M');
}

/** Adds the fields of `descr`, which begins at `offset`; returns its size. */
function addFields(
  descr: Literal,
  { name, offset, depth }: { readonly name: string; readonly offset: number; readonly depth: number },
  fields: NpyField[],
  state: { readonly kinds: Set<string> },
): number {
  if (depth > DEPTH || fields.length > FIELDS) throw new ContentError('malformed', 'it has too many fields');
  if (typeof descr === 'string') {
    const scalar = scalarOf(descr, state.kinds);
    if (scalar.text !== undefined) fields.push({ name, offset, text: scalar.text });
    return scalar.size;
  }
  if (!Array.isArray(descr)) throw damaged();
  let size = 0;
  for (const field of descr as readonly Literal[]) {
    if (!Array.isArray(field)) throw damaged();
    const [title, type, shape] = field as readonly Literal[];
    // A field may have a title before its name.
    const own = String(Array.isArray(title) ? title.at(-1) : title);
    const inner = name === '' ? own : `${name}.${own}`;
    const items = itemsOf(shape ?? 1);
    const scalar = typeof type === 'string' ? scalarOf(type, state.kinds) : undefined;
    if (scalar !== undefined && (scalar.text === undefined || items > VECTOR)) {
      size += items * scalar.size;
      continue;
    }
    for (let left = items; left > 0; left -= 1) {
      const bytes = addFields(
        type ?? null,
        { name: inner, offset: offset + size, depth: depth + 1 },
        fields,
        state,
      );
      if (bytes === 0) break;
      size += bytes;
    }
  }
  return size;
}

/** How many there are in `(2, 3)` or `3`. */
export function itemsOf(shape: Literal): number {
  const axes = Array.isArray(shape) ? (shape as readonly Literal[]) : [shape];
  return axes.reduce((product: number, axis) => product * Math.max(0, Number(axis)), 1);
}

interface ScalarType {
  readonly size: number;
  /** Absent for what is passed over. */
  readonly text?: (item: Buffer) => string;
}

function scalarOf(code: string, kinds: Set<string>): ScalarType {
  const [, order = '', kind = '', digits = ''] = /^([<>|=]?)([a-zA-Z?])(\d*)/.exec(code) ?? [];
  const count = Number(digits || 1);
  kinds.add(kind);
  const big = order === '>';
  if (kind === 'U') return { size: 4 * count, text: (item) => wideText(item, 4 * count, big) };
  if (kind === 'S' || kind === 'a') return { size: count, text: (item) => narrowText(item, count) };
  if (kind === 'i' || kind === 'u')
    return { size: count, text: (item) => whole(item, { count, big, signed: kind === 'i' }) };
  if (kind === 'f' && count >= 4 && count <= 8)
    return { size: count, text: (item) => float(item, count, big) };
  if (kind === 'M' || kind === 'm') return { size: 8, text: (item) => timeOf(item, code, big) };
  if (kind === 'b' || kind === '?') return { size: 1, text: (item) => String(item[0] === 1) };
  if ('VfcOe'.includes(kind) && kind !== '') return { size: kind === 'O' ? 8 : count };
  throw damaged();
}

/** Four bytes a character, filled up with NULs. */
function wideText(item: Buffer, size: number, big: boolean): string {
  const points: number[] = [];
  for (let at = 0; at + 4 <= Math.min(size, item.length); at += 4) {
    const point = big ? item.readUInt32BE(at) : item.readUInt32LE(at);
    if (point === 0) break;
    points.push(point > 0x10ffff ? 0xfffd : point);
  }
  let text = '';
  for (let at = 0; at < points.length; at += 1000)
    text += String.fromCodePoint(...points.slice(at, at + 1000));
  return text;
}

function narrowText(item: Buffer, size: number): string {
  const bytes = item.subarray(0, size);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function whole(
  item: Buffer,
  { count, big, signed }: { readonly count: number; readonly big: boolean; readonly signed: boolean },
): string {
  if (item.length < count || count > 8 || count < 1) return '';
  const bytes = Buffer.from(item.subarray(0, count));
  if (big) bytes.reverse();
  const value = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return String(signed ? BigInt.asIntN(8 * count, value) : value);
}

function float(item: Buffer, count: number, big: boolean): string {
  if (item.length < count) return '';
  if (count === 4) return String(big ? item.readFloatBE() : item.readFloatLE());
  return String(big ? item.readDoubleBE() : item.readDoubleLE());
}

/** Milliseconds in the units that people write dates in. */
const UNIT_MS: Readonly<Record<string, number>> = {
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  ns: 0.000_001,
};

/** `<M8[D]`: so many days after 1970. */
function timeOf(item: Buffer, code: string, big: boolean): string {
  const unit = UNIT_MS[/\[(\w+)\]/.exec(code)?.[1] ?? ''];
  if (unit === undefined || item.length < 8 || /^.?m/.test(code)) return '';
  const date = new Date(Number(big ? item.readBigInt64BE() : item.readBigInt64LE()) * unit);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace('T00:00:00.000Z', '');
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its header is damaged');
}
