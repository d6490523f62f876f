/** Turns a source's options and environment into checked settings. */
import { outermost } from '../../src/bucket/keys.ts';
import { type OptionReader, optionReader } from '../../src/bucket/options.ts';
import type { Environment, Options } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';

/** How we log in. `default` is what Google's libraries find: environment, `gcloud auth application-default login`, the machine. */
export type Login =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'anonymous' };

export interface Settings {
  /** Null means every bucket of the project. */
  readonly buckets: readonly string[] | null;
  /** Ascending, none inside another; `['']` means all objects. */
  readonly prefixes: readonly string[];
  /** Undefined means what the login says. */
  readonly project: string | undefined;
  /** Lower-case; empty when nobody said which are ours. */
  readonly domains: readonly string[];
  readonly login: Login;
  readonly userProject: string | undefined;
  /** Without a final slash; null means Google. */
  readonly endpoint: string | null;
  readonly versions: boolean;
  readonly trash: boolean;
  readonly posture: boolean;
}

/** @throws ConnectorError `config` */
export function readSettings(options: Options, env: Environment['env']): Settings {
  const reader = optionReader('gcs', options);
  const buckets = bucketsOf(reader);
  const login = loginOf(reader, env);
  if (login.kind === 'anonymous' && buckets === null) {
    throw wrong('nobody can list a project; name the public buckets under buckets');
  }
  return {
    buckets,
    prefixes: outermost(reader.list('prefixes')),
    project: reader.text('project') ?? env.GOOGLE_CLOUD_PROJECT,
    domains: reader.list('domains').map((domain) => domain.toLowerCase()),
    login,
    userProject: reader.text('userProject'),
    endpoint: endpointOf(reader.text('endpoint') ?? env.STORAGE_EMULATOR_HOST),
    versions: reader.flag('versions', false),
    trash: reader.flag('trash', false),
    posture: reader.flag('posture', true),
  };
}

/** Options first; then the token of the environment that we were handed. */
function loginOf(reader: OptionReader, env: Environment['env']): Login {
  const path = reader.text('keyFile');
  const token = reader.text('accessToken');
  const anonymous = reader.flag('anonymous', false);
  if ([path !== undefined, token !== undefined, anonymous].filter(Boolean).length > 1) {
    throw wrong('keyFile, accessToken and anonymous exclude each other; set one');
  }
  if (anonymous) return { kind: 'anonymous' };
  if (path !== undefined) return { kind: 'file', path };
  const handed = token ?? env.CLOUDSDK_AUTH_ACCESS_TOKEN;
  return handed ? { kind: 'token', token: handed } : { kind: 'default' };
}

function endpointOf(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const url = /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : `http://${text}`;
  if (!URL.canParse(url)) throw wrong('endpoint must be a URL that begins with https:// or http://');
  return url.replace(/\/+$/, '');
}

function bucketsOf(reader: OptionReader): readonly string[] | null {
  const buckets = reader.list('buckets');
  const bad = buckets.find((bucket) => bucket === '' || /[/\s]/.test(bucket));
  if (bad !== undefined) {
    throw wrong(
      `${JSON.stringify(bad)} is not a bucket name; write the name alone and put the rest under prefixes`,
    );
  }
  return buckets.length === 0 ? null : [...new Set(buckets)];
}

function wrong(message: string): ConnectorError {
  return new ConnectorError('config', `gcs: ${message}`);
}
