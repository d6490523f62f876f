/** Turns a source's options and environment into checked settings. */
import type { Environment, Options } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { compareKeys } from './keys.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Settings {
  /** Null means every bucket in reach. */
  readonly buckets: readonly string[] | null;
  /** Ascending, none inside another; `['']` means all keys. */
  readonly prefixes: readonly string[];
  /** Null means AWS. */
  readonly endpoint: string | null;
  readonly forcePathStyle: boolean;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** Undefined means the SDK's own chain: environment, profile, web identity, container, instance. */
  readonly credentials: Credentials | undefined;
  readonly requesterPays: boolean;
  readonly versions: boolean;
  readonly tags: boolean;
  readonly posture: boolean;
}

/** @throws ConnectorError `config` */
export function readSettings(options: Options, env: Environment['env']): Settings {
  const endpoint = text(options, 'endpoint') ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? null;
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    throw new ConnectorError('config', 's3: endpoint must be a URL that begins with https:// or http://');
  }
  const buckets = list(options, 'buckets');
  const wrong = buckets.find((bucket) => bucket === '' || /[/\s]/.test(bucket));
  if (wrong !== undefined) {
    throw new ConnectorError(
      'config',
      `s3: ${JSON.stringify(wrong)} is not a bucket name; write the name alone and put the rest under prefixes`,
    );
  }
  return {
    buckets: buckets.length === 0 ? null : [...new Set(buckets)],
    prefixes: outermost(list(options, 'prefixes')),
    endpoint,
    forcePathStyle: flag(options, 'forcePathStyle', endpoint !== null),
    region: text(options, 'region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    profile: text(options, 'profile') ?? env.AWS_PROFILE,
    credentials: credentials(options, env),
    requesterPays: flag(options, 'requesterPays', false),
    versions: flag(options, 'versions', false),
    tags: flag(options, 'tags', false),
    posture: flag(options, 'posture', true),
  };
}

/** Options first; then the variables of the environment that we were handed, unless a profile was asked for. */
function credentials(options: Options, env: Environment['env']): Credentials | undefined {
  const own = pair(
    text(options, 'accessKeyId'),
    text(options, 'secretAccessKey'),
    text(options, 'sessionToken'),
  );
  if (own === 'half') {
    throw new ConnectorError(
      'config',
      's3: accessKeyId and secretAccessKey go together; one is missing or empty',
    );
  }
  if (own !== undefined || (text(options, 'profile') ?? env.AWS_PROFILE) !== undefined) return own;
  const fromEnv = pair(env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN);
  return fromEnv === 'half' ? undefined : fromEnv;
}

function pair(
  id: string | undefined,
  secret: string | undefined,
  token: string | undefined,
): Credentials | 'half' | undefined {
  if (!id && !secret) return undefined;
  if (!id || !secret) return 'half';
  return { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
}

/** Ascending and without those that another one covers, so that no key is listed twice. */
function outermost(prefixes: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const prefix of prefixes.toSorted(compareKeys)) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept.length === 0 ? [''] : kept;
}

function text(options: Options, name: string): string | undefined {
  const value = options[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw wrongType(name, 'a text');
  return value;
}

function flag(options: Options, name: string, otherwise: boolean): boolean {
  const value = options[name] ?? otherwise;
  if (typeof value !== 'boolean') throw wrongType(name, 'true or false');
  return value;
}

function list(options: Options, name: string): readonly string[] {
  const value = options[name] ?? [];
  if (typeof value !== 'object') throw wrongType(name, 'a list of texts');
  return value;
}

function wrongType(name: string, what: string): ConnectorError {
  return new ConnectorError('config', `s3: ${name} must be ${what}`);
}
