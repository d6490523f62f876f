/** Azure Blob Storage: the containers of one storage account as containers, blobs as assets. */
import { decodeTyped } from '../../src/bucket/keys.ts';
import type { Connector, ConnectorModule, Environment, Options } from '../../src/connector.ts';

const OPTIONS = {
  account: {
    type: 'string',
    description:
      'Storage account, by name or by the URL of its blob service; left out, the connection string or AZURE_STORAGE_ACCOUNT says it.',
    example: 'clientdata',
  },
  containers: {
    type: 'string[]',
    description: 'Containers to list; none means every container of the account.',
    example: ['exports', 'finance'],
  },
  prefixes: {
    type: 'string[]',
    description: 'Only blobs whose names begin with one of these, in every container; not percent-encoded.',
    example: ['clients/', 'exports/2026'],
  },
  connectionString: {
    type: 'string',
    secret: true,
    description: 'Connection string with an account key or SAS; better Entra ID, which needs no secret here.',
  },
  accountKey: {
    type: 'string',
    secret: true,
    description: 'Account key: the right to do anything to the account; better Entra ID or a SAS.',
  },
  sasToken: {
    type: 'string',
    secret: true,
    description: 'Shared access signature with read and list (sp=rl).',
  },
  hierarchical: {
    type: 'boolean',
    description:
      'List folder by folder: excluded folders are not entered and folders are listed several at once, for a request each.',
    example: false,
  },
  tags: {
    type: 'boolean',
    description: 'Blob index tags as labels, with the listing (tags/read; t in a SAS).',
    example: false,
  },
  snapshots: {
    type: 'boolean',
    description: 'Also list snapshots; not together with hierarchical.',
    example: false,
  },
  versions: { type: 'boolean', description: 'Also list versions that are not current.', example: false },
  trash: {
    type: 'boolean',
    description:
      'Also list soft-deleted blobs, with label trashed: yes; they cannot be read until undeleted.',
    example: false,
  },
  posture: {
    type: 'boolean',
    description:
      'Ask every container for its stored access policies, and the account for logging; on by default.',
    example: true,
  },
} as const satisfies ConnectorModule['options'];

const azureBlob: ConnectorModule = {
  kind: 'azure-blob',
  title: 'Azure Blob Storage',
  category: 'storage',
  options: OPTIONS,
  features: {
    range: true,
    sorted: false,
    grants: true,
    labels: true,
    digests: ['md5'],
    delta: false,
    trash: true,
  },
  fromArgument,
  connect,
};

export default azureBlob;

/**
 * `az://account`, `az://account/container/prefix`, or the same as the portal shows it:
 * `https://account.blob.core.windows.net/container/prefix`. A SAS behind it stays out: it belongs into the environment.
 */
function fromArgument(argument: string): Options | undefined {
  const match =
    /^az:\/\/([^/?#]+)(?:\/([^/]*)(?:\/(.*))?)?$/s.exec(argument) ??
    /^(https:\/\/[^/?#]+\.blob\.[^/?#]+)(?:\/([^/?#]*)(?:\/([^?#]*))?)?(?:[?#].*)?$/is.exec(argument);
  if (match === null) return undefined;
  const [, account = '', container = '', prefix = ''] = match;
  return {
    account,
    ...(container === '' ? {} : { containers: [container] }),
    ...(prefix === '' ? {} : { prefixes: [decodeTyped(prefix)] }),
  };
}

async function connect(options: Options, environment: Environment): Promise<Connector> {
  const { readSettings } = await import('./settings.ts');
  const settings = readSettings(options, environment.env);
  const { createConnector } = await import('./connector.ts');
  return createConnector(settings, environment);
}
