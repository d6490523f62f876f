/** Reads an object's bytes, of exactly the version that was listed; a body that breaks off is continued where it broke. */
import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Asset, ByteRange, OpenOptions } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { type Operation, toConnectorError } from './failure.ts';
import { parseObjectUri } from './keys.ts';
import type { ListContext } from './list.ts';

/** A connection that breaks more often than this within one object is not worth going on with. */
const CONTINUATIONS = 5;

/** @throws ConnectorError `gone`, `changed` for another version than listed, `transient` for fewer bytes than listed */
export async function* readObject(
  context: ListContext,
  listed: Asset,
  { signal, range, current = false }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  const asset = current ? { ...listed, size: null, version: '' } : listed;
  const part = partOf(asset, range);
  if (range !== undefined && part.start >= part.end) return;
  let position = part.start;
  let requests = 0;
  let body: Readable | undefined;
  let chunks: AsyncIterator<Uint8Array> | undefined;

  /** The next chunk, undefined at the end; a new request goes on at `position` after a failure. */
  async function next(): Promise<Uint8Array | undefined> {
    if (chunks === undefined) {
      requests += 1;
      body = await request(context, asset, { ...part, start: position }, signal);
      chunks = body[Symbol.asyncIterator]();
    }
    const { done, value } = await chunks.next();
    if (!done) return value;
    if (position < part.end && Number.isFinite(part.end)) throw tooShort(asset, part.end - position);
    return undefined;
  }

  /** Returns the error that must not be tried again. */
  async function attempt(): Promise<Uint8Array | ConnectorError | undefined> {
    try {
      return await next();
    } catch (error) {
      chunks = undefined;
      signal.throwIfAborted();
      const failure = toConnectorError(error, operationOf(asset));
      const readWhole = position > part.start && position >= part.end;
      if (requests > CONTINUATIONS || readWhole) return failure;
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
    body?.destroy();
  }
}

/** Bytes `start` (inclusive) to `end` (exclusive; infinite when the size is not known). */
interface Part {
  readonly start: number;
  readonly end: number;
}

function partOf(asset: Asset, range: ByteRange | undefined): Part {
  const size = asset.size ?? Number.POSITIVE_INFINITY;
  return { start: range?.start ?? 0, end: Math.min(range?.end ?? size, size) };
}

async function request(
  { client, settings }: ListContext,
  asset: Asset,
  { start, end }: Part,
  signal: AbortSignal,
): Promise<Readable> {
  const { bucket, key, versionId } = parseObjectUri(asset.uri);
  const whole = start === 0 && end === (asset.size ?? Number.POSITIVE_INFINITY);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    // Only an ETag is quoted; a version made up from size and time cannot be sent.
    ...(asset.version.startsWith('"') ? { IfMatch: asset.version } : {}),
    ...(whole ? {} : { Range: `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}` }),
    ...(settings.requesterPays ? { RequestPayer: 'requester' } : {}),
  });
  return client.attempt({ ...operationOf(asset), bucket }, signal, async (sdk, options) => {
    const answer = await sdk.send(command, options);
    // The SDK types the body for every platform; on Node it is a stream.
    const body = answer.Body as Readable;
    if (whole || answer.$metadata.httpStatusCode === 206) return addAbortSignal(signal, body);
    body.destroy();
    throw new ConnectorError('unsupported', `GetObject ${asset.uri}: the server ignores ranges`);
  });
}

function operationOf(asset: Asset): Operation {
  const permission = asset.uri.includes('?') ? 's3:GetObjectVersion' : 's3:GetObject';
  return { name: 'GetObject', uri: asset.uri, permission };
}

function tooShort(asset: Asset, missing: number): ConnectorError {
  const message = `GetObject ${asset.uri}: the body ended ${missing} bytes early; scan again`;
  return new ConnectorError('transient', message);
}
