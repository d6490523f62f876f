/** Lists a bucket's current objects by ListObjectsV2, several requests ahead, in the order of their keys. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { compareKeys, folderOf, mayFollow } from '../../src/bucket/keys.ts';
import { type KeyRange, listRange, type RangeSource } from '../../src/bucket/ranges.ts';
import type { Asset, Container, Environment, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Client } from './client.ts';
import { bucketUri } from './keys.ts';
import type { Settings } from './settings.ts';
import { type BucketFacts, type Listing, readListing } from './wire.ts';

/** S3 never gives more. */
const MOST_KEYS = 1000;

export interface ListContext {
  readonly client: Client;
  readonly settings: Settings;
  readonly environment: Environment;
}

/** The cursor is the last key that was given: it stays good for as long as the bucket exists. */
export async function* listObjects(
  context: ListContext,
  container: Container,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const { prefixes } = context.settings;
  const remaining = prefixes.filter((prefix) => from === undefined || mayFollow(prefix, from));
  const facts = factsOf(container);
  // What was asked for ahead is given up when the reader stops early.
  const stop = new AbortController();
  try {
    for (const [index, prefix] of remaining.entries()) {
      const source = rangeSource(context, { prefix, facts }, AbortSignal.any([signal, stop.signal]));
      const after = from?.startsWith(prefix) ? from : '';
      const start: KeyRange = { after, upTo: null, token: undefined, folder: folderOf(prefix), cut: false };
      for await (const { entries, last } of listRange(source, start, context.environment.concurrency)) {
        const ended = last && index === remaining.length - 1;
        const next = ended ? null : entries.at(-1)?.key;
        if (next !== undefined) yield { assets: entries, gaps: [], next };
      }
    }
  } finally {
    stop.abort();
  }
  if (remaining.length === 0) yield { assets: [], gaps: [], next: null };
}

/** ETags are the MD5 of the bytes unless the bucket encrypts by KMS. */
export function factsOf(container: Container): BucketFacts {
  return { bucket: container.id, etagIsMd5: !container.encryption?.startsWith('aws:kms') };
}

function rangeSource(
  context: ListContext,
  { prefix, facts }: { readonly prefix: string; readonly facts: BucketFacts },
  signal: AbortSignal,
): RangeSource<Asset> {
  const { client, settings, environment } = context;
  const uri = bucketUri(facts.bucket);

  async function list(parts: {
    readonly prefix: string;
    readonly after: string;
    readonly token?: string | undefined;
    readonly delimiter?: string;
  }): Promise<Listing> {
    const command = new ListObjectsV2Command({
      Bucket: facts.bucket,
      Prefix: parts.prefix,
      EncodingType: 'url',
      MaxKeys: parts.delimiter === undefined ? Math.min(environment.pageSize, MOST_KEYS) : MOST_KEYS,
      ...(parts.token === undefined ? { StartAfter: parts.after } : { ContinuationToken: parts.token }),
      ...(parts.delimiter === undefined ? {} : { Delimiter: parts.delimiter }),
      ...(settings.requesterPays ? { RequestPayer: 'requester' } : {}),
      ...(settings.endpoint === null ? { OptionalObjectAttributes: ['RestoreStatus'] } : {}),
    });
    const operation = { name: 'ListObjectsV2', uri, permission: 's3:ListBucket', bucket: facts.bucket };
    return client.request(operation, signal, async (sdk, options) =>
      readListing(await sdk.send(command, options), facts),
    );
  }

  return {
    keyOf: (asset) => asset.key,
    page: async (range) => {
      let token = range.token;
      for (;;) {
        const { assets, truncated, token: next } = await list({ prefix, after: range.after, token });
        checkAscending(uri, range.after, assets);
        if (assets.length > 0 || !truncated) return { entries: assets, more: truncated, token: next };
        // An empty page may be followed by others, but only by a new token.
        if (next === undefined || next === token) throw stuck(uri);
        token = next;
      }
    },
    folders: async (folder, after) => {
      const within = folder.startsWith(prefix) ? folder : prefix;
      const { folders, truncated } = await list({ prefix: within, after, delimiter: '/' });
      return { folders, more: truncated };
    },
  };
}

/**
 * Some servers ignore StartAfter, repeat a page, or sort by other rules than S3: a listing of theirs could be short or
 * endless without a sign of it.
 */
export function checkAscending(uri: string, after: string, assets: readonly Asset[]): void {
  let before = after;
  for (const { key } of assets) {
    if (compareKeys(key, before) <= 0) {
      throw new ConnectorError(
        'unsupported',
        `ListObjectsV2 ${uri}: the server does not list keys in ascending order of their bytes, so that a listing cannot be proved whole; directory buckets and some S3-compatible servers are like that`,
      );
    }
    before = key;
  }
}

function stuck(uri: string): ConnectorError {
  return new ConnectorError(
    'unsupported',
    `ListObjectsV2 ${uri}: the server says that there is more and does not give it; the listing cannot be proved whole`,
  );
}
