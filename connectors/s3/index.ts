/** Amazon S3 and whatever speaks its protocol (Ceph, MinIO, R2, Wasabi ...): buckets as containers, objects as assets. */
import { bucketArgument } from '../../src/bucket/keys.ts';
import type { Connector, ConnectorModule, Environment, Options } from '../../src/connector.ts';

const OPTIONS = {
  buckets: {
    type: 'string[]',
    description: 'Buckets to list; none means every bucket that ListBuckets shows.',
    example: ['client-exports', 'finance-archive'],
  },
  prefixes: {
    type: 'string[]',
    description: 'Only keys that begin with one of these, in every bucket; as they are, not percent-encoded.',
    example: ['clients/', 'exports/2026'],
  },
  endpoint: {
    type: 'string',
    description: 'URL of an S3-compatible server; left out for AWS.',
    example: 'https://s3.example.com',
  },
  forcePathStyle: {
    type: 'boolean',
    description: 'Buckets in the path instead of the host name; on by default with an endpoint, off for AWS.',
    example: true,
  },
  region: {
    type: 'string',
    description: 'Region to sign for; left out, the profile or AWS_REGION says it, else us-east-1.',
    example: 'eu-central-1',
  },
  profile: {
    type: 'string',
    description: 'Profile of ~/.aws/config; one with role_arn and source_profile assumes that role.',
    example: 'inventory-readonly',
  },
  accessKeyId: {
    type: 'string',
    secret: true,
    description: 'Access key; better left to the profile, role or environment.',
  },
  secretAccessKey: { type: 'string', secret: true, description: 'Secret that belongs to accessKeyId.' },
  sessionToken: {
    type: 'string',
    secret: true,
    description: 'Session token, when accessKeyId is a temporary one.',
  },
  requesterPays: {
    type: 'boolean',
    description: 'Agree to pay for requests to requester-pays buckets.',
    example: false,
  },
  versions: {
    type: 'boolean',
    description: 'Also list noncurrent versions and delete markers (s3:ListBucketVersions).',
    example: false,
  },
  tags: {
    type: 'boolean',
    description: 'Object tags as labels: one more request for every object, each time (s3:GetObjectTagging).',
    example: false,
  },
  posture: {
    type: 'boolean',
    description:
      'Ask every bucket for encryption, public access, versioning, logging and tags; on by default.',
    example: true,
  },
} as const satisfies ConnectorModule['options'];

const s3: ConnectorModule = {
  kind: 's3',
  title: 'Amazon S3 and S3-compatible storage',
  category: 'storage',
  options: OPTIONS,
  features: {
    range: true,
    sorted: true,
    grants: true,
    labels: true,
    digests: ['md5'],
    delta: false,
    trash: false,
  },
  fromArgument: (argument) => bucketArgument('s3', argument),
  connect,
};

export default s3;

async function connect(options: Options, environment: Environment): Promise<Connector> {
  const { readSettings } = await import('./settings.ts');
  const settings = readSettings(options, environment.env);
  const { createConnector } = await import('./connector.ts');
  return createConnector(settings, environment);
}
