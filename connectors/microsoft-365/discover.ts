/** Finds the drives in reach: OneDrives of users, libraries of sites and their subsites, files of teams. */
import type { Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Grant } from '../../src/model.ts';
import { COST, type Request } from './client.ts';
import type { ListContext } from './list.ts';
import { findSites, findUsers, type Owner } from './owners.ts';
import { allOf } from './pages.ts';
import { findTeams } from './teams.ts';
import { trashContainer } from './trash.ts';
import { type Drive, readOne } from './wire.ts';

const FIELDS = '$select=id,name,webUrl,owner,sharePointIds';

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
  const [first, ...others] = failures;
  if (first !== undefined) throw others.length === 0 ? first : withOthers(first, others.length);
}

function withOthers(first: ConnectorError, others: number): ConnectorError {
  return new ConnectorError(first.code, `${first.message}; and ${others} more that cannot be listed`, {
    cause: first,
  });
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
    path: owner.isDrive ? `${path}?${FIELDS}` : `${path}/drives?${FIELDS}`,
    cost: owner.isDrive ? COST.item : COST.list,
  };
  try {
    const drives = owner.isDrive
      ? [readOne('drive', await client.json(request, signal))]
      : await allOf(client, { shape: 'drive', request }, signal);
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
