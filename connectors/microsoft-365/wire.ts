/** Graph's JSON, checked, as our types (Microsoft Graph v1.0: driveItem, drive, site, user, group, permission). */
import { z } from 'zod';
import type { Asset } from '../../src/connector.ts';
import { environmentOf } from '../../src/environment.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Access, Digests, GapReason } from '../../src/model.ts';

const identity = z.object({
  displayName: z.string().nullish(),
  email: z.string().nullish(),
  id: z.string().nullish(),
  loginName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});
const facet = z.looseObject({});
const ITEM = z.object({
  id: z.string(),
  /** Absent for what was deleted. */
  name: z.string().nullish(),
  eTag: z.string().nullish(),
  size: z.number().nullish(),
  lastModifiedDateTime: z.string().nullish(),
  createdBy: z.object({ user: identity.nullish() }).nullish(),
  parentReference: z.object({ id: z.string().nullish(), driveId: z.string().nullish() }).nullish(),
  root: facet.nullish(),
  folder: z.object({ childCount: z.number().nullish() }).nullish(),
  file: z
    .object({
      mimeType: z.string().nullish(),
      hashes: z
        .object({
          quickXorHash: z.string().nullish(),
          sha1Hash: z.string().nullish(),
          sha256Hash: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  package: z.object({ type: z.string().nullish() }).nullish(),
  remoteItem: facet.nullish(),
  malware: facet.nullish(),
  deleted: facet.nullish(),
  /** Only when expanded: the library's columns. */
  listItem: z.object({ fields: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  '@microsoft.graph.downloadUrl': z.string().nullish(),
});
/** A file, folder or other entry of a drive, as Graph gives it. */
export type Item = z.infer<typeof ITEM>;

const PAGE = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
  '@odata.deltaLink': z.string().nullish(),
});

/** One answer of a collection; at most one of the links. */
export interface Answer<T> {
  readonly values: readonly T[];
  readonly nextLink: string | undefined;
  readonly deltaLink: string | undefined;
}

const DRIVE = z.object({
  id: z.string(),
  name: z.string().nullish(),
  webUrl: z.string(),
  owner: z.object({ user: identity.nullish(), group: identity.nullish() }).nullish(),
  sharePointIds: z
    .object({ siteId: z.string().nullish(), webId: z.string().nullish(), siteUrl: z.string().nullish() })
    .nullish(),
});
export type Drive = z.infer<typeof DRIVE>;

const SITE = z.object({
  id: z.string(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  webUrl: z.string(),
  isPersonalSite: z.boolean().nullish(),
  siteCollection: z.object({ dataLocationCode: z.string().nullish() }).nullish(),
});
export type Site = z.infer<typeof SITE>;

const USER = z.object({ id: z.string(), userPrincipalName: z.string() });
export type User = z.infer<typeof USER>;

const GROUP = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  assignedLabels: z.array(z.object({ displayName: z.string().nullish() })).nullish(),
});
export type Group = z.infer<typeof GROUP>;

const CHANNEL = z.object({ id: z.string(), displayName: z.string(), membershipType: z.string().nullish() });
/** Of a team. */
export type Channel = z.infer<typeof CHANNEL>;

const VERSION = z.object({
  id: z.string(),
  lastModifiedDateTime: z.string().nullish(),
  size: z.number().nullish(),
});
/** An earlier state of a file. */
export type Version = z.infer<typeof VERSION>;

const TRASHED = z.object({
  id: z.string(),
  name: z.string(),
  size: z.number().nullish(),
  deletedDateTime: z.string(),
  deletedFromLocation: z.string().nullish(),
});
/** What lies in a site's recycle bin. */
export type Trashed = z.infer<typeof TRASHED>;

const identities = z.object({
  user: identity.nullish(),
  siteUser: identity.nullish(),
  group: identity.nullish(),
  siteGroup: identity.nullish(),
  application: identity.nullish(),
});
const PERMISSION = z.object({
  roles: z.array(z.string()).nullish(),
  link: z.object({ scope: z.string().nullish(), type: z.string().nullish() }).nullish(),
  invitation: z.object({ email: z.string().nullish() }).nullish(),
  grantedToV2: identities.nullish(),
  grantedTo: identities.nullish(),
  grantedToIdentitiesV2: z.array(identities).nullish(),
  grantedToIdentities: z.array(identities).nullish(),
});
export type Permission = z.infer<typeof PERMISSION>;
export type Identities = z.infer<typeof identities>;

const SHAPES = {
  item: ITEM,
  drive: DRIVE,
  site: SITE,
  user: USER,
  group: GROUP,
  channel: CHANNEL,
  version: VERSION,
  trashed: TRASHED,
  permission: PERMISSION,
};
interface Shapes {
  item: Item;
  drive: Drive;
  site: Site;
  user: User;
  group: Group;
  channel: Channel;
  version: Version;
  trashed: Trashed;
  permission: Permission;
}

/** @throws ConnectorError `transient` for an answer of another shape, which an overloaded server may well give */
export function readOne<K extends keyof Shapes>(shape: K, json: unknown): Shapes[K] {
  const parsed = SHAPES[shape].safeParse(json);
  // The table's entry for `shape` makes exactly this type.
  if (parsed.success) return parsed.data as Shapes[K];
  throw strange(shape, parsed.error);
}

/** @throws ConnectorError as readOne */
export function readPage<K extends keyof Shapes>(shape: K, json: unknown): Answer<Shapes[K]> {
  const parsed = PAGE.safeParse(json);
  if (!parsed.success) throw strange(`page of ${shape}s`, parsed.error);
  return {
    values: parsed.data.value.map((value) => readOne(shape, value)),
    nextLink: parsed.data['@odata.nextLink'] ?? undefined,
    deltaLink: parsed.data['@odata.deltaLink'] ?? undefined,
  };
}

/** Graph's error code in a body, if that is what it is: never its text, which may repeat what was sent. */
export function readErrorCode(body: string): string | undefined {
  try {
    const code: unknown = JSON.parse(body)?.error?.code;
    return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
  } catch {
    // No JSON: a gateway's page, or nothing.
    return undefined;
  }
}

/** What of an asset Graph does not say in the item itself. */
export interface Place {
  /** Container.id and Container.uri. */
  readonly container: { readonly id: string; readonly uri: string };
  /** Of the folder that it lies in: empty, or ending in `/`. */
  readonly folder: string;
  readonly access: Access | null;
}

/** An entry that is not a folder. */
export function toAsset(item: Item, { container, folder, access }: Place): Asset {
  const name = item.name ?? item.id;
  const path = folder + name;
  const environment = environmentOf(path);
  const labels = labelsOf(item);
  const digests = digestsOf(item);
  const unread = unreadOf(item);
  return {
    container: container.id,
    key: item.id,
    uri: container.uri + encodePath(path),
    path,
    name,
    size: item.size ?? null,
    version: item.eTag ?? `${item.lastModifiedDateTime}/${item.size}`,
    modifiedAt: toTime(item.lastModifiedDateTime),
    owner: item.createdBy?.user?.email ?? item.createdBy?.user?.displayName ?? null,
    mediaType: item.file?.mimeType ?? null,
    access,
    ...(labels === undefined ? {} : { labels }),
    ...(digests === undefined ? {} : { digests }),
    ...(environment === undefined ? {} : { environment }),
    ...(unread === undefined ? {} : { unread }),
  };
}

/** Each part of the path between slashes percent-encoded. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** ISO 8601 UTC; Graph gives no, three or seven digits of a second. */
export function toTime(text: string | null | undefined): string | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** SharePoint's columns for the sensitivity label: its name, and its id. They are there only when the item was expanded. */
function labelsOf({ listItem }: Item): Readonly<Record<string, string>> | undefined {
  const fields = listItem?.fields ?? {};
  const named = [
    ['sensitivity', fields._DisplayName],
    ['sensitivity-id', fields._IpLabelId],
  ] as const;
  const labels = named.flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
  );
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

function digestsOf({ file }: Item): Digests | undefined {
  const { quickXorHash, sha1Hash, sha256Hash } = file?.hashes ?? {};
  const digests: Digests = {
    ...(quickXorHash ? { quickxor: Buffer.from(quickXorHash, 'base64').toString('hex') } : {}),
    ...(sha1Hash ? { sha1: sha1Hash.toLowerCase() } : {}),
    ...(sha256Hash ? { sha256: sha256Hash.toLowerCase() } : {}),
  };
  return Object.keys(digests).length === 0 ? undefined : digests;
}

function unreadOf(item: Item): { readonly reason: GapReason; readonly message: string } | undefined {
  if (item.remoteItem)
    return { reason: 'link', message: 'it lies in another drive and is shared into this one' };
  if (item.package) {
    const what = item.package.type === 'oneNote' ? 'a OneNote notebook' : 'a package';
    return {
      reason: 'unsupported-format',
      message: `it is ${what}, which Graph does not give out as a file`,
    };
  }
  if (item.malware) {
    return { reason: 'permission-denied', message: 'Microsoft found malware in it and does not give it out' };
  }
  if (!item.file) return { reason: 'unsupported-format', message: 'it is neither a file nor a folder' };
  return undefined;
}

function strange(what: string, error: z.ZodError): ConnectorError {
  const where = error.issues[0]?.path.join('.') ?? '';
  return new ConnectorError(
    'transient',
    `Graph gave a ${what} of an unexpected shape (${where}); try again later`,
  );
}
