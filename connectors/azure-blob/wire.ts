/** Turns Azure's answers into assets and containers: one function per response, checked here and trusted elsewhere. */
import type { BlobItem, ContainerItem, SignedIdentifier } from '@azure/storage-blob';
import { nameOf } from '../../src/bucket/keys.ts';
import type { Asset, Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Access, Grant } from '../../src/model.ts';
import type { Operation } from './failure.ts';
import { type BlobState, blobUri, containerUri } from './keys.ts';

/**
 * The page that a fresh generator of the SDK gave. What broke off, or is no listing at all, parses as a shorter one: only the marker, which
 * comes last and is empty at the end of a listing, proves a page whole.
 * @throws ConnectorError `transient`
 */
export function wholePage<Page extends { readonly continuationToken?: string }>(
  { value }: IteratorResult<Page, unknown>,
  { name, uri }: Pick<Operation, 'name' | 'uri'>,
): Page {
  // A generator ends only after its last page, and this is its first.
  const page = value as Page | undefined;
  if (page?.continuationToken !== undefined) return page;
  throw new ConnectorError('transient', `${name} ${uri}: the answer is not a whole listing; try again later`);
}

/** A blob as it was listed, in the container that `facts` names. */
export function toAsset(item: BlobItem, facts: { readonly container: string; readonly uri: string }): Asset {
  const { name, properties } = item;
  const state = stateOf(item);
  const [field] = Object.entries(state);
  const md5 = properties.contentMD5;
  const unread = unreadOf(item);
  const labels = { ...item.tags, ...(item.deleted ? { trashed: 'yes' } : {}) };
  return {
    container: facts.container,
    key: field === undefined ? name : `${name}\u0001${field[0]}\u0001${field[1]}`,
    uri: blobUri(facts.uri, name, state),
    path: field === undefined || item.deleted ? name : `${name}?${field[0]}=${field[1]}`,
    name: nameOf(name),
    size: properties.contentLength ?? null,
    version: properties.etag,
    modifiedAt: timeOf(properties.lastModified),
    owner: null,
    mediaType: mediaTypeOf(properties.contentType),
    access: null,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(md5?.length === 16 ? { digests: { md5: Buffer.from(md5).toString('hex') } } : {}),
    ...(unread === undefined ? {} : { unread }),
  };
}

/** Which of a blob's states this is; empty for the one that its plain name means. */
function stateOf(item: BlobItem): BlobState {
  if (item.snapshot) return { snapshot: item.snapshot };
  if (item.versionId && item.isCurrentVersion !== true) return { versionId: item.versionId };
  return item.deleted ? { deleted: timeOf(item.properties.deletedOn) ?? '' } : {};
}

function unreadOf({ name, deleted, properties }: BlobItem): Asset['unread'] {
  if (deleted) {
    return { reason: 'archived', message: 'it is soft-deleted; undelete it to have it read' };
  }
  if (properties.accessTier === 'Archive') {
    const under = properties.archiveStatus === undefined ? '' : ' and is being rehydrated';
    return { reason: 'archived', message: `it lies in the Archive tier${under}` };
  }
  if (properties.customerProvidedKeySha256 !== undefined) {
    return { reason: 'encrypted', message: 'it is encrypted by a key that only its writer has' };
  }
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(name)) {
    return {
      reason: 'unsupported-format',
      message: 'no URL can ask for a name with . or .. between slashes',
    };
  }
  return undefined;
}

/** The service says `application/octet-stream` when nobody told it anything. */
function mediaTypeOf(contentType: string | undefined): string | null {
  return !contentType || contentType === 'application/octet-stream' ? null : contentType;
}

function timeOf(time: Date | undefined): string | null {
  return time === undefined || Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** What the account says of itself. */
export interface AccountFacts {
  readonly account: string;
  readonly provider: 'azure' | 'azure-compatible';
  /** True when storage analytics logs reads; diagnostic settings, which log too, are not seen. */
  readonly readsAreLogged: boolean;
  /** For so many days deleted blobs are kept; undefined when they are not, or when it is not known. */
  readonly softDeleteDays: number | undefined;
}

export type ContainerFacts = Pick<ContainerItem, 'name' | 'metadata'> & {
  /** Undefined when they may not be asked for. */
  readonly properties: ContainerItem['properties'] | undefined;
  readonly policies: readonly SignedIdentifier[];
};

export function toContainer(known: ContainerFacts, facts: AccountFacts): Container {
  const { name, properties, metadata = {} } = known;
  const opened = properties?.publicAccess !== undefined;
  const access = accessOf(known);
  return {
    id: name,
    name,
    uri: containerUri(facts.account, name),
    provider: facts.provider,
    account: facts.account,
    // Only the control plane tells where an account is, and whether it keeps versions.
    region: null,
    encryption: properties?.defaultEncryptionScope ?? null,
    publicAccess: properties === undefined ? 'unknown' : opened ? 'yes' : 'no',
    versioning: 'unknown',
    logging: facts.readsAreLogged ? 'yes' : 'unknown',
    labels: { ...metadata, ...settingsOf(properties, facts) },
    access,
  };
}

/** Settings that have no column, as labels with a dot, which no metadata can have in its name. */
function settingsOf(
  properties: ContainerFacts['properties'],
  { softDeleteDays }: AccountFacts,
): Readonly<Record<string, string>> {
  return {
    ...(properties?.hasImmutabilityPolicy ? { 'azure.immutability-policy': 'yes' } : {}),
    ...(properties?.hasLegalHold ? { 'azure.legal-hold': 'yes' } : {}),
    ...(softDeleteDays === undefined ? {} : { 'azure.soft-delete-days': String(softDeleteDays) }),
  };
}

/**
 * `internal` where the public may not read: the account's role assignments and keys, which the data plane does not show,
 * decide who may. A stored access policy that lets read means that links were handed out: to whom, nobody knows.
 */
function accessOf({ properties, policies }: ContainerFacts): Access {
  const byPolicy = policies
    .filter((policy) => policy.accessPolicy.permissions?.includes('r'))
    .map((policy): Grant => {
      return { principal: `access policy ${policy.id}`, kind: 'service', role: 'read', via: 'link' };
    });
  const everyone: Grant = { principal: 'anonymous', kind: 'everyone', role: 'read', via: 'policy' };
  if (properties?.publicAccess) return { exposure: 'public', grants: [everyone, ...byPolicy] };
  const sure = properties !== undefined && byPolicy.length === 0;
  return { exposure: sure ? 'internal' : 'unknown', grants: byPolicy };
}
