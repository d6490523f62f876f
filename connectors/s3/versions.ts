/** Lists a bucket's objects with their noncurrent versions and delete markers, by ListObjectVersions. */
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Container, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { bucketUri, compareKeys } from './keys.ts';
import { factsOf, type ListContext, mayFollow } from './list.ts';
import { readVersions, type VersionListing } from './wire.ts';

/** S3 never gives more. */
const MOST_KEYS = 1000;

type Version = VersionListing['versions'][number];

/**
 * The cursor is the last object key whose versions were all given, so that a page never ends between two versions of one
 * object: one with more versions than a page holds makes a larger page.
 */
export async function* listVersions(
  context: ListContext,
  container: Container,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const { settings } = context;
  let held: Version[] = [];
  for (const prefix of settings.prefixes.filter((each) => from === undefined || mayFollow(each, from))) {
    for await (const versions of requests(context, { container, prefix, from }, signal)) {
      // Markers come apart from objects, and versions of the same second in any order.
      const all = [...held, ...versions].toSorted((a, b) => compareKeys(a.asset.key, b.asset.key));
      const open = all.at(-1)?.key;
      const whole = all.filter((version) => version.key !== open);
      held = all.filter((version) => version.key === open);
      const last = whole.at(-1);
      if (last !== undefined) yield { assets: whole.map((each) => each.asset), gaps: [], next: last.key };
    }
  }
  yield { assets: held.map((each) => each.asset), gaps: [], next: null };
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
