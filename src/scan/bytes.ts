/** An asset's bytes on their way to the extractor: counted, hashed as they pass, cut to a sample, read to their end. */
import type { Asset, Connector } from '../connector.ts';
import { COMPUTED, createDigester } from '../digest/index.ts';
import type { ByteSource } from '../extract/segment.ts';
import { DIGEST_ALGORITHMS, type DigestAlgorithm, type Digests } from '../model.ts';

/** Hashes that tell contents apart: 32 bits of crc32c do not. */
const STRONG = DIGEST_ALGORITHMS.filter((name) => name !== 'crc32c');
/** Bytes of a sample's first request: enough to see what it is and how it is to be sampled. */
const LOOK_BYTES = 64 * 1024;

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
  /** Bytes taken from the source so far, streamed and by range. */
  taken(): number;
  /** True once the stream has ended where the sample does, not where the content does. */
  cut(): boolean;
  /** Takes nothing more: what is left is not read, and there are no digests. */
  abandon(): Promise<void>;
  /**
   * Reads what the extractor left, so that the digests are of the whole; not where the provider's digest says already which
   * content it is, and not beyond the moment at which `over` says that the time is. @throws ConnectorError
   */
  finish(over: () => boolean): Promise<void>;
  /** After `finish`; empty for what was not streamed to its end. */
  digests(): Digests;
}

/** Opens nothing until the first byte is asked for. */
export function openBytes(asset: Asset, options: BytesOptions): AssetBytes {
  const { connector, ranged, sample, current, signal, onBytes } = options;
  const hashes =
    sample === undefined
      ? COMPUTED.filter((name) => name === 'sha256' || options.digests.includes(name)).map(
          (name) => [name, createDigester(name)] as const,
        )
      : [];
  // A sample's head is asked for in growing parts, because most formats want little of it.
  const stages = sample !== undefined && ranged ? [LOOK_BYTES, Math.floor(sample / 4), sample] : [];
  let total = 0;
  let ranges = 0;
  let ended = false;
  let whole = false;
  let iterator: AsyncIterator<Uint8Array> | undefined;

  function open(): AsyncIterator<Uint8Array> {
    const end = stages.find((stage) => stage > total);
    const range = end === undefined ? {} : { range: { start: total, end } };
    return connector.open(asset, { signal, current, ...range })[Symbol.asyncIterator]();
  }

  async function next(): Promise<Uint8Array | undefined> {
    if (ended) return undefined;
    iterator ??= open();
    const before = total;
    const { done, value } = await iterator.next();
    if (done) {
      iterator = undefined;
      if (stages.includes(before) && before !== sample) return next();
      ended = true;
      whole = sample === undefined;
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
      ranges += chunk.length;
      // The connector may reuse the chunk's memory.
      parts.push(chunk.slice());
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  return {
    size: current ? null : asset.size,
    ...(sample === undefined ? {} : { sample: { bytes: sample } }),
    total: () => total,
    taken: () => total + ranges,
    cut: () => sample !== undefined && ended,
    abandon: close,
    ...(ranged && !current ? { read: readRange } : {}),
    async *stream() {
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
    },
    async finish(over) {
      const known = ranges > 0 && !current && STRONG.some((name) => asset.digests?.[name] !== undefined);
      if (hashes.length === 0 || known) return close();
      while ((await next()) !== undefined) if (over()) return close();
    },
    digests: () => (whole ? Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest()])) : {}),
  };
}
