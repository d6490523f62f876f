/** Turns the JSON API's answers into our types: one function per response, checked here and trusted elsewhere. */
import { z } from 'zod';
import { nameOf } from '../../src/bucket/keys.ts';
import type { Asset } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Digests } from '../../src/model.ts';
import { objectUri } from './keys.ts';

/** @see https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
const object = z.object({
  name: z.string(),
  generation: z.string(),
  size: z.string().optional(),
  updated: z.string().optional(),
  contentType: z.string().optional(),
  md5Hash: z.string().optional(),
  crc32c: z.string().optional(),
  timeDeleted: z.string().optional(),
  softDeleteTime: z.string().optional(),
  customerEncryption: z.object({}).optional(),
});
type ListedObject = z.infer<typeof object>;

const listing = z.object({
  items: z.array(object).default([]),
  prefixes: z.array(z.string()).default([]),
  nextPageToken: z.string().optional(),
});

/** What `object` above reads, so that no more is sent. */
export const LISTED_FIELDS = `nextPageToken,prefixes,items(${Object.keys(object.shape).join(',')})`;

export interface Listing {
  /** In the order of the answer; `name` is without the generation that the keys of old ones have. */
  readonly objects: readonly { readonly name: string; readonly asset: Asset }[];
  /** Common prefixes, when a delimiter was sent. */
  readonly folders: readonly string[];
  /** What continues this very listing, for as long as the server keeps it; undefined at the end. */
  readonly token: string | undefined;
}

/** @throws ConnectorError `unsupported` for what is not a listing */
export function readListing(answer: unknown, bucket: string): Listing {
  const { items, prefixes, nextPageToken } = parse(listing, answer, 'objects.list');
  return {
    objects: items.map((item) => ({ name: item.name, asset: toAsset(item, bucket) })),
    folders: prefixes,
    token: nextPageToken,
  };
}

function toAsset(item: ListedObject, bucket: string): Asset {
  const { name, generation } = item;
  const trashed = item.softDeleteTime !== undefined;
  const old = trashed || item.timeDeleted !== undefined;
  const unread = unreadOf(item);
  const digests = digestsOf(item);
  return {
    container: bucket,
    // Unique, stable, directly after the object's own key (no name holds U+0001), oldest first.
    key: old ? `${name}\u0001${generation.padStart(20, '0')}` : name,
    uri: objectUri(bucket, name, old ? generation : undefined),
    path: old && !trashed ? `${name}?generation=${generation}` : name,
    name: nameOf(name),
    size: item.size === undefined ? null : Number(item.size),
    version: generation,
    modifiedAt: item.updated === undefined ? null : new Date(item.updated).toISOString(),
    owner: null,
    mediaType: mediaTypeOf(item.contentType),
    access: null,
    ...(digests === undefined ? {} : { digests }),
    ...(trashed ? { labels: { trashed: 'yes' } } : {}),
    ...(unread === undefined ? {} : { unread }),
  };
}

function unreadOf(item: ListedObject): Asset['unread'] {
  if (item.softDeleteTime !== undefined) {
    return { reason: 'archived', message: 'it is soft-deleted; restore it to have it read' };
  }
  if (item.customerEncryption !== undefined) {
    return { reason: 'encrypted', message: 'it is encrypted by a key that only its writer has' };
  }
  return undefined;
}

/** Base64 of big-endian bytes; composed objects have no md5. */
function digestsOf({ md5Hash, crc32c }: ListedObject): Digests | undefined {
  const md5 = hexOf(md5Hash, 16);
  const crc = hexOf(crc32c, 4);
  if (md5 === undefined && crc === undefined) return undefined;
  return { ...(md5 === undefined ? {} : { md5 }), ...(crc === undefined ? {} : { crc32c: crc }) };
}

function hexOf(base64: string | undefined, bytes: number): string | undefined {
  const decoded = Buffer.from(base64 ?? '', 'base64');
  return decoded.length === bytes ? decoded.toString('hex') : undefined;
}

/** What nobody named has no type, or this one. */
function mediaTypeOf(contentType: string | undefined): string | null {
  return !contentType || contentType === 'application/octet-stream' ? null : contentType;
}

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
const bucket = z.object({
  name: z.string(),
  projectNumber: z.string().optional(),
  location: z.string().optional(),
  locationType: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  encryption: z.object({ defaultKmsKeyName: z.string().optional() }).optional(),
  iamConfiguration: z
    .object({
      uniformBucketLevelAccess: z.object({ enabled: z.boolean().optional() }).optional(),
      publicAccessPrevention: z.string().optional(),
    })
    .optional(),
  versioning: z.object({ enabled: z.boolean().optional() }).optional(),
  logging: z.object({ logBucket: z.string().optional() }).optional(),
  retentionPolicy: z
    .object({ retentionPeriod: z.string().optional(), isLocked: z.boolean().optional() })
    .optional(),
  softDeletePolicy: z.object({ retentionDurationSeconds: z.string().optional() }).optional(),
});
export type BucketFacts = z.infer<typeof bucket>;

/** @throws ConnectorError `unsupported` for what is not a bucket */
export function readBucket(answer: unknown): BucketFacts {
  return parse(bucket, answer, 'buckets.get');
}

const buckets = z.object({ items: z.array(bucket).default([]), nextPageToken: z.string().optional() });

/** @throws ConnectorError `unsupported` for what is not a list of buckets */
export function readBuckets(answer: unknown): z.infer<typeof buckets> {
  return parse(buckets, answer, 'buckets.list');
}

const policy = z.object({
  bindings: z.array(z.object({ role: z.string(), members: z.array(z.string()).default([]) })).default([]),
});
export type Policy = z.infer<typeof policy>;

/** @throws ConnectorError `unsupported` for what is not an IAM policy */
export function readPolicy(answer: unknown): Policy {
  return parse(policy, answer, 'buckets.getIamPolicy');
}

/** Of the permissions that were asked about, those that we have. @throws ConnectorError `unsupported` */
export function readPermissions(answer: unknown): readonly string[] {
  const shape = z.object({ permissions: z.array(z.string()).default([]) });
  return parse(shape, answer, 'buckets.testIamPermissions').permissions;
}

function parse<T>(shape: z.ZodType<T>, answer: unknown, operation: string): T {
  const { data, error } = shape.safeParse(answer);
  if (data !== undefined) return data;
  const where = error?.issues[0]?.path.join('.') ?? '';
  throw new ConnectorError('unsupported', `${operation}: the answer is not GCS's (at ${where || 'its top'})`);
}
