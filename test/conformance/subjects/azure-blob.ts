/** The Azure connector over azurite, behind the fault proxy: flat, and folder by folder. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import azureBlob from '../../../connectors/azure-blob/index.ts';
import type { Options } from '../../../src/connector.ts';
import { ACCOUNT, ACCOUNT_KEY, startAzurite } from '../../servers/azurite.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { assetsOf, connect, containersOf, createRecorder, pagesOf } from '../harness.ts';
import type { PlacedObject, Subject } from '../subject.ts';

function azureSubject(name: string, more: Options): Subject {
  const subject: Subject = {
    name,
    module: azureBlob,
    containers: 'many',
    keys: 'path',
    impossible: { 'back\\slash.txt': 'Azure takes a backslash for a slash' },
    exercises: {
      grants: () => grantsHold(subject),
      labels: () => labelsHold(subject),
      trash: () => trashHolds(subject),
    },
    start: async (containers) => {
      await using started = new AsyncDisposableStack();
      const server = started.use(await startAzurite());
      const proxy = started.use(await startFaultProxy(server.url));
      for (const { name: container, objects } of containers) {
        await server.admin.createContainer(container);
        for (const { key, body } of objects) await server.put(container, key, body);
      }
      const wrongKey = Buffer.from('invented key of a stranger').toString('base64');
      const login = loginTo(proxy.url, more);
      const listings = (request: { path: string }) => request.path.includes('comp=list');
      const bodyOf = (object: PlacedObject) => (request: { path: string }) =>
        request.path.includes(object.key);
      const running = started.move();
      return {
        login,
        refused: { options: { ...login.options, accountKey: wrongKey }, env: {} },
        absent: { ...login, options: { ...login.options, containers: ['conformance-absent'] } },
        expired: {
          kind: 'status',
          status: 403,
          headers: { 'x-ms-error-code': 'AuthenticationFailed' },
        },
        renewable: null,
        secrets: [ACCOUNT_KEY, wrongKey],
        proxy,
        remove: async (container, key) => {
          await server.admin.getContainerClient(container).getBlobClient(key).delete();
        },
        replace: ({ key, body }, container) => server.put(container, key, body),
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
  return subject;
}

export const subjects: readonly Subject[] = [
  azureSubject('azure-blob (azurite, flat)', {}),
  azureSubject('azure-blob (azurite, folder by folder)', { hierarchical: true }),
];

function loginTo(url: string, more: Options = {}) {
  return { options: { account: `${url}/${ACCOUNT}`, accountKey: ACCOUNT_KEY, ...more }, env: {} };
}

/** One container open to everybody, one with a link policy, one that is shut. */
async function grantsHold(subject: Subject): Promise<void> {
  await using server = await startAzurite();
  const [open, linked] = [
    server.admin.getContainerClient('a-open'),
    server.admin.getContainerClient('b-linked'),
  ];
  await open.create({ access: 'blob' });
  await linked.create({ metadata: { team: 'research' } });
  await linked.setAccessPolicy(undefined, [
    {
      id: 'for-partners',
      accessPolicy: { permissions: 'rl', startsOn: new Date(0), expiresOn: new Date(4e12) },
    },
  ]);
  await server.admin.createContainer('c-shut');
  await using connector = await connect(subject, loginTo(server.url), createRecorder());
  const everyone = { principal: 'anonymous', kind: 'everyone', role: 'read', via: 'policy' };
  const byLink = { principal: 'access policy for-partners', kind: 'service', role: 'read', via: 'link' };
  expect(await containersOf(connector)).toMatchObject([
    { name: 'a-open', publicAccess: 'yes', access: { exposure: 'public', grants: [everyone] } },
    {
      name: 'b-linked',
      publicAccess: 'no',
      labels: { team: 'research' },
      access: { exposure: 'unknown', grants: [byLink] },
    },
    {
      name: 'c-shut',
      publicAccess: 'no',
      access: { exposure: 'internal', grants: [] },
      account: ACCOUNT,
      region: null,
      encryption: null,
      versioning: 'unknown',
    },
  ]);
}

/** Index tags, when they are asked for. */
async function labelsHold(subject: Subject): Promise<void> {
  await using server = await startAzurite();
  const container = server.admin.getContainerClient('tagged');
  await container.create();
  await container
    .getBlockBlobClient('a.txt')
    .uploadData(Buffer.from('invented'), { tags: { sensitivity: 'confidential' } });
  await using connector = await connect(subject, loginTo(server.url, { tags: true }), createRecorder());
  const [found] = await containersOf(connector);
  if (found === undefined) throw new Error('no container was found');
  const [asset] = assetsOf(await pagesOf(connector, found));
  expect(asset?.labels).toEqual({ sensitivity: 'confidential' });
}

/** What the service answers, which azurite cannot: it keeps nothing that was deleted. */
async function trashHolds(subject: Subject): Promise<void> {
  const blob = (name: string, deleted: string) =>
    `<Blob><Name>${name}</Name>${deleted}<Properties><Last-Modified>Tue, 06 Jan 2026 10:00:00 GMT</Last-Modified><Etag>0x8DE1</Etag><Content-Length>8</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`;
  const listing = `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="x" ContainerName="kept"><Blobs>${blob('a.txt', '')}${blob(
    'b.txt',
    '<Deleted>true</Deleted>',
  )}</Blobs><NextMarker/></EnumerationResults>`;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/xml' }).end(listing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const options = { containers: ['kept'], trash: true, posture: false };
  const login = loginTo(`http://127.0.0.1:${port}`, options);
  {
    await using connector = await connect(subject, login, createRecorder());
    const [found] = await containersOf(connector);
    if (found === undefined) throw new Error('no container was found');
    const assets = assetsOf(await pagesOf(connector, found));
    expect(assets.map(({ path, labels, unread }) => [path, labels, unread?.reason])).toEqual([
      ['a.txt', undefined, undefined],
      ['b.txt', { trashed: 'yes' }, 'archived'],
    ]);
    expect(asked.some((path) => path.includes('include=deleted'))).toBe(true);
  }
  await new Promise((resolve) => server.close(resolve));
}
