/** Reads an object's bytes, of exactly the generation that was listed. */
import { addAbortSignal, type Readable } from 'node:stream';
import { type Part, rangeHeader, readBody } from '../../src/bucket/read.ts';
import type { Asset, OpenOptions } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { type Operation, toConnectorError } from './failure.ts';
import { parseObjectUri } from './keys.ts';
import type { ListContext } from './list.ts';

/** @throws ConnectorError `gone`, `changed` for another generation than listed, `transient` for fewer bytes than listed */
export function readObject(
  context: ListContext,
  asset: Asset,
  options: OpenOptions,
): AsyncIterable<Uint8Array> {
  return readBody(asset, options, {
    retry: context.environment.retry,
    operation: 'objects.get',
    request: (wanted, part, signal) => request(context, wanted, part, signal),
    toError: (error, wanted) => toConnectorError(error, operationOf(wanted)),
  });
}

async function request(
  { client }: ListContext,
  asset: Asset,
  part: Part,
  signal: AbortSignal,
): Promise<Readable> {
  const { bucket, name, generation } = parseObjectUri(asset.uri);
  const path = `/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  const operation = operationOf(asset);
  // Objects with Content-Encoding: gzip would otherwise be unpacked on the way.
  const headers = { 'accept-encoding': 'gzip', ...(part.whole ? {} : { range: rangeHeader(part) }) };
  const query = { alt: 'media', ...versionOf(asset, generation) };
  try {
    const { body, status } = await client.body(operation, signal, { path, query, headers });
    if (part.whole || status === 206) return addAbortSignal(signal, body);
    body.destroy();
    throw new ConnectorError('unsupported', `objects.get ${asset.uri}: the server ignores ranges`);
  } catch (error) {
    // "Not this generation" is also said of what is not there at all: this asks which, and throws if so.
    if (error instanceof ConnectorError && error.code === 'changed') {
      await client.json(operation, signal, { path, query: { fields: 'generation' } });
    }
    throw error;
  }
}

/** A noncurrent generation is asked for by number; the live one must still be the one that was listed. */
function versionOf(asset: Asset, generation: string | undefined): Readonly<Record<string, string>> {
  if (generation !== undefined) return { generation };
  return asset.version === '' ? {} : { ifGenerationMatch: asset.version };
}

function operationOf(asset: Asset): Operation {
  return { name: 'objects.get', uri: asset.uri, permission: 'storage.objects.get', ofObject: true };
}
