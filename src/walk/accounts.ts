/** The machine's user and group names, from the text of /etc/passwd and /etc/group (passwd(5), group(5)). */

export interface Accounts {
  /** The user's name, or `uid:1000` when there is none. */
  user(uid: number): string;
  /** `group:staff`, or `gid:1000` when there is no name. */
  group(gid: number): string;
  /** True when nobody but this user is in the group, as far as these files know. */
  isPrivateGroup(gid: number, uid: number): boolean;
}

/** Parses both files' text; lines that make no sense are left out, and what is not there stays a number. */
export function parseAccounts(passwd: string, group: string): Accounts {
  const users = new Map<number, string>();
  const groups = new Map<number, string>();
  const members = new Map<number, Set<string>>();
  for (const [name, , uid, gid] of records(passwd)) {
    if (!name || !uid || !gid) continue;
    users.set(Number(uid), name);
    addMember(Number(gid), name);
  }
  for (const [name, , gid, listed] of records(group)) {
    if (!name || !gid) continue;
    groups.set(Number(gid), name);
    for (const member of (listed ?? '').split(',')) if (member) addMember(Number(gid), member);
  }

  function addMember(gid: number, name: string): void {
    const known = members.get(gid);
    if (known) known.add(name);
    else members.set(gid, new Set([name]));
  }

  return {
    user: (uid) => users.get(uid) ?? `uid:${uid}`,
    group: (gid) => {
      const name = groups.get(gid);
      return name === undefined ? `gid:${gid}` : `group:${name}`;
    },
    isPrivateGroup: (gid, uid) => {
      const name = users.get(uid);
      const inside = members.get(gid);
      return name !== undefined && inside !== undefined && inside.size === 1 && inside.has(name);
    },
  };
}

function records(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(':'));
}
