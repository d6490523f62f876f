/** Who may read an item, from its permissions: sharing links, people, groups, guests. Pure. */
import type { Access, Exposure, Grant } from '../../src/model.ts';
import type { Identities, Permission } from './wire.ts';

/** From nobody else to everybody. */
const ORDER = ['private', 'internal', 'external', 'public'] as const satisfies readonly Exposure[];
type Reach = (typeof ORDER)[number];
interface Reader {
  readonly grant: Grant;
  readonly reach: Reach;
}

/** SharePoint's names for everybody. @see https://learn.microsoft.com/troubleshoot/sharepoint/administration/claims-in-sharepoint */
const EVERYONE = /^c:0\(\.s\|true$/i;
const EVERYONE_INSIDE = /spo-grid-all-users/i;
/** Accounts of other organisations that were invited. */
const GUEST = /#ext#|urn(?::|%3a)spo(?::|%3a)guest/i;

/** The members of a group are not looked up: a group counts as internal. No permissions at all: unknown. */
export function toAccess(permissions: readonly Permission[]): Access {
  const readers = permissions.flatMap(readersOf);
  if (readers.length === 0) return { exposure: 'unknown', grants: [] };
  const reach = Math.max(...readers.map((reader) => ORDER.indexOf(reader.reach)));
  return { exposure: ORDER[reach] ?? 'unknown', grants: unique(readers.map(({ grant }) => grant)) };
}

function readersOf(permission: Permission): readonly Reader[] {
  const role = roleOf(permission);
  const { link, invitation } = permission;
  const people = [
    ...(permission.grantedToIdentitiesV2 ?? permission.grantedToIdentities ?? []),
    ...(permission.grantedToV2
      ? [permission.grantedToV2]
      : permission.grantedTo
        ? [permission.grantedTo]
        : []),
  ];
  if (link) {
    if (link.scope === 'existingAccess') return [];
    const named = people.flatMap((one) => reader(one, role, 'link'));
    if (link.scope === 'users') return named;
    if (link.scope === 'organization') {
      const grant: Grant = { principal: 'the organization', kind: 'domain', role, via: 'link' };
      return [{ grant, reach: 'internal' }, ...named];
    }
    // `anonymous`, and what newer versions may call otherwise: not taken for less than it may be.
    const grant: Grant = { principal: 'anyone with the link', kind: 'everyone', role, via: 'link' };
    return [{ grant, reach: 'public' }, ...named];
  }
  // One that was taken up names who did.
  if (people.length === 0 && invitation?.email) {
    const grant: Grant = { principal: invitation.email, kind: 'user', role, via: 'invitation' };
    return [{ grant, reach: 'external' }];
  }
  return people.flatMap((one) => reader(one, role, 'permission'));
}

function reader(who: Identities, role: Grant['role'], via: string): readonly Reader[] {
  const group = who.group ?? who.siteGroup;
  const login = who.siteUser?.loginName ?? who.siteGroup?.loginName ?? '';
  const user = who.user ?? who.siteUser;
  const name = nameOf(group) ?? nameOf(user) ?? nameOf(who.application) ?? (login || 'unnamed');
  if (EVERYONE.test(login)) {
    return [{ grant: { principal: name, kind: 'everyone', role, via }, reach: 'external' }];
  }
  if (EVERYONE_INSIDE.test(login)) {
    return [{ grant: { principal: name, kind: 'domain', role, via }, reach: 'internal' }];
  }
  if (group) return [{ grant: { principal: name, kind: 'group', role, via }, reach: 'internal' }];
  if (!user) return [{ grant: { principal: name, kind: 'service', role, via }, reach: 'internal' }];
  const guest = [login, user.email, user.userPrincipalName].some((text) => GUEST.test(text ?? ''));
  const grant: Grant = { principal: name, kind: 'user', role, via };
  return [{ grant, reach: guest ? 'external' : role === 'own' ? 'private' : 'internal' }];
}

function roleOf({ roles, link }: Permission): Grant['role'] {
  if (roles?.includes('owner')) return 'own';
  return roles?.includes('write') || link?.type === 'edit' ? 'write' : 'read';
}

function nameOf(who: Identities['siteUser']): string | undefined {
  return who?.email || who?.userPrincipalName || who?.displayName || who?.id || undefined;
}

function unique(grants: readonly Grant[]): readonly Grant[] {
  return [...new Map(grants.map((grant) => [JSON.stringify(grant), grant])).values()];
}
