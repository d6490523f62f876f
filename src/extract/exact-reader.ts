/** Numbers and texts of fixed size out of a stream, in either order of bytes: what old binary tables are made of. */
import { TextDecoder } from 'node:util';
import type { ByteReader } from './byte-reader.ts';
import { ContentError } from './reader.ts';

/** The most that is held at a time. */
const MOST_BYTES = 64 * 1024 ** 2;

/** All throw ContentError `malformed` when there are fewer bytes. */
export class ExactReader {
  readonly #reader: ByteReader;
  /** Set when the highest byte comes first. */
  bigEndian = false;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  get offset(): number {
    return this.#reader.offset;
  }

  /** Valid until the next call of anything. */
  async bytes(length: number): Promise<Buffer> {
    const bytes = await this.upTo(length);
    if (bytes.length < length) throw cut();
    return bytes;
  }

  /** Fewer bytes at the end. */
  async upTo(length: number): Promise<Buffer> {
    if (length < 0 || length > MOST_BYTES) throw new ContentError('malformed', 'its sizes are damaged');
    return this.#reader.takeNow(length) ?? (await this.#reader.take(length));
  }

  async skip(length: number): Promise<void> {
    const start = this.#reader.offset;
    await this.#reader.skip(length);
    if (this.#reader.offset - start < length) throw cut();
  }

  /** A whole number without sign. */
  async number(size: 1 | 2 | 4 | 6 | 8): Promise<number> {
    const bytes = await this.bytes(size);
    if (size !== 8) return this.bigEndian ? bytes.readUIntBE(0, size) : bytes.readUIntLE(0, size);
    return Number(this.bigEndian ? bytes.readBigUInt64BE() : bytes.readBigUInt64LE());
  }

  async signed(size: 1 | 2 | 4): Promise<number> {
    const bytes = await this.bytes(size);
    return this.bigEndian ? bytes.readIntBE(0, size) : bytes.readIntLE(0, size);
  }

  async double(): Promise<number> {
    const bytes = await this.bytes(8);
    return this.bigEndian ? bytes.readDoubleBE() : bytes.readDoubleLE();
  }
}

/** Text in the field's encoding, up to the first NUL, without spaces at its end. */
export function fieldText(bytes: Buffer, decoder: TextDecoder): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end)).trimEnd();
}

/** A decoder by the name that a file gives; windows-1252 for names that nobody knows. */
export function decoderFor(name: string): TextDecoder {
  try {
    return new TextDecoder(name);
  } catch {
    return new TextDecoder('windows-1252');
  }
}

function cut(): ContentError {
  return new ContentError('malformed', 'the table is cut short');
}
