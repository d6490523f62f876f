/** Google Drive: the My Drive of a person or of named users of a domain, and shared drives, as containers. */
import type { Connector, ConnectorModule, Environment, Options } from '../../src/connector.ts';

const OPTIONS = {
  keyFile: {
    type: 'string',
    format: 'path',
    description:
      'JSON file of a service account or an authorised user; without it GOOGLE_APPLICATION_CREDENTIALS is taken.',
    example: '~/.config/whereabouts/drive.json',
  },
  credentials: {
    type: 'string',
    secret: true,
    description: 'The same JSON itself, where it must not lie in a file.',
  },
  subjects: {
    type: 'string[]',
    description:
      'Users that a service account with domain-wide delegation may act as, and nobody else; none: it acts as itself.',
    example: ['ada@example.com', 'bo@example.com'],
  },
  domains: {
    type: 'string[]',
    description:
      'Domains that are our own: who is in another one makes a file external. Default: those of the subjects.',
    example: ['example.com'],
  },
  myDrive: {
    type: 'boolean',
    description: 'The My Drive of the signed-in user, or of each subject; on by default.',
    example: true,
  },
  sharedDrives: {
    type: 'boolean',
    description: 'Every shared drive that is in reach; on by default.',
    example: true,
  },
  drives: {
    type: 'string[]',
    description: 'Only these shared drives, by name or id.',
    example: ['Clients', '0AExampleDriveId'],
  },
  sharedWithMe: {
    type: 'boolean',
    description: 'Also what others own and have shared, in no folder of ours; off by default.',
    example: false,
  },
  trash: {
    type: 'boolean',
    description: 'Also what is in the trash, with the label trashed.',
    example: false,
  },
  labels: {
    type: 'boolean',
    description: 'Drive labels as labels (scope drive.labels.readonly); off by default.',
    example: false,
  },
  metadataOnly: {
    type: 'boolean',
    description: 'Ask for the scope drive.metadata.readonly alone; for depth metadata.',
    example: false,
  },
  endpoint: {
    type: 'string',
    description: 'URL of a gateway that stands for every googleapis.com host; left out for Google.',
    example: 'https://google-gateway.example.com',
  },
} as const satisfies ConnectorModule['options'];

const googleDrive: ConnectorModule = {
  kind: 'google-drive',
  title: 'Google Drive: My Drives and shared drives',
  category: 'saas',
  options: OPTIONS,
  features: {
    range: true,
    sorted: false,
    grants: true,
    labels: true,
    digests: ['md5', 'sha1', 'sha256'],
    delta: true,
    trash: true,
  },
  fromArgument,
  connect,
};

export default googleDrive;

/** `gdrive://` for all in reach, `gdrive://ada@example.com` for one My Drive, `gdrive://Clients` for a shared drive by name or id. */
function fromArgument(argument: string): Options | undefined {
  const place = /^gdrive:\/\/([^/]*)\/?$/.exec(argument)?.[1];
  if (place === undefined) return undefined;
  if (place === '') return {};
  if (place.includes('@')) return { subjects: [place], sharedDrives: false };
  return { drives: [place], myDrive: false };
}

async function connect(options: Options, environment: Environment): Promise<Connector> {
  const { readSettings } = await import('./settings.ts');
  const settings = await readSettings(options, environment.env);
  const { createConnector } = await import('./connector.ts');
  return createConnector(settings, environment);
}
