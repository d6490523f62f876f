/** One block of a bzip2 file: Huffman codes, move to front, and the sorting turned back (Julian Seward's format). */
import { ContentError } from './reader.ts';

/** The most bytes of one block before runs are spread. */
export const BLOCK_BYTES = 900_000;
const GROUP_SYMBOLS = 50;
const MOST_TABLES = 6;
const MOST_SELECTORS = 18_002;
const LONGEST_CODE = 20;

/** Bits from the highest on. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Bytes begun so far. */
  get at(): number {
    return this.#at;
  }

  /** Goes on, in the middle of a byte too, where `bytes` begin at `at` of this one's. */
  on(bytes: Uint8Array): BitReader {
    const reader = new BitReader(bytes, 0);
    reader.#held = this.#held;
    reader.#count = this.#count;
    return reader;
  }

  /** Passes over what is left of the current byte. */
  align(): void {
    this.#count = 0;
  }

  /**
   * The next `count` bits, at most 24.
   * @throws ContentError `malformed` at the end
   */
  read(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw damaged();
      this.#held = ((this.#held << 8) | byte) & 0xffff_ffff;
      this.#at += 1;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }
}

/** The codes of one table, shortest first. */
interface Codes {
  /** The largest code of each length; -1 for lengths that no code has. */
  readonly limit: Int32Array;
  /** What to take off a code of each length to have its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

/** A block's bytes in their order, runs not yet spread. */
export interface Block {
  readonly crc: number;
  readonly length: number;
  /** The byte at each place of the sorted block, and above it where the next one stands. */
  readonly links: Uint32Array;
  readonly first: number;
}

/**
 * The block whose mark was just read. `links` is filled and must hold `BLOCK_BYTES`.
 * @throws ContentError `malformed`
 */
export function readBlock(bits: BitReader, links: Uint32Array): Block {
  const crc = ((bits.read(16) << 16) | bits.read(16)) >>> 0;
  if (bits.read(1) === 1) throw new ContentError('unsupported-format', 'a bzip2 file of before 1997');
  const first = bits.read(24);
  const used = usedBytes(bits);
  const tables = bits.read(3);
  const selectorCount = bits.read(15);
  if (tables < 2 || tables > MOST_TABLES || selectorCount < 1) throw damaged();
  const selectors = readSelectors(bits, tables, selectorCount);
  const codes = Array.from({ length: tables }, () => readCodes(bits, used.length + 2));
  const counts = new Uint32Array(256);
  const length = readSymbols(bits, { codes, selectors, used, links, counts });
  if (first >= length) throw damaged();
  turnBack(links, counts, length);
  return { crc, length, links, first };
}

/** The bytes that the block has at all. */
function usedBytes(bits: BitReader): Uint8Array {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group += 1) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = bits.read(16);
    for (let i = 0; i < 16; i += 1) if (members & (0x8000 >> i)) used.push(16 * group + i);
  }
  if (used.length === 0) throw damaged();
  return Uint8Array.from(used);
}

/** Which table each group of symbols uses. */
function readSelectors(bits: BitReader, tables: number, count: number): Uint8Array {
  const order = Array.from({ length: tables }, (_, i) => i);
  const selectors = new Uint8Array(Math.min(count, MOST_SELECTORS));
  for (let i = 0; i < count; i += 1) {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= tables) throw damaged();
    }
    const table = order.splice(place, 1)[0] ?? 0;
    order.unshift(table);
    // Some programs write more than a block can use.
    if (i < MOST_SELECTORS) selectors[i] = table;
  }
  return selectors;
}

function readCodes(bits: BitReader, symbols: number): Codes {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let i = 0; i < symbols; i += 1) {
    while (true) {
      if (length < 1 || length > LONGEST_CODE) throw damaged();
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[i] = length;
  }
  return codesOf(lengths);
}

function codesOf(lengths: Uint8Array): Codes {
  const limit = new Int32Array(LONGEST_CODE + 1).fill(-1);
  const base = new Int32Array(LONGEST_CODE + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    base[length] = code - placed;
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      symbols[placed] = symbol;
      placed += 1;
      code += 1;
    }
    limit[length] = code - 1;
    code <<= 1;
  }
  return { limit, base, symbols };
}

interface Symbols {
  readonly codes: readonly Codes[];
  readonly selectors: Uint8Array;
  readonly used: Uint8Array;
  readonly links: Uint32Array;
  readonly counts: Uint32Array;
}

/** Fills `links` with the block's bytes and `counts` with how often each comes; returns how many there are. */
function readSymbols(bits: BitReader, { codes, selectors, used, links, counts }: Symbols): number {
  const front = Uint8Array.from(used);
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (byte: number, times: number): void => {
    if (length + times > BLOCK_BYTES) throw damaged();
    links.fill(byte, length, length + times);
    length += times;
    counts[byte] = (counts[byte] ?? 0) + times;
  };
  for (let group = 0; ; group += 1) {
    const table = codes[selectors[group] ?? -1];
    if (table === undefined) throw damaged();
    for (let i = 0; i < GROUP_SYMBOLS; i += 1) {
      const symbol = readSymbol(bits, table);
      if (symbol < 2) {
        run += weight << symbol;
        weight *= 2;
        if (run > BLOCK_BYTES) throw damaged();
        continue;
      }
      if (run > 0) put(front[0] ?? 0, run);
      run = 0;
      weight = 1;
      if (symbol === end) return length;
      const byte = front[symbol - 1] ?? 0;
      front.copyWithin(1, 0, symbol - 1);
      front[0] = byte;
      put(byte, 1);
    }
  }
}

function readSymbol(bits: BitReader, { limit, base, symbols }: Codes): number {
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    code = (code << 1) | bits.read(1);
    if (code <= (limit[length] ?? -1)) {
      const symbol = symbols[code - (base[length] ?? 0)];
      if (symbol !== undefined) return symbol;
    }
  }
  throw damaged();
}

/** Puts above each byte where the next one stands: the sorting turned back. */
function turnBack(links: Uint32Array, counts: Uint32Array, length: number): void {
  const starts = new Uint32Array(256);
  for (let byte = 1, sum = 0; byte < 256; byte += 1) {
    sum += counts[byte - 1] ?? 0;
    starts[byte] = sum;
  }
  for (let i = 0; i < length; i += 1) {
    const byte = (links[i] ?? 0) & 0xff;
    const at = starts[byte] ?? 0;
    starts[byte] = at + 1;
    links[at] = ((links[at] ?? 0) & 0xff) | (i << 8);
  }
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its compressed data is damaged or cut short');
}
