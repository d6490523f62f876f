/** Digests that we compute are those that providers publish, however the bytes are cut into pieces. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMPUTED, createDigester } from '../../src/digest/index.ts';

const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);

/** Input -> crc32c. From RFC 3720, appendix B.4, and the check value of CRC-32/ISCSI in the CRC catalogue. */
const CRC32C = [
  [new Uint8Array(0), '00000000'],
  [Buffer.from('123456789'), 'e3069283'],
  [new Uint8Array(32), '8a9136aa'],
  [new Uint8Array(32).fill(0xff), '62a8ab43'],
  [ascending, '46dd794e'],
  [ascending.toReversed(), '113fdb5c'],
] as const;

/** Input -> base64 as Graph writes it. From libqxh's README and rclone's quickxorhash_test.go. */
const QUICKXOR = [
  [new Uint8Array(0), 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='],
  [Buffer.from('hello world'), 'aCgDG9jwBhDc4Q1yawMZAAAAAAA='],
  [new Uint8Array(1000), 'AAAAAAAAAAAAAAAA6AMAAAAAAAA='],
  [Buffer.from('T6LYJIfDh81JrAK309H2JMJTXis=', 'base64'), 'zBTHrspn3mEcohlJdIUAbjGNaNg='],
  [Buffer.from('lScPwPsyUsH2T1Qsr31wXtP55Wqbe47Uyg==', 'base64'), 'VDMSy8eI26nBHCB0e8gVWPCKPsA='],
  [Uint8Array.from({ length: 256 }, (_, index) => index), 'QkGEfSisZcA7k+FCh71r2dbCayY='],
  [Uint8Array.from({ length: 768 }, (_, index) => index % 256), 'rxAOGe1RimTF/e+k/m0O5nnSZT8='],
] as const;

describe('published values', () => {
  test.each(CRC32C)('crc32c %#', (bytes, hex) => {
    expect(digestOf('crc32c', [bytes])).toBe(hex);
  });
  test.each(QUICKXOR)('quickxor %#', (bytes, base64) => {
    expect(digestOf('quickxor', [bytes])).toBe(Buffer.from(base64, 'base64').toString('hex'));
  });
});

test.each(COMPUTED)('%s of any pieces is that of the whole, wherever they lie in memory', (algorithm) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 3 })), { maxLength: 6 }),
      (pieces) => {
        const whole = Buffer.concat(pieces.map(([bytes]) => bytes));
        const scattered = pieces.map(([bytes, offset]) => at(bytes, offset));
        expect(digestOf(algorithm, scattered)).toBe(digestOf(algorithm, [whole]));
      },
    ),
  );
});

/** The same bytes at an address that is no multiple of four, with other bytes around them. */
function at(bytes: Uint8Array, offset: number): Uint8Array {
  // As most pieces are: a Buffer, whose slice shares its memory.
  const memory = Buffer.alloc(bytes.length + 8, 0xaa);
  memory.set(bytes, offset);
  return memory.subarray(offset, offset + bytes.length);
}

function digestOf(algorithm: (typeof COMPUTED)[number], pieces: readonly Uint8Array[]): string {
  const digest = createDigester(algorithm);
  for (const piece of pieces) digest.update(piece);
  return digest.digest();
}
