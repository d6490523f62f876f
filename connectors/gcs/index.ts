/** Google Cloud Storage: the buckets of a project as containers, objects as assets. */
import { bucketArgument } from '../../src/bucket/keys.ts';
import type { Connector, ConnectorModule, Environment, Options } from '../../src/connector.ts';

const OPTIONS = {
  buckets: {
    type: 'string[]',
    description: 'Buckets to list; none means every bucket of the project.',
    example: ['client-exports', 'finance-archive'],
  },
  prefixes: {
    type: 'string[]',
    description: 'Only objects whose names begin with one of these, in every bucket; not percent-encoded.',
    example: ['clients/', 'exports/2026'],
  },
  project: {
    type: 'string',
    description: 'Project whose buckets are listed; left out, the login or GOOGLE_CLOUD_PROJECT says it.',
    example: 'acme-prod',
  },
  domains: {
    type: 'string[]',
    description: 'Domains of your own people and groups: whoever else may read is external.',
    example: ['example.com'],
  },
  keyFile: {
    type: 'string',
    format: 'path',
    description: 'Key of a service account; better Application Default Credentials, which need none.',
    example: '~/keys/inventory.json',
  },
  accessToken: {
    type: 'string',
    secret: true,
    description: 'Access token that somebody fetched; left out, CLOUDSDK_AUTH_ACCESS_TOKEN.',
  },
  anonymous: {
    type: 'boolean',
    description: 'Log in as nobody: for public buckets, which must be named.',
    example: false,
  },
  userProject: {
    type: 'string',
    description: 'Project that pays for requests to requester-pays buckets.',
    example: 'acme-billing',
  },
  endpoint: {
    type: 'string',
    description: 'URL of another server with the same API; left out, STORAGE_EMULATOR_HOST or Google.',
    example: 'https://storage-example.p.googleapis.com',
  },
  versions: { type: 'boolean', description: 'Also list noncurrent versions.', example: false },
  trash: {
    type: 'boolean',
    description:
      'Also list soft-deleted objects, with label trashed: yes; they cannot be read until restored.',
    example: false,
  },
  posture: {
    type: 'boolean',
    description: 'Ask every bucket for its settings and its IAM policy; on by default.',
    example: true,
  },
} as const satisfies ConnectorModule['options'];

const gcs: ConnectorModule = {
  kind: 'gcs',
  title: 'Google Cloud Storage',
  category: 'storage',
  options: OPTIONS,
  features: {
    range: true,
    sorted: true,
    grants: true,
    labels: true,
    digests: ['crc32c', 'md5'],
    delta: false,
    trash: true,
  },
  fromArgument: (argument) => bucketArgument('gs', argument),
  connect,
};

export default gcs;

async function connect(options: Options, environment: Environment): Promise<Connector> {
  const { readSettings } = await import('./settings.ts');
  const settings = readSettings(options, environment.env);
  const { createConnector } = await import('./connector.ts');
  return createConnector(settings, environment);
}
