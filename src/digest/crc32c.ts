/** CRC-32C (Castagnoli), as Google Cloud Storage and S3 vouch for it: 32 bits, so it identifies content only together with its size. */

/** Reflected polynomial. @see https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
const POLYNOMIAL = 0x82f63b78;
/** Bytes taken in one step; each has its own table ("slicing by eight"). */
const STEP = 8;
// makeTables makes exactly eight.
const [t0, t1, t2, t3, t4, t5, t6, t7] = makeTables() as Eight<Uint32Array>;
type Eight<T> = readonly [T, T, T, T, T, T, T, T];

export interface Crc32c {
  update(bytes: Uint8Array): void;
  /** 8 lower-case hex digits. */
  digest(): string;
}

export function createCrc32c(): Crc32c {
  let crc = -1;

  return {
    update(bytes) {
      let value = crc;
      let index = 0;
      // Indexes are below 256, and below the length: nothing read here can be undefined.
      for (const last = bytes.length - STEP; index <= last; index += STEP) {
        value ^=
          bytes[index]! | (bytes[index + 1]! << 8) | (bytes[index + 2]! << 16) | (bytes[index + 3]! << 24);
        value =
          t7[value & 0xff]! ^
          t6[(value >>> 8) & 0xff]! ^
          t5[(value >>> 16) & 0xff]! ^
          t4[value >>> 24]! ^
          t3[bytes[index + 4]!]! ^
          t2[bytes[index + 5]!]! ^
          t1[bytes[index + 6]!]! ^
          t0[bytes[index + 7]!]!;
      }
      for (; index < bytes.length; index += 1) value = t0[(value ^ bytes[index]!) & 0xff]! ^ (value >>> 8);
      crc = value;
    },
    digest: () => (~crc >>> 0).toString(16).padStart(8, '0'),
  };
}

/** Table n holds what a byte comes to that n further bytes follow. */
function makeTables(): readonly Uint32Array[] {
  const tables = Array.from({ length: STEP }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    tables[0]![byte] = value;
  }
  for (let table = 1; table < STEP; table += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const before = tables[table - 1]![byte]!;
      tables[table]![byte] = tables[0]![before & 0xff]! ^ (before >>> 8);
    }
  }
  return tables;
}
