/** UTF-8 bytes as strings that expressions can run on: decoded in blocks, when asked for, with room around each. */
import { isAscii } from 'node:buffer';
import type { Cursor } from './confirm.ts';
import type { Ambient } from './judge.ts';
import { SearchText } from './match.ts';

/** Bytes of a block's core; with room on both sides it stays small enough to be decoded fast (performance.md, A3). */
const CORE = 32 * 1024;

export interface Block {
  readonly source: SearchText;
  /** The block's core: the positions that it is shown for. */
  readonly coreStart: number;
  readonly coreEnd: number;
  /** Where a position stands in the text, UTF-16 units. It must be the first byte of a character. */
  indexOf(position: number): number;
  /** How many bytes of the buffer the text takes between two indexes. */
  bytesBetween(from: number, to: number): number;
}

/** Positions are those of the content: the first byte of the buffer has the position `origin`. */
export interface TextView {
  /** Turns to another text or more of it: `buffer` from 0 to `length`, whole characters. */
  reset(buffer: Buffer, length: number, origin: number): void;
  /** The block whose core holds the position; it shows at least `room` bytes, or all there are, on either side. */
  at(position: number): Block;
}

export function createTextView(room: number): TextView {
  let buffer: Buffer = Buffer.alloc(0);
  let length = 0;
  let origin = 0;
  let blocks: (Block | undefined)[] = [];

  function decode(number: number): Block {
    const begin = number * CORE;
    const from = characterStart(buffer, Math.max(0, begin - room));
    const to = characterEnd(buffer, Math.min(length, begin + CORE + room), length);
    const core = {
      coreStart: characterEnd(buffer, begin, length) + origin,
      coreEnd: characterEnd(buffer, begin + CORE, length) + origin,
    };
    return { ...core, ...decoded(buffer.subarray(from, to), from + origin) };
  }

  return {
    reset(next, size, start) {
      buffer = next;
      length = size;
      origin = start;
      blocks = [];
    },
    at(position) {
      const number = Math.floor((position - origin) / CORE);
      const known = blocks[number];
      if (known !== undefined) return known;
      const block = decode(number);
      blocks[number] = block;
      return block;
    },
  };
}

function decoded(bytes: Buffer, first: number): Omit<Block, 'coreStart' | 'coreEnd'> {
  if (isAscii(bytes)) {
    return {
      source: new SearchText(bytes.toString('latin1')),
      indexOf: (position) => position - first,
      bytesBetween: (from, to) => to - from,
    };
  }
  const index = indexUnits(bytes);
  const text = bytes.toString('utf8');
  return {
    source: new SearchText(text),
    indexOf: (position) => index[position - first] ?? 0,
    bytesBetween: (from, to) => Buffer.byteLength(text.slice(from, to)),
  };
}

/** For each byte, how many UTF-16 units stand before the character that it belongs to. */
function indexUnits(bytes: Uint8Array): Int32Array {
  const index = new Int32Array(bytes.length + 1);
  let units = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) {
      index[i] = units;
      units += byte >= 0xf0 ? 2 : 1;
    }
  }
  index[bytes.length] = units;
  return index;
}

/** Moves over the blocks of a view, until that is turned to something else. */
export class ViewCursor implements Cursor {
  source = NOTHING;
  index = 0;
  readonly ambient: Ambient;
  readonly #view: TextView;
  #block: Block | undefined;

  constructor(view: TextView, ambient: Ambient) {
    this.#view = view;
    this.ambient = ambient;
  }

  moveTo(position: number): void {
    let block = this.#block;
    if (block === undefined || position < block.coreStart || position >= block.coreEnd) {
      block = this.#view.at(position);
      this.#block = block;
      this.source = block.source;
    }
    this.index = block.indexOf(position);
  }

  bytesBetween(from: number, to: number): number {
    return this.#block?.bytesBetween(from, to) ?? 0;
  }
}

const NOTHING = new SearchText('');

/** The position itself, or where the character that it falls into begins. */
export function characterStart(buffer: Uint8Array, position: number): number {
  let at = position;
  while (at > 0 && (buffer[at]! & 0xc0) === 0x80) at--;
  return at;
}

function characterEnd(buffer: Uint8Array, position: number, length: number): number {
  let at = position;
  while (at < length && (buffer[at]! & 0xc0) === 0x80) at++;
  return at;
}
