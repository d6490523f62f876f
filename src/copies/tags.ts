/**
 * Turns features (64-bit hashes of rows, words, identifiers) into tags that only the holder of the key can make.
 *
 * A tag is the first 32 bits of AES-128 of one block, [feature, domain], under a key that HKDF-HMAC-SHA256 derives from the
 * inventory's: a pseudorandom function of messages of one length, as HMAC is. HMAC itself takes 1,500 times as long here, because
 * AES does a thousand blocks in one call, and every row and every fourth word is tagged before the sample is chosen.
 * Features come from a hash seeded by the same key, so that not even the choice can be repeated without it.
 */
import { type Cipheriv, createCipheriv, createHash, hkdfSync } from 'node:crypto';
import type { Sample } from './sketch.ts';

/** Bytes of an inventory's key. */
export const KEY_BYTES = 32;

/** Features of different domains never share a tag but by chance. */
export const DOMAINS = { row: 1, pair: 2, words: 3, detail: 4, text: 5, identifier: 6 } as const;
export type Domain = (typeof DOMAINS)[keyof typeof DOMAINS];

export interface Tagger {
  /** Start values of the hash that makes features: two 32-bit numbers. */
  readonly seed: readonly [number, number];
  /** Gathers features and keeps the `keep` smallest tags. */
  gather(domain: Domain, keep: number): Gatherer;
}

export interface Gatherer {
  /** A feature as two 32-bit numbers; the same one twice counts once. */
  readonly add: (high: number, low: number) => void;
  finish(): Sample;
}

/** @throws Error for a key of another length */
export function createTagger(key: Uint8Array): Tagger {
  if (key.length !== KEY_BYTES)
    throw new Error(`a key of ${KEY_BYTES} bytes is needed, not of ${key.length}`);
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `whereabouts ${purpose}`, bytes));
  // Blocks are independent and their number is whole, so one cipher serves for all.
  const cipher = createCipheriv('aes-128-ecb', derive('tags', 16), null).setAutoPadding(false);
  const seed = derive('features', 8);
  return {
    seed: [seed.readUInt32LE(0), seed.readUInt32LE(4)],
    gather: (domain, keep) => createGatherer(cipher, domain, keep),
  };
}

/** Names a key without giving it away: 16 hex digits. */
export function keyId(key: Uint8Array): string {
  return createHash('sha256').update('whereabouts key id, sketches 2').update(key).digest('hex').slice(0, 16);
}

const BLOCK_WORDS = 4;
const FIRST_BLOCKS = 16;
const NONE = new Uint32Array(0);
const MOST_BLOCKS = 1024;

function createGatherer(cipher: Cipheriv, domain: Domain, keep: number): Gatherer {
  let blocks = NONE;
  let filled = 0;
  let smallest = NONE;
  let held = 0;
  /** Tags from here on are too large to be kept. */
  let limit = 2 ** 32;

  function flush(): void {
    const bytes = Buffer.from(blocks.buffer, 0, filled * 4);
    const encrypted = cipher.update(bytes);
    const { buffer, byteOffset, length } = encrypted;
    const words = new Uint32Array(buffer.slice(byteOffset, byteOffset + length));
    filled = 0;
    for (let at = 0; at < words.length; at += BLOCK_WORDS) {
      const tag = words[at]!;
      if (tag >= limit) continue;
      if (held === smallest.length) makeRoom();
      if (tag < limit) smallest[held++] = tag;
    }
  }

  function makeRoom(): void {
    settle();
    if (held > 0 && held * 2 <= smallest.length) return;
    const larger = new Uint32Array(Math.min(Math.max(smallest.length, FIRST_BLOCKS) * 2, keep * 2));
    larger.set(smallest.subarray(0, held));
    smallest = larger;
  }

  /** Sorted, each once, at most `keep`. */
  function settle(): void {
    smallest.subarray(0, held).sort();
    let kept = 0;
    for (let i = 0; i < held; i++) {
      if (i === 0 || smallest[i] !== smallest[i - 1]) smallest[kept++] = smallest[i]!;
    }
    held = kept;
    if (held > keep) {
      held = keep;
      limit = smallest[keep - 1]! + 1;
    }
  }

  function grow(): void {
    if (blocks.length === MOST_BLOCKS * BLOCK_WORDS) {
      flush();
      return;
    }
    const larger = new Uint32Array(Math.max(blocks.length * 4, FIRST_BLOCKS * BLOCK_WORDS));
    larger.set(blocks);
    blocks = larger;
  }

  return {
    add(high, low) {
      if (filled === blocks.length) grow();
      blocks[filled] = high;
      blocks[filled + 1] = low;
      blocks[filled + 2] = domain;
      blocks[filled + 3] = 0;
      filled += BLOCK_WORDS;
    },
    finish() {
      if (filled > 0) flush();
      settle();
      const tags = smallest.slice(0, held);
      // The k-th smallest of n evenly spread numbers lies at k/n of their range.
      const distinct = limit === 2 ** 32 ? held : Math.max(held + 1, Math.round((held / limit) * 2 ** 32));
      return { tags, distinct };
    },
  };
}
