/** Turns Drive's answers into our types: one function per response, checked here and trusted elsewhere. */
import { z } from 'zod';
import type { Asset, Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Access, Digests } from '../../src/model.ts';
import { exportOf } from './native.ts';

const FOLDER = 'application/vnd.google-apps.folder';
const SHORTCUT = 'application/vnd.google-apps.shortcut';

const PERMISSION = z.object({
  type: z.string(),
  role: z.string(),
  emailAddress: z.string().nullish(),
  domain: z.string().nullish(),
  allowFileDiscovery: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
});

const FILE = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimeType: z.string(),
  parents: z.array(z.string()).nullish(),
  driveId: z.string().nullish(),
  size: z.string().nullish(),
  modifiedTime: z.string().nullish(),
  headRevisionId: z.string().nullish(),
  md5Checksum: z.string().nullish(),
  sha1Checksum: z.string().nullish(),
  sha256Checksum: z.string().nullish(),
  trashed: z.boolean().nullish(),
  owners: z.array(z.object({ emailAddress: z.string().nullish() })).nullish(),
  ownedByMe: z.boolean().nullish(),
  permissions: z.array(PERMISSION).nullish(),
  hasAugmentedPermissions: z.boolean().nullish(),
  inheritedPermissionsDisabled: z.boolean().nullish(),
  capabilities: z.object({ canDownload: z.boolean().nullish() }).nullish(),
  clientEncryptionDetails: z.object({ encryptionState: z.string().nullish() }).nullish(),
  labelInfo: z.object({ labels: z.array(z.unknown()).nullish() }).nullish(),
});

const PERMISSION_FIELDS = 'type,role,emailAddress,domain,allowFileDiscovery,deleted';
/** What is asked of every file. */
export const FILE_FIELDS = [
  'id,name,mimeType,parents,driveId,size,modifiedTime,headRevisionId,md5Checksum,sha1Checksum,sha256Checksum,trashed',
  `owners(emailAddress),ownedByMe,permissions(${PERMISSION_FIELDS}),hasAugmentedPermissions,inheritedPermissionsDisabled`,
  'capabilities(canDownload),clientEncryptionDetails(encryptionState),labelInfo',
].join(',');
export const LIST_FIELDS: string = `nextPageToken,incompleteSearch,files(${FILE_FIELDS})`;
export const CHANGE_FIELDS: string = `nextPageToken,newStartPageToken,changes(changeType,removed,fileId,file(${FILE_FIELDS}))`;
export const PERMISSIONS_FIELDS: string = `nextPageToken,permissions(${PERMISSION_FIELDS})`;

export interface Permission {
  /** `user`, `group`, `domain`, `anyone`. */
  readonly type: string;
  readonly role: string;
  /** Lower case. */
  readonly address: string | null;
  /** Lower case. */
  readonly domain: string | null;
  /** It can be found without its link. */
  readonly discoverable: boolean;
  /** Of an account that is no longer there. */
  readonly deleted: boolean;
}

/** A file, document, shortcut or folder. */
export interface DriveFile {
  readonly id: string;
  /** A slash in it is shown as `／`, for in a path it would be a folder. */
  readonly name: string;
  readonly mimeType: string;
  readonly isFolder: boolean;
  readonly parent: string | null;
  /** Null in a My Drive. */
  readonly driveId: string | null;
  /** Bytes; null for what has none of its own. */
  readonly size: number | null;
  readonly modifiedAt: string | null;
  readonly revision: string | null;
  readonly digests: Digests;
  readonly trashed: boolean;
  readonly owner: string | null;
  readonly ownedByMe: boolean;
  /** Null in a shared drive, and where we may not see them. */
  readonly permissions: readonly Permission[] | null;
  /** In a shared drive: others than its folder's may read it. */
  readonly ownAccess: boolean;
  readonly downloadable: boolean;
  readonly encrypted: boolean;
  /** As they came. */
  readonly labels: readonly unknown[];
}

export interface FilePage {
  readonly files: readonly DriveFile[];
  readonly next: string | null;
}

/** @throws ConnectorError `transient` when it is no list, or one that Google calls incomplete */
export function readFiles(json: unknown): FilePage {
  const LIST = z.object({
    files: z.array(FILE),
    nextPageToken: z.string().nullish(),
    incompleteSearch: z.boolean().nullish(),
  });
  const { files, nextPageToken, incompleteSearch } = checked(LIST, json, 'files.list');
  if (incompleteSearch) {
    throw new ConnectorError('transient', 'files.list: Google did not search everywhere; scan again');
  }
  return { files: files.map(toFile), next: nextPageToken ?? null };
}

/** @throws ConnectorError `transient` */
export function readFile(json: unknown): DriveFile {
  return toFile(checked(FILE, json, 'files.get'));
}

export interface ChangePage {
  /** `file` is null for one that is gone, or no longer shared with us. */
  readonly changes: readonly { readonly id: string; readonly file: DriveFile | null }[];
  readonly next: string | null;
  /** Where the changes after the last page begin. */
  readonly start: string | null;
}

/** Changes of drives themselves are left out. @throws ConnectorError `transient` */
export function readChanges(json: unknown): ChangePage {
  const CHANGE = z.object({
    changeType: z.string().nullish(),
    removed: z.boolean().nullish(),
    fileId: z.string().nullish(),
    file: FILE.nullish(),
  });
  const LIST = z.object({
    changes: z.array(CHANGE),
    nextPageToken: z.string().nullish(),
    newStartPageToken: z.string().nullish(),
  });
  const { changes, nextPageToken, newStartPageToken } = checked(LIST, json, 'changes.list');
  return {
    changes: changes.flatMap(({ fileId, removed, file }) =>
      fileId ? { id: fileId, file: removed || !file ? null : toFile(file) } : [],
    ),
    next: nextPageToken ?? null,
    start: newStartPageToken ?? null,
  };
}

/** @throws ConnectorError `transient` */
export function readPermissions(json: unknown): { permissions: readonly Permission[]; next: string | null } {
  const LIST = z.object({ permissions: z.array(PERMISSION), nextPageToken: z.string().nullish() });
  const { permissions, nextPageToken } = checked(LIST, json, 'permissions.list');
  return { permissions: permissions.map(toPermission), next: nextPageToken ?? null };
}

export interface SharedDrive {
  readonly id: string;
  readonly name: string;
  /** Nobody outside the domain may be let in; null when not said. */
  readonly domainOnly: boolean | null;
}

/** @throws ConnectorError `transient` */
export function readDrives(json: unknown): { drives: readonly SharedDrive[]; next: string | null } {
  const DRIVE = z.object({
    id: z.string(),
    name: z.string().nullish(),
    restrictions: z.object({ domainUsersOnly: z.boolean().nullish() }).nullish(),
  });
  const LIST = z.object({ drives: z.array(DRIVE), nextPageToken: z.string().nullish() });
  const { drives, nextPageToken } = checked(LIST, json, 'drives.list');
  const toDrive = ({ id, name, restrictions }: z.infer<typeof DRIVE>): SharedDrive => ({
    ...{ id, name: name ?? id },
    domainOnly: restrictions?.domainUsersOnly ?? null,
  });
  return { drives: drives.map(toDrive), next: nextPageToken ?? null };
}

/** The container of somebody's My Drive. */
export function myDriveContainer(address: string, access: Access): Container {
  return {
    ...{ ...COMMON, id: `${MY_DRIVE}${address}`, name: `My Drive of ${address}`, uri: `gdrive://${address}` },
    ...{ account: domainOf(address), publicAccess: 'unknown', access },
  };
}

export function sharedDriveContainer(drive: SharedDrive, account: string, access: Access): Container {
  return {
    ...{ ...COMMON, id: drive.id, name: drive.name, uri: `gdrive://${drive.id}` },
    ...{ account: domainOf(account), publicAccess: drive.domainOnly ? 'no' : 'unknown', access },
  };
}

/** How the container ids of My Drives begin; an address follows. Those of shared drives are the drives' own. */
export const MY_DRIVE = 'my-drive:';

const COMMON = {
  provider: 'google',
  region: null,
  // Google encrypts everything at rest with keys of its own.
  encryption: 'google-managed',
  // Former revisions are kept for 30 days at least.
  versioning: 'yes',
  logging: 'unknown',
  labels: {},
} as const;

export interface Placing {
  readonly container: string;
  /** Of its folder; empty, or ending in a slash. */
  readonly prefix: string;
  readonly access: Access | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** A file at its place. What exports has no size and no digests, for they would be another's: see native.ts. */
export function toAsset(file: DriveFile, { container, prefix, access, labels }: Placing): Asset {
  const all = file.trashed ? { ...labels, trashed: 'yes' } : labels;
  const unread = unreadOf(file);
  return {
    ...{ container, key: file.id, uri: `https://drive.google.com/open?id=${encodeURIComponent(file.id)}` },
    ...{ path: prefix + file.name, name: file.name, modifiedAt: file.modifiedAt, owner: file.owner, access },
    size: file.revision === null ? null : file.size,
    version: file.revision ?? file.modifiedAt ?? file.id,
    mediaType: file.mimeType,
    ...(Object.keys(all).length > 0 && { labels: all }),
    ...(Object.keys(file.digests).length > 0 && { digests: file.digests }),
    ...(unread && { unread }),
  };
}

function unreadOf(file: DriveFile): Asset['unread'] {
  if (file.mimeType === SHORTCUT)
    return { reason: 'link', message: 'a shortcut; its target is listed where it is' };
  if (file.encrypted)
    return { reason: 'encrypted', message: "encrypted with a key that is the domain's own" };
  if (!file.downloadable) {
    return { reason: 'permission-denied', message: 'its owner does not let readers download it' };
  }
  if (file.revision !== null || exportOf(file.mimeType)) return undefined;
  return { reason: 'unsupported-format', message: `Drive cannot export ${file.mimeType}; open it by hand` };
}

function toFile(json: z.infer<typeof FILE>): DriveFile {
  const { id, mimeType, md5Checksum: md5, sha1Checksum: sha1, sha256Checksum: sha256 } = json;
  const modified = new Date(json.modifiedTime ?? '');
  return {
    ...{ id, mimeType, isFolder: mimeType === FOLDER },
    name: (json.name || id).replaceAll('/', '\uff0f'),
    parent: json.parents?.[0] ?? null,
    driveId: json.driveId ?? null,
    size: json.size == null ? null : Number(json.size),
    modifiedAt: Number.isNaN(modified.getTime()) ? null : modified.toISOString(),
    revision: json.headRevisionId ?? md5 ?? null,
    digests: { ...(md5 && { md5 }), ...(sha1 && { sha1 }), ...(sha256 && { sha256 }) },
    trashed: json.trashed ?? false,
    owner: json.owners?.[0]?.emailAddress?.toLowerCase() ?? null,
    ownedByMe: json.ownedByMe ?? false,
    permissions: json.permissions?.map(toPermission) ?? null,
    ownAccess: json.hasAugmentedPermissions === true || json.inheritedPermissionsDisabled === true,
    downloadable: json.capabilities?.canDownload ?? true,
    encrypted: json.clientEncryptionDetails?.encryptionState === 'encrypted',
    labels: json.labelInfo?.labels ?? [],
  };
}

function toPermission(json: z.infer<typeof PERMISSION>): Permission {
  return {
    ...{ type: json.type, role: json.role, deleted: json.deleted ?? false },
    address: json.emailAddress?.toLowerCase() ?? null,
    domain: json.domain?.toLowerCase() ?? null,
    discoverable: json.allowFileDiscovery ?? false,
  };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function checked<T>(schema: z.ZodType<T>, json: unknown, operation: string): T {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const where = error.issues[0]?.path.join('.') || 'an object';
  throw new ConnectorError('transient', `${operation}: Google answered without ${where}; scan again`);
}
