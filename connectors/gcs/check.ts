/** Proves that the credentials work, and says for `doctor` who we are and which permissions are missing or too many. */
import type { Identity } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { bucketPages, missingPosture } from './discover.ts';
import { bucketUri } from './keys.ts';
import { type ListContext, requestListing } from './list.ts';
import { readPermissions } from './wire.ts';

const NEEDED = ['storage.objects.list', 'storage.objects.get'] as const;
const TOO_MANY = [
  'storage.objects.create',
  'storage.objects.delete',
  'storage.objects.update',
  'storage.objects.setIamPolicy',
  'storage.buckets.delete',
  'storage.buckets.update',
  'storage.buckets.setIamPolicy',
] as const;

/** @throws ConnectorError `auth`, `config` or `not-found` when no bucket at all can be listed */
export async function checkAccess(context: ListContext, signal: AbortSignal): Promise<Identity> {
  const { settings, client } = context;
  const failures: ConnectorError[] = [];
  let listable: string | undefined;
  for (const bucket of settings.buckets ?? (await firstBucket(context, signal))) {
    const failure = await listingFailure(context, bucket, signal);
    if (failure === undefined) listable ??= bucket;
    else failures.push(failure);
  }
  const [first] = failures;
  if (listable === undefined && first !== undefined) throw first;
  const notes = failures.map((failure) => failure.message);
  if (listable !== undefined) notes.push(...(await permissionNotes(context, listable, signal)));
  const principal = (await client.email()) ?? LOGINS[settings.login.kind];
  return { principal, account: settings.project ?? null, notes };
}

/** Who we are where the login does not say by name. */
const LOGINS = {
  default: 'the application default credentials',
  file: 'the key file',
  token: 'an access token',
  anonymous: 'nobody (anonymous)',
} as const;

/** One is enough to prove that listing works. */
async function firstBucket(context: ListContext, signal: AbortSignal): Promise<readonly string[]> {
  for await (const page of bucketPages(context, signal)) {
    const first = page[0]?.name;
    if (first !== undefined) return [first];
  }
  return [];
}

async function listingFailure(
  context: ListContext,
  bucket: string,
  signal: AbortSignal,
): Promise<ConnectorError | undefined> {
  const prefix = context.settings.prefixes[0] ?? '';
  try {
    await requestListing(context, { bucket, prefix, start: '' }, signal);
    return undefined;
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

/** Asked of one bucket: roles are mostly given for all. */
async function permissionNotes(
  context: ListContext,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const has = await permissionsOn(context, bucket, signal);
  const lacking = has === undefined ? [] : NEEDED.filter((permission) => !has.includes(permission));
  const unknown = context.settings.posture ? await missingPosture(context, bucket, signal) : [];
  const tooMany = TOO_MANY.filter((permission) => has?.includes(permission));
  return [
    ...lacking.map((permission) => `${permission} is missing on ${bucket}: its objects cannot be read`),
    ...unknown.map(
      (permission) => `${permission} is missing on ${bucket}; what it would tell is recorded as unknown`,
    ),
    ...(tooMany.length === 0
      ? []
      : [
          `more than needed on ${bucket}: ${tooMany.join(', ')}; roles/storage.objectViewer is enough to read`,
        ]),
  ];
}

/** Undefined where even this may not be asked. */
async function permissionsOn(
  { client, environment }: ListContext,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const operation = { name: 'buckets.testIamPermissions', uri: bucketUri(bucket), permission: 'none' };
  const path = `/b/${encodeURIComponent(bucket)}/iam/testPermissions`;
  try {
    const query = { permissions: [...NEEDED, ...TOO_MANY] };
    return readPermissions(await client.json(operation, signal, { path, query }));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    environment.log('debug', error.message);
    return undefined;
  }
}
