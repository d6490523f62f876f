/** Proves that the app is let in and can list, and says for `doctor` who it is and what it may do. */
import { z } from 'zod';
import type { Container, Identity } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { COST } from './client.ts';
import { discoverDrives } from './discover.ts';
import { type ListContext, listRequest, permissionsRequest } from './list.ts';
import type { Settings } from './settings.ts';
import { isTrash } from './trash.ts';

/** What a token of Entra ID says. @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
const CLAIMS = z.object({
  appid: z.string().nullish(),
  azp: z.string().nullish(),
  app_displayname: z.string().nullish(),
  upn: z.string().nullish(),
  tid: z.string().nullish(),
  /** Application permissions. */
  roles: z.array(z.string()).nullish(),
  /** Delegated ones, with spaces between. */
  scp: z.string().nullish(),
});
type Claims = z.infer<typeof CLAIMS>;

/** @throws ConnectorError `auth`, `config` or `not-found` when nothing at all can be listed */
export async function checkAccess(context: ListContext, signal: AbortSignal): Promise<Identity> {
  const { client, settings, environment } = context;
  const claims = readClaims(await environment.retry(() => client.token(signal), signal));
  const notes: string[] = [...notesOn(claims, settings)];
  let listed = false;
  try {
    for await (const container of discoverDrives(context, signal)) {
      if (listed || isTrash(container)) continue;
      notes.push(...(await tryDrive(context, container, signal)));
      listed = true;
      // What was named is looked for to its end; of everything, one drive is enough.
      if (!named(settings)) break;
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (!listed) throw error;
    notes.push(error.message);
  }
  if (!listed) notes.push('no drive is in reach: there is none, or the app may see none');
  const app = claims.app_displayname ?? claims.appid ?? claims.azp;
  return {
    principal: claims.upn ?? (app ? `app ${app}` : 'the holder of the token'),
    account: claims.tid ?? null,
    notes,
  };
}

/** Lists one entry, and asks for one permission where they are wanted. */
async function tryDrive(
  context: ListContext,
  container: Container,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { client, settings } = context;
  const path = `/drives/${encodeURIComponent(container.id)}/root/delta?$top=1&$select=id,root`;
  await client.json({ ...listRequest(container), path, cost: COST.list }, signal);
  if (!settings.permissions) return [];
  try {
    const request = permissionsRequest(container, 'root');
    const root = `/drives/${encodeURIComponent(container.id)}/root/permissions`;
    await client.json({ ...request, path: root }, signal);
    return [];
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'auth')) throw error;
    return [`${error.message}; until then exposure is unknown`];
  }
}

function named({ users, sites, teams }: Settings): boolean {
  return ![...users, ...sites, ...teams].includes('*');
}

/** The token's middle part; a token of another kind says nothing. */
function readClaims(token: string): Claims {
  const [, payload = ''] = token.split('.');
  try {
    const parsed = CLAIMS.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    // No JSON: not a token that can be looked into.
    return {};
  }
}

/** Pure: what the permissions in the token amount to, for these settings. */
function notesOn({ roles, scp }: Claims, settings: Settings): readonly string[] {
  const notes: string[] = [];
  if (!settings.permissions) {
    notes.push('permissions is off: who may read the files is not asked, and exposure is unknown');
  }
  const granted = roles ?? scp?.split(' ');
  if (granted === undefined) return [...notes, 'the token does not say which permissions it holds'];
  notes.push(`the token holds ${granted.toSorted().join(', ') || 'no permission'}`);
  const wanted = wantedOf(settings);
  for (const { what, any } of wanted) {
    if (!granted.some((one) => covers(one, any))) notes.push(`missing: ${any[0]}, ${what}`);
  }
  const needed = new Set(wanted.flatMap(({ any }) => any));
  const more = granted.filter((one) => !needed.has(one) && !HARMLESS.includes(one));
  if (more.length > 0)
    notes.push(`more than needed: ${more.toSorted().join(', ')}; take it away from the app`);
  if (granted.includes('Sites.Selected') && !granted.includes('Sites.Read.All')) {
    notes.push('Sites.Selected shows only sites that were granted to the app one by one');
  }
  return notes;
}

const HARMLESS = ['openid', 'profile', 'email', 'offline_access', 'User.Read'];

interface Want {
  readonly what: string;
  /** Any of these will do, the best first. */
  readonly any: readonly string[];
}

function wantedOf({ users, sites, teams, permissions }: Settings): readonly Want[] {
  const files = sites.length > 0 && !sites.includes('*') && users.length === 0 && teams.length === 0;
  return [
    {
      what: 'to list and read files',
      any: files
        ? ['Sites.Selected', 'Files.Read.All', 'Sites.Read.All']
        : ['Files.Read.All', 'Sites.Read.All'],
    },
    ...(users.includes('*')
      ? [{ what: 'to find all users', any: ['User.Read.All', 'Directory.Read.All'] }]
      : []),
    ...(sites.includes('*') ? [{ what: 'to find all sites', any: ['Sites.Read.All'] }] : []),
    ...(teams.length > 0
      ? [
          { what: 'to find teams', any: ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'] },
          { what: 'to find private and shared channels', any: ['Channel.ReadBasic.All'] },
        ]
      : []),
    ...(permissions ? [{ what: 'to see who may read files', any: ['Sites.FullControl.All'] }] : []),
  ];
}

/** `Files.ReadWrite.All` and `Sites.FullControl.All` hold what `Read` does. */
function covers(granted: string, any: readonly string[]): boolean {
  return any.some(
    (one) => granted === one || granted.replace(/ReadWrite|FullControl|Manage/, 'Read') === one,
  );
}
