/** Turns a source's options and environment into checked settings. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { optionReader } from '../../src/bucket/options.ts';
import type { Environment, Options } from '../../src/connector.ts';
import { ConnectorError, messageOf } from '../../src/errors.ts';

const KEY = z.discriminatedUnion('type', [
  z.object({ type: z.literal('service_account'), client_email: z.string(), private_key: z.string() }),
  z.object({
    type: z.literal('authorized_user'),
    client_id: z.string(),
    client_secret: z.string(),
    refresh_token: z.string(),
  }),
]);

/** What Google's own tools write: a service account's key, or a person's consent to an app. */
export type Key = z.infer<typeof KEY>;

export interface Settings {
  readonly key: Key;
  /** Lower case. Empty: the key's own identity. */
  readonly subjects: readonly string[];
  /** Lower case. */
  readonly domains: readonly string[];
  readonly myDrive: boolean;
  readonly sharedDrives: boolean;
  /** Names or ids; null for all in reach. */
  readonly drives: readonly string[] | null;
  readonly sharedWithMe: boolean;
  readonly trash: boolean;
  readonly labels: boolean;
  /** Asked for on behalf of a service account; a person has consented to some once. */
  readonly scopes: readonly string[];
  /** Null for Google. */
  readonly endpoint: string | null;
}

export const SCOPE = {
  content: 'https://www.googleapis.com/auth/drive.readonly',
  metadata: 'https://www.googleapis.com/auth/drive.metadata.readonly',
  labels: 'https://www.googleapis.com/auth/drive.labels.readonly',
} as const;

/** Where addresses belong to anybody. */
const CONSUMER_DOMAINS = ['gmail.com', 'googlemail.com'];

/** @throws ConnectorError `config` */
export async function readSettings(options: Options, env: Environment['env']): Promise<Settings> {
  const reader = optionReader('google-drive', options);
  const file = reader.text('keyFile') ?? env.GOOGLE_APPLICATION_CREDENTIALS;
  const key = await readKey(reader.text('credentials'), file);
  const subjects = [...new Set(reader.list('subjects').map((subject) => subject.toLowerCase()))];
  if (subjects.some((subject) => !/^[^@\s]+@[^@\s]+$/.test(subject))) {
    throw new ConnectorError('config', 'google-drive: subjects must be e-mail addresses of users');
  }
  if (subjects.length > 0 && key.type !== 'service_account') {
    throw new ConnectorError(
      'config',
      'google-drive: only a service account can act as subjects; leave them out, or give its key',
    );
  }
  const endpoint = reader.text('endpoint') ?? null;
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    throw new ConnectorError('config', 'google-drive: endpoint must be a URL that begins with https://');
  }
  const drives = reader.list('drives');
  const domains = reader.list('domains').map((domain) => domain.toLowerCase());
  const labels = reader.flag('labels', false);
  return {
    key,
    subjects,
    domains: domains.length > 0 ? domains : domainsOf(subjects),
    myDrive: reader.flag('myDrive', true),
    sharedDrives: reader.flag('sharedDrives', true) || drives.length > 0,
    drives: drives.length === 0 ? null : [...new Set(drives)],
    sharedWithMe: reader.flag('sharedWithMe', false),
    trash: reader.flag('trash', false),
    labels,
    scopes: [
      reader.flag('metadataOnly', false) ? SCOPE.metadata : SCOPE.content,
      ...(labels ? [SCOPE.labels] : []),
    ],
    endpoint,
  };
}

/** Domains in which these addresses are; those of a public mail service are nobody's own. */
export function domainsOf(addresses: readonly string[]): readonly string[] {
  const domains = addresses.map((address) => address.slice(address.lastIndexOf('@') + 1).toLowerCase());
  return [...new Set(domains)].filter(
    (domain) => !CONSUMER_DOMAINS.includes(domain) && !domain.endsWith('.gserviceaccount.com'),
  );
}

async function readKey(text: string | undefined, file: string | undefined): Promise<Key> {
  if (text === undefined && file === undefined) {
    throw new ConnectorError(
      'config',
      'google-drive: no credentials; set keyFile, credentials or GOOGLE_APPLICATION_CREDENTIALS (see its README)',
    );
  }
  const where = text === undefined ? `keyFile ${file}` : 'credentials';
  try {
    return KEY.parse(JSON.parse(text ?? (await readFile(file ?? '', 'utf8'))));
  } catch (error) {
    // What is wrong with it could quote it.
    const why =
      error instanceof SyntaxError || error instanceof z.ZodError
        ? 'not the JSON of a service account or an authorised user'
        : messageOf(error);
    throw new ConnectorError('config', `google-drive: ${where}: ${why}`);
  }
}
