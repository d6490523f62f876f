/** Tables in FlatBuffers, the encoding of Arrow's metadata (https://flatbuffers.dev/internals). Everything stays inside of the bytes. */
import { ContentError } from './reader.ts';

/** One table: its fields by their number in the schema file. */
export class FlatTable {
  readonly #bytes: Buffer;
  readonly #at: number;
  readonly #fields: number;
  readonly #size: number;

  private constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#fields = at - bounded(bytes, at, 4).readInt32LE(at);
    this.#size = bounded(bytes, this.#fields, 2).readUInt16LE(this.#fields);
  }

  /**
   * The outermost table.
   * @throws ContentError `malformed`
   */
  static root(bytes: Buffer): FlatTable {
    return FlatTable.#referred(bytes, 0);
  }

  static #referred(bytes: Buffer, at: number): FlatTable {
    return new FlatTable(bytes, at + bounded(bytes, at, 4).readUInt32LE(at));
  }

  /** A whole number of 1, 2, 4 or 8 bytes; `absent` when the field is not there. */
  number(field: number, bytes: 1 | 2 | 4 | 8, absent = 0): number {
    const at = this.#offset(field);
    if (at === undefined) return absent;
    bounded(this.#bytes, at, bytes);
    return bytes === 8 ? Number(this.#bytes.readBigInt64LE(at)) : this.#bytes.readIntLE(at, bytes);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#offset(field);
    return at === undefined ? undefined : FlatTable.#referred(this.#bytes, at);
  }

  text(field: number): string {
    return this.#vector(field, 1).toString();
  }

  tables(field: number): readonly FlatTable[] {
    const bytes = this.#vector(field, 4);
    const start = bytes.byteOffset - this.#bytes.byteOffset;
    return Array.from({ length: bytes.length / 4 }, (_, i) =>
      FlatTable.#referred(this.#bytes, start + 4 * i),
    );
  }

  /** Numbers of eight bytes; structs of them one after the other. `each`: how many stand together. */
  numbers(field: number, each: 1 | 2 | 3): readonly number[] {
    const bytes = this.#vector(field, 8 * each);
    return Array.from({ length: bytes.length / 8 }, (_, i) => Number(bytes.readBigInt64LE(8 * i)));
  }

  /** The bytes of a vector whose items have `size` bytes; empty when it is not there. */
  #vector(field: number, size: number): Buffer {
    const at = this.#offset(field);
    if (at === undefined) return Buffer.alloc(0);
    const start = at + bounded(this.#bytes, at, 4).readUInt32LE(at);
    const length = bounded(this.#bytes, start, 4).readUInt32LE(start) * size;
    bounded(this.#bytes, start + 4, length);
    return this.#bytes.subarray(start + 4, start + 4 + length);
  }

  #offset(field: number): number | undefined {
    const entry = 4 + 2 * field;
    if (entry + 2 > this.#size) return undefined;
    const offset = bounded(this.#bytes, this.#fields + entry, 2).readUInt16LE(this.#fields + entry);
    return offset === 0 ? undefined : this.#at + offset;
  }
}

function bounded(bytes: Buffer, at: number, length: number): Buffer {
  if (at < 0 || at + length > bytes.length) throw new ContentError('malformed', 'its metadata is damaged');
  return bytes;
}
