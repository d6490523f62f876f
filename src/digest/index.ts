/** Every digest that we can compute ourselves, under one interface, fed piece by piece. */
import { createHash } from 'node:crypto';
import type { DigestAlgorithm } from '../model.ts';
import { createCrc32c } from './crc32c.ts';
import { createQuickXor } from './quickxor.ts';

export interface Digester {
  update(bytes: Uint8Array): void;
  /** Lower-case hex, as Digests. Asked once, after the last piece. */
  digest(): string;
}

/** What `createDigester` knows; the others come from providers alone. */
export const COMPUTED = [
  'sha256',
  'sha1',
  'md5',
  'crc32c',
  'quickxor',
] as const satisfies readonly DigestAlgorithm[];
export type ComputedDigest = (typeof COMPUTED)[number];

export function createDigester(algorithm: ComputedDigest): Digester {
  if (algorithm === 'quickxor') return createQuickXor();
  if (algorithm === 'crc32c') return createCrc32c();
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}
