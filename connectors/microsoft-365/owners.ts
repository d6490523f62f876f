/** Who has drives: users, and sites with what lies below them. */
import { COST, type Request } from './client.ts';
import type { ListContext } from './list.ts';
import { allOf, pagesOf } from './pages.ts';
import { readOne, type Site, type User } from './wire.ts';

/** For all of a kind. */
export const ALL = '*';

/** Of whom drives are listed. */
export interface Owner {
  /** Behind which `/drives` stands: `/users/x`; or the drive itself. */
  readonly path: string;
  readonly isDrive?: boolean;
  /** For people; of a single drive it is the container's name. */
  readonly name: string;
  readonly region: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What the app needs to see them. */
  readonly permission: string;
  /** That it has no drive is no error: one of many, and nobody named it. */
  readonly optional: boolean;
  /** How a drive is called when there are others: libraries have names of their own. */
  readonly always?: boolean;
}

/** A named user is not asked for: the app then needs to see no directory. */
export async function* findUsers(
  { client }: ListContext,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Owner[]> {
  const toOwner = ({ id, userPrincipalName }: User, optional: boolean): Owner => ({
    path: `/users/${encodeURIComponent(id)}`,
    name: userPrincipalName,
    region: null,
    labels: {},
    permission: 'Files.Read.All',
    optional,
  });
  if (name !== ALL) {
    yield [toOwner({ id: name, userPrincipalName: name }, false)];
    return;
  }
  const request: Request = {
    name: 'list users',
    target: 'of the tenant',
    permission: 'User.Read.All, or name the users',
    path: '/users?$select=id,userPrincipalName&$top=999',
    cost: 0,
  };
  for await (const page of pagesOf(client, { shape: 'user', request }, signal)) {
    yield page.map((user) => toOwner(user, true));
  }
}

/** Sites with all that lie below them. */
export async function* findSites(
  context: ListContext,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Owner[]> {
  const { client, settings } = context;
  const base = {
    target: name,
    permission: 'Sites.Read.All, or Sites.Selected for named sites',
    cost: COST.list,
  };
  if (name !== ALL) {
    const request: Request = { ...base, name: 'find site', path: sitePath(name), cost: COST.item };
    yield* withSubsites(context, [readOne('site', await client.json(request, signal))], signal);
    return;
  }
  const request: Request = { ...base, name: 'list sites', path: '/sites/getAllSites' };
  // OneDrives are sites as well; they come with their users, when those are wanted.
  const wanted = ({ isPersonalSite }: Site) => !isPersonalSite || settings.users.includes(ALL);
  for await (const page of pagesOf(client, { shape: 'site', request }, signal)) {
    yield* withSubsites(context, page.filter(wanted), signal);
  }
}

async function* withSubsites(
  context: ListContext,
  sites: readonly Site[],
  signal: AbortSignal,
): AsyncGenerator<readonly Owner[]> {
  for (let level = sites; level.length > 0; ) {
    yield level.map(siteOwner);
    const below = await Promise.all(
      level.map(({ id, webUrl }) => {
        const path = `/sites/${encodeURIComponent(id)}/sites`;
        const permission = 'Sites.Read.All, or Sites.Selected for this site';
        const request: Request = { name: 'list subsites', target: webUrl, permission, path, cost: COST.list };
        return allOf(context.client, { shape: 'site', request }, signal);
      }),
    );
    level = below.flat();
  }
}

function siteOwner({ id, displayName, name, webUrl, siteCollection }: Site): Owner {
  return {
    path: `/sites/${encodeURIComponent(id)}`,
    name: displayName || name || webUrl,
    region: siteCollection?.dataLocationCode ?? null,
    labels: {},
    permission: 'Sites.Read.All, or Sites.Selected for this site',
    optional: false,
    always: true,
  };
}

/** `host`, `host/sites/x` or Graph's own id, which has two commas. */
function sitePath(name: string): string {
  if (name.split(',').length === 3) return `/sites/${encodeURIComponent(name)}`;
  const slash = name.indexOf('/');
  if (slash < 0) return `/sites/${encodeURIComponent(name)}`;
  const path = name
    .slice(slash + 1)
    .split('/')
    .map((part) => encodeURIComponent(decoded(part)));
  return `/sites/${encodeURIComponent(name.slice(0, slash))}:/${path.join('/')}`;
}

/** Addresses are pasted encoded, and typed as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
