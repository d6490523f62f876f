/**
 * The LZMA decoder under xz and 7-Zip, into a window of bounded size (the LZMA specification by Igor Pavlov, in the public domain). Own
 * code: `xz-decompress` reads xz alone, and what reads 7-Zip too (`7z-wasm`, `libarchive-wasm`) wants all of an archive in memory and
 * gives windows of any size that the file asks for.
 */
import { ContentError } from './reader.ts';

/** The largest window that is given; `xz -9` and `7z -mx9` ask for it. */
export const WINDOW_BYTES = 64 * 1024 ** 2;
/** The range coder's state before the first symbol. */
export const RANGE_BYTES = 5;
/** No symbol takes more bytes than this. */
const SYMBOL_BYTES = 20;

const TOP = 2 ** 24;
const HALF = 1024;
const STATES = 12;
/** Where each group of probabilities begins. */
const IS_MATCH = 0;
const IS_REP = IS_MATCH + (STATES << 4);
const IS_REP_0 = IS_REP + STATES;
const IS_REP_1 = IS_REP_0 + STATES;
const IS_REP_2 = IS_REP_1 + STATES;
const IS_LONG = IS_REP_2 + STATES;
const SLOT = IS_LONG + (STATES << 4);
const SPECIAL = SLOT + 4 * 64;
const ALIGN = SPECIAL + 128;
/** Choice, second choice, low and middle by position, high. */
const LENGTH = ALIGN + 16;
const LENGTH_SIZE = 2 + 128 + 128 + 256;
const REP_LENGTH = LENGTH + LENGTH_SIZE;
const LITERAL = REP_LENGTH + LENGTH_SIZE;

export interface LzmaInput {
  readonly bytes: Uint8Array;
  /** Where reading begins. */
  readonly at: number;
  /** True when nothing follows: what is missing is damage. */
  readonly last: boolean;
  /** The most bytes to give. */
  readonly most: number;
}

/** Decodes symbols as long as there is input; `take` has what they gave. */
export class LzmaDecoder {
  readonly #window: Buffer;
  #at = 0;
  #taken = 0;
  /** Bytes written since the window was last emptied, up to its size: no match may reach further back. */
  #filled = 0;
  /** Of the next byte, as far as its lowest bits count. */
  #position = 0;
  #probs = new Uint16Array(0);
  #lc = 0;
  #lp = 0;
  #pb = 0;
  #state = 0;
  #reps: [number, number, number, number] = [0, 0, 0, 0];
  /** Bytes of the current match that are still to be copied. */
  #pending = 0;
  #range = 0;
  #code = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;
  #ended = false;

  /** @throws ContentError `memory-limit` */
  constructor(window: number) {
    if (window > WINDOW_BYTES) throw new ContentError('memory-limit', `needs ${window} bytes to be unpacked`);
    // Memory that is not written to is not taken.
    this.#window = Buffer.alloc(Math.max(4096, window));
  }

  /** True after the mark that ends a stream of unknown length. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Takes the byte that says how literals and positions are counted, and begins anew.
   * @throws ContentError `malformed`
   */
  setProperties(byte: number): void {
    if (byte >= 9 * 5 * 5) throw damaged();
    this.#lc = byte % 9;
    this.#lp = Math.floor(byte / 9) % 5;
    this.#pb = Math.floor(byte / 45);
    this.#probs = new Uint16Array(LITERAL + (0x300 << (this.#lc + this.#lp)));
    this.reset();
  }

  reset(): void {
    this.#probs.fill(HALF);
    this.#state = 0;
    this.#reps = [0, 0, 0, 0];
    this.#pending = 0;
    this.#ended = false;
  }

  /** Nothing before this is referred to any more. */
  forget(): void {
    this.#filled = 0;
    this.#position = 0;
  }

  /**
   * Takes the first `RANGE_BYTES` of a stream or chunk.
   * @throws ContentError `malformed`
   */
  begin(bytes: Buffer): void {
    if (bytes.length < RANGE_BYTES || bytes[0] !== 0 || this.#probs.length === 0) throw damaged();
    this.#range = 0xffff_ffff;
    this.#code = bytes.readUInt32BE(1);
  }

  /** Bytes that were not compressed; returns how many of them were taken. */
  store(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#window.length - this.#at);
    this.#window.set(bytes.subarray(0, count), this.#at);
    this.#moved(count);
    return count;
  }

  /** What was decoded since it was last asked; valid until the next call of anything. */
  take(): Buffer {
    const part = this.#window.subarray(this.#taken, this.#at);
    if (this.#at === this.#window.length) this.#at = 0;
    this.#taken = this.#at;
    return part;
  }

  /**
   * Decodes until the input, `most` or the window's end is reached; returns where in the input it stopped.
   * @throws ContentError `malformed`; what came before is there to be taken
   */
  decode({ bytes, at, last, most }: LzmaInput): number {
    this.#bytes = bytes;
    this.#next = at;
    const end = Math.min(this.#window.length, this.#at + most);
    const enough = last ? Number.POSITIVE_INFINITY : bytes.length - SYMBOL_BYTES;
    this.#copy(end);
    while (this.#at < end && this.#next <= enough && !this.#ended) {
      this.#symbol();
      if (this.#next > bytes.length) throw damaged();
      this.#copy(end);
    }
    return this.#next;
  }

  #symbol(): void {
    const position = this.#position & ((1 << this.#pb) - 1);
    const state = this.#state;
    if (this.#bit(IS_MATCH + (state << 4) + position) === 0) {
      this.#literal();
    } else if (this.#bit(IS_REP + state) === 0) {
      this.#match(position);
    } else if (this.#repeat(position)) {
      this.#pending = 2 + this.#length(REP_LENGTH, position);
      this.#state = state < 7 ? 8 : 11;
    } else {
      this.#pending = 1;
      this.#state = state < 7 ? 9 : 11;
    }
    if (this.#pending > 0 && this.#reps[0] >= this.#filled) throw damaged();
  }

  #literal(): void {
    const before = this.#filled === 0 ? 0 : this.#back(0);
    const context = ((this.#position & ((1 << this.#lp) - 1)) << this.#lc) + (before >> (8 - this.#lc));
    const base = LITERAL + 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7) {
      if (this.#reps[0] >= this.#filled) throw damaged();
      let expected = this.#back(this.#reps[0]);
      do {
        expected <<= 1;
        const bit = this.#bit(base + 0x100 + (expected & 0x100) + symbol);
        symbol = (symbol << 1) | bit;
        if (((expected >> 8) & 1) !== bit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(base + symbol);
    this.#window[this.#at] = symbol;
    this.#moved(1);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** A match at a distance that was not used before. */
  #match(position: number): void {
    const length = this.#length(LENGTH, position);
    const distance = this.#distance(length);
    this.#state = this.#state < 7 ? 7 : 10;
    if (distance === 0xffff_ffff) {
      this.#ended = true;
      return;
    }
    const [first, second, third] = this.#reps;
    this.#reps = [distance, first, second, third];
    this.#pending = 2 + length;
  }

  /** Chooses one of the last distances; false for a single byte at the last one. */
  #repeat(position: number): boolean {
    const state = this.#state;
    const [first, second, third, fourth] = this.#reps;
    if (this.#bit(IS_REP_0 + state) === 0) return this.#bit(IS_LONG + (state << 4) + position) === 1;
    if (this.#bit(IS_REP_1 + state) === 0) this.#reps = [second, first, third, fourth];
    else if (this.#bit(IS_REP_2 + state) === 0) this.#reps = [third, first, second, fourth];
    else this.#reps = [fourth, first, second, third];
    return true;
  }

  #length(base: number, position: number): number {
    if (this.#bit(base) === 0) return this.#tree(base + 2 + (position << 3), 3);
    if (this.#bit(base + 1) === 0) return 8 + this.#tree(base + 130 + (position << 3), 3);
    return 16 + this.#tree(base + 258, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(SLOT + (Math.min(length, 3) << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const start = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < 14) return start + this.#reverse(SPECIAL + start - slot, bits);
    return (start + this.#direct(bits - 4) * 16 + this.#reverse(ALIGN, 4)) >>> 0;
  }

  #tree(base: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i += 1) symbol = (symbol << 1) | this.#bit(base + symbol);
    return symbol - (1 << bits);
  }

  #reverse(base: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i += 1) {
      const bit = this.#bit(base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits without probabilities. */
  #direct(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i += 1) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.#refill();
    }
    return value;
  }

  #bit(index: number): 0 | 1 {
    const probability = this.#probs[index] ?? 0;
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      this.#probs[index] = probability + ((2048 - probability) >> 5);
      if (bound < TOP) this.#refill();
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    this.#probs[index] = probability - (probability >> 5);
    if (this.#range < TOP) this.#refill();
    return 1;
  }

  #refill(): void {
    if (this.#range >= TOP) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | (this.#bytes[this.#next] ?? 0)) >>> 0;
    this.#next += 1;
  }

  /** Copies what is pending of a match, up to `end` of the window. */
  #copy(end: number): void {
    const window = this.#window;
    const count = Math.min(this.#pending, end - this.#at);
    let from = this.#at - this.#reps[0] - 1;
    if (from < 0) from += window.length;
    for (let to = this.#at; to < this.#at + count; to += 1) {
      window[to] = window[from] ?? 0;
      from = from + 1 === window.length ? 0 : from + 1;
    }
    this.#pending -= count;
    this.#moved(count);
  }

  #moved(count: number): void {
    this.#at += count;
    this.#position = (this.#position + count) & 0xffff;
    this.#filled = Math.min(this.#window.length, this.#filled + count);
  }

  /** The byte `distance` + 1 before the next one. */
  #back(distance: number): number {
    const from = this.#at - distance - 1;
    return this.#window[from < 0 ? from + this.#window.length : from] ?? 0;
  }
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its compressed data is damaged or cut short');
}
