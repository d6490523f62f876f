/** Whole numbers, bytes and bits as ORC writes them: in runs (https://orc.apache.org/specification/ORCv1, "Run Length Encoding"). */
import type { OrcBytes } from './orc-bytes.ts';
import { ContentError } from './reader.ts';

/** A bigint where a number would not be exact. */
export type Whole = number | bigint;

/** Bits that a value may have to be put together in a number. */
const EXACT_BITS = 48;

/** Whole numbers, `signed` or not, in runs of version 1 or 2. */
export class OrcIntegers {
  readonly #bytes: OrcBytes;
  readonly #signed: boolean;
  readonly #second: boolean;
  #run: readonly Whole[] = [];
  #used = 0;

  constructor(bytes: OrcBytes, { signed, second }: { readonly signed: boolean; readonly second: boolean }) {
    this.#bytes = bytes;
    this.#signed = signed;
    this.#second = second;
  }

  /** @throws OrcEnd */
  next(): Whole {
    if (this.#used >= this.#run.length) {
      this.#run = this.#second ? this.#secondRun() : this.#firstRun();
      this.#used = 0;
    }
    const value = this.#run[this.#used] ?? 0;
    this.#used += 1;
    return value;
  }

  /** A length or an index. @throws ContentError `malformed` */
  size(): number {
    const value = this.next();
    if (typeof value === 'bigint' || value < 0)
      throw new ContentError('malformed', 'its lengths are damaged');
    return value;
  }

  #varint(): Whole {
    const value = varint(this.#bytes);
    return this.#signed ? zigzag(value) : value;
  }

  #firstRun(): readonly Whole[] {
    const control = this.#bytes.byte();
    if (control >= 0x80) return Array.from({ length: 256 - control }, () => this.#varint());
    const step = (this.#bytes.byte() << 24) >> 24;
    const first = this.#varint();
    return Array.from({ length: control + 3 }, (_, i) => plus(first, step * i));
  }

  #secondRun(): readonly Whole[] {
    const control = this.#bytes.byte();
    const kind = control >> 6;
    if (kind === 0) {
      const value = this.#sign(
        bits(this.#bytes.take(((control >> 3) & 7) + 1), 0, 8 * (((control >> 3) & 7) + 1)),
      );
      return Array.from({ length: (control & 7) + 3 }, () => value);
    }
    const code = (control >> 1) & 31;
    const length = ((control & 1) << 8) + this.#bytes.byte() + 1;
    if (kind === 1) return this.#packed(length, widthOf(code)).map((value) => this.#sign(value));
    return kind === 2
      ? this.#patched(length, widthOf(code))
      : this.#delta(length, code === 0 ? 0 : widthOf(code));
  }

  #sign(value: Whole): Whole {
    return this.#signed ? zigzag(value) : value;
  }

  /** Values of `width` bits each, one after the other. */
  #packed(length: number, width: number): readonly Whole[] {
    const bytes = this.#bytes.take(Math.ceil((length * width) / 8));
    return Array.from({ length }, (_, i) => bits(bytes, i * width, width));
  }

  #patched(length: number, width: number): readonly Whole[] {
    const third = this.#bytes.byte();
    const fourth = this.#bytes.byte();
    const baseBits = 8 * ((third >> 5) + 1);
    const patchBits = widthOf(third & 31);
    const gapBits = (fourth >> 5) + 1;
    const raw = BigInt(bits(this.#bytes.take(baseBits / 8), 0, baseBits));
    const sign = 1n << BigInt(baseBits - 1);
    const base = raw & sign ? -(raw ^ sign) : raw;
    const values = this.#packed(length, width).map((value) => BigInt(value));
    let at = 0;
    for (const patch of this.#packed(fourth & 31, closestWidth(gapBits + patchBits))) {
      at += Number(BigInt(patch) >> BigInt(patchBits));
      const high = BigInt(patch) & ((1n << BigInt(patchBits)) - 1n);
      const value = values[at];
      if (value !== undefined) values[at] = value | (high << BigInt(width));
    }
    return values.map((value) => exact(base + value));
  }

  #delta(length: number, width: number): readonly Whole[] {
    const values: Whole[] = [this.#varint()];
    const step = zigzag(varint(this.#bytes));
    const down = step < 0;
    if (length > 1) values.push(plus(values[0] ?? 0, step));
    const deltas = width === 0 ? undefined : this.#packed(Math.max(0, length - 2), width);
    for (let i = 2; i < length; i += 1) {
      const delta = deltas?.[i - 2] ?? step;
      const last = values[i - 1] ?? 0;
      values.push(plus(last, deltas !== undefined && down ? minus(delta) : delta));
    }
    return values;
  }
}

/** Bytes in runs. */
export class OrcRuns {
  readonly #bytes: OrcBytes;
  #left = 0;
  /** The byte that comes again; undefined while they come one by one. */
  #same: number | undefined;

  constructor(bytes: OrcBytes) {
    this.#bytes = bytes;
  }

  /** @throws OrcEnd */
  next(): number {
    if (this.#left === 0) {
      const control = this.#bytes.byte();
      this.#left = control < 0x80 ? control + 3 : 256 - control;
      this.#same = control < 0x80 ? this.#bytes.byte() : undefined;
    }
    this.#left -= 1;
    return this.#same ?? this.#bytes.byte();
  }
}

/** Bits in runs of bytes, the highest first. */
export class OrcBits {
  readonly #runs: OrcRuns;
  #byte = 0;
  #left = 0;

  constructor(bytes: OrcBytes) {
    this.#runs = new OrcRuns(bytes);
  }

  /** @throws OrcEnd */
  next(): boolean {
    if (this.#left === 0) {
      this.#byte = this.#runs.next();
      this.#left = 8;
    }
    this.#left -= 1;
    return ((this.#byte >> this.#left) & 1) === 1;
  }
}

/** A number in seven bits a byte, the lowest first, of any length that 128 bits have. */
export function varint(bytes: OrcBytes): Whole {
  let value = 0;
  for (let shift = 0; shift < EXACT_BITS; shift += 7) {
    const byte = bytes.byte();
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  let large = BigInt(value);
  for (let shift = 49n; shift < 140n; shift += 7n) {
    const byte = bytes.byte();
    large += BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return exact(large);
  }
  throw new ContentError('malformed', 'its numbers are damaged');
}

export function zigzag(value: Whole): Whole {
  if (typeof value === 'number') return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  return exact(value & 1n ? -((value + 1n) >> 1n) : value >> 1n);
}

/** `width` bits from bit `from` on, the highest first. */
function bits(bytes: Buffer, from: number, width: number): Whole {
  if (width > EXACT_BITS) {
    let large = 0n;
    for (let i = from; i < from + width; i += 1) large = (large << 1n) | BigInt(bit(bytes, i));
    return exact(large);
  }
  let value = 0;
  for (let at = from, left = width; left > 0; ) {
    const room = 8 - (at & 7);
    const taken = Math.min(room, left);
    const part = ((bytes[at >> 3] ?? 0) >> (room - taken)) & (2 ** taken - 1);
    value = value * 2 ** taken + part;
    at += taken;
    left -= taken;
  }
  return value;
}

function bit(bytes: Buffer, at: number): number {
  return ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
}

function plus(a: Whole, b: Whole): Whole {
  const sum = typeof a === 'number' && typeof b === 'number' ? a + b : undefined;
  return sum !== undefined && Number.isSafeInteger(sum) ? sum : exact(BigInt(a) + BigInt(b));
}

function minus(value: Whole): Whole {
  return -value;
}

function exact(value: bigint): Whole {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Widths by their five-bit code. */
const WIDTHS = [...Array.from({ length: 24 }, (_, i) => i + 1), ...[26, 28, 30, 32, 40, 48, 56, 64]] as const;

function widthOf(code: number): number {
  return WIDTHS[code] ?? 64;
}

function closestWidth(width: number): number {
  return WIDTHS.find((each) => each >= width) ?? 64;
}
