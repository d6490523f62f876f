/**
 * The pages of Lance 2.1 and later as values by row (https://github.com/lancedb/lance, docs/src/format/file/encoding.md). Lists are told by repetition
 * levels, of which the highest begins a row; what is null, or an empty list, by definition levels above 0.
 */
import { type Decode, damaged, decoderOf, offsetsIn, textDecoderOf, unread } from './lance-encodings.ts';
import type { LanceItems } from './lance-types.ts';
import type { ProtoMessage } from './protobuf-message.ts';

/** The fields of `PageLayout`. */
const MINI = 1;
const CONSTANT = 2;
const ZIPPED = 3;
const BLOB = 4;
const LAYOUTS = [MINI, CONSTANT, ZIPPED];
/** Blocks are made of eights of bytes. */
const ALIGNED = 8;
/** Items of one block; writers take 4,096 at most. */
const BLOCK_ITEMS = 64 * 1024;
/** Parts that one value of lists may have. */
const PARTS = 1_000_000;

/** An item's bytes, of a list those of its items; null for nothing. */
export type LanceCell = Buffer | null | readonly (Buffer | null)[];

/**
 * The cells of one page, row by row. `buffers`: those of the page, in order.
 * @throws ContentError `unsupported-format`, `malformed`
 */
export function blockCells(
  layout: ProtoMessage,
  buffers: readonly Buffer[],
  rows: number,
): Iterable<LanceCell> {
  const inner = layout.message(LAYOUTS.find((number) => layout.has(number)) ?? 0);
  if (layout.has(MINI)) return joined(levelsOf(inner.numbers(6)), miniItems(inner, buffers));
  if (layout.has(ZIPPED)) return joined(levelsOf(inner.numbers(8)), zippedItems(inner, buffers));
  if (layout.has(CONSTANT)) return joined(levelsOf(inner.numbers(5)), constantItems(inner, buffers, rows));
  throw unread(layout.has(BLOB) ? 'blobs' : 'a page of a later version');
}

/** True for pages that hold no value at all; of the two buffers that they may have one tells which lists are empty. */
export function isNothing(layout: ProtoMessage, buffers: number): boolean {
  return layout.has(CONSTANT) && !layout.message(CONSTANT).has(6) && (buffers === 0 || buffers === 2);
}

interface Levels {
  /** Lists within lists. */
  readonly lists: number;
  /** Definition levels up to here have an item, if a null one. */
  readonly visible: number;
}

/** From the innermost layer on, as in `RepDefLayer`. */
function levelsOf(layers: readonly number[]): Levels {
  const list = layers.findIndex((layer) => isList(layer));
  const within = list === -1 ? layers : layers.slice(0, list);
  return { lists: layers.filter(isList).length, visible: within.filter((layer) => layer === 3).length };
}

function isList(layer: number): boolean {
  return layer === 2 || layer >= 4;
}

interface Item {
  /** The repetition level. */
  readonly rep: number;
  readonly bytes: Buffer | null;
  /** False for what only says that a list is empty, or null. */
  readonly visible: boolean;
}

/** Puts items together that belong to one row. */
function* joined({ lists }: Levels, items: Iterable<Item>): Generator<LanceCell, void, undefined> {
  if (lists === 0) {
    for (const { bytes } of items) yield bytes;
    return;
  }
  let row: (Buffer | null)[] | undefined;
  for (const { rep, bytes, visible } of items) {
    if (rep === lists) {
      if (row !== undefined) yield row;
      row = [];
    }
    row ??= [];
    if (visible) row.push(bytes);
    if (row.length > PARTS) throw damaged();
  }
  if (row !== undefined) yield row;
}

/** The same value in every row that has one. Levels, where there are any, are numbers of two bytes. */
function* constantItems(
  layout: ProtoMessage,
  buffers: readonly Buffer[],
  rows: number,
): Generator<Item, void, undefined> {
  const inline = layout.has(6);
  const value = inline ? layout.bytes(6) : scalarIn(buffers[0] ?? Buffer.alloc(0));
  const [reps = Buffer.alloc(0), defs = Buffer.alloc(0)] = inline ? buffers : buffers.slice(1);
  const { visible } = levelsOf(layout.numbers(5));
  const count = Math.max(reps.length, defs.length) / 2 || rows;
  for (let i = 0; i < count; i += 1) {
    const def = 2 * i + 2 <= defs.length ? defs.readUInt16LE(2 * i) : 0;
    const rep = 2 * i + 2 <= reps.length ? reps.readUInt16LE(2 * i) : 0;
    yield { rep, bytes: def === 0 ? value : null, visible: def <= visible };
  }
}

/** A value of Arrow on its own: how many buffers it has, how long they are, the buffers. Those of a text begin with its two offsets. */
function scalarIn(bytes: Buffer): Buffer {
  const count = offsetsIn(bytes, 0, 4)(0);
  if (count !== 1 && count !== 2) throw unread(`values of ${count} buffers`);
  const length = offsetsIn(bytes, 4, 4);
  const first = bytes.subarray(4 + 4 * count, 4 + 4 * count + length(0));
  if (count === 1) return first;
  const text = bytes.subarray(4 + 4 * count + first.length);
  const offset = offsetsIn(first, 0, first.length >= 16 ? 8 : 4);
  return text.subarray(offset(0), offset(1));
}

function* miniItems(layout: ProtoMessage, buffers: readonly Buffer[]): Generator<Item, void, undefined> {
  const page: MiniPage = {
    rep: layout.has(1) ? decoderOf(layout.message(1), 'alone') : undefined,
    def: layout.has(2) ? decoderOf(layout.message(2), 'alone') : undefined,
    values: decoderOf(layout.message(3), 'block'),
    buffers: layout.number(7),
    wide: layout.number(10) === 1,
    visible: levelsOf(layout.numbers(6)).visible,
    dictionary: layout.has(4)
      ? decoderOf(layout.message(4), 'alone')([buffers[2] ?? Buffer.alloc(0)], layout.number(5))
      : undefined,
  };
  const [sizes = Buffer.alloc(0), data = Buffer.alloc(0)] = buffers;
  let left = layout.number(9);
  let start = 0;
  const step = page.wide ? 4 : 2;
  for (let at = 0; at + step <= sizes.length; at += step) {
    const word = sizes.readUIntLE(at, step);
    const end = start + ALIGNED * (Math.floor(word / 16) + 1);
    const last = at + 2 * step > sizes.length;
    const count = last ? left : 2 ** (word % 16);
    if (end > data.length || count > BLOCK_ITEMS || count > left) throw damaged();
    yield* blockItems(page, data.subarray(start, end), count);
    left -= count;
    start = end;
  }
  if (left > 0) throw damaged();
}

interface MiniPage {
  readonly rep: Decode | undefined;
  readonly def: Decode | undefined;
  readonly values: Decode;
  /** Of each block. */
  readonly buffers: number;
  /** Since 2.2: the sizes of blocks and of their buffers have four bytes, not two. */
  readonly wide: boolean;
  readonly visible: number;
  readonly dictionary: LanceItems | undefined;
}

/** How many levels there are, the sizes of the buffers, then those: levels first. */
function* blockItems(page: MiniPage, block: Buffer, count: number): Generator<Item, void, undefined> {
  const { rep, def, values, visible, dictionary } = page;
  const small = 1 + (rep ? 1 : 0) + (def ? 1 : 0);
  const size = page.wide ? 4 : 2;
  const head = 2 * small + size * page.buffers;
  if (head > block.length) throw damaged();
  const levels = block.readUInt16LE(0);
  const sizes = [
    ...Array.from({ length: small - 1 }, (_, i) => block.readUInt16LE(2 * i + 2)),
    ...Array.from({ length: page.buffers }, (_, i) => block.readUIntLE(2 * small + size * i, size)),
  ];
  let at = aligned(head);
  const buffers = sizes.map((length) => {
    if (at + length > block.length) throw damaged();
    const buffer = block.subarray(at, at + length);
    at = aligned(at + length);
    return buffer;
  });
  const reps = rep?.([buffers.shift() ?? block], levels);
  const defs = def?.([buffers.shift() ?? block], levels);
  const items = values(buffers, count);
  let item = 0;
  for (let i = 0; i < (reps ?? defs ?? items).length; i += 1) {
    const level = levelAt(defs, i);
    const shown = level <= visible;
    const bytes = shown && level === 0 ? valueAt(items, item, dictionary) : null;
    if (shown) item += 1;
    yield { rep: levelAt(reps, i), bytes, visible: shown };
  }
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNED) * ALIGNED;
}

function levelAt(levels: LanceItems | undefined, index: number): number {
  const bytes = levels?.at(index);
  return bytes ? bytes.readUIntLE(0, Math.min(2, bytes.length)) : 0;
}

function valueAt(items: LanceItems, index: number, dictionary: LanceItems | undefined): Buffer | null {
  if (index >= items.length) throw damaged();
  const bytes = items.at(index);
  if (dictionary === undefined || bytes === null) return bytes;
  const code = bytes.readUIntLE(0, Math.min(6, bytes.length));
  if (code >= dictionary.length) throw damaged();
  return dictionary.at(code);
}

/** Levels, size and value of each item one after the other. */
function* zippedItems(layout: ProtoMessage, buffers: readonly Buffer[]): Generator<Item, void, undefined> {
  const [data = Buffer.alloc(0)] = buffers;
  const repBits = layout.number(1);
  const defBits = layout.number(2);
  const word = wordBytes(repBits + defBits);
  const { visible } = levelsOf(layout.numbers(8));
  const texts = layout.has(4);
  const width = layout.number(texts ? 4 : 3) / 8;
  if (!Number.isInteger(width) || width < 1 || (texts && width !== 4 && width !== 8))
    throw unread(`items of ${8 * width} bits`);
  const unpack = textDecoderOf(layout.message(7));
  for (let at = 0; at < data.length; ) {
    if (at + word > data.length) throw damaged();
    const levels = word === 0 ? 0 : data.readUIntLE(at, word);
    const def = levels % 2 ** defBits;
    at += word;
    const shown = def <= visible;
    // A text that is null has no size either.
    const stored = shown && (def === 0 || !texts);
    const size = !stored ? 0 : texts ? offsetsIn(data, at, width)(0) : width;
    if (stored && texts) at += width;
    if (at + size > data.length) throw damaged();
    const bytes = data.subarray(at, at + size);
    at += size;
    yield { rep: Math.floor(levels / 2 ** defBits), bytes: def === 0 ? unpack(bytes) : null, visible: shown };
  }
}

function wordBytes(bits: number): number {
  if (bits === 0) return 0;
  if (bits <= 8) return 1;
  return bits <= 16 ? 2 : 4;
}
