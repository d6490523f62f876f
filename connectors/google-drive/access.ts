/** Permissions by name as grants, and the exposure that follows from them. */
import type { Access, Exposure, Grant } from '../../src/model.ts';
import type { Permission } from './wire.ts';

/** Who is one of us. */
export interface Ours {
  /** Domains that are our own, lower case. */
  readonly domains: readonly string[];
  /** The signed-in person's address, where addresses say nothing of a domain; null when nobody is known to be us. */
  readonly self: string | null;
  /** Addresses that we read through; they expose nothing. */
  readonly readers: readonly string[];
}

/** Null permissions are ones that we may not see. */
export function toAccess(permissions: readonly Permission[] | null, ours: Ours): Access {
  if (permissions === null) return { exposure: 'unknown', grants: [] };
  const living = permissions.filter(({ deleted }) => !deleted);
  const grants = new Map(
    living.map((permission) => [JSON.stringify(toGrant(permission)), toGrant(permission)]),
  );
  return { exposure: exposureOf(living, ours), grants: [...grants.values()] };
}

function toGrant({ type, role, address, domain, discoverable }: Permission): Grant {
  const reach = ROLES[role] ?? 'read';
  // What is found only by whoever has its link.
  const via = type === 'user' || type === 'group' || discoverable ? 'acl' : 'link';
  switch (type) {
    case 'anyone':
      return {
        principal: discoverable ? 'anyone' : 'anyone with the link',
        kind: 'everyone',
        role: reach,
        via,
      };
    case 'domain':
      return { principal: domain ?? 'a domain', kind: 'domain', role: reach, via };
    case 'group':
      return { principal: address ?? 'a group', kind: 'group', role: reach, via };
    default:
      return {
        principal: address ?? 'a user',
        kind: isService(address) ? 'service' : 'user',
        role: reach,
        via,
      };
  }
}

/** @see https://developers.google.com/workspace/drive/api/guides/ref-roles */
const ROLES: Readonly<Record<string, Grant['role']>> = {
  owner: 'own',
  organizer: 'own',
  fileOrganizer: 'write',
  writer: 'write',
  commenter: 'read',
  reader: 'read',
};

function isService(address: string | null): boolean {
  return address?.endsWith('.gserviceaccount.com') ?? false;
}

function exposureOf(permissions: readonly Permission[], ours: Ours): Exposure {
  if (permissions.some(({ type }) => type === 'anyone')) return 'public';
  const others = permissions.filter(
    ({ role, address }) => role !== 'owner' && !(address !== null && ours.readers.includes(address)),
  );
  if (ours.domains.length === 0 && ours.self === null) return others.length > 0 ? 'unknown' : 'private';
  const foreign = (one: Permission) => {
    if (one.address !== null && one.address === ours.self) return false;
    const domain = one.type === 'domain' ? one.domain : (one.address?.replace(/^.*@/, '') ?? null);
    return domain === null || !ours.domains.includes(domain);
  };
  if (others.some(foreign) || permissions.some((one) => one.role === 'owner' && foreign(one)))
    return 'external';
  return others.length > 0 ? 'internal' : 'private';
}
