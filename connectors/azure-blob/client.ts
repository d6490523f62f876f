/** Sends requests: one SDK client, one limiter, the source's retry, and errors mapped in one place. */
import {
  AnonymousCredential,
  BlobServiceClient,
  newPipeline,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import pLimit from 'p-limit';
import { agentFor } from '../../src/bucket/agent.ts';
import type { Environment } from '../../src/connector.ts';
import { type Operation, toConnectorError } from './failure.ts';
import type { Login, Settings } from './settings.ts';

export interface Client {
  readonly service: BlobServiceClient;
  /** Only when we log in by Entra ID: the token that requests carry. */
  readonly token: ((signal: AbortSignal) => Promise<string>) | undefined;
  /**
   * Runs `send` within the limit of requests in flight, and again while the source's retry says so.
   * @throws ConnectorError, or the signal's reason
   */
  request<T>(operation: Operation, signal: AbortSignal, send: () => Promise<T>): Promise<T>;
  /** The same once, for what is tried again from outside. */
  attempt<T>(operation: Operation, signal: AbortSignal, send: () => Promise<T>): Promise<T>;
  close(): void;
}

export async function createClient(settings: Settings, environment: Environment): Promise<Client> {
  const { login, url, account } = settings;
  const agent = agentFor(url, environment.concurrency);
  const limit = pLimit(environment.concurrency);
  const { credential, token } = await credentialOf(login, account);
  // `agent` is an option of the core pipeline, to which all options are passed; its type forgets it.
  const options = { retryOptions: { maxTries: 1 }, agent } as StoragePipelineOptions;
  const query = login.kind === 'sas' ? `?${login.token}` : '';

  function attempt<T>(operation: Operation, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    return limit(async () => {
      signal.throwIfAborted();
      try {
        return await send();
      } catch (error) {
        signal.throwIfAborted();
        throw toConnectorError(error, operation);
      }
    });
  }

  return {
    service: new BlobServiceClient(`${url}/${query}`, newPipeline(credential, options)),
    token,
    attempt,
    request: (operation, signal, send) => environment.retry(() => attempt(operation, signal, send), signal),
    close: () => agent.destroy(),
  };
}

/** @azure/identity is loaded only where nothing else was given: it is as large as the rest together. */
async function credentialOf(login: Login, account: string) {
  if (login.kind === 'key') {
    return { credential: new StorageSharedKeyCredential(account, login.key), token: undefined };
  }
  if (login.kind === 'sas') return { credential: new AnonymousCredential(), token: undefined };
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential();
  const token = async (abortSignal: AbortSignal) =>
    (await credential.getToken('https://storage.azure.com/.default', { abortSignal })).token;
  return { credential, token };
}
