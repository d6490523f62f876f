/** Microsoft 365 by Microsoft Graph: OneDrives, SharePoint libraries and Teams' files. Drives are containers, files assets. */
import type { Connector, ConnectorModule, Environment, Options } from '../../src/connector.ts';

const OPTIONS = {
  tenant: {
    type: 'string',
    description: 'Tenant id or one of its domains; left out, AZURE_TENANT_ID says it.',
    example: 'contoso.onmicrosoft.com',
  },
  clientId: {
    type: 'string',
    description: 'Application (client) id of the app registration; left out, AZURE_CLIENT_ID says it.',
    example: '11112222-3333-4444-5555-666677778888',
  },
  clientSecret: {
    type: 'string',
    secret: true,
    description: "The app's secret; left out, AZURE_CLIENT_SECRET. A certificate is the safer choice.",
  },
  certificate: {
    type: 'string',
    format: 'path',
    description:
      "PEM file with the app's certificate and private key; left out, AZURE_CLIENT_CERTIFICATE_PATH. Instead of clientSecret.",
    example: '~/.config/whereabouts/m365.pem',
  },
  accessToken: {
    type: 'string',
    secret: true,
    description:
      'A token for Graph that was got elsewhere (`az account get-access-token`), for a short look. Instead of an app.',
  },
  users: {
    type: 'string[]',
    description:
      'OneDrives of these users, by user principal name or id; `*` for all. None of users, sites and teams: everything.',
    example: ['ada@contoso.com'],
  },
  sites: {
    type: 'string[]',
    description: 'Libraries of these SharePoint sites and their subsites, as `host/path`; `*` for all.',
    example: ['contoso.sharepoint.com/sites/clients'],
  },
  teams: {
    type: 'string[]',
    description: 'Files of these teams, by name, mail address or group id; `*` for all.',
    example: ['Client onboarding'],
  },
  permissions: {
    type: 'boolean',
    description:
      'Who may read each file: one more request of 5 units for each file and folder. Off by default: exposure is unknown.',
    example: false,
  },
  labels: {
    type: 'boolean',
    description: "Sensitivity labels as SharePoint's columns show them, and those of teams; off by default.",
    example: false,
  },
  trash: {
    type: 'boolean',
    description: 'Also list the recycle bins of the sites, by a beta endpoint of Graph; off by default.',
    example: false,
  },
  versions: {
    type: 'boolean',
    description:
      'Also list earlier versions: one more request for each file, in every scan, which is then never incremental.',
    example: false,
  },
  resourceUnits: {
    type: 'integer',
    description:
      'Resource units to spend in any minute, 1,250 by default; Microsoft grants more to tenants of more than 1,000 licences.',
    example: 2500,
  },
  endpoint: {
    type: 'string',
    description: 'Graph of a national cloud; left out, the worldwide one. The sign-in address follows it.',
    example: 'https://graph.microsoft.us',
  },
} as const satisfies ConnectorModule['options'];

const microsoft365: ConnectorModule = {
  kind: 'microsoft-365',
  title: 'OneDrive, SharePoint and Teams files (Microsoft 365)',
  category: 'saas',
  options: OPTIONS,
  features: {
    range: true,
    sorted: false,
    grants: true,
    labels: true,
    digests: ['quickxor', 'sha1', 'sha256'],
    delta: true,
    trash: true,
  },
  fromArgument,
  connect,
};

export default microsoft365;

/**
 * `m365://` for everything, `onedrive://user@domain`, `sharepoint://host/sites/x`, `teams://Name`; the last three without
 * anything behind them for all of their kind. Percent-encoding is undone.
 */
function fromArgument(argument: string): Options | undefined {
  const [, scheme = '', rest = ''] = /^(m365|onedrive|sharepoint|teams):\/\/(.*)$/.exec(argument) ?? [];
  const name = decoded(rest.replace(/\/+$/, ''));
  if (scheme === 'm365') return name === '' ? {} : undefined;
  const kind = ({ onedrive: 'users', sharepoint: 'sites', teams: 'teams' } as const)[scheme];
  return kind === undefined ? undefined : { [kind]: [name === '' ? '*' : name] };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A lone `%` is a name as a person types it.
    if (error instanceof URIError) return text;
    throw error;
  }
}

async function connect(options: Options, environment: Environment): Promise<Connector> {
  const { readSettings } = await import('./settings.ts');
  const settings = readSettings(options, environment.env);
  const { createConnector } = await import('./connector.ts');
  return createConnector(settings, environment);
}
