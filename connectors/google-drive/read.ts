/** Reads a file's bytes, of the version that was listed; Google's own documents as what they export to. */
import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import { type Part, rangeHeader, readBody } from '../../src/bucket/read.ts';
import type { Asset, OpenOptions, Retry } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Session } from './client.ts';
import { headerIn, toConnectorError } from './failure.ts';
import { exportOf } from './native.ts';

export interface ReadContext {
  readonly session: Session;
  readonly retry: Retry;
}

/** @throws ConnectorError `gone`, `changed`, `too-large` for an export above Google's limit, `transient` for fewer bytes than listed */
export async function* readFile(
  context: ReadContext,
  asset: Asset,
  options: OpenOptions,
): AsyncGenerator<Uint8Array> {
  const mimeType = exportOf(asset.mediaType ?? '');
  if (mimeType !== undefined) {
    const bytes = await exported(context.session, asset, { mimeType, signal: options.signal });
    yield options.range ? bytes.subarray(options.range.start, options.range.end) : bytes;
    return;
  }
  const body = readBody(asset, options, {
    retry: context.retry,
    operation: 'files.get',
    request: (wanted, part, signal) => request(context.session, wanted, part, signal),
    toError: (error, wanted) => goneOf(toConnectorError(error, { name: 'files.get', target: wanted.uri })),
  });
  // Google answers no request for one version alone: whether it still is what was listed is seen by the bytes.
  const listed = options.current || options.range ? undefined : asset.digests?.md5;
  const hash = createHash('md5');
  for await (const chunk of body) {
    if (listed !== undefined) hash.update(chunk);
    yield chunk;
  }
  if (listed !== undefined && hash.digest('hex') !== listed) throw changed(asset);
}

/** One try, for it is tried again with what is missing. */
async function request(session: Session, asset: Asset, part: Part, signal: AbortSignal): Promise<Readable> {
  const operation = { name: 'files.get', target: asset.uri };
  const headers = part.whole ? {} : { range: rangeHeader(part) };
  const answer = await session.attempt(operation, signal, (api, options) =>
    api.files.get(
      { fileId: asset.key, alt: 'media', supportsAllDrives: true },
      { ...options, headers, responseType: 'stream' },
    ),
  );
  const body: Readable = answer.data;
  const refuse = (error: ConnectorError) => {
    body.destroy();
    throw error;
  };
  if (!part.whole && part.start > 0 && answer.status !== 206) {
    refuse(new ConnectorError('unsupported', `files.get ${asset.uri}: Google ignores ranges`));
  }
  const total = totalOf(answer.headers);
  if (asset.size !== null && total !== null && total !== asset.size) refuse(changed(asset));
  return addAbortSignal(signal, body);
}

/** The file's whole size, from the head of an answer; null when it does not say. */
function totalOf(headers: unknown): number | null {
  const range = /\/(\d+)$/.exec(headerIn(headers, 'content-range') ?? '')?.[1];
  if (range !== undefined) return Number(range);
  const length = headerIn(headers, 'content-length');
  return length === null || headerIn(headers, 'content-encoding') !== null ? null : Number(length);
}

/** Whole, for an export cannot be gone on with; Google gives 10 MB at most. */
async function exported(
  session: Session,
  asset: Asset,
  { mimeType, signal }: { readonly mimeType: string; readonly signal: AbortSignal },
): Promise<Buffer> {
  const operation = { name: 'files.export', target: asset.uri };
  try {
    const { data } = await session.request(operation, signal, (api, options) =>
      api.files.export({ fileId: asset.key, mimeType }, { ...options, responseType: 'arraybuffer' }),
    );
    // What the SDK gives for `arraybuffer`; it types every answer as its schema.
    return Buffer.from(data as ArrayBuffer);
  } catch (error) {
    throw goneOf(error);
  }
}

function goneOf<T>(error: T): T | ConnectorError {
  if (!(error instanceof ConnectorError && error.code === 'not-found')) return error;
  return new ConnectorError('gone', error.message, { cause: error });
}

function changed({ uri }: Asset): ConnectorError {
  return new ConnectorError('changed', `files.get ${uri}: it is no longer what was listed; scan again`);
}
