/** An asset's bytes on their way to the extractor: counted, hashed as they pass, cut to a sample, read to their end. */
import { createHash } from 'node:crypto';
import type { Asset, Connector } from '../connector.ts';
import type { ByteSource } from '../extract/segment.ts';
import type { DigestAlgorithm, Digests } from '../model.ts';

/** What node:crypto can compute; the other algorithms come from providers. */
const HASHES = ['sha256', 'sha1', 'md5'] as const;

export interface BytesOptions {
  readonly connector: Connector;
  /** Whether the connector honours ranges. */
  readonly ranged: boolean;
  /** Only so many bytes from the start, without digests; undefined: all. */
  readonly sample: number | undefined;
  /** Digests to compute beside sha256. */
  readonly digests: readonly DigestAlgorithm[];
  /** As OpenOptions.current: the listed size means nothing then. */
  readonly current: boolean;
  readonly signal: AbortSignal;
  /** Called with every chunk's length; throws to stop. */
  readonly onBytes: (bytes: number) => void;
}

export interface AssetBytes extends ByteSource {
  /** Bytes streamed so far. */
  total(): number;
  /** Reads what the extractor left, so that the digests are of the whole. @throws ConnectorError */
  finish(): Promise<void>;
  /** After `finish`; empty for a sample. */
  digests(): Digests;
}

/** Opens nothing until the first byte is asked for. */
export function openBytes(asset: Asset, options: BytesOptions): AssetBytes {
  const { connector, ranged, sample, current, signal, onBytes } = options;
  const hashes =
    sample === undefined
      ? HASHES.filter((name) => name === 'sha256' || options.digests.includes(name)).map(
          (name) => [name, createHash(name)] as const,
        )
      : [];
  let total = 0;
  let ended = false;
  let iterator: AsyncIterator<Uint8Array> | undefined;

  async function next(): Promise<Uint8Array | undefined> {
    if (ended) return undefined;
    const range = ranged && sample !== undefined ? { range: { start: 0, end: sample } } : {};
    iterator ??= connector.open(asset, { signal, current, ...range })[Symbol.asyncIterator]();
    const { done, value } = await iterator.next();
    if (done) {
      ended = true;
      return undefined;
    }
    const chunk = sample === undefined ? value : value.subarray(0, sample - total);
    total += chunk.length;
    onBytes(chunk.length);
    for (const [, hash] of hashes) hash.update(chunk);
    if (total === sample) await close();
    return chunk;
  }

  async function close(): Promise<void> {
    ended = true;
    await iterator?.return?.();
  }

  async function readRange(start: number, end: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const chunk of connector.open(asset, { signal, range: { start, end } })) {
      onBytes(chunk.length);
      // The connector may reuse the chunk's memory.
      parts.push(chunk.slice());
    }
    return Buffer.concat(parts);
  }

  return {
    size: sample ?? (current ? null : asset.size),
    total: () => total,
    ...(ranged && sample === undefined && !current ? { read: readRange } : {}),
    async *stream() {
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
    },
    async finish() {
      if (hashes.length === 0) return close();
      while ((await next()) !== undefined);
    },
    digests: () => Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')])),
  };
}
