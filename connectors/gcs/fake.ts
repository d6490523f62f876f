/**
 * A Google Cloud Storage for tests, on loopback: the JSON API as documented, reads only. Buckets with settings and IAM policies,
 * listings with prefix, delimiter, offset, pages, generations and soft-deleted objects, downloads with ranges and preconditions.
 * Checked against the vendor's own client and rclone, which list the same (test/servers/gcs.test.ts).
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Answer,
  type Bucket,
  type BucketMore,
  fromToken,
  type Generation,
  getObject,
  inBytes,
  listObjects,
  toToken,
} from './objects-fake.ts';

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

  /** The live generation stops being one: it is kept in another state, or not at all. */
  function retire(bucket: Bucket, name: string, state: Generation['state'] | undefined): void {
    const live = bucket.live.get(name);
    bucket.live.delete(name);
    if (live !== undefined && state !== undefined) bucket.others.push({ ...live, state });
  }

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    createBucket: (name, more = {}) => {
      buckets.set(name, { ...more, name, live: new Map(), others: [], sorted: undefined });
    },
    put: (name, key, body, more = {}) => {
      const bucket = bucketOf(name);
      retire(bucket, key, isVersioned(bucket) ? 'noncurrent' : undefined);
      generations += 1;
      bucket.live.set(key, { name: key, generation: String(generations), body, state: 'live', more });
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
