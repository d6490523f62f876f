/** How telling a set of bytes is: the rarer in ordinary files, the more bits. */
import type { ByteSet } from './byte-tree.ts';

/** Rough shares of bytes over code, prose, logs and tables; only speed depends on them. */
const SHARES: readonly (readonly [string, number])[] = [
  ['etaoinsrhl', 0.033],
  ['dcumfpgwybv', 0.014],
  ['kxjqz', 0.003],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 0.0018],
  ['0123456789', 0.015],
  [' ', 0.11],
  ['\n",._-', 0.013],
  ["\t:/=()'", 0.006],
  ['#$%&*+;<>?@[]\\^`{|}~!\r', 0.0015],
];

const SHARE = new Float64Array(256).fill(0.0004);
for (const [characters, share] of SHARES) for (const byte of Buffer.from(characters)) SHARE[byte] = share;

/** Bits of information in meeting a byte of the set, or a character beyond ASCII when `wide`. */
export function bitsOf(bytes: ByteSet, wide: boolean): number {
  let share = wide ? 0.03 : 0;
  for (let byte = 0; byte < 256; byte++) if (bytes[byte]) share += SHARE[byte]!;
  return -Math.log2(Math.min(1, Math.max(share, 1e-4)));
}
