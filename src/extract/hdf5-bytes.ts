/** The parts of an HDF5 file (https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html): bytes at addresses, nothing beyond the file. */
import { ContentError } from './reader.ts';
import type { Access } from './zip-access.ts';

/** Addresses from here on stand for none. */
export const NOWHERE = 2 ** 63;
/** Reads of one file: damaged references lead in circles. */
const MOST_READS = 200_000;
/** The most that is read at a time. */
const MOST_BYTES = 64 * 1024 ** 2;

export class Hdf5Bytes {
  readonly #access: Access;
  /** Bytes of an address, and of a length. */
  readonly addressSize: number;
  readonly lengthSize: number;
  #reads = 0;
  #bytes = 0;

  constructor(access: Access, sizes: { readonly address: number; readonly length: number }) {
    this.#access = access;
    this.addressSize = sizes.address;
    this.lengthSize = sizes.length;
  }

  /**
   * A copy of `length` bytes from `at` on.
   * @throws ContentError `malformed`; `memory-limit`
   */
  async read(at: number, length: number): Promise<Buffer> {
    this.#reads += 1;
    this.#bytes += length;
    const size = this.#access.size;
    // Parts are read once each, but for heaps of texts.
    if (this.#reads > MOST_READS || this.#bytes > 16 * size + MOST_BYTES) throw damaged();
    if (length > MOST_BYTES)
      throw new ContentError('memory-limit', `a part of it is above ${MOST_BYTES} bytes`);
    if (!(at >= 0) || !(length >= 0) || at + length > size) throw damaged();
    return Buffer.from(await this.#access.read(at, at + length));
  }

  /** As `read`, fewer bytes at the end of the file. */
  async readUpTo(at: number, length: number): Promise<Buffer> {
    return this.read(at, Math.max(0, Math.min(length, this.#access.size - at)));
  }
}

/** Numbers one after the other. */
export class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** @throws ContentError `malformed` */
  take(length: number): Buffer {
    if (!(length >= 0) || this.at + length > this.bytes.length) throw damaged();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A number of 1 to 8 bytes, lowest first. */
  number(size: number): number {
    const bytes = this.take(size);
    if (size <= 6) return size === 0 ? 0 : bytes.readUIntLE(0, size);
    return Number(bytes.readBigUInt64LE());
  }

  /** Text up to a NUL, passed over. */
  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.take((end === -1 ? this.bytes.length : end) - this.at).toString();
    this.at += end === -1 ? 0 : 1;
    return text;
  }

  align(size: number, start = 0): void {
    this.at = start + Math.ceil((this.at - start) / size) * size;
  }
}

export function damaged(): ContentError {
  return new ContentError('malformed', 'the file is damaged or cut short');
}
