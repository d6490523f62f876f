/** Binary property lists (https://opensource.apple.com/source/CF/CF-1153.18/CFBinaryPList.c): objects that refer to each other. */
import type { TokenSink } from './json-tokens.ts';
import { CELL_CHARS } from './rows.ts';
import { decodeUtf16 } from './utf16.ts';

const TRAILER_BYTES = 32;
/** Seconds since 2001 in dates. */
const EPOCH_MS = Date.UTC(2001, 0, 1);
/** Objects in objects. */
const DEPTH = 200;
/** How often all objects together are given: they may refer to each other in ways that have no end. */
const TIMES = 4;

export class BinaryPlist {
  readonly #bytes: Buffer;
  readonly #sink: TokenSink;
  readonly #offsetBytes: number;
  readonly #referenceBytes: number;
  readonly #count: number;
  readonly #top: number;
  readonly #table: number;
  #left: number;
  /** Characters that may still be given. */
  #chars: number;
  /** Values that are no text. */
  binary = 0;
  damaged = false;

  constructor(bytes: Buffer, sink: TokenSink) {
    this.#bytes = bytes;
    this.#sink = sink;
    const at = Math.max(0, bytes.length - TRAILER_BYTES);
    this.#offsetBytes = bytes[at + 6] ?? 0;
    this.#referenceBytes = bytes[at + 7] ?? 0;
    this.#count = this.#number(at + 8, 8);
    this.#top = this.#number(at + 16, 8);
    this.#table = this.#number(at + 24, 8);
    const room = this.#offsetBytes > 0 ? Math.floor((at - this.#table) / this.#offsetBytes) : 0;
    if (!(this.#count > 0 && this.#count <= room && this.#referenceBytes > 0)) this.damaged = true;
    this.#left = this.damaged ? 0 : this.#count * TIMES;
    this.#chars = bytes.length * TIMES;
  }

  /** Tells the sink everything; a step is a value. */
  *walk(): Generator<void, void, undefined> {
    if (!this.damaged) yield* this.#object(this.#top, 0);
  }

  *#object(reference: number, depth: number): Generator<void, void, undefined> {
    this.#left -= 1;
    if (this.#spent || depth > DEPTH || reference >= this.#count) {
      this.damaged = true;
      this.#sink.value('null');
      return;
    }
    const at = this.#number(this.#table + reference * this.#offsetBytes, this.#offsetBytes);
    const type = (this.#bytes[at] ?? 0) >> 4;
    const { length, start } = this.#extent(at);
    if (type === 0xa || type === 0xc) {
      this.#sink.open(true);
      for (let i = 0; i < length; i += 1) {
        const item = this.#reference(start, i);
        if (item === undefined || this.#spent) break;
        yield* this.#object(item, depth + 1);
      }
      this.#sink.close();
    } else if (type === 0xd) {
      this.#sink.open(false);
      for (let i = 0; i < length; i += 1) {
        const [key, value] = [this.#reference(start, i), this.#reference(start, length + i)];
        if (key === undefined || value === undefined || this.#spent) break;
        this.#left -= 1;
        this.#sink.key(this.#keyAt(key));
        yield* this.#object(value, depth + 1);
      }
      this.#sink.close();
    } else {
      this.#tell(this.#scalar(type, at, { length, start }) ?? 'null');
      yield;
    }
  }

  /** True when the objects have been given so often, and so much of them, that they must refer to each other. */
  get #spent(): boolean {
    return this.#left < 0 || this.#chars < 0;
  }

  #tell(text: string): void {
    this.#chars -= text.length;
    if (text.length > CELL_CHARS) this.#sink.long(text, true);
    else this.#sink.value(text);
  }

  #keyAt(reference: number): string {
    const at = this.#number(this.#table + reference * this.#offsetBytes, this.#offsetBytes);
    const key = this.#scalar((this.#bytes[at] ?? 0) >> 4, at, this.#extent(at)) ?? '';
    this.#chars -= key.length;
    return key.slice(0, CELL_CHARS);
  }

  /** Length of an object, in its own units, and where it begins; long ones have a whole number before them. */
  #extent(at: number): { readonly length: number; readonly start: number } {
    const low = (this.#bytes[at] ?? 0) & 15;
    if (low !== 15) return { length: low, start: at + 1 };
    const width = 2 ** ((this.#bytes[at + 1] ?? 0) & 15);
    return { length: this.#number(at + 2, width), start: at + 2 + width };
  }

  #reference(start: number, index: number): number | undefined {
    const at = start + index * this.#referenceBytes;
    if (at + this.#referenceBytes <= this.#table) return this.#number(at, this.#referenceBytes);
    this.damaged = true;
    return undefined;
  }

  #scalar(
    type: number,
    at: number,
    { length, start }: { length: number; start: number },
  ): string | undefined {
    const width = type === 6 ? 2 : 1;
    const part = this.#bytes.subarray(start, Math.min(this.#table, start + length * width));
    if (type >= 4 && type <= 6 && part.length < length * width) this.damaged = true;
    if (type === 5) return part.toString('latin1');
    if (type === 6)
      return decodeUtf16(Buffer.from(part.subarray(0, part.length - (part.length % 2))).swap16());
    if (type === 4) return this.#data(part);
    const bits = 2 ** ((this.#bytes[at] ?? 0) & 15);
    if (type === 1) return bits <= 8 ? String(this.#whole(at + 1, bits)) : undefined;
    if (type === 2 || type === 3) return this.#real(type, at + 1, bits);
    return { 8: 'false', 9: 'true' }[this.#bytes[at] ?? 0];
  }

  #data(part: Buffer): string | undefined {
    const text = textOfData(part);
    if (text === undefined) this.binary += 1;
    return text;
  }

  #real(type: number, at: number, bytes: number): string | undefined {
    if (at + bytes > this.#bytes.length || (bytes !== 4 && bytes !== 8)) return undefined;
    const real = bytes === 4 ? this.#bytes.readFloatBE(at) : this.#bytes.readDoubleBE(at);
    const date = new Date(EPOCH_MS + real * 1000);
    return type === 3 && !Number.isNaN(date.getTime()) ? date.toISOString() : String(real);
  }

  #whole(at: number, bytes: number): bigint {
    const part = this.#bytes.subarray(at, at + bytes);
    return part.length === 0 ? 0n : BigInt.asIntN(64, BigInt(`0x${part.toString('hex')}`));
  }

  /** A number without sign; beyond what can be counted it is out of every range. */
  #number(at: number, bytes: number): number {
    let number = 0;
    for (let i = 0; i < bytes; i += 1) number = number * 256 + (this.#bytes[at + i] ?? 0);
    return number;
  }
}

/** What `data` says where it is UTF-8 without controls; else undefined. */
export function textOfData(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return /[\0-\x08\x0e-\x1f\ufffd]/.test(text) ? undefined : text;
}
