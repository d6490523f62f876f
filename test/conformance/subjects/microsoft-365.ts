/** The Microsoft 365 connector over its fake of Graph, behind the fault proxy: users' OneDrives. */
import { expect } from 'vitest';
import { type FakeGraph, startFakeGraph } from '../../../connectors/microsoft-365/fake.ts';
import microsoft365 from '../../../connectors/microsoft-365/index.ts';
import type { Options } from '../../../src/connector.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { assetsOf, connect, containersOf, createRecorder, pagesOf } from '../harness.ts';
import type { PlacedContainer, Subject } from '../subject.ts';

const ADA = 'ada@contoso.example';
/** Enough never to wait. */
const RESOURCE_UNITS = 10_000_000;
const ANYONE = { id: '1', roles: ['read'], link: { scope: 'anonymous', type: 'view' } };

const subject: Subject = {
  name: 'microsoft-365 (fake)',
  module: microsoft365,
  containers: 'many',
  keys: 'id',
  impossible: {
    'hash#question?.txt': 'no question mark',
    'new\nline.txt': 'no control characters',
    'back\\slash.txt': 'no backslash',
    'quote\'".txt': 'no quotation mark',
  },
  exercises: { grants: grantsHold, labels: labelsHold, trash: trashHolds },
  start: async (containers) => {
    await using started = new AsyncDisposableStack();
    const graph = started.use(await startFakeGraph());
    const proxy = started.use(await startFaultProxy(graph.url));
    const drives = new Map(containers.map((one) => [one.name, placeDrive(graph, one)]));
    const drive = (container: string) => drives.get(container) ?? absent(container);
    const wrong = `${graph.token}-of-a-stranger`;
    const login = loginTo(proxy.url, graph.token);
    const listings = ({ path }: { path: string }) => path.includes('/delta');
    const downloads = ({ path }: { path: string }) => path.startsWith('/download/');
    const running = started.move();
    return {
      login,
      refused: loginTo(proxy.url, wrong),
      absent: loginTo(proxy.url, graph.token, { users: ['nobody@contoso.example'] }),
      expired: {
        kind: 'status',
        status: 401,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: { code: 'InvalidAuthenticationToken' } }),
        // Addresses of downloads need no login, and tokens come from elsewhere.
        when: ({ path }) => /^\/(?:v1\.0|beta)\//.test(path),
      },
      renewable: null,
      secrets: [graph.token, wrong],
      proxy,
      remove: async (container, key) => drive(container).delete(key),
      replace: async ({ key, body }, container) => void drive(container).put(key, body),
      changes: {
        move: async (container, key, to) => drive(container).move(key, to),
        rename: async (container, folder, to) => drive(container).move(folder, to),
        share: async (container, key) => drive(container).share(key, [ANYONE]),
        trash: async (container, path) => drive(container).delete(path),
        expireTokens: async () => graph.forgetTokens(),
      },
      breakListing: async () => proxy.inject({ kind: 'status', status: 500, when: listings }),
      truncations: [
        async () => proxy.inject({ kind: 'cut', bytes: 1000, when: downloads }),
        async () => proxy.inject({ kind: 'short', bytes: 1000, when: downloads }),
        async () => proxy.inject({ kind: 'cut', bytes: 0, when: downloads }),
      ],
      writes: async () => [
        ...proxy.requests
          .filter(({ method }) => method !== 'GET')
          .map(({ method, path }) => `${method} ${path}`),
        ...graph.leaks.map((download) => `the token was sent to ${download}`),
      ],
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  },
};

export const subjects: readonly Subject[] = [subject];

function loginTo(endpoint: string, accessToken: string, more: Options = {}) {
  return {
    options: { endpoint, accessToken, resourceUnits: RESOURCE_UNITS, users: ['*'], ...more },
    env: {},
  };
}

function placeDrive(graph: FakeGraph, { name, objects }: PlacedContainer) {
  const drive = graph.addUser(name);
  for (const { key, body } of objects) drive.put(key, body);
  return drive;
}

function absent(container: string): never {
  throw new Error(`no drive ${container} was placed`);
}

/** With the permission that Microsoft asks for, and without. */
async function grantsHold(): Promise<void> {
  await using graph = await startFakeGraph();
  const drive = graph.addUser(ADA);
  drive.put('open.txt', Buffer.from('invented'));
  drive.put('shared/inside.txt', Buffer.from('invented too'));
  drive.share('', [{ roles: ['owner'], grantedToV2: { user: { email: ADA } } }]);
  drive.share('open.txt', [ANYONE]);
  drive.share('shared', [
    { roles: ['write'], grantedToV2: { user: { email: 'bo_fabrikam#EXT#@contoso.example' } } },
  ]);

  async function accesses() {
    await using connector = await connect(
      subject,
      loginTo(graph.url, graph.token, { permissions: true }),
      createRecorder(),
    );
    const [container] = await containersOf(connector);
    if (container === undefined) throw new Error('no drive was found');
    const { notes } = await connector.check(new AbortController().signal);
    const assets = assetsOf(await pagesOf(connector, container));
    return { container, notes, access: new Map(assets.map((asset) => [asset.path, asset.access])) };
  }

  const before = await accesses();
  expect(before.container.access).toEqual({
    exposure: 'unknown',
    grants: [{ principal: ADA, kind: 'user', role: 'own', via: 'owner' }],
  });
  expect([...before.access.values()]).toEqual([null, null]);
  expect(before.notes.join('\n')).toContain('grant the app Sites.FullControl.All');

  graph.roles = [...graph.roles, 'Sites.FullControl.All'];
  const { access } = await accesses();
  expect(access.get('open.txt')).toEqual({
    exposure: 'public',
    grants: [
      { principal: ADA, kind: 'user', role: 'own', via: 'permission' },
      { principal: 'anyone with the link', kind: 'everyone', role: 'read', via: 'link' },
    ],
  });
  expect(access.get('shared/inside.txt')).toMatchObject({
    exposure: 'external',
    grants: [{ role: 'own' }, { role: 'write', via: 'permission' }],
  });
}

/** SharePoint's columns of a file, and the label of a team. */
async function labelsHold(): Promise<void> {
  await using graph = await startFakeGraph();
  const drive = graph.addTeam('Onboarding', 'Confidential');
  drive.put('plan.txt', Buffer.from('invented'), {
    fields: { _DisplayName: 'Highly Confidential', _IpLabelId: '0000-1111' },
  });
  const options = { users: [], teams: ['Onboarding'], labels: true };
  await using connector = await connect(subject, loginTo(graph.url, graph.token, options), createRecorder());
  const [container] = await containersOf(connector);
  if (container === undefined) throw new Error('no team was found');
  expect(container.labels).toEqual({ sensitivity: 'Confidential' });
  const [asset] = assetsOf(await pagesOf(connector, container));
  expect(asset?.labels).toEqual({ sensitivity: 'Highly Confidential', 'sensitivity-id': '0000-1111' });
}

/** A recycle bin is a container of its own. */
async function trashHolds(): Promise<void> {
  await using graph = await startFakeGraph();
  const { drives } = graph.addSite('sites/clients', 'Clients', ['Documents', 'Contracts']);
  const [documents, contracts] = drives;
  documents?.put('kept.txt', Buffer.from('invented'));
  contracts?.put('old/draft.txt', Buffer.from('invented too'));
  contracts?.delete('old/draft.txt');
  const options = { users: [], sites: ['contoso.sharepoint.example/sites/clients'], trash: true };
  await using connector = await connect(subject, loginTo(graph.url, graph.token, options), createRecorder());
  const containers = await containersOf(connector);
  expect(containers.map(({ name }) => name)).toEqual([
    'Clients / Documents',
    'Clients / Contracts',
    'Clients / Documents / recycle bin',
  ]);
  const bin = containers.at(-1);
  const trashed = bin === undefined ? [] : assetsOf(await pagesOf(connector, bin));
  expect(trashed).toMatchObject([
    {
      path: 'sites/clients/Contracts/old/draft.txt',
      size: 12,
      labels: { trashed: 'yes' },
      unread: { reason: 'archived' },
    },
  ]);
}
