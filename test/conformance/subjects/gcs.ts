/** The GCS connector over its fake, behind the fault proxy; test/servers runs an emulator too. */
import { expect } from 'vitest';
import { startFakeGcs } from '../../../connectors/gcs/fake.ts';
import gcs from '../../../connectors/gcs/index.ts';
import type { Options } from '../../../src/connector.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { assetsOf, bytesOf, connect, containersOf, createRecorder, failureOf, pagesOf } from '../harness.ts';
import type { PlacedObject, Subject } from '../subject.ts';

/** Put together at run time, for it must not look like a secret in the source. */
const TOKEN = ['invented', 'token', 'of', 'conformance'].join('-');

const gcsSubject: Subject = {
  name: 'gcs (fake)',
  module: gcs,
  containers: 'many',
  keys: 'path',
  impossible: { 'new\nline.txt': 'GCS allows no line feed in a name' },
  exercises: { grants: grantsHold, labels: labelsHold, trash: trashHolds },
  start: async (containers) => {
    await using started = new AsyncDisposableStack();
    const server = started.use(await startFakeGcs(TOKEN));
    const proxy = started.use(await startFaultProxy(server.url));
    for (const { name, objects } of containers) {
      server.createBucket(name);
      for (const { key, body } of objects) server.put(name, key, body);
    }
    const wrong = TOKEN.toUpperCase();
    const login = loginTo(proxy.url);
    const listings = (request: { path: string }) => /\/o\?/.test(request.path);
    const bodyOf = (object: PlacedObject) => (request: { path: string }) =>
      request.path.includes(encodeURIComponent(object.key));
    const running = started.move();
    return {
      login,
      refused: { options: { ...login.options, accessToken: wrong }, env: {} },
      absent: { ...login, options: { ...login.options, buckets: ['conformance-absent'] } },
      expired: {
        kind: 'status',
        status: 401,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: { errors: [{ reason: 'authError' }] } }),
      },
      renewable: null,
      secrets: [TOKEN, wrong],
      proxy,
      remove: async (container, key) => server.remove(container, key),
      replace: async ({ key, body }, container) => server.put(container, key, body),
      breakListing: async () => proxy.inject({ kind: 'status', status: 500, when: listings }),
      truncations: [
        async (_, object) => proxy.inject({ kind: 'cut', bytes: 1000, when: bodyOf(object) }),
        async (_, object) => proxy.inject({ kind: 'short', bytes: 1000, when: bodyOf(object) }),
        async (_, object) => proxy.inject({ kind: 'cut', bytes: 0, when: bodyOf(object) }),
      ],
      writes: async () =>
        proxy.requests
          .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
          .map(({ method, path }) => `${method} ${path}`),
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  },
};

export const subjects: readonly Subject[] = [gcsSubject];

function loginTo(endpoint: string, more: Options = {}) {
  return { options: { endpoint, project: 'acme', accessToken: TOKEN, ...more }, env: {} };
}

/** One bucket open by its policy, one shut, one that says nothing about itself. */
async function grantsHold(): Promise<void> {
  await using server = await startFakeGcs(TOKEN);
  const reader = (member: string) => [{ role: 'roles/storage.objectViewer', members: [member] }];
  const uniform = { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'inherited' };
  server.createBucket('a-open', { settings: { iamConfiguration: uniform }, bindings: reader('allUsers') });
  server.createBucket('b-shut', {
    settings: { iamConfiguration: { ...uniform, publicAccessPrevention: 'enforced' } },
    bindings: reader('user:ada@example.com'),
  });
  server.createBucket('c-silent', { permissions: ['storage.objects.list'] });
  const options = { domains: ['Example.com'], buckets: ['a-open', 'b-shut', 'c-silent'] };
  await using connector = await connect(gcsSubject, loginTo(server.url, options), createRecorder());
  expect(await containersOf(connector)).toMatchObject([
    {
      name: 'a-open',
      publicAccess: 'yes',
      access: {
        exposure: 'public',
        grants: [{ principal: 'allUsers', kind: 'everyone', role: 'read', via: 'iam' }],
      },
    },
    {
      name: 'b-shut',
      publicAccess: 'no',
      access: { exposure: 'internal', grants: [{ principal: 'user:ada@example.com', kind: 'user' }] },
    },
    {
      name: 'c-silent',
      publicAccess: 'unknown',
      region: null,
      encryption: null,
      versioning: 'unknown',
      access: { exposure: 'unknown', grants: [] },
    },
  ]);
}

/** A bucket's labels, and what it says of itself that has no column. */
async function labelsHold(): Promise<void> {
  await using server = await startFakeGcs(TOKEN);
  const settings = {
    labels: { sensitivity: 'confidential' },
    softDeletePolicy: { retentionDurationSeconds: '604800' },
  };
  server.createBucket('labelled', { settings });
  await using connector = await connect(gcsSubject, loginTo(server.url), createRecorder());
  const [container] = await containersOf(connector);
  expect(container?.labels).toMatchObject({
    sensitivity: 'confidential',
    'gcs.soft-delete-seconds': '604800',
  });
}

/** What was deleted is listed after what is live, says so, and is not read. */
async function trashHolds(): Promise<void> {
  await using server = await startFakeGcs(TOKEN);
  server.createBucket('kept', { settings: { softDeletePolicy: { retentionDurationSeconds: '604800' } } });
  for (let n = 0; n < 8; n += 1) server.put('kept', `${n}.txt`, Buffer.from(`invented ${n}`));
  for (const n of [1, 2, 3, 5]) server.remove('kept', `${n}.txt`);
  server.put('kept', '2.txt', Buffer.from('again'));
  await using connector = await connect(gcsSubject, loginTo(server.url, { trash: true }), createRecorder());
  const [container] = await containersOf(connector);
  if (container === undefined) throw new Error('no bucket was found');
  const pages = await pagesOf(connector, container);
  const assets = assetsOf(pages);
  const trashed = assets.filter((asset) => asset.labels?.trashed === 'yes');
  expect(trashed.map((asset) => asset.path)).toEqual(['1.txt', '2.txt', '3.txt', '5.txt']);
  expect(new Set(trashed.map((asset) => asset.unread?.reason))).toEqual(new Set(['archived']));
  expect(new Set(assets.map((asset) => asset.key)).size).toBe(9);
  for (const [index, page] of pages.entries()) {
    if (page.next === null) continue;
    const rest = assetsOf(await pagesOf(connector, container, page.next));
    expect(rest).toEqual(assetsOf(pages.slice(index + 1)));
  }
  const deleted = trashed[0] ?? assets[0];
  if (deleted === undefined) throw new Error('nothing was listed');
  expect(await failureOf(createRecorder(), bytesOf(connector, deleted))).toMatchObject({ code: 'gone' });
}
