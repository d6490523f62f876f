/** Of the fake: objects of one bucket, how they are listed and how they are read. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CRC32C } from '@google-cloud/storage';

export interface BucketMore {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly bindings?: readonly { readonly role: string; readonly members: readonly string[] }[];
  /** Permissions that the caller has; all when absent. */
  readonly permissions?: readonly string[];
}

export interface Generation {
  readonly name: string;
  readonly generation: string;
  readonly body: Uint8Array;
  readonly state: 'live' | 'noncurrent' | 'soft-deleted';
  readonly more: object;
}

export interface Bucket extends BucketMore {
  readonly name: string;
  /** By name and generation, ascending; undefined after a change, until it is asked for. */
  sorted: readonly Generation[] | undefined;
  readonly live: Map<string, Generation>;
  readonly others: Generation[];
}

/** What a request is answered with; an error's body is made from its reason. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly reason?: string;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `objects.list`. */
export function listObjects(bucket: Bucket, query: URLSearchParams): Answer {
  const names = ['prefix', 'delimiter', 'startOffset', 'endOffset', 'versions', 'softDeleted'];
  const asked = names.map((name) => query.get(name)).join('\u0001');
  const token = fromToken(query.get('pageToken'))?.split('\u0002');
  // A token serves only the listing that it was given for.
  if (token !== undefined && token[0] !== asked) return { status: 400, reason: 'invalid' };
  const { items, prefixes, last, more } = pageAfter(sortedOf(bucket), token?.[1], query);
  const json = {
    kind: 'storage#objects',
    items: items.length === 0 ? undefined : items.map((object) => objectResource(bucket.name, object)),
    prefixes: prefixes.length === 0 ? undefined : prefixes,
    nextPageToken: more ? toToken(`${asked}\u0002${last}`) : undefined,
  };
  return { status: 200, json: masked(json, query.get('fields')) };
}

/** Objects and folders together fill a page; a place is a name with its generation. */
function pageAfter(sorted: readonly Generation[], after: string | undefined, query: URLSearchParams) {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const [start, end] = [query.get('startOffset') ?? '', query.get('endOffset')];
  const most = Math.min(Number(query.get('maxResults') ?? 1000), 1000);
  const items: Generation[] = [];
  const prefixes = new Set<string>();
  let last: string | undefined;
  let more = false;
  for (let index = firstAt(sorted, after ?? start); index < sorted.length; index += 1) {
    const object = sorted[index] as Generation;
    const { name } = object;
    const place = `${name}\u0000${object.generation}`;
    if (after !== undefined && inBytes(place, after) <= 0) continue;
    if (!name.startsWith(prefix) || !isShown(object, query) || inBytes(name, start) < 0) continue;
    if (end !== null && inBytes(name, end) >= 0) break;
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const folder = cut < 0 ? undefined : name.slice(0, cut + delimiter.length);
    more = !prefixes.has(folder ?? '') && items.length + prefixes.size === most;
    if (more) break;
    if (folder === undefined) items.push(object);
    else prefixes.add(folder);
    last = place;
  }
  return { items, prefixes: [...prefixes], last, more };
}

/** The first at which a listing from `name` can begin, by halves: pages of large buckets must not cost their whole length. */
function firstAt(sorted: readonly Generation[], name: string): number {
  const plain = name.split('\u0000')[0] ?? '';
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inBytes(sorted[middle]?.name ?? '', plain) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isShown({ state }: Generation, query: URLSearchParams): boolean {
  if (query.get('softDeleted') === 'true') return state === 'soft-deleted';
  return state === 'live' || (state === 'noncurrent' && query.get('versions') === 'true');
}

function sortedOf(bucket: Bucket): readonly Generation[] {
  bucket.sorted ??= [...bucket.live.values(), ...bucket.others].sort(
    (a, b) => inBytes(a.name, b.name) || Number(a.generation) - Number(b.generation),
  );
  return bucket.sorted;
}

function objectResource(bucket: string, { name, generation, body, state, more }: Generation): object {
  const deleted = state === 'noncurrent' ? { timeDeleted: '2026-02-03T10:00:00.000Z' } : {};
  const trashed = { softDeleteTime: '2026-02-03T10:00:00.000Z', hardDeleteTime: '2026-02-10T10:00:00.000Z' };
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    name,
    bucket,
    generation,
    metageneration: '1',
    contentType: 'text/plain',
    storageClass: 'STANDARD',
    size: String(body.length),
    md5Hash: createHash('md5').update(body).digest('base64'),
    crc32c: crc32cOf(body),
    etag: generation,
    timeCreated: '2026-01-06T10:00:00.000Z',
    updated: '2026-01-06T10:00:00.000Z',
    ...deleted,
    ...(state === 'soft-deleted' ? trashed : {}),
    ...more,
  };
}

/** By the vendor's own code, so that ours is judged by another. */
function crc32cOf(body: Uint8Array): string {
  const crc = new CRC32C();
  crc.update(Buffer.from(body));
  return crc.toString();
}

/** `objects.get`, with and without `alt=media`. */
export function getObject(
  bucket: Bucket,
  name: string,
  { query, request }: { readonly query: URLSearchParams; readonly request: IncomingMessage },
): Answer {
  const wanted = query.get('generation');
  const object =
    wanted === null
      ? bucket.live.get(name)
      : [bucket.live.get(name), ...bucket.others].find(
          (each) => each?.name === name && each.generation === wanted && each.state !== 'soft-deleted',
        );
  if (object === undefined) return { status: 404, reason: 'notFound' };
  const match = query.get('ifGenerationMatch');
  if (match !== null && match !== object.generation) return { status: 412, reason: 'conditionNotMet' };
  if (query.get('alt') !== 'media') {
    return { status: 200, json: masked(objectResource(bucket.name, object), query.get('fields')) };
  }
  // As it is stored, to who accepts that; unpacking on the way is not done here.
  const { contentEncoding } = object.more as { readonly contentEncoding?: string };
  const encoding = contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (range === null) return { status: 200, bytes: object.body, headers: encoding };
  const [start, end] = [Number(range[1]), range[2] ? Number(range[2]) + 1 : object.body.length];
  if (start >= object.body.length) return { status: 416, reason: 'requestedRangeNotSatisfiable' };
  const bytes = object.body.subarray(start, end);
  const headers = {
    ...encoding,
    'content-range': `bytes ${start}-${start + bytes.length - 1}/${object.body.length}`,
  };
  return { status: 206, bytes, headers };
}

/** Partial responses, as deep as listings need them: `nextPageToken,items(name,size)`. */
function masked(json: object, fields: string | null): object {
  if (fields === null) return json;
  const wanted = new Map<string, readonly string[] | undefined>();
  for (const [, field = '', inner] of fields.matchAll(/(\w+)(?:\(([^)]*)\))?/g))
    wanted.set(field, inner?.split(','));
  const kept = Object.entries(json).filter(([field]) => wanted.has(field));
  return Object.fromEntries(
    kept.map(([field, value]) => {
      const inner = wanted.get(field);
      if (inner === undefined || !Array.isArray(value)) return [field, value];
      return [field, value.map((each) => masked(each, inner.join(',')))];
    }),
  );
}

/** Page tokens are opaque to clients. */
export function toToken(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** The inverse of toToken. */
export function fromToken(token: string | null): string | undefined {
  return token === null ? undefined : Buffer.from(token, 'base64url').toString();
}

/** The order of names. */
export function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
