/** Proves that the credentials work, and says for `doctor` who we are and which permissions are missing or too many. */
import type { Identity } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { accountFacts, containerPages, describeContainer, propertiesOf } from './discover.ts';
import { PERMISSIONS } from './failure.ts';
import { containerUri } from './keys.ts';
import type { ListContext } from './list.ts';
import { sasNotes } from './sas.ts';

/** @throws ConnectorError `auth`, `config` or `not-found` when no container at all can be listed */
export async function checkAccess(context: ListContext, signal: AbortSignal): Promise<Identity> {
  const { settings } = context;
  const principal = await principalOf(context, signal);
  const notes = [...loginNotes(context)];
  const failures: ConnectorError[] = [];
  let listable: string | undefined;
  for (const name of settings.containers ?? (await firstContainer(context, signal))) {
    const failure = await listingFailure(context, name, signal);
    if (failure === undefined) listable ??= name;
    else failures.push(failure);
  }
  const [first] = failures;
  if (listable === undefined && first !== undefined) throw first;
  notes.push(...failures.map((failure) => failure.message));
  if (listable !== undefined) notes.push(...(await missingPosture(context, listable, signal)));
  return { principal, account: settings.account, notes };
}

/** With an account SAS or a role at the account: one container is enough to prove that listing works. */
async function firstContainer(context: ListContext, signal: AbortSignal): Promise<readonly string[]> {
  for await (const page of containerPages(context, signal, 1)) {
    const first = page[0]?.name;
    if (first !== undefined) return [first];
  }
  return [];
}

async function listingFailure(
  { client, settings }: ListContext,
  name: string,
  signal: AbortSignal,
): Promise<ConnectorError | undefined> {
  const operation = {
    name: 'List Blobs',
    uri: containerUri(settings.account, name),
    permission: settings.tags ? `${PERMISSIONS.blobs} and ${PERMISSIONS.tags}` : PERMISSIONS.blobs,
  };
  const options = {
    abortSignal: signal,
    prefix: settings.prefixes[0] ?? '',
    includeTags: settings.tags,
    includeDeleted: settings.trash,
  };
  const pages = () =>
    client.service.getContainerClient(name).listBlobsFlat(options).byPage({ maxPageSize: 1 });
  try {
    await client.request(operation, signal, () => pages().next());
    return undefined;
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

async function missingPosture(
  context: ListContext,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!context.settings.posture) return [];
  const notes: string[] = [];
  const onMissing = (permission: string) => {
    notes.push(`${permission} is missing on ${name}; what it would tell is recorded as unknown`);
  };
  const facts = await accountFacts(context, signal, onMissing);
  // Where all containers are listed, their properties come with them.
  const listed = context.settings.containers === null;
  const item = listed
    ? { name, properties: undefined }
    : await propertiesOf(context, name, signal, onMissing);
  await describeContainer(context, { item, facts }, signal, onMissing);
  return notes;
}

function loginNotes({ settings }: ListContext): readonly string[] {
  const { login } = settings;
  if (login.kind === 'sas') return sasNotes(login.token, settings);
  if (login.kind === 'entra') return [];
  return [
    'an account key may do anything to the whole account, deleting included: more than needed; use Entra ID with Storage Blob Data Reader, or a SAS with sp=rl',
  ];
}

async function principalOf({ client, settings }: ListContext, signal: AbortSignal): Promise<string> {
  const { login, account } = settings;
  if (login.kind === 'key') return `the key of account ${account}`;
  if (login.kind === 'sas') return 'a shared access signature';
  const operation = {
    name: 'log in to Entra ID for',
    uri: `az://${account}/`,
    permission: PERMISSIONS.blobs,
  };
  const token = await client.request(operation, signal, async () => client.token?.(signal) ?? '');
  return nameIn(token);
}

/** Who a token was issued to. @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
function nameIn(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    // Only looked at through fields that may be missing.
    const { upn, unique_name, app_displayname, appid, oid } = Object(claims) as Readonly<
      Record<string, unknown>
    >;
    const name = upn ?? unique_name ?? app_displayname ?? appid ?? oid;
    return typeof name === 'string' ? name : 'an Entra ID login';
  } catch (error) {
    // Tokens are opaque to their bearers; Microsoft may change them.
    if (error instanceof SyntaxError) return 'an Entra ID login';
    throw error;
  }
}
