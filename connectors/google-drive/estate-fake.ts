/** What the fake holds: users, shared drives, files with who may read them, and the log of what changed. */

export const FOLDER = 'application/vnd.google-apps.folder';

export interface FakePermission {
  readonly type: 'user' | 'group' | 'domain' | 'anyone';
  readonly role: string;
  readonly emailAddress?: string;
  readonly domain?: string;
  readonly allowFileDiscovery?: boolean;
  readonly deleted?: boolean;
}

export interface FakeDrive {
  readonly id: string;
  readonly name: string;
  readonly permissions: FakePermission[];
  readonly restrictions: { readonly domainUsersOnly: boolean };
}

export interface FakeFile {
  readonly id: string;
  name: string;
  readonly mimeType: string;
  parent: string | undefined;
  /** Of a shared drive; files of a My Drive have an owner instead. */
  readonly driveId: string | undefined;
  readonly owner: string | undefined;
  body: Buffer | undefined;
  /** Of a Google-native document: what it exports to, by media type. */
  exports: Readonly<Record<string, Buffer>>;
  trashed: boolean;
  /** Its own, beside what it inherits from its folders. */
  permissions: FakePermission[];
  inheritedPermissionsDisabled: boolean;
  version: number;
  revision: number;
  readonly createdTime: string;
  modifiedTime: string;
  /** Further fields of the API, as they are. */
  more: Readonly<Record<string, unknown>>;
}

interface LogEntry {
  readonly fileId: string;
  /** Addresses, and ids of shared drives, whose list of changes shows it. */
  readonly audience: ReadonlySet<string>;
}

export type NewFile = Pick<FakeFile, 'name'> & Partial<Omit<FakeFile, 'id' | 'version' | 'revision'>>;

export function createEstate(clock: () => Date) {
  const users = new Map<string, string>();
  const drives = new Map<string, FakeDrive>();
  const files = new Map<string, FakeFile>();
  const log: LogEntry[] = [];
  let made = 0;
  const newId = (prefix: string) => `${prefix}${String(++made).padStart(8, '0')}-invented`;

  /** Own permissions and those of the folders above; of a shared drive's file also its members'. */
  function permissionsOf(file: FakeFile): readonly FakePermission[] {
    const above = file.parent === undefined ? undefined : files.get(file.parent);
    const own: readonly FakePermission[] = file.owner
      ? [{ type: 'user', role: 'owner', emailAddress: file.owner }, ...file.permissions]
      : file.permissions;
    if (file.inheritedPermissionsDisabled) return own;
    const drive = drives.get(file.driveId ?? '');
    // Who owns a folder may write what others put into it.
    const inherited = above
      ? permissionsOf(above).map((one) => (one.role === 'owner' ? { ...one, role: 'writer' } : one))
      : (drive?.permissions ?? []);
    const known = new Set(own.map(({ emailAddress }) => emailAddress ?? ''));
    return [...own, ...inherited.filter(({ emailAddress }) => !known.has(emailAddress ?? '-'))];
  }

  function audienceOf(file: FakeFile): ReadonlySet<string> {
    const readers = permissionsOf(file).flatMap(({ emailAddress }) => emailAddress ?? []);
    return new Set(file.driveId === undefined ? readers : [file.driveId]);
  }

  const isTrashed = (file: FakeFile): boolean => {
    const above = file.parent === undefined ? undefined : files.get(file.parent);
    return file.trashed || (above !== undefined && isTrashed(above));
  };

  function note(file: FakeFile, before: ReadonlySet<string>): void {
    file.version += 1;
    log.push({ fileId: file.id, audience: new Set([...before, ...audienceOf(file)]) });
  }

  const estate = {
    users,
    drives,
    files,
    log,
    permissionsOf,
    isTrashed,
    mayRead: (user: string, file: FakeFile) =>
      permissionsOf(file).some(({ emailAddress }) => emailAddress === user),
    /** A user with an empty My Drive; gives the id of its root folder. */
    addUser(email: string): string {
      const root = newId('root');
      users.set(email, root);
      return root;
    },
    addDrive(name: string, permissions: readonly FakePermission[], domainUsersOnly = false): FakeDrive {
      const drive = {
        id: newId('drive'),
        name,
        permissions: [...permissions],
        restrictions: { domainUsersOnly },
      };
      drives.set(drive.id, drive);
      return drive;
    },
    add(fields: NewFile): FakeFile {
      const now = clock().toISOString();
      const file: FakeFile = {
        ...{ mimeType: 'application/octet-stream', parent: undefined, driveId: undefined, owner: undefined },
        ...{
          body: undefined,
          exports: {},
          trashed: false,
          permissions: [],
          inheritedPermissionsDisabled: false,
        },
        ...{ createdTime: now, modifiedTime: now, more: {} },
        ...fields,
        ...{ id: newId('file'), version: 0, revision: 1 },
      };
      files.set(file.id, file);
      note(file, new Set());
      return file;
    },
    /** Changes fields; a new body is a new revision. */
    update(file: FakeFile, fields: Partial<FakeFile>): void {
      const before = audienceOf(file);
      Object.assign(file, fields);
      if (fields.body !== undefined || fields.exports !== undefined) {
        file.revision += 1;
        file.modifiedTime = clock().toISOString();
      }
      note(file, before);
    },
    /** For good, with all that is in it; each has its own entry in the log. */
    delete(file: FakeFile): void {
      for (const child of [...files.values()].filter(({ parent }) => parent === file.id))
        estate.delete(child);
      note(file, audienceOf(file));
      files.delete(file.id);
    },
  };
  return estate;
}

export type Estate = ReturnType<typeof createEstate>;
