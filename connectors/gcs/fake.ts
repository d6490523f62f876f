/**
 * A Google Cloud Storage for tests, on loopback: the JSON API as documented, reads only. Buckets with settings and IAM policies,
 * listings with prefix, delimiter, offset, pages, generations and soft-deleted objects, downloads with ranges and preconditions.
 * Checked against the vendor's own client and rclone, which list the same (test/servers/gcs.test.ts).
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CRC32C } from '@google-cloud/storage';

export interface FakeGcs extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Methods and paths of all that was asked, in order. */
  readonly requests: readonly string[];
  /** `settings` as in the API's bucket resource; `bindings` as in its policy. */
  createBucket(bucket: string, more?: BucketMore): void;
  /** Adds a generation (`more` as in the API's object resource); with versioning the one before it becomes noncurrent. */
  put(bucket: string, name: string, body: Uint8Array, more?: object): void;
  /** Soft-deleted when the bucket's settings have a softDeletePolicy. */
  remove(bucket: string, name: string): void;
}

export interface BucketMore {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly bindings?: readonly { readonly role: string; readonly members: readonly string[] }[];
  /** Permissions that the caller has; all when absent. */
  readonly permissions?: readonly string[];
}

interface Generation {
  readonly name: string;
  readonly generation: string;
  readonly body: Uint8Array;
  readonly state: 'live' | 'noncurrent' | 'soft-deleted';
  readonly more: object;
}

interface Bucket extends BucketMore {
  readonly name: string;
  /** By name and generation, ascending; undefined after a change, until it is asked for. */
  sorted: readonly Generation[] | undefined;
  objects: Generation[];
}

/** What a request is answered with; an error's body is made from its reason. */
interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly reason?: string;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

const PROJECT_NUMBER = '123456789012';

/** Lets in whoever sends `token` as a bearer; everybody when it is null. */
export async function startFakeGcs(token: string | null): Promise<FakeGcs> {
  const buckets = new Map<string, Bucket>();
  const requests: string[] = [];
  let generations = 1_700_000_000_000_000;

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const known = token === null || request.headers.authorization === `Bearer ${token}`;
    send(response, known ? answer(buckets, request) : { status: 401, reason: 'authError' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  function bucketOf(name: string): Bucket {
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new Error(`no bucket ${name} was created`);
    bucket.sorted = undefined;
    return bucket;
  }

  function retire(bucket: Bucket, name: string, state: Generation['state'] | undefined): void {
    bucket.objects = bucket.objects.flatMap((object) => {
      if (object.name !== name || object.state !== 'live') return [object];
      return state === undefined ? [] : [{ ...object, state }];
    });
  }

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    createBucket: (name, more = {}) => {
      buckets.set(name, { ...more, name, objects: [], sorted: undefined });
    },
    put: (name, key, body, more = {}) => {
      const bucket = bucketOf(name);
      retire(bucket, key, isVersioned(bucket) ? 'noncurrent' : undefined);
      generations += 1;
      bucket.objects.push({ name: key, generation: String(generations), body, state: 'live', more });
    },
    remove: (name, key) => {
      const bucket = bucketOf(name);
      const kept = bucket.settings?.softDeletePolicy === undefined ? undefined : 'soft-deleted';
      retire(bucket, key, isVersioned(bucket) ? 'noncurrent' : kept);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isVersioned({ settings }: Bucket): boolean {
  // As the API has it; only tests make these.
  return (settings?.versioning as { enabled?: boolean } | undefined)?.enabled === true;
}

function answer(buckets: ReadonlyMap<string, Bucket>, request: IncomingMessage): Answer {
  const url = new URL(request.url ?? '/', 'http://fake');
  const [, , version, root, name, part, ...rest] = url.pathname.split('/').map(decodeURIComponent);
  if (request.method !== 'GET' || version !== 'v1' || root !== 'b')
    return { status: 404, reason: 'notFound' };
  const query = url.searchParams;
  if (name === undefined || name === '') return listBuckets([...buckets.values()], query);
  const bucket = buckets.get(name);
  if (bucket === undefined) return { status: 404, reason: 'notFound' };
  const may = (permission: string) => bucket.permissions?.includes(permission) ?? true;
  const forbidden: Answer = { status: 403, reason: 'forbidden' };
  if (part === undefined)
    return may('storage.buckets.get') ? { status: 200, json: resource(bucket) } : forbidden;
  if (part === 'iam' && rest[0] === 'testPermissions') {
    const permissions = query.getAll('permissions').filter(may);
    return { status: 200, json: { kind: 'storage#testIamPermissionsResponse', permissions } };
  }
  if (part === 'iam') {
    const policy = { kind: 'storage#policy', version: 1, etag: 'CAE=', bindings: bucket.bindings ?? [] };
    return may('storage.buckets.getIamPolicy') ? { status: 200, json: policy } : forbidden;
  }
  if (part !== 'o') return { status: 404, reason: 'notFound' };
  if (rest.length === 0) return may('storage.objects.list') ? listObjects(bucket, query) : forbidden;
  return may('storage.objects.get') ? getObject(bucket, rest.join('/'), { query, request }) : forbidden;
}

function resource({ name, settings }: Bucket): object {
  return {
    kind: 'storage#bucket',
    id: name,
    name,
    projectNumber: PROJECT_NUMBER,
    location: 'EUROPE-WEST3',
    locationType: 'region',
    storageClass: 'STANDARD',
    timeCreated: '2026-01-06T10:00:00.000Z',
    ...settings,
  };
}

function listBuckets(buckets: readonly Bucket[], query: URLSearchParams): Answer {
  if (!query.has('project')) return { status: 400, reason: 'required' };
  const sorted = buckets.toSorted((a, b) => inBytes(a.name, b.name));
  const after = fromToken(query.get('pageToken'));
  const rest = sorted.filter(({ name }) => after === undefined || inBytes(name, after) > 0);
  const page = rest.slice(0, Number(query.get('maxResults') ?? 1000));
  const nextPageToken = page.length < rest.length ? toToken(page.at(-1)?.name ?? '') : undefined;
  return { status: 200, json: { kind: 'storage#buckets', items: page.map(resource), nextPageToken } };
}

function listObjects(bucket: Bucket, query: URLSearchParams): Answer {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const [start, end] = [query.get('startOffset') ?? '', query.get('endOffset')];
  const most = Math.min(Number(query.get('maxResults') ?? 1000), 1000);
  const asked = [prefix, delimiter, start, end, query.get('versions'), query.get('softDeleted')].join(
    '\u0001',
  );
  const token = fromToken(query.get('pageToken'))?.split('\u0002');
  // A token serves only the listing that it was given for.
  if (token !== undefined && token[0] !== asked) return { status: 400, reason: 'invalid' };
  const after = token?.[1];
  const sorted = sortedOf(bucket);
  const first = firstAt(sorted, after ?? start);
  const items: Generation[] = [];
  const prefixes = new Set<string>();
  let last: string | undefined;
  let nextPageToken: string | undefined;
  for (let index = first; index < sorted.length; index += 1) {
    const object = sorted[index] as Generation;
    const { name } = object;
    const place = `${name}\u0000${object.generation}`;
    if (after !== undefined && inBytes(place, after) <= 0) continue;
    if (!name.startsWith(prefix) || !isShown(object, query) || inBytes(name, start) < 0) continue;
    if (end !== null && inBytes(name, end) >= 0) break;
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const folder = cut < 0 ? undefined : name.slice(0, cut + delimiter.length);
    const repeated = folder !== undefined && prefixes.has(folder);
    if (!repeated && items.length + prefixes.size === most) {
      nextPageToken = toToken(`${asked}\u0002${last}`);
      break;
    }
    // A folder that was given is not given again by the page that follows.
    if (folder !== undefined) prefixes.add(folder);
    else items.push(object);
    last = place;
  }
  const json = {
    kind: 'storage#objects',
    items: items.length === 0 ? undefined : items.map((object) => objectResource(bucket.name, object)),
    prefixes: prefixes.size === 0 ? undefined : [...prefixes],
    nextPageToken,
  };
  return { status: 200, json: masked(json, query.get('fields')) };
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
  bucket.sorted ??= bucket.objects.toSorted(
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

function getObject(
  bucket: Bucket,
  name: string,
  { query, request }: { readonly query: URLSearchParams; readonly request: IncomingMessage },
): Answer {
  const wanted = query.get('generation');
  const object = bucket.objects.find(
    (each) =>
      each.name === name &&
      (wanted === null ? each.state === 'live' : each.generation === wanted && each.state !== 'soft-deleted'),
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

const MESSAGES: Readonly<Record<string, string>> = {
  authError: 'Invalid Credentials',
  forbidden: 'does not have permission, or it may not exist.',
  notFound: 'No such object, or the specified bucket does not exist.',
  conditionNotMet: 'At least one of the pre-conditions you specified did not hold.',
};

function send(response: ServerResponse, { status, json, reason, bytes, headers = {} }: Answer): void {
  if (bytes !== undefined) {
    response.writeHead(status, { 'content-type': 'text/plain', 'content-length': bytes.length, ...headers });
    response.end(bytes);
    return;
  }
  const message = MESSAGES[reason ?? ''] ?? reason;
  const errors = [{ message, domain: 'global', reason }];
  const body = JSON.stringify(reason === undefined ? json : { error: { code: status, message, errors } });
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(body);
}

function toToken(place: string): string {
  return Buffer.from(place).toString('base64url');
}

function fromToken(token: string | null): string | undefined {
  return token === null ? undefined : Buffer.from(token, 'base64url').toString();
}

function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
