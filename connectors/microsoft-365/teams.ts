/** Teams: the files of a team lie in its group's drives, those of private and shared channels in drives of their own. */
import { ConnectorError } from '../../src/errors.ts';
import { COST, type Request } from './client.ts';
import type { ListContext } from './list.ts';
import { ALL, type Owner } from './owners.ts';
import { allOf } from './pages.ts';
import { type Group, readOne } from './wire.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function* findTeams(
  context: ListContext,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Owner[]> {
  const { client, settings } = context;
  const fields = `id,displayName${settings.labels ? ',assignedLabels' : ''}`;
  const request: Request = {
    name: 'find team',
    target: name,
    permission: 'GroupMember.Read.All',
    path: `/groups?$select=${fields}&$filter=${encodeURIComponent(teamFilter(name))}`,
    cost: 0,
  };
  const groups = await allOf(client, { shape: 'group', request }, signal);
  if (groups.length === 0 && name !== ALL) {
    throw new ConnectorError(
      'not-found',
      `find team ${name}: there is none; give its name, mail address or group id`,
    );
  }
  yield groups.map((group) => teamOwner(group, name === ALL));
  for (const group of groups) yield await channelsOf(context, group, signal);
}

/** Private and shared ones: files of the others lie with the team's. */
async function channelsOf(
  { client }: ListContext,
  group: Group,
  signal: AbortSignal,
): Promise<readonly Owner[]> {
  const { id, displayName } = group;
  const path = `/teams/${encodeURIComponent(id)}/channels`;
  const team = displayName ?? id;
  const request: Request = {
    name: 'list channels',
    target: team,
    permission: 'Channel.ReadBasic.All, to find private and shared channels',
    path: `${path}?$select=id,displayName,membershipType`,
    cost: 0,
  };
  const channels = await allOf(client, { shape: 'channel', request }, signal);
  const owners = channels
    .filter(({ membershipType }) => membershipType !== 'standard')
    .map(async (channel): Promise<readonly Owner[]> => {
      const drive = await driveOf(client, `${path}/${encodeURIComponent(channel.id)}`, { team, signal });
      if (drive === undefined) return [];
      const name = `${team} / ${channel.displayName}`;
      const owner = teamOwner(group, false);
      return [{ ...owner, path: `/drives/${encodeURIComponent(drive)}`, isDrive: true, name }];
    });
  return (await Promise.all(owners)).flat();
}

/** Undefined for a channel in which nobody has opened the files yet: it has none. */
async function driveOf(
  client: ListContext['client'],
  path: string,
  { team, signal }: { readonly team: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const request: Request = {
    name: "find channel's files",
    target: team,
    permission: 'Files.Read.All',
    path: `${path}/filesFolder`,
    cost: COST.item,
  };
  try {
    const folder = readOne('item', await client.json(request, signal));
    return folder.parentReference?.driveId ?? undefined;
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** OData; a quote in a text is doubled. */
function teamFilter(name: string): string {
  const team = "resourceProvisioningOptions/Any(x:x eq 'Team')";
  if (name === ALL) return team;
  const text = name.replaceAll("'", "''");
  const own = GUID.test(name) ? `id eq '${text}'` : `(displayName eq '${text}' or mail eq '${text}')`;
  return `${team} and ${own}`;
}

/** Of a team's own drives. */
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
