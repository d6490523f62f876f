/** Lists a bucket's objects with their noncurrent versions and delete markers, by ListObjectVersions. */
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { compareKeys, mayFollow } from '../../src/bucket/keys.ts';
import type { Container, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { bucketUri } from './keys.ts';
import { factsOf, type ListContext } from './list.ts';
import { readVersions, type VersionListing } from './wire.ts';

/** S3 never gives more. */
const MOST_KEYS = 1000;

type Version = VersionListing['versions'][number];

/**
 * The cursor is the last object key whose versions were all given: a page never ends between two versions of one object,
 * so that one with more versions than fit makes a larger page, which is held in memory.
 */
export async function* listVersions(
  context: ListContext,
  container: Container,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const { pageSize } = context.environment;
  let page: Version[] = [];
  for await (const object of objectsOf(context, { container, from }, signal)) {
    const last = page.at(-1);
    if (last !== undefined && page.length + object.length > pageSize) {
      yield { assets: page.map((version) => version.asset), gaps: [], next: last.key };
      page = [];
    }
    page.push(...object);
  }
  yield { assets: page.map((version) => version.asset), gaps: [], next: null };
}

/** The versions of one object after the other, in the order of their assets' keys. */
async function* objectsOf(
  context: ListContext,
  { container, from }: { readonly container: Container; readonly from: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<readonly Version[]> {
  let open: readonly Version[] = [];
  for (const prefix of context.settings.prefixes) {
    if (from !== undefined && !mayFollow(prefix, from)) continue;
    for await (const versions of requests(context, { container, prefix, from }, signal)) {
      // Ceph begins with the versions of the key that AWS begins after.
      const fresh = versions.filter(({ key }) => from === undefined || compareKeys(key, from) > 0);
      const objects = byObject([...open, ...fresh]);
      open = objects.pop() ?? [];
      yield* objects;
    }
  }
  if (open.length > 0) yield open;
}

/** Markers come apart from objects, and versions of the same second in any order: here they are put together and sorted. */
function byObject(versions: readonly Version[]): (readonly Version[])[] {
  const objects = Map.groupBy(versions, (version) => version.key);
  const inOrder = [...objects.entries()].sort(([a], [b]) => compareKeys(a, b));
  return inOrder.map(([, each]) => each.sort((a, b) => compareKeys(a.asset.key, b.asset.key)));
}

async function* requests(
  { client, settings, environment }: ListContext,
  scope: { readonly container: Container; readonly prefix: string; readonly from: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<readonly Version[]> {
  const facts = factsOf(scope.container);
  const uri = bucketUri(facts.bucket);
  const operation = {
    name: 'ListObjectVersions',
    uri,
    permission: 's3:ListBucketVersions',
    bucket: facts.bucket,
  };
  let key = scope.from;
  let version: string | undefined;
  for (;;) {
    const command = new ListObjectVersionsCommand({
      Bucket: facts.bucket,
      Prefix: scope.prefix,
      EncodingType: 'url',
      MaxKeys: Math.min(environment.pageSize, MOST_KEYS),
      ...(key === undefined ? {} : { KeyMarker: key }),
      ...(version === undefined ? {} : { VersionIdMarker: version }),
      ...(settings.requesterPays ? { RequestPayer: 'requester' } : {}),
      ...(settings.endpoint === null ? { OptionalObjectAttributes: ['RestoreStatus'] } : {}),
    });
    const answer = await client.request(operation, signal, async (sdk, options) =>
      readVersions(await sdk.send(command, options), facts),
    );
    yield answer.versions;
    if (!answer.truncated) return;
    if (answer.nextKey === undefined || (answer.nextKey === key && answer.nextVersion === version)) {
      throw new ConnectorError(
        'unsupported',
        `ListObjectVersions ${uri}: the server says that there is more and does not give it; the listing cannot be proved whole`,
      );
    }
    key = answer.nextKey;
    version = answer.nextVersion;
  }
}
