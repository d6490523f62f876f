/**
 * QuickXorHash, which OneDrive and SharePoint vouch for: byte i is xored into 160 bits at bit (11 i) mod 160, the length into
 * the last 64 bits. @see https://learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash
 */

const BITS = 160;
const SHIFT = 11;
/** 11 and 160 have no common divisor: after so many bytes the places repeat. */
const PERIOD = 160;
const WORDS = PERIOD / 4;

export interface QuickXor {
  update(bytes: Uint8Array): void;
  /** 40 lower-case hex digits (Microsoft writes the same 20 bytes in base64). */
  digest(): string;
}

/** Bytes of the same place in the period are only ever xored: they are gathered first and put in their places once. */
export function createQuickXor(): QuickXor {
  const places = new Uint8Array(PERIOD);
  const words = new Uint32Array(places.buffer);
  let length = 0;

  function addBytes(bytes: Uint8Array): void {
    for (const byte of bytes) {
      places[length % PERIOD]! ^= byte;
      length += 1;
    }
  }

  return {
    update(bytes) {
      const head = Math.min(bytes.length, (4 - (length % 4)) % 4);
      addBytes(bytes.subarray(0, head));
      const count = (bytes.length - head) >>> 2;
      const start = bytes.byteOffset + head;
      // Words must lie at multiples of four in memory; a Buffer's own slice would not copy.
      const aligned = start % 4 === 0 ? bytes.subarray(head) : new Uint8Array(bytes.subarray(head));
      const input = new Uint32Array(aligned.buffer, aligned.byteOffset, count);
      let place = (length % PERIOD) / 4;
      for (let index = 0; index < count; index += 1) {
        // Both indexes are in range.
        words[place]! ^= input[index]!;
        place = place === WORDS - 1 ? 0 : place + 1;
      }
      length += 4 * count;
      addBytes(bytes.subarray(head + 4 * count));
    },
    digest() {
      const hash = Buffer.alloc(BITS / 8);
      for (const [place, byte] of places.entries()) {
        const bit = (place * SHIFT) % BITS;
        const shifted = byte << (bit % 8);
        const cell = bit >>> 3;
        hash[cell]! ^= shifted & 0xff;
        hash[(cell + 1) % hash.length]! ^= shifted >>> 8;
      }
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(length));
      for (const [index, byte] of bytes.entries()) hash[hash.length - bytes.length + index]! ^= byte;
      return hash.toString('hex');
    },
  };
}
