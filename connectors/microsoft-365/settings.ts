/** Turns a source's options and environment into checked settings. */
import type { Environment, Options } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';

/** How the app proves who it is. */
export type Login =
  | { readonly by: 'token'; readonly token: string }
  | { readonly by: 'secret'; readonly tenant: string; readonly clientId: string; readonly secret: string }
  | {
      readonly by: 'certificate';
      readonly tenant: string;
      readonly clientId: string;
      /** PEM file with certificate and private key. */
      readonly path: string;
    };

export interface Settings {
  readonly login: Login;
  /** Names as given; `*` for all of the kind; empty for none of it. */
  readonly users: readonly string[];
  readonly sites: readonly string[];
  readonly teams: readonly string[];
  readonly permissions: boolean;
  readonly labels: boolean;
  readonly trash: boolean;
  readonly versions: boolean;
  /** In any minute. */
  readonly resourceUnits: number;
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Where tokens come from; without a slash at its end. */
  readonly authority: string;
}

const WORLDWIDE = 'https://graph.microsoft.com';
/** Graph -> sign-in. @see https://learn.microsoft.com/graph/deployments */
const AUTHORITIES: Readonly<Record<string, string>> = {
  [WORLDWIDE]: 'https://login.microsoftonline.com',
  'https://graph.microsoft.us': 'https://login.microsoftonline.us',
  'https://dod-graph.microsoft.us': 'https://login.microsoftonline.us',
  'https://microsoftgraph.chinacloudapi.cn': 'https://login.partner.microsoftonline.cn',
};
/** For tenants of up to 1,000 licences. @see https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online */
const RESOURCE_UNITS = 1250;

/** @throws ConnectorError `config` */
export function readSettings(options: Options, env: Environment['env']): Settings {
  const named = {
    users: list(options, 'users'),
    sites: list(options, 'sites').map(siteAddress),
    teams: list(options, 'teams'),
  };
  const none = Object.values(named).every((names) => names.length === 0);
  const endpoint = endpointOf(text(options, 'endpoint') ?? WORLDWIDE);
  return {
    login: loginOf(options, env),
    // A team's files lie in its site: all sites are all teams.
    ...(none ? { users: ['*'], sites: ['*'], teams: [] } : named),
    permissions: flag(options, 'permissions'),
    labels: flag(options, 'labels'),
    trash: flag(options, 'trash'),
    versions: flag(options, 'versions'),
    resourceUnits: units(options),
    endpoint,
    authority: AUTHORITIES[endpoint] ?? endpoint,
  };
}

/** Options first, then the variables that Azure's own tools read. */
function loginOf(options: Options, env: Environment['env']): Login {
  const token = text(options, 'accessToken');
  if (token !== undefined) return { by: 'token', token };
  const tenant = text(options, 'tenant') ?? env.AZURE_TENANT_ID;
  const clientId = text(options, 'clientId') ?? env.AZURE_CLIENT_ID;
  if (!tenant || !clientId) {
    throw config('tenant and clientId are needed; the README says how to register the app');
  }
  const path = text(options, 'certificate');
  const secret = text(options, 'clientSecret');
  if (path !== undefined && secret !== undefined) {
    throw config('give either certificate or clientSecret, not both');
  }
  const certificatePath = path ?? (secret === undefined ? env.AZURE_CLIENT_CERTIFICATE_PATH : undefined);
  if (certificatePath) return { by: 'certificate', tenant, clientId, path: certificatePath };
  const secretValue = secret ?? env.AZURE_CLIENT_SECRET;
  if (secretValue) return { by: 'secret', tenant, clientId, secret: secretValue };
  throw config(
    'certificate or clientSecret is needed, or AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_SECRET',
  );
}

/** Tokens go over encrypted connections only, or stay on this machine. */
function endpointOf(address: string): string {
  const url = URL.parse(address);
  const loopback = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) {
    throw config('endpoint must be a URL that begins with https://');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw config('endpoint must not hold a credential');
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** `https://host/sites/x/` and `host/sites/x` are the same site. */
function siteAddress(name: string): string {
  return name.replace(/^https:\/\//i, '').replace(/\/+$/, '');
}

function units(options: Options): number {
  const value = options.resourceUnits ?? RESOURCE_UNITS;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw config('resourceUnits must be a whole number above 0');
  }
  return value;
}

function text(options: Options, name: string): string | undefined {
  const value = options[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw config(`${name} must be a text`);
  return value;
}

function flag(options: Options, name: string): boolean {
  const value = options[name] ?? false;
  if (typeof value !== 'boolean') throw config(`${name} must be true or false`);
  return value;
}

function list(options: Options, name: string): readonly string[] {
  const value = options[name] ?? [];
  if (typeof value !== 'object') throw config(`${name} must be a list of texts`);
  if (value.includes('')) throw config(`${name} holds an empty name`);
  return [...new Set(value)];
}

function config(message: string): ConnectorError {
  return new ConnectorError('config', `microsoft-365: ${message}`);
}
