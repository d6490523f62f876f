/** Reads a blob's bytes, of exactly the version that was listed. */
import { addAbortSignal, type Readable } from 'node:stream';
import { isRestError } from '@azure/storage-blob';
import { type Part, readBody } from '../../src/bucket/read.ts';
import type { Asset, OpenOptions } from '../../src/connector.ts';
import { type Operation, PERMISSIONS, toConnectorError } from './failure.ts';
import { parseBlobUri } from './keys.ts';
import type { ListContext } from './list.ts';

/** @throws ConnectorError `gone`, `changed` for another version than listed, `transient` for fewer bytes than listed */
export function readBlob(
  context: ListContext,
  asset: Asset,
  options: OpenOptions,
): AsyncIterable<Uint8Array> {
  return readBody(asset, options, {
    retry: context.environment.retry,
    operation: 'Get Blob',
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
  const { container, name, state } = parseBlobUri(asset.uri);
  const current = client.service.getContainerClient(container).getBlobClient(name);
  const blob = state.versionId !== undefined ? current.withVersion(state.versionId) : current;
  const exact = state.snapshot !== undefined ? blob.withSnapshot(state.snapshot) : blob;
  const count = part.whole || !Number.isFinite(part.end) ? undefined : part.end - part.start;
  return client.attempt(operationOf(asset), signal, async () => {
    try {
      const answer = await exact.download(part.start, count, {
        abortSignal: signal,
        // A body that breaks off is continued in one place, for all providers.
        maxRetryRequests: 0,
        conditions: asset.version === '' ? {} : { ifMatch: `"${asset.version.replaceAll('"', '')}"` },
      });
      // The SDK types the body for every platform; on Node it is a stream.
      return addAbortSignal(signal, answer.readableStreamBody as Readable);
    } catch (error) {
      // "Not this version" is also said of what is not there at all: this asks which, and throws if so.
      if (isRestError(error) && error.statusCode === 412) await exact.getProperties({ abortSignal: signal });
      throw error;
    }
  });
}

function operationOf(asset: Asset): Operation {
  return { name: 'Get Blob', uri: asset.uri, permission: PERMISSIONS.blob };
}
