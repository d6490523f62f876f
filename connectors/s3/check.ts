/** Proves that the credentials work, and says for `doctor` who we are and which permissions are missing. */
import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Identity } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { describeBucket } from './discover.ts';
import { bucketUri } from './keys.ts';
import type { ListContext } from './list.ts';
import type { Settings } from './settings.ts';

/** @throws ConnectorError `auth`, `config` or `not-found` when no bucket at all can be listed */
export async function checkAccess(context: ListContext, signal: AbortSignal): Promise<Identity> {
  const owner = await ownerOf(context, signal);
  const buckets = context.settings.buckets ?? owner.buckets;
  const failures: ConnectorError[] = [];
  let listable: string | undefined;
  for (const bucket of buckets) {
    const failure = await listingFailure(context, bucket, signal);
    if (failure === undefined) listable ??= bucket;
    else failures.push(failure);
  }
  const [first] = failures;
  if (listable === undefined && first !== undefined) throw first;
  const notes = failures.map((failure) => failure.message);
  if (listable !== undefined && context.settings.posture) {
    await describeBucket(context, listable, signal, (permission) => {
      notes.push(`${permission} is missing on ${listable}; what it would tell is recorded as unknown`);
    });
  }
  return { principal: owner.name ?? credentialsOf(context.settings), account: owner.id ?? null, notes };
}

interface Owner {
  readonly name: string | undefined;
  readonly id: string | undefined;
  /** The first bucket only: one is enough to prove that listing works. */
  readonly buckets: readonly string[];
}

/** ListBuckets names the account that the credentials belong to. With named buckets it may be denied. */
async function ownerOf({ client, settings }: ListContext, signal: AbortSignal): Promise<Owner> {
  const operation = { name: 'ListBuckets', uri: 's3://', permission: 's3:ListAllMyBuckets' };
  try {
    const answer = await client.request(operation, signal, (sdk, options) =>
      sdk.send(new ListBucketsCommand(), options),
    );
    const first = answer.Buckets?.[0]?.Name;
    const { DisplayName, ID } = answer.Owner ?? {};
    return { name: DisplayName || ID, id: ID, buckets: first === undefined ? [] : [first] };
  } catch (error) {
    const named = settings.buckets !== null;
    if (!(named && error instanceof ConnectorError)) throw error;
    return { name: undefined, id: undefined, buckets: [] };
  }
}

async function listingFailure(
  { client, settings }: ListContext,
  bucket: string,
  signal: AbortSignal,
): Promise<ConnectorError | undefined> {
  const operation = { name: 'ListObjectsV2', uri: bucketUri(bucket), permission: 's3:ListBucket', bucket };
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    MaxKeys: 1,
    Prefix: settings.prefixes[0],
    ...(settings.requesterPays ? { RequestPayer: 'requester' } : {}),
  });
  try {
    await client.request(operation, signal, (sdk, options) => sdk.send(command, options));
    return undefined;
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

/** Where the credentials came from, when the server does not say whose they are. */
function credentialsOf(settings: Settings): string {
  if (settings.credentials !== undefined) return 'the access key of the configuration or environment';
  if (settings.profile !== undefined) return `profile ${settings.profile}`;
  return "the SDK's default credentials";
}
