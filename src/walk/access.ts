/** Who on the machine may read a file: its mode bits, and those of every folder above it (path_resolution(7)). */
import type { Access, Exposure, Grant } from '../model.ts';
import type { Accounts } from './accounts.ts';

/** What lstat(2) says about permission. */
export interface Permission {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who passes all folders down to here. Folders that let the same people pass share one Reach. */
export interface Reach {
  /** Members of this group only; undefined: of every group. */
  readonly only: ReadonlySet<number> | undefined;
  /** Groups whose members do not pass. */
  readonly not: ReadonlySet<number>;
  readonly others: boolean;
  readonly id: string;
}

/** Makes Access objects, one per distinct mode, owner, group and reach, so that a page does not repeat them. */
export interface AccessTable {
  /** Everybody passes. */
  readonly root: Reach;
  /** The reach inside a folder. */
  enter(reach: Reach, folder: Permission): Reach;
  /** Of a file in a folder with this reach. */
  accessOf(reach: Reach, file: Permission): Access;
}

const EVERYBODY: Reach = { only: undefined, not: new Set(), others: true, id: '*' };

export function createAccessTable(accounts: Accounts): AccessTable {
  const reaches = new Map<string, Reach>();
  const known = new Map<string, Access>();
  // Neighbours are mostly alike.
  let last: { reach: Reach; mode: number; uid: number; gid: number; access: Access } | undefined;

  return {
    root: EVERYBODY,
    enter(reach, folder) {
      const next = narrow(reach, folder);
      if (next === reach) return reach;
      const shared = reaches.get(next.id) ?? next;
      reaches.set(next.id, shared);
      return shared;
    },
    accessOf(reach, { mode, uid, gid }) {
      if (last?.reach === reach && last.mode === mode && last.uid === uid && last.gid === gid)
        return last.access;
      const id = `${mode & 0o777}:${uid}:${gid}:${reach.id}`;
      const access = known.get(id) ?? describe(reach, { mode, uid, gid }, accounts);
      known.set(id, access);
      last = { reach, mode, uid, gid, access };
      return access;
    },
  };
}

/** A folder lets its group pass by the group's bit, and everyone else by the others' bit. */
function narrow(reach: Reach, { mode, gid }: Permission): Reach {
  const group = (mode & 0o010) !== 0;
  const others = (mode & 0o001) !== 0;
  if (group && others) return reach;
  const only = others ? reach.only : new Set([gid].filter((one) => group && passes(reach, one)));
  const not = group ? reach.not : new Set([...reach.not, gid]);
  const id = `${only ? [...only] : '*'}!${[...not].sort()}!${reach.others && others}`;
  return { only, not, others: reach.others && others, id };
}

function passes(reach: Reach, gid: number): boolean {
  return !reach.not.has(gid) && (reach.only === undefined || reach.only.has(gid));
}

function describe(reach: Reach, { mode, uid, gid }: Permission, accounts: Accounts): Access {
  const grants: Grant[] = [{ principal: accounts.user(uid), kind: 'user', role: 'own', via: 'mode' }];
  let exposure: Exposure = 'private';
  if ((mode & 0o040) !== 0 && passes(reach, gid)) {
    const role = (mode & 0o020) !== 0 ? 'write' : 'read';
    grants.push({ principal: accounts.group(gid), kind: 'group', role, via: 'mode' });
    if (!accounts.isPrivateGroup(gid, uid)) exposure = 'internal';
  }
  if ((mode & 0o004) !== 0 && reach.others) {
    const role = (mode & 0o002) !== 0 ? 'write' : 'read';
    grants.push({ principal: 'others on this machine', kind: 'everyone', role, via: 'mode' });
    exposure = 'internal';
  }
  return { exposure, grants };
}
