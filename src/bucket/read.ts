/** Reads an object's bytes over HTTP; a body that breaks off is continued where it broke. */
import type { Readable } from 'node:stream';
import type { Asset, ByteRange, OpenOptions, Retry } from '../connector.ts';
import { ConnectorError } from '../errors.ts';

/** A connection that breaks more often than this within one object is not worth going on with. */
const CONTINUATIONS = 5;

/** Bytes `start` (inclusive) to `end` (exclusive; infinite when the size is not known). */
export interface Part {
  readonly start: number;
  readonly end: number;
  /** True when this is the object from its first byte to its last, so that no range need be asked for. */
  readonly whole: boolean;
}

/** How one provider is asked. */
export interface BodySource {
  readonly retry: Retry;
  /** `GetObject`, for messages. */
  readonly operation: string;
  /** One request. `asset.version` is '' when any version will do. */
  request(asset: Asset, part: Part, signal: AbortSignal): Promise<Readable>;
  toError(error: unknown, asset: Asset): ConnectorError;
}

/** @throws ConnectorError what `request` throws, and `transient` for fewer bytes than listed */
export async function* readBody(
  listed: Asset,
  { signal, range, current = false }: OpenOptions,
  source: BodySource,
): AsyncGenerator<Uint8Array> {
  const asset = current ? { ...listed, size: null, version: '' } : listed;
  const wanted = partOf(asset, range);
  if (range !== undefined && wanted.start >= wanted.end) return;
  let position = wanted.start;
  let requests = 0;
  let body: Readable | undefined;
  let chunks: AsyncIterator<Uint8Array> | undefined;

  /** The next chunk, undefined at the end; a new request goes on at `position` after a failure. */
  async function next(): Promise<Uint8Array | undefined> {
    if (chunks === undefined) {
      requests += 1;
      const part = { start: position, end: wanted.end, whole: wanted.whole && position === 0 };
      body = await source.request(asset, part, signal);
      chunks = body[Symbol.asyncIterator]();
    }
    const { done, value } = await chunks.next();
    if (!done) return value;
    if (position < wanted.end && Number.isFinite(wanted.end))
      throw tooShort(source, asset, wanted.end - position);
    return undefined;
  }

  /** Returns the error that must not be tried again. */
  async function attempt(): Promise<Uint8Array | ConnectorError | undefined> {
    try {
      return await next();
    } catch (error) {
      chunks = undefined;
      signal.throwIfAborted();
      const failure = source.toError(error, asset);
      const readWhole = position > wanted.start && position >= wanted.end;
      if (requests > CONTINUATIONS || readWhole) return failure;
      throw failure;
    }
  }

  try {
    for (;;) {
      const chunk = await source.retry(attempt, signal);
      if (chunk instanceof ConnectorError) throw chunk;
      if (chunk === undefined) return;
      position += chunk.length;
      yield chunk;
    }
  } finally {
    body?.destroy();
  }
}

function partOf(asset: Asset, range: ByteRange | undefined): Part {
  const size = asset.size ?? Number.POSITIVE_INFINITY;
  const [start, end] = [range?.start ?? 0, Math.min(range?.end ?? size, size)];
  return { start, end, whole: start === 0 && end === size };
}

/** `bytes=5-9` for a part, or `bytes=5-` to the end. */
export function rangeHeader({ start, end }: Part): string {
  return `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}`;
}

function tooShort(source: BodySource, asset: Asset, missing: number): ConnectorError {
  const message = `${source.operation} ${asset.uri}: the body ended ${missing} bytes early; scan again`;
  return new ConnectorError('transient', message);
}
