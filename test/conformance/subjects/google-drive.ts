/** The google-drive connector over its fake, behind the fault proxy: shared drives by delegation, and one person's My Drive. */
import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'vitest';
import type { FakePermission } from '../../../connectors/google-drive/estate-fake.ts';
import { type FakeFile, FOLDER } from '../../../connectors/google-drive/estate-fake.ts';
import { type FakeDriveServer, startFakeDrive } from '../../../connectors/google-drive/fake.ts';
import googleDrive from '../../../connectors/google-drive/index.ts';
import type { Options } from '../../../src/connector.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { assetsOf, connect, containersOf, createRecorder, pagesOf } from '../harness.ts';
import type { Changes, Place, PlacedContainer, PlacedObject, Subject } from '../subject.ts';

export const ADA = 'ada@example.com';
const ACCOUNT = 'inventory@invented.iam.gserviceaccount.com';
export const REFRESH_TOKEN = 'an-invented-refresh-token';
const CLIENT_SECRET = 'an-invented-client-secret';
const READONLY = 'https://www.googleapis.com/auth/drive.readonly';
const LABELS = 'https://www.googleapis.com/auth/drive.labels.readonly';
const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const MEMBER: FakePermission = { type: 'user', role: 'organizer', emailAddress: ADA };

/** A fake with Ada's My Drive in it. */
export function startDrive(scopes: readonly string[] = [READONLY, LABELS], labels: readonly object[] = []) {
  return startFakeDrive({
    ...{ publicKey: KEYS.publicKey, serviceAccount: ACCOUNT, scopes, labels },
    refreshTokens: new Map([[REFRESH_TOKEN, ADA]]),
  }).then((server) => {
    server.estate.addUser(ADA);
    server.estate.addUser(ACCOUNT);
    return server;
  });
}

/** As the service account, for the subjects. */
export function delegated(endpoint: string, more: Options = { subjects: [ADA] }): Options {
  const key = { type: 'service_account', client_email: ACCOUNT, private_key: KEYS.privateKey };
  return { endpoint, credentials: JSON.stringify(key), ...more };
}

/** As Ada, who has consented once. */
export function consented(endpoint: string, more: Options = {}, refreshToken = REFRESH_TOKEN): Options {
  const app = { type: 'authorized_user', client_id: 'invented', client_secret: CLIENT_SECRET };
  return { endpoint, credentials: JSON.stringify({ ...app, refresh_token: refreshToken }), ...more };
}

/** The folder at a path (made where it is not there), below a root. */
function folderAt(server: FakeDriveServer, root: Root, path: readonly string[]): string | undefined {
  let parent = root.folder;
  for (const name of path) {
    const found = [...server.estate.files.values()].find(
      (file) => file.name === name && file.mimeType === FOLDER && isIn(file, parent, root),
    );
    parent = (found ?? server.estate.add({ ...root.fields, name, mimeType: FOLDER, parent })).id;
  }
  return parent;
}

/** Where a container's files are: a shared drive, or the root folder of Ada's My Drive. */
interface Root {
  readonly folder: string | undefined;
  readonly fields: Pick<FakeFile, 'driveId' | 'owner'>;
}

function isIn(file: FakeFile, parent: string | undefined, { fields }: Root): boolean {
  return file.parent === parent && file.driveId === fields.driveId && file.owner === fields.owner;
}

function fileAt(server: FakeDriveServer, root: Root, path: string): FakeFile {
  const parts = path.split('/');
  let found: FakeFile | undefined;
  for (const name of parts) {
    const parent = found === undefined ? root.folder : found.id;
    found = [...server.estate.files.values()].find((file) => file.name === name && isIn(file, parent, root));
    if (found === undefined) throw new Error(`nothing at ${path}`);
  }
  if (found === undefined) throw new Error('an empty path');
  return found;
}

function put(server: FakeDriveServer, root: Root, { key, body }: PlacedObject): void {
  const folders = key.split('/').slice(0, -1);
  const parent = folderAt(server, root, folders);
  const name = key.slice(key.lastIndexOf('/') + 1);
  const known = [...server.estate.files.values()].find(
    (file) => file.name === name && isIn(file, parent, root),
  );
  if (known) server.estate.update(known, { body: Buffer.from(body) });
  else server.estate.add({ ...root.fields, name, parent, body: Buffer.from(body) });
}

function changesOf(server: FakeDriveServer, rootOf: (container: string) => Root): Changes {
  const { estate } = server;
  return {
    async move(container, key, to) {
      const root = rootOf(container);
      const parent = folderAt(server, root, to.split('/').slice(0, -1));
      estate.update(fileAt(server, root, key), { parent, name: to.slice(to.lastIndexOf('/') + 1) });
    },
    async rename(container, folder, to) {
      estate.update(fileAt(server, rootOf(container), folder), { name: to.slice(to.lastIndexOf('/') + 1) });
    },
    async share(container, key) {
      const file = fileAt(server, rootOf(container), key);
      estate.update(file, { permissions: [...file.permissions, { type: 'anyone', role: 'reader' }] });
    },
    async trash(container, path) {
      estate.update(fileAt(server, rootOf(container), path), { trashed: true });
    },
    expireTokens: async () => server.expireTokens(),
  };
}

function subject(name: string, containers: Subject['containers']): Subject {
  const many = containers === 'many';
  return {
    ...{ name, module: googleDrive, containers, keys: 'id', impossible: {} },
    exercises: { grants: grantsHold, labels: labelsHold, trash: trashHolds },
    start: async (placed) => {
      await using started = new AsyncDisposableStack();
      const server = started.use(await startDrive());
      const proxy = started.use(await startFaultProxy(server.url));
      const roots = new Map(placed.map((container) => [container.name, rootFor(server, container, many)]));
      const rootOf = (container: string) => roots.get(container) ?? missing(container);
      for (const { name: container, objects } of placed) {
        for (const object of objects) put(server, rootOf(container), object);
      }
      const running = started.move();
      const secretOf = (options: Options) => JSON.parse(String(options.credentials));
      const options = many
        ? delegated(proxy.url, { subjects: [ADA], myDrive: false })
        : consented(proxy.url, { sharedDrives: false });
      const refused = many
        ? delegated(proxy.url, { subjects: ['stranger@example.com'] })
        : consented(proxy.url, {}, 'a-stranger-s-token');
      const media = ({ path }: { path: string }) => path.includes('alt=media');
      const login = { options, env: {} };
      return {
        ...{ login, refused: { options: refused, env: {} }, proxy },
        absent: { options: { ...options, drives: ['conformance-absent'] }, env: {} },
        expired: {
          kind: 'status',
          status: 401,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ error: { errors: [{ reason: 'authError' }] } }),
          when: ({ path }) => path !== '/token',
        },
        renewable: login,
        secrets: many
          ? [KEYS.privateKey, secretOf(options).private_key.split('\n')[1]]
          : [REFRESH_TOKEN, CLIENT_SECRET, 'a-stranger-s-token'],
        remove: async (container, key) => server.estate.delete(fileAt(server, rootOf(container), key)),
        replace: async (object, container) => put(server, rootOf(container), object),
        changes: changesOf(server, rootOf),
        breakListing: async () =>
          proxy.inject({ kind: 'status', status: 500, when: ({ path }) => path.includes('/files?') }),
        truncations: [
          async () => proxy.inject({ kind: 'cut', bytes: 1000, when: media }),
          async () => proxy.inject({ kind: 'short', bytes: 1000, when: media }),
          async () => proxy.inject({ kind: 'cut', bytes: 0, when: media }),
        ],
        writes: async () =>
          server.requests.filter((line) => !/^GET |^POST \/(?:token|tokeninfo)$/.test(line)),
        [Symbol.asyncDispose]: () => running.disposeAsync(),
      } satisfies Place;
    },
  };
}

function rootFor(server: FakeDriveServer, { name }: PlacedContainer, shared: boolean): Root {
  if (!shared) return { folder: server.estate.users.get(ADA), fields: { owner: ADA, driveId: undefined } };
  const { id } = server.estate.addDrive(name, [MEMBER]);
  return { folder: undefined, fields: { driveId: id, owner: undefined } };
}

function missing(container: string): never {
  throw new Error(`nothing was placed in ${container}`);
}

export const subjects: readonly Subject[] = [
  subject('google-drive (shared drives)', 'many'),
  subject('google-drive (my drive)', 'one'),
];

const [first] = subjects;
if (first === undefined) throw new Error('there is a subject');
const any: Subject = first;
const BODY = Buffer.from('invented');

/** Each way in which something is shared, in a My Drive and in a shared drive. */
async function grantsHold(): Promise<void> {
  await using server = await startDrive();
  const { estate } = server;
  const parent = estate.users.get(ADA);
  const reader = (address: string) => ({ type: 'user', role: 'reader', emailAddress: address }) as const;
  const cases = {
    'private.txt': [],
    'colleague.txt': [reader('bo@example.com')],
    'outsider.txt': [reader('eve@elsewhere.example')],
    'domain.txt': [{ type: 'domain', role: 'writer', domain: 'example.com' }],
    'link.txt': [{ type: 'anyone', role: 'reader' }],
    'left.txt': [{ ...reader('gone@elsewhere.example'), deleted: true }],
  } satisfies Record<string, FakePermission[]>;
  for (const [name, permissions] of Object.entries(cases)) {
    estate.add({ name, parent, owner: ADA, body: BODY, permissions });
  }
  const drive = estate.addDrive('Clients', [MEMBER, reader('bo@example.com')], true);
  const inDrive = { driveId: drive.id, owner: undefined };
  const open = estate.add({
    ...{ ...inDrive, name: 'open', mimeType: FOLDER, parent: undefined },
    permissions: [{ type: 'anyone', role: 'reader' }],
  });
  estate.add({ ...inDrive, name: 'in-open.txt', parent: open.id, body: BODY });
  estate.add({ ...inDrive, name: 'members.txt', parent: undefined, body: BODY });

  const login = { options: delegated(server.url), env: {} };
  await using connector = await connect(any, login, createRecorder());
  const [mine, clients] = await containersOf(connector);
  if (mine === undefined || clients === undefined) throw new Error('a drive is missing');
  const seen = assetsOf(await pagesOf(connector, mine));
  expect(Object.fromEntries(seen.map(({ name, access }) => [name, access?.exposure]))).toEqual({
    ...{ 'private.txt': 'private', 'colleague.txt': 'internal', 'outsider.txt': 'external' },
    ...{ 'domain.txt': 'internal', 'link.txt': 'public', 'left.txt': 'private' },
  });
  expect(seen.find(({ name }) => name === 'link.txt')?.access?.grants).toEqual([
    { principal: ADA, kind: 'user', role: 'own', via: 'acl' },
    { principal: 'anyone with the link', kind: 'everyone', role: 'read', via: 'link' },
  ]);
  expect(clients).toMatchObject({ name: 'Clients', publicAccess: 'no', access: { exposure: 'internal' } });
  const shared = assetsOf(await pagesOf(connector, clients));
  expect(shared.map(({ path, access }) => [path, access?.exposure])).toEqual([
    ['open/in-open.txt', 'public'],
    ['members.txt', undefined],
  ]);
}

/** A chosen value by name; what somebody typed is not taken over. */
async function labelsHold(): Promise<void> {
  const choices = [{ id: 'choice1', properties: { displayName: 'Confidential' } }];
  const fields = [
    { id: 'field1', properties: { displayName: 'Level' }, selectionOptions: { choices } },
    { id: 'field2', properties: { displayName: 'Remark' } },
  ];
  await using server = await startDrive(undefined, [
    { id: 'label1', properties: { title: 'Sensitivity' }, fields },
    { id: 'label2', properties: { title: 'Reviewed' } },
  ]);
  const values = {
    field1: { id: 'field1', valueType: 'selection', selection: ['choice1'] },
    field2: { id: 'field2', valueType: 'text', text: ['typed by somebody'] },
  };
  const more = { labelInfo: { labels: [{ id: 'label1', fields: values }, { id: 'label2' }] } };
  const parent = server.estate.users.get(ADA);
  server.estate.add({ name: 'labelled.txt', parent, owner: ADA, body: BODY, more });
  const login = { options: consented(server.url, { labels: true, sharedDrives: false }), env: {} };
  await using connector = await connect(any, login, createRecorder());
  const [container] = await containersOf(connector);
  if (container === undefined) throw new Error('no drive was found');
  const [asset] = assetsOf(await pagesOf(connector, container));
  expect(asset?.labels).toEqual({
    ...{ 'Sensitivity/Level': 'Confidential', 'Sensitivity/Remark': 'set', Reviewed: 'yes' },
  });
}

/** Only on demand; what lies in a folder that was thrown away lies in the trash as well. */
async function trashHolds(): Promise<void> {
  await using server = await startDrive();
  const { estate } = server;
  const at = { parent: estate.users.get(ADA), owner: ADA };
  const binned = estate.add({ ...at, name: 'binned', mimeType: FOLDER, trashed: true });
  estate.add({ ...at, name: 'in-binned.txt', parent: binned.id, body: BODY });
  estate.add({ ...at, name: 'kept.txt', body: BODY });
  for (const [trash, wanted] of [
    [false, [['kept.txt', undefined]]],
    [
      true,
      [
        ['binned/in-binned.txt', { trashed: 'yes' }],
        ['kept.txt', undefined],
      ],
    ],
  ] as const) {
    const login = { options: consented(server.url, { trash, sharedDrives: false }), env: {} };
    await using connector = await connect(any, login, createRecorder());
    const [container] = await containersOf(connector);
    if (container === undefined) throw new Error('no drive was found');
    const assets = assetsOf(await pagesOf(connector, container));
    expect(assets.map(({ path, labels }) => [path, labels])).toEqual(wanted);
  }
}
