/** One stream of an ORC stripe: compressed in blocks, each unpacked when its turn comes. */
import { inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import { unpackLz4Block } from './lz4.ts';
import { ContentError } from './reader.ts';

/** Bytes of a block, unpacked; writers take 64 to 256 KiB. */
const BLOCK_BYTES = 8 * 1024 ** 2;

const NONE = 0;

const UNPACK = new Map<number, (bytes: Buffer, most: number) => Buffer>([
  [1, (bytes, most) => inflateRawSync(bytes, { maxOutputLength: most })],
  [2, unpackSnappy],
  [4, unpackLz4Block],
  [5, (bytes, most) => zstdDecompressSync(bytes, { maxOutputLength: most })],
]);

export interface OrcCodec {
  readonly kind: number;
  /** The most that a block unpacks to. */
  readonly block: number;
}

export function isCodec(kind: number): boolean {
  return kind === NONE || UNPACK.has(kind);
}

/** The stream ends where more was asked for. */
export class OrcEnd extends ContentError {
  constructor() {
    super('malformed', 'a column of it is cut short');
    this.name = 'OrcEnd';
  }
}

export class OrcBytes {
  readonly #packed: Buffer;
  readonly #codec: OrcCodec;
  #at = 0;
  #block: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(packed: Buffer, codec: OrcCodec) {
    this.#packed = packed;
    this.#codec = codec;
  }

  get ended(): boolean {
    return this.#used >= this.#block.length && this.#at >= this.#packed.length;
  }

  /** @throws OrcEnd */
  byte(): number {
    while (this.#used >= this.#block.length) this.#next();
    const byte = this.#block[this.#used] ?? 0;
    this.#used += 1;
    return byte;
  }

  /** What is left of the block at hand, or all of the next one. @throws OrcEnd */
  block(): Buffer {
    if (this.#used >= this.#block.length) this.#next();
    const rest = this.#block.subarray(this.#used);
    this.#used = this.#block.length;
    return rest;
  }

  /** @throws OrcEnd */
  take(length: number): Buffer {
    if (this.#used + length <= this.#block.length) {
      this.#used += length;
      return this.#block.subarray(this.#used - length, this.#used);
    }
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      if (this.#used >= this.#block.length) this.#next();
      const part = this.#block.subarray(this.#used, this.#used + left);
      parts.push(part);
      this.#used += part.length;
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  #next(): void {
    if (this.#at >= this.#packed.length) throw new OrcEnd();
    this.#used = 0;
    const { kind, block } = this.#codec;
    if (kind === NONE) {
      this.#block = this.#packed;
      this.#at = this.#packed.length;
      return;
    }
    if (this.#at + 3 > this.#packed.length) throw new OrcEnd();
    const head = this.#packed.readUIntLE(this.#at, 3);
    const start = this.#at + 3;
    this.#at = start + (head >> 1);
    if (this.#at > this.#packed.length) throw new OrcEnd();
    const bytes = this.#packed.subarray(start, this.#at);
    this.#block = head & 1 ? bytes : unpack(bytes, kind, Math.min(BLOCK_BYTES, Math.max(1, block)));
  }
}

/**
 * All of what is packed.
 * @throws ContentError `malformed`, `memory-limit`
 */
export function unpackAll(packed: Buffer, codec: OrcCodec, most: number): Buffer {
  if (codec.kind === NONE) return packed;
  const parts: Buffer[] = [];
  let total = 0;
  const stream = new OrcBytes(packed, codec);
  while (!stream.ended) {
    const block = stream.block();
    total += block.length;
    if (total > most) throw new ContentError('memory-limit', `its directory is above ${most} bytes`);
    parts.push(block);
  }
  return Buffer.concat(parts);
}

function unpack(bytes: Buffer, kind: number, most: number): Buffer {
  try {
    return UNPACK.get(kind)?.(bytes, most) ?? bytes;
  } catch (cause) {
    if (cause instanceof ContentError) throw cause;
    throw new ContentError('malformed', 'a block of it is damaged', { cause });
  }
}

function unpackSnappy(bytes: Buffer, most: number): Buffer {
  let size = 0;
  for (let i = 0, byte = 0x80; byte >= 0x80 && i < 5; i += 1) {
    byte = bytes[i] ?? 0;
    size += (byte & 0x7f) * 128 ** i;
  }
  if (size > most) throw new ContentError('malformed', 'a block of it is larger than it says');
  const plain = Buffer.alloc(size);
  snappyUncompress(bytes, plain);
  return plain;
}
