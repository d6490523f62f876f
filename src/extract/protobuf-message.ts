/** A protobuf message held in memory, its fields by number (https://protobuf.dev/programming-guides/encoding/). */
import { ContentError } from './reader.ts';

/** Fields of one message; more are damage. */
const FIELDS = 10_000_000;

/** Numbers above 2^53 lose their last digits. A field that is not there is 0 or empty. All throw ContentError `malformed`. */
export class ProtoMessage {
  readonly #fields = new Map<number, (number | Buffer)[]>();

  constructor(bytes: Buffer) {
    const reader = new Varints(bytes);
    for (let count = 0; reader.at < bytes.length; count += 1) {
      if (count > FIELDS) throw damaged();
      const tag = reader.next();
      const values = this.#fields.get(Math.floor(tag / 8)) ?? [];
      values.push(reader.value(tag % 8));
      this.#fields.set(Math.floor(tag / 8), values);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  number(field: number): number {
    const value = this.#fields.get(field)?.at(-1) ?? 0;
    if (typeof value !== 'number') throw damaged();
    return value;
  }

  /** A repeated number, packed or not. */
  numbers(field: number): readonly number[] {
    return (this.#fields.get(field) ?? []).flatMap((value) => {
      if (typeof value === 'number') return [value];
      const reader = new Varints(value);
      const numbers: number[] = [];
      while (reader.at < value.length) numbers.push(reader.next());
      return numbers;
    });
  }

  bytes(field: number): Buffer {
    return this.#all(field).at(-1) ?? Buffer.alloc(0);
  }

  text(field: number): string {
    return this.bytes(field).toString();
  }

  texts(field: number): readonly string[] {
    return this.#all(field).map((value) => value.toString());
  }

  message(field: number): ProtoMessage {
    return new ProtoMessage(this.bytes(field));
  }

  messages(field: number): readonly ProtoMessage[] {
    return this.#all(field).map((value) => new ProtoMessage(value));
  }

  #all(field: number): readonly Buffer[] {
    return (this.#fields.get(field) ?? []).map((value) => {
      if (typeof value === 'number') throw damaged();
      return value;
    });
  }
}

class Varints {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): number {
    let value = 0;
    for (let i = 0; i < 10; i += 1) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) throw damaged();
      this.at += 1;
      value += (byte & 0x7f) * 128 ** i;
      if (byte < 0x80) return value;
    }
    throw damaged();
  }

  value(wire: number): number | Buffer {
    if (wire === 0) return this.next();
    const length = wire === 2 ? this.next() : { 1: 8, 5: 4 }[wire];
    if (length === undefined || this.at + length > this.#bytes.length) throw damaged();
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its messages are damaged or cut short');
}
