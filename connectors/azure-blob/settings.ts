/** Turns a source's options and environment into checked settings. */
import { outermost } from '../../src/bucket/keys.ts';
import { type OptionReader, optionReader } from '../../src/bucket/options.ts';
import type { Environment, Options } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';

/** How we log in. `entra` is whatever DefaultAzureCredential finds: environment, workload or managed identity, `az login`. */
export type Login =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'sas'; readonly token: string }
  | { readonly kind: 'entra' };

export interface Settings {
  /** The account's name. */
  readonly account: string;
  /** Of its blob service, without query and final slash. */
  readonly url: string;
  readonly login: Login;
  /** Null means every container of the account. */
  readonly containers: readonly string[] | null;
  /** Ascending, none inside another; `['']` means all blobs. */
  readonly prefixes: readonly string[];
  readonly hierarchical: boolean;
  readonly tags: boolean;
  readonly snapshots: boolean;
  readonly versions: boolean;
  readonly trash: boolean;
  readonly posture: boolean;
}

/** @throws ConnectorError `config` */
export function readSettings(options: Options, env: Environment['env']): Settings {
  const reader = optionReader('azure-blob', options);
  const hierarchical = reader.flag('hierarchical', false);
  const snapshots = reader.flag('snapshots', false);
  if (hierarchical && snapshots) {
    throw wrong('Azure lists snapshots only flat; set either hierarchical or snapshots');
  }
  return {
    ...placeAndLogin(reader, env),
    containers: containersOf(reader),
    prefixes: outermost(reader.list('prefixes')),
    hierarchical,
    snapshots,
    tags: reader.flag('tags', false),
    versions: reader.flag('versions', false),
    trash: reader.flag('trash', false),
    posture: reader.flag('posture', true),
  };
}

interface Place {
  readonly account: string;
  readonly url: string;
}

function placeAndLogin(reader: OptionReader, env: Environment['env']): Place & { readonly login: Login } {
  const named = reader.text('account');
  const own =
    reader.text('connectionString') ??
    (named === undefined ? env.AZURE_STORAGE_CONNECTION_STRING : undefined);
  if (own !== undefined) {
    const parsed = fromConnectionString(own);
    if (named !== undefined && placeOf(named).url !== parsed.url) {
      throw wrong(
        `connectionString belongs to ${parsed.url}, not to account ${named}; leave one of them out`,
      );
    }
    return parsed;
  }
  const account = named ?? env.AZURE_STORAGE_ACCOUNT;
  if (account === undefined) throw wrong('name the storage account: account, or AZURE_STORAGE_ACCOUNT');
  const place = placeOf(account);
  // The command line az keeps one account's login in the environment: no other account is given it.
  const fits =
    env.AZURE_STORAGE_ACCOUNT === undefined || placeOf(env.AZURE_STORAGE_ACCOUNT).account === place.account;
  const { AZURE_STORAGE_KEY: key, AZURE_STORAGE_SAS_TOKEN: token } = fits ? env : {};
  const login =
    loginOf(reader.text('accountKey'), reader.text('sasToken')) ??
    loginOf(key, token) ??
    ({ kind: 'entra' } as const);
  return { ...place, login };
}

function loginOf(key: string | undefined, token: string | undefined): Login | undefined {
  if (key) return { kind: 'key', key };
  return token ? { kind: 'sas', token: token.replace(/^\?/, '') } : undefined;
}

/** An account by name, or by the URL of its blob service, whose path names it where the host is an address or `localhost`. */
function placeOf(account: string): Place {
  if (/^[a-z0-9]{3,24}$/.test(account)) return { account, url: `https://${account}.blob.core.windows.net` };
  const url = URL.parse(account);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong(
      'account must be a name of 3 to 24 lower-case letters and digits, or the URL of a blob service',
    );
  }
  if (url.search !== '' || url.username !== '') {
    throw wrong('account must hold no SAS; set sasToken to a variable of the environment');
  }
  const path = url.pathname.split('/').filter((part) => part !== '');
  const byPath = /^[\d.]+$|^\[|^localhost$/.test(url.hostname);
  if (path.length > (byPath ? 1 : 0))
    throw wrong('account must end with the account; name containers under containers');
  const name = byPath ? path[0] : url.hostname.split('.')[0];
  if (name === undefined)
    throw wrong('the URL of an emulator ends with the account: http://127.0.0.1:10000/ACCOUNT');
  return { account: name, url: [url.origin, ...path].join('/') };
}

/** @see https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string */
function fromConnectionString(text: string): Place & { readonly login: Login } {
  const parts = new Map(
    text.split(';').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
    }),
  );
  const login = loginOf(parts.get('AccountKey'), parts.get('SharedAccessSignature'));
  const name = parts.get('AccountName');
  const endpoint = parts.get('BlobEndpoint')?.replace(/\/$/, '');
  const protocol = parts.get('DefaultEndpointsProtocol') ?? 'https';
  const suffix = parts.get('EndpointSuffix') ?? 'core.windows.net';
  const url = endpoint ?? (name === undefined ? undefined : `${protocol}://${name}.blob.${suffix}`);
  if (login === undefined || url === undefined) {
    throw wrong(
      'connectionString needs AccountName or BlobEndpoint, and AccountKey or SharedAccessSignature',
    );
  }
  const place = placeOf(url);
  return { account: name ?? place.account, url: place.url, login };
}

function containersOf(reader: OptionReader): readonly string[] | null {
  const containers = reader.list('containers');
  const bad = containers.find((container) => container === '' || /[/\s]/.test(container));
  if (bad !== undefined) {
    throw wrong(`${JSON.stringify(bad)} is not a container name; put what follows the name under prefixes`);
  }
  return containers.length === 0 ? null : [...new Set(containers)];
}

function wrong(message: string): ConnectorError {
  return new ConnectorError('config', `azure-blob: ${message}`);
}
