/** Finds the drives in reach: OneDrives of users, libraries of sites and their subsites, files of teams. */
import type { Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Grant } from '../../src/model.ts';
import { COST, type Request } from './client.ts';
import type { ListContext } from './list.ts';
import { allOf, pagesOf } from './pages.ts';
import { trashContainer } from './trash.ts';
import { type Drive, type Group, readOne, type Site, type User } from './wire.ts';

const ALL = '*';
const DRIVES = 'drives?$select=id,name,webUrl,owner,sharePointIds';
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Of whom drives are listed. */
interface Owner {
  /** Behind which `/drives` stands: `/users/x`. */
  readonly path: string;
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

/**
 * Each drive once, whichever way it is reached.
 * @throws ConnectorError for what was named and is not there, or cannot be seen, after all others were given
 */
export async function* discoverDrives(context: ListContext, signal: AbortSignal): AsyncGenerator<Container> {
  const seen = new Set<string>();
  const failures: ConnectorError[] = [];
  const { concurrency } = context.environment;
  for await (const owners of ownersOf(context, failures, signal)) {
    // A few at a time: who wants only the first is not kept waiting for all users.
    for (let start = 0; start < owners.length; start += concurrency) {
      const some = owners.slice(start, start + concurrency);
      const found = await Promise.all(some.map((owner) => containersOf(context, owner, failures, signal)));
      for (const container of found.flat()) {
        if (!seen.has(container.id)) yield container;
        seen.add(container.id);
      }
    }
  }
  const [first] = failures;
  if (first !== undefined) throw first;
}

async function* ownersOf(
  context: ListContext,
  failures: ConnectorError[],
  signal: AbortSignal,
): AsyncGenerator<readonly Owner[]> {
  const { users, sites, teams } = context.settings;
  for (const find of [
    ...users.map((name) => () => findUsers(context, name, signal)),
    ...teams.map((name) => () => findTeams(context, name, signal)),
    ...sites.map((name) => () => findSites(context, name, signal)),
  ]) {
    try {
      yield* find();
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      failures.push(error);
    }
  }
}

/** A named user is not asked for: the app then needs to see no directory. */
async function* findUsers(
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

async function* findTeams(
  { client, settings }: ListContext,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Owner[]> {
  const fields = `id,displayName${settings.labels ? ',assignedLabels' : ''}`;
  const request: Request = {
    name: 'find team',
    target: name,
    permission: 'GroupMember.Read.All',
    path: `/groups?$select=${fields}&$filter=${encodeURIComponent(teamFilter(name))}`,
    cost: 0,
  };
  const owners = (await allOf(client, { shape: 'group', request }, signal)).map((group) =>
    teamOwner(group, name === ALL),
  );
  if (owners.length === 0 && name !== ALL) {
    throw new ConnectorError(
      'not-found',
      `find team ${name}: there is none; give its name, mail address or group id`,
    );
  }
  yield owners;
}

/** OData; a quote in a text is doubled. */
function teamFilter(name: string): string {
  const team = "resourceProvisioningOptions/Any(x:x eq 'Team')";
  if (name === ALL) return team;
  const text = name.replaceAll("'", "''");
  const own = GUID.test(name) ? `id eq '${text}'` : `(displayName eq '${text}' or mail eq '${text}')`;
  return `${team} and ${own}`;
}

function teamOwner({ id, displayName, assignedLabels }: Group, optional: boolean): Owner {
  const label = assignedLabels?.[0]?.displayName;
  return {
    path: `/groups/${encodeURIComponent(id)}`,
    name: displayName ?? id,
    region: null,
    labels: label ? { sensitivity: label } : {},
    permission: 'Files.Read.All',
    optional,
  };
}

/** Sites with all that lie below them. */
async function* findSites(
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

async function containersOf(
  { client, settings }: ListContext,
  owner: Owner,
  failures: ConnectorError[],
  signal: AbortSignal,
): Promise<readonly Container[]> {
  const { path, name, permission } = owner;
  const request: Request = {
    name: 'list drives',
    target: name,
    permission,
    path: `${path}/${DRIVES}`,
    cost: COST.list,
  };
  try {
    const drives = await allOf(client, { shape: 'drive', request }, signal);
    const { login } = settings;
    const account = login.by === 'token' ? null : login.tenant;
    const containers = drives.map((drive) =>
      toContainer(drive, { owner, account, single: drives.length === 1 }),
    );
    return settings.trash ? [...containers, ...binsOf(drives, containers)] : containers;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (!(owner.optional && error.code === 'not-found')) failures.push(error);
    return [];
  }
}

function toContainer(
  drive: Drive,
  {
    owner,
    account,
    single,
  }: { readonly owner: Owner; readonly account: string | null; readonly single: boolean },
): Container {
  const who = drive.owner?.user ?? drive.owner?.group;
  const principal = who?.email ?? who?.displayName;
  const grant: Grant = {
    principal: principal ?? '',
    kind: drive.owner?.user ? 'user' : 'group',
    role: 'own',
    via: 'owner',
  };
  return {
    id: drive.id,
    name: single && !owner.always ? owner.name : `${owner.name} / ${drive.name ?? drive.id}`,
    uri: `${drive.webUrl.replace(/\/+$/, '')}/`,
    provider: 'microsoft-365',
    account,
    region: owner.region,
    encryption: null,
    publicAccess: 'unknown',
    versioning: 'unknown',
    logging: 'unknown',
    labels: owner.labels,
    access: { exposure: 'unknown', grants: principal ? [grant] : [] },
  };
}

/** One for each site; drives that do not say their site have none to ask for. */
function binsOf(drives: readonly Drive[], containers: readonly Container[]): readonly Container[] {
  const bins = new Map<string, Container>();
  for (const [index, { sharePointIds }] of drives.entries()) {
    const { siteId, webId, siteUrl } = sharePointIds ?? {};
    const of = containers[index];
    if (!siteId || !webId || !siteUrl || !URL.canParse(siteUrl) || of === undefined) continue;
    const site = `${new URL(siteUrl).hostname},${siteId},${webId}`;
    if (!bins.has(site)) bins.set(site, trashContainer(site, of));
  }
  return [...bins.values()];
}
