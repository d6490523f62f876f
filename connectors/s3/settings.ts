/** Turns a source's options and environment into checked settings. */
import { outermost } from '../../src/bucket/keys.ts';
import { type OptionReader, optionReader } from '../../src/bucket/options.ts';
import type { Environment, Options } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';

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
  const reader = optionReader('s3', options);
  const endpoint = reader.text('endpoint') ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? null;
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    throw new ConnectorError('config', 's3: endpoint must be a URL that begins with https:// or http://');
  }
  const buckets = reader.list('buckets');
  const wrong = buckets.find((bucket) => bucket === '' || /[/\s]/.test(bucket));
  if (wrong !== undefined) {
    throw new ConnectorError(
      'config',
      `s3: ${JSON.stringify(wrong)} is not a bucket name; write the name alone and put the rest under prefixes`,
    );
  }
  return {
    buckets: buckets.length === 0 ? null : [...new Set(buckets)],
    prefixes: outermost(reader.list('prefixes')),
    endpoint,
    forcePathStyle: reader.flag('forcePathStyle', endpoint !== null),
    region: reader.text('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    profile: reader.text('profile') ?? env.AWS_PROFILE,
    credentials: credentials(reader, env),
    requesterPays: reader.flag('requesterPays', false),
    versions: reader.flag('versions', false),
    tags: reader.flag('tags', false),
    posture: reader.flag('posture', true),
  };
}

/** Options first; then the variables of the environment that we were handed, unless a profile was asked for. */
function credentials(reader: OptionReader, env: Environment['env']): Credentials | undefined {
  const own = pair(reader.text('accessKeyId'), reader.text('secretAccessKey'), reader.text('sessionToken'));
  if (own === 'half') {
    throw new ConnectorError(
      'config',
      's3: accessKeyId and secretAccessKey go together; one is missing or empty',
    );
  }
  if (own !== undefined || (reader.text('profile') ?? env.AWS_PROFILE) !== undefined) return own;
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
