/** Reads an object's bytes, of exactly the version that was listed. */
import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type Part, rangeHeader, readBody } from '../../src/bucket/read.ts';
import type { Asset, OpenOptions } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { type Operation, toConnectorError } from './failure.ts';
import { parseObjectUri } from './keys.ts';
import type { ListContext } from './list.ts';

/** @throws ConnectorError `gone`, `changed` for another version than listed, `transient` for fewer bytes than listed */
export function readObject(
  context: ListContext,
  asset: Asset,
  options: OpenOptions,
): AsyncIterable<Uint8Array> {
  return readBody(asset, options, {
    retry: context.environment.retry,
    operation: 'GetObject',
    request: (wanted, part, signal) => request(context, wanted, part, signal),
    toError: (error, wanted) => toConnectorError(error, operationOf(wanted)),
  });
}

async function request(
  { client, settings }: ListContext,
  asset: Asset,
  part: Part,
  signal: AbortSignal,
): Promise<Readable> {
  const { bucket, key, versionId } = parseObjectUri(asset.uri);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    // Only an ETag is quoted; a version made up from size and time cannot be sent.
    ...(asset.version.startsWith('"') ? { IfMatch: asset.version } : {}),
    ...(part.whole ? {} : { Range: rangeHeader(part) }),
    ...(settings.requesterPays ? { RequestPayer: 'requester' } : {}),
  });
  return client.attempt({ ...operationOf(asset), bucket }, signal, async (sdk, options) => {
    const answer = await sdk.send(command, options);
    // The SDK types the body for every platform; on Node it is a stream.
    const body = answer.Body as Readable;
    if (part.whole || answer.$metadata.httpStatusCode === 206) return addAbortSignal(signal, body);
    body.destroy();
    throw new ConnectorError('unsupported', `GetObject ${asset.uri}: the server ignores ranges`);
  });
}

function operationOf(asset: Asset): Operation {
  const permission = asset.uri.includes('?') ? 's3:GetObjectVersion' : 's3:GetObject';
  return { name: 'GetObject', uri: asset.uri, permission };
}
