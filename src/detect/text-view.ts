/** UTF-8 bytes as strings that expressions can run on: decoded in blocks, when asked for, with room around each. */
import { isAscii } from 'node:buffer';

/** Bytes of a block's core; with room on both sides it stays small enough to be decoded fast (performance.md, A3). */
const CORE = 32 * 1024;

export interface Block {
  readonly text: string;
  /** Where the next block's core begins, a position in the buffer. */
  readonly coreEnd: number;
  /** Where a byte position of the buffer stands in `text`, UTF-16 units. It must be the first byte of a character. */
  indexOf(position: number): number;
  /** How many bytes a piece of `text` takes in the buffer. */
  bytesOf(piece: string): number;
}

export interface TextView {
  /** Turns to another text or more of it: `buffer` from 0 to `length`, whole characters. */
  reset(buffer: Buffer, length: number): void;
  /** The block whose core holds the position; it shows at least `room` bytes, or all there are, on either side. */
  at(position: number): Block;
}

export function createTextView(room: number): TextView {
  let buffer: Buffer = Buffer.alloc(0);
  let length = 0;
  let blocks: (Block | undefined)[] = [];
  return {
    reset(next, size) {
      buffer = next;
      length = size;
      blocks = [];
    },
    at(position) {
      const number = Math.floor(position / CORE);
      const known = blocks[number];
      if (known !== undefined) return known;
      const from = characterStart(buffer, Math.max(0, number * CORE - room));
      const to = characterEnd(buffer, Math.min(length, (number + 1) * CORE + room), length);
      const block = decode(buffer, from, to, characterEnd(buffer, (number + 1) * CORE, length));
      blocks[number] = block;
      return block;
    },
  };
}

function decode(buffer: Buffer, from: number, to: number, coreEnd: number): Block {
  const bytes = buffer.subarray(from, to);
  if (isAscii(bytes)) {
    return {
      text: bytes.toString('latin1'),
      coreEnd,
      indexOf: (position) => position - from,
      bytesOf: (piece) => piece.length,
    };
  }
  const index = indexUnits(bytes);
  return {
    text: bytes.toString('utf8'),
    coreEnd,
    indexOf: (position) => index[position - from] ?? 0,
    bytesOf: (piece) => Buffer.byteLength(piece),
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
