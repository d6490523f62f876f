/** Finds the buckets in reach and asks each for its settings, all requests of a bucket at once. */
import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { bucketUri } from './keys.ts';
import type { ListContext } from './list.ts';
import { type Answer, type BucketSettings, toContainer } from './posture.ts';
import { readTags } from './wire.ts';

const UNKNOWN: BucketSettings = {
  region: undefined,
  encryption: undefined,
  block: undefined,
  policyIsPublic: undefined,
  policy: undefined,
  acl: undefined,
  ownership: undefined,
  versioning: undefined,
  logging: undefined,
  labels: undefined,
};

/** @throws ConnectorError `not-found` for a named bucket that is not there, after all others were given */
export async function* discoverBuckets(context: ListContext, signal: AbortSignal): AsyncGenerator<Container> {
  const { buckets } = context.settings;
  let missing: ConnectorError | undefined;
  for await (const bucket of buckets ?? listBuckets(context, signal)) {
    const absent = buckets === null ? undefined : await absence(context, bucket, signal);
    if (absent === undefined) yield await describeBucket(context, bucket, signal);
    missing ??= absent;
  }
  if (missing !== undefined) throw missing;
}

/** Names, page by page. */
export async function* listBuckets({ client }: ListContext, signal: AbortSignal): AsyncGenerator<string> {
  const operation = { name: 'ListBuckets', uri: 's3://', permission: 's3:ListAllMyBuckets' };
  let token: string | undefined;
  do {
    const command = new ListBucketsCommand(token === undefined ? {} : { ContinuationToken: token });
    const answer = await client.request(operation, signal, (sdk, options) => sdk.send(command, options));
    for (const { Name } of answer.Buckets ?? []) if (Name !== undefined) yield Name;
    if (answer.ContinuationToken === token && token !== undefined) {
      throw new ConnectorError(
        'unsupported',
        'ListBuckets s3://: the server repeats a page; name the buckets instead',
      );
    }
    token = answer.ContinuationToken;
  } while (token !== undefined);
}

/** Only a clear "not there" counts: without permission the bucket is listed, and the listing says what is missing. */
async function absence(
  { client }: ListContext,
  bucket: string,
  signal: AbortSignal,
): Promise<ConnectorError | undefined> {
  const operation = { name: 'HeadBucket', uri: bucketUri(bucket), permission: 's3:ListBucket', bucket };
  try {
    const command = new HeadBucketCommand({ Bucket: bucket });
    const answer = await client.request(operation, signal, (sdk, options) => sdk.send(command, options));
    if (answer.BucketRegion !== undefined) client.locate(bucket, answer.BucketRegion);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.code === 'not-found') return error;
    if (error.code === 'auth') return undefined;
    throw error;
  }
}

export async function describeBucket(
  context: ListContext,
  bucket: string,
  signal: AbortSignal,
  onMissing: (permission: string) => void = () => undefined,
): Promise<Container> {
  const provider = context.settings.endpoint === null ? 'aws' : 's3-compatible';
  if (!context.settings.posture) return toContainer(bucket, provider, UNKNOWN);
  const question = { context, bucket, signal, onMissing };
  // Where it is comes first: every other question goes there.
  const region = await askRegion(question, provider);
  if (region) context.client.locate(bucket, region);
  return toContainer(bucket, provider, { ...(await askSettings(question)), region });
}

interface Question {
  readonly context: ListContext;
  readonly bucket: string;
  readonly signal: AbortSignal;
  readonly onMissing: (permission: string) => void;
}

/** No location means us-east-1 to AWS, and nothing to others. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
function askRegion(question: Question, provider: 'aws' | 's3-compatible'): Promise<Answer<string>> {
  return ask(
    question,
    { name: 'GetBucketLocation', permission: 's3:GetBucketLocation' },
    async (sdk, input, options) => {
      const location: string | undefined = (await sdk.send(new GetBucketLocationCommand(input), options))
        .LocationConstraint;
      if (location === 'EU') return 'eu-west-1';
      return location || (provider === 'aws' ? 'us-east-1' : undefined);
    },
  );
}

/** All settings but the region. An answer without the part that matters counts as not known. */
async function askSettings(question: Question): Promise<Omit<BucketSettings, 'region'>> {
  const [encryption, block, policyIsPublic, policy, acl, ownership, versioning, logging, labels] =
    await Promise.all([
      ask(
        question,
        {
          name: 'GetBucketEncryption',
          permission: 's3:GetEncryptionConfiguration',
          none: 'ServerSideEncryptionConfigurationNotFoundError',
        },
        async (sdk, input, options) => {
          const answer = await sdk.send(new GetBucketEncryptionCommand(input), options);
          const rule = answer.ServerSideEncryptionConfiguration?.Rules?.[0];
          return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
        },
      ),
      ask(
        question,
        {
          name: 'GetPublicAccessBlock',
          permission: 's3:GetBucketPublicAccessBlock',
          none: 'NoSuchPublicAccessBlockConfiguration',
        },
        async (sdk, input, options) => {
          const block = (await sdk.send(new GetPublicAccessBlockCommand(input), options))
            .PublicAccessBlockConfiguration;
          const { IgnorePublicAcls, RestrictPublicBuckets } = block ?? {};
          if (IgnorePublicAcls === undefined || RestrictPublicBuckets === undefined) return undefined;
          return { IgnorePublicAcls, RestrictPublicBuckets };
        },
      ),
      ask(
        question,
        { name: 'GetBucketPolicyStatus', permission: 's3:GetBucketPolicyStatus', none: 'NoSuchBucketPolicy' },
        async (sdk, input, options) =>
          (await sdk.send(new GetBucketPolicyStatusCommand(input), options)).PolicyStatus?.IsPublic,
      ),
      ask(
        question,
        { name: 'GetBucketPolicy', permission: 's3:GetBucketPolicy', none: 'NoSuchBucketPolicy' },
        async (sdk, input, options) => (await sdk.send(new GetBucketPolicyCommand(input), options)).Policy,
      ),
      ask(question, { name: 'GetBucketAcl', permission: 's3:GetBucketAcl' }, async (sdk, input, options) => {
        const { Owner, Grants } = await sdk.send(new GetBucketAclCommand(input), options);
        return Owner === undefined && Grants === undefined
          ? undefined
          : { owner: Owner?.ID, grants: Grants ?? [] };
      }),
      ask(
        question,
        {
          name: 'GetBucketOwnershipControls',
          permission: 's3:GetBucketOwnershipControls',
          none: 'OwnershipControlsNotFoundError',
        },
        async (sdk, input, options) => {
          const answer = await sdk.send(new GetBucketOwnershipControlsCommand(input), options);
          return answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
        },
      ),
      ask(
        question,
        { name: 'GetBucketVersioning', permission: 's3:GetBucketVersioning' },
        async (sdk, input, options) => {
          const answer = await sdk.send(new GetBucketVersioningCommand(input), options);
          return answer.Status === 'Enabled';
        },
      ),
      ask(
        question,
        { name: 'GetBucketLogging', permission: 's3:GetBucketLogging' },
        async (sdk, input, options) => {
          const answer = await sdk.send(new GetBucketLoggingCommand(input), options);
          return answer.LoggingEnabled !== undefined;
        },
      ),
      ask(
        question,
        { name: 'GetBucketTagging', permission: 's3:GetBucketTagging', none: 'NoSuchTagSet' },
        async (sdk, input, options) =>
          readTags((await sdk.send(new GetBucketTaggingCommand(input), options)).TagSet),
      ),
    ]);
  return { encryption, block, policyIsPublic, policy, acl, ownership, versioning, logging, labels };
}

/** Asks for one setting: null for the error that says that there is none, undefined where it cannot be known. */
async function ask<T>(
  { context, bucket, signal, onMissing }: Question,
  what: { readonly name: string; readonly permission: string; readonly none?: string },
  send: (
    sdk: S3Client,
    input: { Bucket: string },
    options: { abortSignal: AbortSignal },
  ) => Promise<T | undefined>,
): Promise<Answer<T>> {
  const operation = { ...what, uri: bucketUri(bucket), bucket };
  try {
    return await context.client.request(operation, signal, async (sdk, options) => {
      try {
        return await send(sdk, { Bucket: bucket }, options);
      } catch (error) {
        if (error instanceof Error && error.name === what.none) return null;
        throw error;
      }
    });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.code === 'auth') onMissing(what.permission);
    context.environment.log(
      error.code === 'unsupported' ? 'debug' : 'warn',
      `${error.message}; recorded as unknown`,
    );
    return undefined;
  }
}
