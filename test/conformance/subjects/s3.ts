/** The S3 connector over fauxqs, behind the fault proxy. */
import { expect } from 'vitest';
import s3 from '../../../connectors/s3/index.ts';
import { ACCESS_KEY, SECRET_KEY, startS3Server } from '../../servers/s3-fauxqs.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { assetsOf, connect, containersOf, createRecorder, pagesOf } from '../harness.ts';
import type { PlacedObject, Subject } from '../subject.ts';

const OWNER = 'a'.repeat(64);

const s3Subject: Subject = {
  name: 's3 (fauxqs)',
  module: s3,
  containers: 'many',
  keys: 'path',
  impossible: {},
  exercises: { grants: grantsHold, labels: labelsHold },
  start: async (containers) => {
    await using started = new AsyncDisposableStack();
    const server = started.use(await startS3Server());
    const proxy = started.use(await startFaultProxy(server.url));
    for (const { name, objects } of containers) {
      server.createBucket(name);
      for (const { key, body } of objects) server.put(name, key, body);
    }
    const wrongSecret = SECRET_KEY.toUpperCase();
    const login = loginTo(proxy.url);
    const listings = (request: { path: string }) => request.path.includes('list-type=2');
    const bodyOf = (object: PlacedObject) => (request: { path: string }) => request.path.includes(object.key);
    const running = started.move();
    return {
      login,
      refused: {
        options: { ...login.options, accessKeyId: 'STRANGER', secretAccessKey: wrongSecret },
        env: {},
      },
      absent: { ...login, options: { ...login.options, buckets: ['conformance-absent'] } },
      expired: {
        kind: 'status',
        status: 400,
        headers: { 'content-type': 'application/xml' },
        body: '<Error><Code>ExpiredToken</Code><Message>expired</Message></Error>',
      },
      renewable: null,
      secrets: [SECRET_KEY, wrongSecret],
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

export const subjects: readonly Subject[] = [s3Subject];

function loginTo(endpoint: string) {
  return {
    options: { endpoint, region: 'us-east-1', accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    env: {},
  };
}

/** One bucket open by ACL, one that says nothing about itself. */
async function grantsHold(): Promise<void> {
  await using server = await startS3Server();
  for (const bucket of ['open-bucket', 'silent-bucket']) server.createBucket(bucket);
  const grant = (grantee: string, permission: string) =>
    `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${grantee}</Grantee><Permission>${permission}</Permission></Grant>`;
  const anyone = 'xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>';
  server.answer(
    'open-bucket',
    'acl',
    `<AccessControlPolicy><Owner><ID>${OWNER}</ID></Owner><AccessControlList>${grant(
      `xsi:type="CanonicalUser"><ID>${OWNER}</ID>`,
      'FULL_CONTROL',
    )}${grant(anyone, 'READ')}</AccessControlList></AccessControlPolicy>`,
  );
  await using connector = await connect(s3Subject, loginTo(server.url), createRecorder());
  const [open, silent] = await containersOf(connector);
  expect(open).toMatchObject({ name: 'open-bucket', publicAccess: 'yes', account: OWNER });
  expect(open?.access).toEqual({
    exposure: 'public',
    grants: [
      { principal: OWNER, kind: 'user', role: 'own', via: 'acl' },
      { principal: 'AllUsers', kind: 'everyone', role: 'read', via: 'acl' },
    ],
  });
  expect(silent).toMatchObject({
    publicAccess: 'unknown',
    encryption: null,
    versioning: 'unknown',
    logging: 'unknown',
    access: { exposure: 'unknown', grants: [] },
  });
}

/** Object tags, when they are asked for; bucket tags always. */
async function labelsHold(): Promise<void> {
  await using server = await startS3Server();
  server.createBucket('tagged-bucket');
  server.put('tagged-bucket', 'a.txt', Buffer.from('invented'));
  server.answer(
    'tagged-bucket',
    'tagging',
    '<Tagging><TagSet><Tag><Key>sensitivity</Key><Value>confidential</Value></Tag></TagSet></Tagging>',
  );
  const login = loginTo(server.url);
  const tagged = { ...login, options: { ...login.options, tags: true } };
  await using connector = await connect(s3Subject, tagged, createRecorder());
  const [container] = await containersOf(connector);
  if (container === undefined) throw new Error('no bucket was found');
  expect(container.labels).toEqual({ sensitivity: 'confidential' });
  const [asset] = assetsOf(await pagesOf(connector, container));
  expect(asset?.labels).toEqual({ sensitivity: 'confidential' });
}
