/** Reads a file's bytes, of exactly the version that was listed; a body that breaks off is continued where it broke. */
import type { IncomingMessage } from 'node:http';
import type { Asset, ByteRange, OpenOptions } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { COST, type Request } from './client.ts';
import { networkError } from './failure.ts';
import type { ListContext } from './list.ts';
import { parseKey } from './versions.ts';
import { readOne } from './wire.ts';

/** A connection that breaks more often than this within one file is not worth going on with. */
const CONTINUATIONS = 5;

/** @throws ConnectorError `gone`, `changed` for another version than listed, `transient` for fewer bytes than listed */
export async function* readFile(
  context: ListContext,
  asset: Asset,
  { signal, range, current = false }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  if (asset.unread)
    throw new ConnectorError('unsupported', `${asset.uri} was not read: ${asset.unread.message}`);
  const part = partOf(current ? null : asset.size, range);
  if (range !== undefined && part.start >= part.end) return;
  let position = part.start;
  let requests = 0;
  let body: Body | undefined;

  /** The next chunk, undefined at the end; a new request goes on at `position` after a failure. */
  async function next(): Promise<Uint8Array | undefined> {
    if (body === undefined) {
      // Broken off behind its last byte.
      if (position > part.start && position >= part.end) return undefined;
      requests += 1;
      body = await openBody(context, { asset, current, part: { ...part, start: position } }, signal);
    }
    const { done, value } = await body.chunks.next();
    if (!done) return value;
    const end = Math.min(part.end, body.end);
    if (position < end && Number.isFinite(end)) {
      throw new ConnectorError(
        'transient',
        `read ${asset.uri}: the body ended ${end - position} bytes early; scan again`,
      );
    }
    return undefined;
  }

  /** Returns the error that must not be tried again. */
  async function attempt(): Promise<Uint8Array | ConnectorError | undefined> {
    try {
      return await next();
    } catch (error) {
      body?.answer.destroy();
      body = undefined;
      signal.throwIfAborted();
      const failure = networkError(error, operationOf(asset));
      if (requests > CONTINUATIONS) return failure;
      throw failure;
    }
  }

  try {
    for (;;) {
      const chunk = await context.environment.retry(attempt, signal);
      if (chunk instanceof ConnectorError) throw chunk;
      if (chunk === undefined) return;
      position += chunk.length;
      yield chunk;
    }
  } finally {
    body?.answer.destroy();
  }
}

/** Bytes `start` (inclusive) to `end` (exclusive; infinite when the size is not known). */
interface Part {
  readonly start: number;
  readonly end: number;
  /** All that there is, if it is more than was listed. */
  readonly toTheEnd: boolean;
}

function partOf(size: number | null, range: ByteRange | undefined): Part {
  const end = size ?? Number.POSITIVE_INFINITY;
  return { start: range?.start ?? 0, end: Math.min(range?.end ?? end, end), toTheEnd: range === undefined };
}

interface Body {
  readonly answer: IncomingMessage;
  readonly chunks: AsyncIterator<Uint8Array>;
  /** Where it must end at the latest: the file's size as Graph says it now; infinite when it does not. */
  readonly end: number;
}

interface Wanted {
  readonly asset: Asset;
  readonly current: boolean;
  readonly part: Part;
}

async function openBody(
  context: ListContext,
  { asset, current, part }: Wanted,
  signal: AbortSignal,
): Promise<Body> {
  const { url, size } = await locate(context, asset, current, signal);
  const end = Math.min(part.end, size);
  const upTo = part.toTheEnd ? '' : end - 1;
  const range = part.toTheEnd && part.start === 0 ? undefined : `bytes=${part.start}-${upTo}`;
  const answer = await context.client.download(url, operationOf(asset), { range, signal });
  // Where a range cannot be made Graph gives the whole file instead.
  const skip = range !== undefined && answer.statusCode === 200 ? part.start : 0;
  const bytes = part.toTheEnd ? Number.POSITIVE_INFINITY : end - part.start;
  return { answer, chunks: cut(answer, skip, bytes), end };
}

/** So many bytes after the first `skip`. */
async function* cut(answer: IncomingMessage, skip: number, bytes: number): AsyncGenerator<Uint8Array> {
  let before = skip;
  let left = bytes;
  for await (const chunk of answer) {
    // An IncomingMessage without an encoding gives Buffers.
    const part = (chunk as Buffer).subarray(before, before + left);
    before = Math.max(0, before - chunk.length);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left <= 0) return;
  }
}

/** The address of the bytes, and their number; the item is looked at first, whether it is still the one that was listed. */
async function locate(
  { client }: ListContext,
  asset: Asset,
  current: boolean,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly size: number }> {
  const { item: id, version } = parseKey(asset.key);
  const path = `/drives/${encodeURIComponent(asset.container)}/items/${encodeURIComponent(id)}`;
  const request: Request = { ...operationOf(asset), path, cost: COST.item };
  try {
    if (version !== undefined) {
      const content = `${path}/versions/${encodeURIComponent(version)}/content`;
      const url = await client.redirect({ ...request, path: content, cost: COST.download }, signal);
      return { url, size: asset.size ?? Number.POSITIVE_INFINITY };
    }
    const item = readOne('item', await client.attempt(request, signal));
    if (item.deleted) throw new ConnectorError('gone', `${asset.uri} is no longer there`);
    if (!current && item.eTag && item.eTag !== asset.version) {
      throw new ConnectorError('changed', `${asset.uri} changed after it was listed; the next scan reads it`);
    }
    const url =
      item['@microsoft.graph.downloadUrl'] ??
      (await client.redirect({ ...request, path: `${path}/content`, cost: COST.download }, signal));
    return { url, size: item.size ?? Number.POSITIVE_INFINITY };
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'not-found')) throw error;
    throw new ConnectorError('gone', `${asset.uri} is no longer there`, { cause: error });
  }
}

function operationOf({ uri }: Asset) {
  return { name: 'read', target: uri, permission: 'Files.Read.All, or Sites.Selected for this site' };
}
