/** Sends requests: one SDK client per region, one limiter, the source's retry, and errors mapped in one place. */
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { sendRenewing } from '../../src/bucket/renew.ts';
import type { Environment } from '../../src/connector.ts';
import { isExpired, type Operation, regionIn, toConnectorError } from './failure.ts';
import { rejectForeignAnswers } from './foreign.ts';
import type { Settings } from './settings.ts';

const CONNECT_MS = 10_000;
/** Longest silence on a connection; S3 itself gives up after 20 s. */
const SILENCE_MS = 60_000;
/** Where AWS answers for buckets of any region; also what S3-compatible servers accept for a name. */
const FALLBACK_REGION = 'us-east-1';

export type Send<T> = (sdk: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** An operation, and the bucket whose region answers it. */
export type Request = Operation & { readonly bucket?: string };

export interface Client {
  /**
   * Runs `send` with the SDK client of the bucket's region, when it is known, within the limit of requests in flight, and
   * again while the source's retry says so. @throws ConnectorError, or the signal's reason
   */
  request<T>(operation: Request, signal: AbortSignal, send: Send<T>): Promise<T>;
  /** The same once, for what is tried again from outside. */
  attempt<T>(operation: Request, signal: AbortSignal, send: Send<T>): Promise<T>;
  /** Remembers a bucket's region, so that its requests need not be redirected. */
  locate(bucket: string, region: string): void;
  close(): void;
}

export async function createClient(settings: Settings, environment: Environment): Promise<Client> {
  const config = sdkConfig(settings, environment);
  const home = await homeClient(config);
  const limit = pLimit(environment.concurrency);
  const regions = new Map<string, string>();
  const clients = new Map<string, S3Client>();

  function clientFor(bucket: string | undefined): S3Client {
    const region = regions.get(bucket ?? '');
    if (region === undefined || settings.endpoint !== null) return home;
    const known = clients.get(region) ?? rejectForeignAnswers(new S3Client({ ...config, region }));
    clients.set(region, known);
    return known;
  }

  /** Whether AWS said that the bucket is in another region than we asked; then it is remembered. */
  function redirected(bucket: string | undefined, error: unknown): boolean {
    const region = regionIn(error);
    if (bucket === undefined || region === undefined || regions.get(bucket) === region) return false;
    regions.set(bucket, region);
    return settings.endpoint === null;
  }

  function sendBy<T>(sdk: S3Client, abortSignal: AbortSignal, send: Send<T>): Promise<T> {
    return sendRenewing(
      () => send(sdk, { abortSignal }),
      isExpired,
      async () => {
        // What was handed over is all that there is; the SDK's own chain is asked for others.
        if (settings.credentials !== undefined) return false;
        await sdk.config.credentials({ forceRefresh: true });
        return true;
      },
    );
  }

  function attempt<T>(operation: Request, signal: AbortSignal, send: Send<T>): Promise<T> {
    return limit(async () => {
      signal.throwIfAborted();
      try {
        try {
          return await sendBy(clientFor(operation.bucket), signal, send);
        } catch (error) {
          if (!redirected(operation.bucket, error)) throw error;
          return await sendBy(clientFor(operation.bucket), signal, send);
        }
      } catch (error) {
        signal.throwIfAborted();
        throw toConnectorError(error, operation);
      }
    });
  }

  return {
    attempt,
    request: (operation, signal, send) => environment.retry(() => attempt(operation, signal, send), signal),
    locate: (bucket, region) => regions.set(bucket, region),
    close: () => {
      for (const client of [home, ...clients.values()]) client.destroy();
    },
  };
}

/** What all regions share. The SDK's own retry is off: `environment.retry` is the only one. */
function sdkConfig(settings: Settings, environment: Environment): S3ClientConfig {
  return {
    maxAttempts: 1,
    forcePathStyle: settings.forcePathStyle,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      httpAgent: { maxSockets: 4 * environment.concurrency, keepAlive: true },
      httpsAgent: { maxSockets: 4 * environment.concurrency, keepAlive: true },
    },
    ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  };
}

/** The client of the configured region; the fallback's where neither options, environment nor profile name one. */
async function homeClient(config: S3ClientConfig): Promise<S3Client> {
  const client = new S3Client(config);
  try {
    await client.config.region();
    return rejectForeignAnswers(client);
  } catch {
    // The SDK's only complaint here is that no region is set anywhere.
    client.destroy();
    return rejectForeignAnswers(new S3Client({ ...config, region: FALLBACK_REGION }));
  }
}
