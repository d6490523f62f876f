/** Turns S3's answers into assets: one function per response, checked here and trusted elsewhere. */
import type { ListObjectsV2CommandOutput, ListObjectVersionsCommandOutput, Tag } from '@aws-sdk/client-s3';
import { nameOf } from '../../src/bucket/keys.ts';
import type { Asset } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Digests } from '../../src/model.ts';
import { objectUri } from './keys.ts';

/** Classes whose bytes are not there until they are restored; Glacier Instant Retrieval is not one. */
const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** What is known of a bucket that decides how its objects are read. */
export interface BucketFacts {
  readonly bucket: string;
  /** An ETag is the MD5 of the bytes; not so under KMS, whatever it looks like. */
  readonly etagIsMd5: boolean;
}

export interface Listing {
  /** In the order of the answer. */
  readonly assets: readonly Asset[];
  /** Common prefixes, when a delimiter was sent. */
  readonly folders: readonly string[];
  readonly truncated: boolean;
  /** What continues this very listing, for as long as the server keeps it. */
  readonly token: string | undefined;
}

/** @throws ConnectorError `unsupported` for what is not a listing */
export function readListing(answer: ListObjectsV2CommandOutput, facts: BucketFacts): Listing {
  const decode = decoderOf(answer.EncodingType);
  return {
    assets: (answer.Contents ?? []).map((object) =>
      toAsset({ ...object, Key: decode(required(object.Key, 'Key')) }, facts),
    ),
    folders: (answer.CommonPrefixes ?? []).map((folder) => decode(required(folder.Prefix, 'Prefix'))),
    truncated: answer.IsTruncated === true,
    token: answer.NextContinuationToken,
  };
}

export interface VersionListing {
  /** Current ones, noncurrent ones and delete markers, by key and newest first as far as the server orders them. */
  readonly versions: readonly { readonly key: string; readonly asset: Asset }[];
  readonly truncated: boolean;
  readonly nextKey: string | undefined;
  readonly nextVersion: string | undefined;
}

/** @throws ConnectorError `unsupported` for what is not a listing of versions */
export function readVersions(answer: ListObjectVersionsCommandOutput, facts: BucketFacts): VersionListing {
  const decode = decoderOf(answer.EncodingType);
  const objects = (answer.Versions ?? []).map((version) => {
    const key = decode(required(version.Key, 'Key'));
    const { VersionId, IsLatest, ...object } = version;
    const versionId = IsLatest === true ? undefined : required(VersionId, 'VersionId');
    return { key, asset: toAsset({ ...object, Key: key }, facts, versionId) };
  });
  const markers = (answer.DeleteMarkers ?? []).map((marker) => {
    const key = decode(required(marker.Key, 'Key'));
    const object = { Key: key, Size: 0, LastModified: marker.LastModified, Owner: marker.Owner };
    const asset = toAsset(object, facts, required(marker.VersionId, 'VersionId'));
    const message = 'a delete marker holds no bytes; the versions before it may';
    return { key, asset: { ...asset, unread: { reason: 'not-regular', message } } satisfies Asset };
  });
  return {
    versions: [...objects, ...markers],
    truncated: answer.IsTruncated === true,
    nextKey: answer.NextKeyMarker === undefined ? undefined : decode(answer.NextKeyMarker),
    nextVersion: answer.NextVersionIdMarker,
  };
}

/** Tags as labels. */
export function readTags(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

interface ListedObject {
  readonly Key: string;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly StorageClass?: string | undefined;
  readonly RestoreStatus?:
    | { IsRestoreInProgress?: boolean | undefined; RestoreExpiryDate?: Date | undefined }
    | undefined;
  readonly Owner?: { DisplayName?: string | undefined; ID?: string | undefined } | undefined;
}

function toAsset(object: ListedObject, facts: BucketFacts, versionId?: string): Asset {
  const { Key: key, ETag: etag } = object;
  const modifiedAt = object.LastModified?.toISOString() ?? null;
  const digests = facts.etagIsMd5 ? md5Of(etag) : undefined;
  const archived = isArchived(object);
  return {
    container: facts.bucket,
    key: versionId === undefined ? key : versionKey(key, object.LastModified, versionId),
    uri: objectUri(facts.bucket, key, versionId),
    path: versionId === undefined ? key : `${key}?versionId=${versionId}`,
    name: nameOf(key),
    size: object.Size ?? null,
    version: etag ?? `${modifiedAt}/${object.Size}`,
    modifiedAt,
    owner: object.Owner?.DisplayName || object.Owner?.ID || null,
    mediaType: null,
    access: null,
    ...(digests === undefined ? {} : { digests }),
    ...(archived ? { unread: { reason: 'archived', message: `it lies in ${object.StorageClass}` } } : {}),
  };
}

/**
 * Unique, stable, directly after the object's own key (no other key comes between, for none holds U+0001), newest first.
 */
function versionKey(key: string, modified: Date | undefined, versionId: string): string {
  const age = String(Number.MAX_SAFE_INTEGER - (modified?.getTime() ?? 0));
  return `${key}\u0001${age}\u0001${versionId}`;
}

/** A restored object can be read until its copy expires. */
function isArchived({ StorageClass, RestoreStatus }: ListedObject): boolean {
  const restored =
    RestoreStatus?.IsRestoreInProgress === false && RestoreStatus.RestoreExpiryDate !== undefined;
  return ARCHIVES.includes(StorageClass ?? '') && !restored;
}

/** Multipart ETags end in `-` and the number of parts: a hash of hashes. */
function md5Of(etag: string | undefined): Digests | undefined {
  const md5 = /^"?([0-9a-f]{32})"?$/i.exec(etag ?? '')?.[1];
  return md5 === undefined ? undefined : { md5: md5.toLowerCase() };
}

/** Servers that ignore `encoding-type=url` also leave it out of their answer, and send keys as they are. */
function decoderOf(encoding: string | undefined): (text: string) => string {
  if (encoding !== 'url') return (text) => text;
  return (text) => (/[%+]/.test(text) ? decodeUrl(text) : text);
}

/** @throws ConnectorError `unsupported` for a key that is not UTF-8: no SDK could ask for it again */
function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new ConnectorError('unsupported', `s3: the key ${text} is not UTF-8; rename the object`, {
      cause: error,
    });
  }
}

function required(value: string | undefined, field: string): string {
  if (value !== undefined) return value;
  throw new ConnectorError('unsupported', `s3: an entry of a listing has no ${field}; the server is not S3`);
}
