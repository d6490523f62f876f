/** Finds the buckets in reach, and asks each for its settings and its IAM policy. */
import type { Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Question } from './client.ts';
import type { Operation } from './failure.ts';
import { bucketUri } from './keys.ts';
import type { ListContext } from './list.ts';
import { type KnownBucket, toContainer } from './posture.ts';
import { type BucketFacts, readBucket, readBuckets, readPolicy } from './wire.ts';

/** Told a permission, when a question about the posture was denied. */
type OnMissing = (permission: string) => void;

/** @throws ConnectorError `not-found` for a named bucket that is not there, after all others were given */
export async function* discoverBuckets(context: ListContext, signal: AbortSignal): AsyncGenerator<Container> {
  const { buckets } = context.settings;
  if (buckets === null) {
    for await (const page of bucketPages(context, signal)) {
      yield* await Promise.all(
        page.map((facts) => describeBucket(context, { name: facts.name, facts }, signal)),
      );
    }
    return;
  }
  let missing: ConnectorError | undefined;
  for (const name of buckets) {
    try {
      const facts = await factsOf(context, name, signal);
      yield await describeBucket(context, { name, facts }, signal);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.code !== 'not-found') throw error;
      missing ??= error;
    }
  }
  if (missing !== undefined) throw missing;
}

/** Page by page, with the settings, which come with the list. */
export async function* bucketPages(
  { client }: ListContext,
  signal: AbortSignal,
): AsyncGenerator<readonly BucketFacts[]> {
  const project = await client.project(signal);
  const operation = { name: 'buckets.list', uri: 'gs://', permission: 'storage.buckets.list on the project' };
  let pageToken: string | undefined;
  do {
    const query = { project, projection: 'noAcl', pageToken };
    const { items, nextPageToken } = readBuckets(await client.json(operation, signal, { path: '/b', query }));
    yield items;
    if (nextPageToken !== undefined && nextPageToken === pageToken) {
      throw new ConnectorError(
        'unsupported',
        'buckets.list gs://: the server repeats a page; name the buckets',
      );
    }
    pageToken = nextPageToken;
  } while (pageToken !== undefined);
}

/** Undefined where the settings may not be asked for: the listing will say what is missing. @throws ConnectorError `not-found` */
async function factsOf(
  context: ListContext,
  name: string,
  signal: AbortSignal,
  onMissing?: OnMissing,
): Promise<BucketFacts | undefined> {
  if (!context.settings.posture) return undefined;
  const operation = { name: 'buckets.get', uri: bucketUri(name), permission: 'storage.buckets.get' };
  const question = { path: `/b/${encodeURIComponent(name)}`, query: { projection: 'noAcl' } };
  return ask(context, { operation, question, signal, onMissing }, readBucket);
}

/** What is known of a bucket, and its policy, if that may be asked for. */
async function describeBucket(
  context: ListContext,
  known: Omit<KnownBucket, 'policy'>,
  signal: AbortSignal,
  onMissing?: OnMissing,
): Promise<Container> {
  const { settings } = context;
  const operation = {
    name: 'buckets.getIamPolicy',
    uri: bucketUri(known.name),
    permission: 'storage.buckets.getIamPolicy',
  };
  const question = {
    path: `/b/${encodeURIComponent(known.name)}/iam`,
    // Version 3 shows bindings with conditions, which older ones hide.
    query: { optionsRequestedPolicyVersion: 3 },
    scope: 'policies',
  } as const;
  const policy = settings.posture
    ? await ask(context, { operation, question, signal, onMissing }, readPolicy)
    : undefined;
  return toContainer({ ...known, policy }, settings);
}

/** Permissions whose lack makes a bucket's posture unknown. */
export async function missingPosture(
  context: ListContext,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const missing: string[] = [];
  const onMissing = (permission: string) => missing.push(permission);
  const facts = await factsOf(context, name, signal, onMissing);
  await describeBucket(context, { name, facts }, signal, onMissing);
  return missing;
}

/** Asks for a part of the posture: undefined where it cannot be known. @throws ConnectorError `not-found` */
async function ask<T>(
  { client, environment }: ListContext,
  asked: {
    readonly operation: Operation;
    readonly question: Question;
    readonly signal: AbortSignal;
    readonly onMissing?: OnMissing | undefined;
  },
  read: (answer: unknown) => T,
): Promise<T | undefined> {
  const { operation, question, signal, onMissing } = asked;
  try {
    return read(await client.json(operation, signal, question));
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code === 'not-found') throw error;
    if (error.code === 'auth') onMissing?.(operation.permission);
    environment.log('warn', `${error.message}; recorded as unknown`);
    return undefined;
  }
}
