/**
 * Refuses answers that belong to another question. Many S3-compatible servers ignore a sub-resource that they do not know
 * and answer `GET /bucket?encryption` with the bucket's listing; the SDK makes an empty success of that, which would read
 * as "not encrypted".
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { ConnectorError } from '../../src/errors.ts';

/** The root element of each command's answer. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
const ROOTS: Readonly<Record<string, string>> = {
  ListBucketsCommand: 'ListAllMyBucketsResult',
  ListObjectsV2Command: 'ListBucketResult',
  ListObjectVersionsCommand: 'ListVersionsResult',
  GetObjectTaggingCommand: 'Tagging',
  GetBucketAclCommand: 'AccessControlPolicy',
  GetBucketEncryptionCommand: 'ServerSideEncryptionConfiguration',
  GetBucketLocationCommand: 'LocationConstraint',
  GetBucketLoggingCommand: 'BucketLoggingStatus',
  GetBucketOwnershipControlsCommand: 'OwnershipControls',
  GetBucketPolicyStatusCommand: 'PolicyStatus',
  GetBucketTaggingCommand: 'Tagging',
  GetBucketVersioningCommand: 'VersioningConfiguration',
  GetPublicAccessBlockCommand: 'PublicAccessBlockConfiguration',
};

/** What servers are known to say instead and mean the same. */
const ALIASES: Readonly<Record<string, string>> = {
  // Ceph 16.
  BlockPublicAccessBlockConfiguration: 'PublicAccessBlockConfiguration',
};

/** Adds the check to a client, which it returns. The commands then throw ConnectorError `unsupported`. */
export function rejectForeignAnswers(client: S3Client): S3Client {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const wanted = ROOTS[context.commandName ?? ''];
      // The SDK types the answer as unknown; this is what its Node handler makes.
      const response = result.response as {
        statusCode: number;
        body: AsyncIterable<Uint8Array> | Uint8Array;
      };
      if (wanted === undefined || response.statusCode >= 300) return result;
      const body = Buffer.concat(await Array.fromAsync(chunksOf(response.body)));
      const root = rootOf(body);
      if (isCutOff(body, root)) throw cutOff(context.commandName ?? '');
      if ((ALIASES[root ?? ''] ?? root) !== wanted) throw foreign(context.commandName ?? '', wanted, root);
      response.body = body;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'rejectForeignAnswers' },
  );
  return client;
}

/** The name of an XML document's first element, without namespace; undefined when it is not XML. */
function rootOf(body: Buffer): string | undefined {
  return /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:\w+:)?(\w+)/.exec(body.toString('latin1', 0, 1024))?.[1];
}

/** XML whose root is not closed: the SDK's parser would make a shorter answer of it, and of a listing one that ends there. */
function isCutOff(body: Buffer, root: string | undefined): boolean {
  const text = body.toString('latin1');
  if (root === undefined) return /^\s*(?:<|$)/.test(text) && !/>\s*$/.test(text);
  const closed = new RegExp(`</(?:\\w+:)?${root}\\s*>\\s*$`);
  const empty = /^\s*(?:<\?xml[^>]*\?>\s*)?<[^<>]*\/>\s*$/;
  return !closed.test(text.slice(-200)) && !empty.test(text.slice(0, 2000));
}

function cutOff(command: string): ConnectorError {
  const name = command.replace(/Command$/, '');
  return new ConnectorError('transient', `${name}: the answer broke off; try again later`);
}

async function* chunksOf(body: AsyncIterable<Uint8Array> | Uint8Array): AsyncIterable<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}

function foreign(command: string, wanted: string, root: string | undefined): ConnectorError {
  const got = root === undefined ? 'no XML' : `a <${root}>`;
  return new ConnectorError(
    'unsupported',
    `${command.replace(/Command$/, '')}: ${got} came for a <${wanted}>; the server does not support this, or is not S3`,
  );
}
