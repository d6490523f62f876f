/** The checksum that xz writes by default: CRC-64 of ECMA-182, reflected. node:zlib has CRC-32 alone. */

const POLYNOMIAL = 0xc96c5795d7870f42n;

/** Upper and lower halves of the table, because numbers have no 64 bits. */
function table(): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let n = 0; n < 256; n += 1) {
    let value = BigInt(n);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
    high[n] = Number(value >> 32n);
    low[n] = Number(value & 0xffff_ffffn);
  }
  return { high, low };
}

const TABLE = table();

/** Sums up bytes as they come. */
export class Crc64 {
  #high = 0xffff_ffff;
  #low = 0xffff_ffff;

  update(bytes: Buffer): void {
    let high = this.#high;
    let low = this.#low;
    for (const byte of bytes) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (TABLE.low[index] ?? 0);
      high = (high >>> 8) ^ (TABLE.high[index] ?? 0);
    }
    this.#high = high;
    this.#low = low;
  }

  /** The sum so far, lowest byte first. */
  digest(): Buffer {
    const sum = Buffer.alloc(8);
    sum.writeInt32LE(~this.#low, 0);
    sum.writeInt32LE(~this.#high, 4);
    return sum;
  }
}
