import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { FOLDER, type NewFile } from '../../connectors/google-drive/estate-fake.ts';
import type { FakeDriveServer } from '../../connectors/google-drive/fake.ts';
import googleDrive from '../../connectors/google-drive/index.ts';
import type { Asset, Connector, Container, Options } from '../../src/connector.ts';
import { type Fault, startFaultProxy } from '../conformance/fault-proxy.ts';
import {
  assetsOf,
  bytesOf,
  connect,
  containersOf,
  createRecorder,
  failureOf,
  never,
  pagesOf,
  type Recorder,
} from '../conformance/harness.ts';
import type { Subject } from '../conformance/subject.ts';
import { ADA, consented, delegated, startDrive, subjects } from '../conformance/subjects/google-drive.ts';

const BO = 'bo@example.com';
const SCOPES = 'https://www.googleapis.com/auth/';
const BODY = Buffer.from('invented bytes');
const TEXT = 'text/plain';
const native = (kind: string) => `application/vnd.google-apps.${kind}`;

interface Scene extends AsyncDisposable {
  readonly server: FakeDriveServer;
  readonly connector: Connector;
  readonly recorder: Recorder;
  /** Adds to Ada's My Drive. */
  add(file: NewFile): void;
  /** Assets of the first container. */
  listed(): Promise<readonly Asset[]>;
}

/** Ada's My Drive, behind a connection as Ada; `login` says how, given the server's address. */
async function scene(
  login: (url: string) => Options = (url) => consented(url, { sharedDrives: false }),
  scopes?: readonly string[],
): Promise<Scene> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await startDrive(scopes));
  const recorder = createRecorder();
  const [subject] = subjects;
  if (subject === undefined) throw new Error('there is a subject');
  const connector = started.use(
    await connect(subject, { options: login(server.url), env: {} }, recorder, 100),
  );
  const running = started.move();
  return {
    server,
    connector,
    recorder,
    add: (file) => server.estate.add({ parent: server.estate.users.get(ADA), owner: ADA, ...file }),
    async listed() {
      const [container] = await containersOf(connector);
      if (container === undefined) throw new Error('nothing was discovered');
      return assetsOf(await pagesOf(connector, container));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const named = (assets: readonly Asset[], name: string) => {
  const found = assets.find((asset) => asset.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${assets.map((asset) => asset.name)}`);
  return found;
};

test("Google's own documents are exported; what cannot be says so", async () => {
  await using it = await scene();
  it.add({
    name: 'Letter',
    mimeType: native('document'),
    exports: { [TEXT]: Buffer.from('Dear invented Ada') },
  });
  const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  it.add({ name: 'Budget', mimeType: native('spreadsheet'), exports: { [workbook]: BODY } });
  it.add({
    ...{ name: 'Deck', mimeType: native('presentation') },
    exports: { [TEXT]: Buffer.alloc(10 * 1024 * 1024 + 1, 'a') },
  });
  it.add({ name: 'Survey', mimeType: native('form') });
  it.add({ name: 'Way there', mimeType: native('shortcut') });
  it.add({ name: 'held.txt', body: BODY, more: { capabilities: { canDownload: false } } });
  it.add({ name: 'sealed', body: BODY, more: { clientEncryptionDetails: { encryptionState: 'encrypted' } } });
  const assets = await it.listed();

  const letter = named(assets, 'Letter');
  expect(letter).toMatchObject({ size: null, version: letter.modifiedAt, mediaType: native('document') });
  expect(letter.digests).toBeUndefined();
  expect(String(await bytesOf(it.connector, letter))).toBe('Dear invented Ada');
  expect(await bytesOf(it.connector, named(assets, 'Budget'))).toEqual(BODY);
  expect(await failureOf(it.recorder, bytesOf(it.connector, named(assets, 'Deck')))).toMatchObject({
    code: 'too-large',
    message: expect.stringContaining('10 MB'),
  });
  expect(assets.filter(({ unread }) => unread).map(({ name, unread }) => [name, unread?.reason])).toEqual([
    ['Survey', 'unsupported-format'],
    ['Way there', 'link'],
    ['held.txt', 'permission-denied'],
    ['sealed', 'encrypted'],
  ]);
});

test('other bytes of the same length are not taken for those that were listed', async () => {
  await using it = await scene();
  it.add({ name: 'a.txt', body: BODY });
  const [asset] = await it.listed();
  const [file] = it.server.estate.files.values();
  if (asset === undefined || file === undefined) throw new Error('nothing was listed');
  it.server.estate.update(file, { body: Buffer.alloc(BODY.length, 'x') });
  expect(await failureOf(it.recorder, bytesOf(it.connector, asset))).toMatchObject({ code: 'changed' });
});

test('a name may come twice, hold a slash, or lie in no folder', async () => {
  await using it = await scene();
  for (const name of ['twice.txt', 'twice.txt', '24/7.txt']) it.add({ name, body: BODY });
  it.add({ name: 'lost.txt', body: BODY, parent: undefined });
  const assets = await it.listed();
  expect(assets.map(({ path }) => path)).toEqual([
    'twice.txt',
    'twice.txt',
    '24\uff0f7.txt',
    'Elsewhere/lost.txt',
  ]);
  expect(new Set(assets.map(({ key }) => key)).size).toBe(4);
});

test('a file is in the My Drive of its owner, or of the folder where no subject owns it', async () => {
  await using it = await scene((url) => delegated(url, { subjects: [ADA, BO], sharedDrives: false }));
  const { estate } = it.server;
  const home = estate.addUser(BO);
  const writer = (emailAddress: string) => ({ type: 'user', role: 'writer', emailAddress }) as const;
  const outsider = 'eve@elsewhere.example';
  const parent = estate.add({
    ...{ name: 'ours', mimeType: FOLDER, owner: ADA, parent: estate.users.get(ADA) },
    permissions: [writer(BO), writer(outsider)],
  }).id;
  estate.add({ name: 'ada.txt', owner: ADA, parent, body: BODY });
  estate.add({ name: 'bo.txt', owner: BO, parent, body: BODY });
  estate.add({ name: 'eve.txt', owner: outsider, parent, body: BODY });
  estate.add({ name: 'at-home.txt', owner: BO, parent: home, body: BODY });
  estate.add({
    name: 'from-eve.txt',
    owner: outsider,
    parent: undefined,
    body: BODY,
    permissions: [writer(ADA)],
  });
  const seen: Record<string, readonly string[]> = {};
  for (const container of await containersOf(it.connector)) {
    seen[container.name] = assetsOf(await pagesOf(it.connector, container)).map(({ path }) => path);
  }
  expect(seen).toEqual({
    [`My Drive of ${ADA}`]: ['ours/ada.txt', 'ours/eve.txt'],
    // Bo cannot see the root of Ada's drive, and so not that the folder lies in it.
    [`My Drive of ${BO}`]: ['Elsewhere/ours/bo.txt', 'at-home.txt'],
  });
});

test('what others have shared is listed on demand, elsewhere', async () => {
  await using it = await scene((url) => consented(url, { sharedDrives: false, sharedWithMe: true }));
  it.add({ name: 'mine.txt', body: BODY });
  const permissions = [{ type: 'user', role: 'reader', emailAddress: ADA }] as const;
  const owner = 'eve@elsewhere.example';
  it.add({ name: 'theirs.txt', owner, parent: undefined, body: BODY, permissions: [...permissions] });
  expect((await it.listed()).map(({ path, access }) => [path, access?.exposure])).toEqual([
    ['mine.txt', 'private'],
    // Its owner is an outsider.
    ['Elsewhere/theirs.txt', 'external'],
  ]);
});

test('a service account without subjects acts as itself, and nobody is impersonated', async () => {
  await using it = await scene((url) => delegated(url, { myDrive: false }));
  const account = 'inventory@invented.iam.gserviceaccount.com';
  const drive = it.server.estate.addDrive('Clients', [
    { type: 'user', role: 'reader', emailAddress: account },
    { type: 'user', role: 'organizer', emailAddress: ADA },
  ]);
  it.server.estate.addDrive('Not ours', [{ type: 'user', role: 'organizer', emailAddress: ADA }]);
  it.server.estate.add({ name: 'a.txt', driveId: drive.id, body: BODY });
  const [container, ...others] = await containersOf(it.connector);
  expect([container?.name, others]).toEqual(['Clients', []]);
  // Whose domain it is was not said: Ada may be anybody.
  expect(container?.access?.exposure).toBe('unknown');
  expect((await it.listed()).map(({ path }) => path)).toEqual(['a.txt']);
  expect(await failureOf(it.recorder, connectAs({ subjects: [ADA], keyOf: consented }))).toMatchObject({
    code: 'config',
  });
});

async function connectAs({ subjects: users, keyOf }: { subjects: string[]; keyOf: typeof consented }) {
  const options = keyOf('http://127.0.0.1:1', { subjects: users });
  const [subject] = subjects;
  if (subject !== undefined) await connect(subject, { options, env: {} }, createRecorder());
}

test.each([
  ['userRateLimitExceeded', 403],
  ['rateLimitExceeded', 403],
  ['rateLimitExceeded', 429],
] as const)('%s with status %i is waited out as long as Google asks', async (reason, status) => {
  await using it = await scene();
  it.add({ name: 'a.txt', body: BODY });
  await it.listed();
  const refusal = { status, reason, times: 2, headers: { 'retry-after': '11' } };
  it.server.refuse('/drive/v3/files', refusal);
  const [asset] = await it.listed();
  expect(it.recorder.waited).toEqual([11_000, 11_000]);
  if (asset === undefined) throw new Error('nothing was listed');
  it.server.refuse('/drive/v3/files', { ...refusal, times: 1 });
  expect(await bytesOf(it.connector, asset)).toEqual(BODY);
  expect(it.recorder.waited.length).toBe(3);
});

test.each([
  ['insufficientPermissions', 'drive.readonly'],
  ['accessNotConfigured', 'enable the Google Drive API'],
  ['domainPolicy', 'administrator'],
])('%s says what is missing, and is not tried again', async (reason, advice) => {
  await using it = await scene();
  it.server.refuse('/drive/v3/', { status: 403, reason, times: 9 });
  const error = await failureOf(it.recorder, it.connector.check(never));
  expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining(advice) });
  expect(it.recorder.waited).toEqual([]);
});

test.each<[string, readonly string[], readonly RegExp[]]>([
  ['exactly what is needed', ['drive.readonly', 'userinfo.email'], []],
  ['too much', ['drive'], [/auth\/drive is more than is needed/]],
  ['too little', ['drive.metadata.readonly'], [/drive\.readonly is missing; files are listed and not read/]],
  [
    'the wrong things',
    ['drive.metadata.readonly', 'gmail.readonly'],
    [/drive\.readonly is missing/, /gmail\.readonly is more/],
  ],
])('doctor says when the scopes are %s', async (_, scopes, notes) => {
  await using it = await scene(
    undefined,
    scopes.map((scope) => SCOPES + scope),
  );
  const identity = await it.connector.check(never);
  expect(identity).toMatchObject({ principal: ADA, account: 'example.com' });
  expect(identity.notes.length).toBe(notes.length);
  for (const [index, note] of notes.entries()) expect(identity.notes[index]).toMatch(note);
});

test('a subject that does not let us in is a note; when none does, it is the error', async () => {
  await using it = await scene((url) => delegated(url, { subjects: ['stranger@example.com', ADA] }));
  const { notes, principal } = await it.connector.check(never);
  expect(principal).toContain('as stranger@example.com and 1 more');
  expect(notes).toEqual([expect.stringMatching(/stranger@example\.com: HTTP 400 invalid_grant/)]);
  await using shut = await scene(
    (url) => delegated(url, { subjects: [ADA] }),
    [`${SCOPES}drive.metadata.readonly`],
  );
  expect(await failureOf(shut.recorder, shut.connector.check(never))).toMatchObject({
    code: 'auth',
    message: expect.stringContaining('domain-wide delegation lacks'),
  });
});

test('a listing whose place Google has forgotten begins anew', async () => {
  await using it = await scene();
  for (let index = 0; index < 3; index += 1) it.add({ name: `${index}.txt`, body: BODY });
  const [container] = await containersOf(it.connector);
  if (container === undefined) throw new Error('nothing was discovered');
  const whole = await pagesOf(it.connector, container);
  const cursor = JSON.stringify({
    start: { page: '1', whole: '2026-01-05T09:30:00.000Z', members: '' },
    page: 'forgotten',
  });
  const again = await pagesOf(it.connector, container, cursor);
  expect(assetsOf(again)).toEqual(assetsOf(whole));
  // Since the listing began that was interrupted, not since it was taken up again.
  expect(JSON.parse(again.at(-1)?.token ?? '{}')).toMatchObject({ page: '1' });
});

test('a drive is listed whole when that was last done a month ago', async () => {
  await using it = await scene();
  const [container] = await containersOf(it.connector);
  if (container === undefined || it.connector.changes === undefined)
    throw new Error('nothing was discovered');
  const changes = it.connector.changes;
  const token = JSON.parse((await pagesOf(it.connector, container)).at(-1)?.token ?? '{}');
  const since = (whole: string) =>
    Array.fromAsync(changes(container, JSON.stringify({ ...token, whole }), undefined, never));
  expect(await since('2025-12-07T09:30:00.000Z')).toHaveLength(1);
  expect(await failureOf(it.recorder, since('2025-12-05T09:30:00.000Z'))).toMatchObject({ code: 'resync' });
});

test('a shared drive with other members is listed whole: they read what else says who may read it', async () => {
  await using it = await scene((url) => delegated(url, { subjects: [ADA], myDrive: false }));
  const { estate } = it.server;
  const drive = estate.addDrive('Clients', [{ type: 'user', role: 'organizer', emailAddress: ADA }]);
  const anyone = { type: 'anyone', role: 'reader' } as const;
  estate.add({ name: 'open.txt', driveId: drive.id, body: BODY, permissions: [anyone] });
  const [before] = await containersOf(it.connector);
  if (before === undefined || it.connector.changes === undefined) throw new Error('nothing was discovered');
  const token = (await pagesOf(it.connector, before)).at(-1)?.token ?? '';
  expect(await Array.fromAsync(it.connector.changes(before, token, undefined, never))).toHaveLength(1);
  drive.permissions.push({ type: 'user', role: 'reader', emailAddress: BO });
  const [after] = await containersOf(it.connector);
  if (after === undefined) throw new Error('it has gone');
  const changes = Array.fromAsync(it.connector.changes(after, token, undefined, never));
  expect(await failureOf(it.recorder, changes)).toMatchObject({ code: 'resync' });
  const [asset] = await it.listed();
  expect(asset?.access?.grants.map(({ principal }) => principal)).toEqual(['anyone with the link', ADA, BO]);
});

test('a file that is moved into a shared drive leaves the My Drive', async () => {
  await using it = await scene((url) => delegated(url, { subjects: [ADA] }));
  const { estate } = it.server;
  const drive = estate.addDrive('Clients', [{ type: 'user', role: 'organizer', emailAddress: ADA }]);
  const file = estate.add({ name: 'a.txt', owner: ADA, parent: estate.users.get(ADA), body: BODY });
  const [mine, clients] = await containersOf(it.connector);
  if (!mine || !clients || !it.connector.changes) throw new Error('a drive is missing');
  const tokens = new Map<Container, string>();
  for (const container of [mine, clients]) {
    tokens.set(container, (await pagesOf(it.connector, container)).at(-1)?.token ?? '');
  }
  estate.update(file, { driveId: drive.id, owner: undefined, parent: undefined });
  const seen = [];
  for (const [container, token] of tokens) {
    const [page] = await Array.fromAsync(it.connector.changes(container, token, undefined, never));
    seen.push([page?.assets.map(({ path }) => path), page?.removed]);
  }
  expect(seen).toEqual([
    [[], [file.id]],
    [['a.txt'], []],
  ]);
});

test('of a folder that is shared, all that is in it is listed again, however deep', async () => {
  await using it = await scene();
  const { estate } = it.server;
  let parent = estate.users.get(ADA);
  const folders = Array.from({ length: 4 }, (_, depth) => {
    const folder = estate.add({ name: `level-${depth}`, mimeType: FOLDER, owner: ADA, parent });
    parent = folder.id;
    for (let index = 0; index < 3; index += 1) {
      estate.add({ name: `${depth}-${index}.txt`, owner: ADA, parent, body: BODY });
    }
    return folder;
  });
  const [container] = await containersOf(it.connector);
  if (container === undefined || it.connector.changes === undefined)
    throw new Error('nothing was discovered');
  const token = (await pagesOf(it.connector, container)).at(-1)?.token ?? '';
  const [, second] = folders;
  if (second) estate.update(second, { permissions: [{ type: 'anyone', role: 'reader' }] });
  const pages = await Array.fromAsync(it.connector.changes(container, token, undefined, never));
  const assets = assetsOf(pages);
  expect(assets.map(({ name, access }) => `${name} ${access?.exposure}`)).toEqual(
    [1, 2, 3].flatMap((depth) => [0, 1, 2].map((index) => `${depth}-${index}.txt public`)),
  );
});

const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'cut', bytes: 9 },
  { kind: 'short', bytes: 9 },
];

test('whichever request fails once, and however, the listing, the changes and the bytes are the same', async () => {
  await using server = await startDrive();
  await using proxy = await startFaultProxy(server.url);
  const { estate } = server;
  const drive = estate.addDrive('Clients', [{ type: 'user', role: 'organizer', emailAddress: ADA }]);
  const parent = estate.add({
    ...{ name: 'open', mimeType: FOLDER, driveId: drive.id },
    permissions: [{ type: 'anyone', role: 'reader' }],
  }).id;
  for (let index = 0; index < 5; index += 1) {
    estate.add({ name: `${index}.txt`, driveId: drive.id, parent, body: Buffer.from(`invented ${index}`) });
  }
  const [first] = subjects;
  if (first === undefined) throw new Error('there is a subject');
  const login = { options: delegated(proxy.url, { subjects: [ADA], myDrive: false }), env: {} };

  const all = async (subject: Subject) => {
    await using connector = await connect(subject, login, createRecorder(), 2);
    await connector.check(never);
    const containers = await containersOf(connector);
    const [container] = containers;
    if (container === undefined) throw new Error('nothing was discovered');
    const pages = await pagesOf(connector, container);
    const bytes = await Promise.all(assetsOf(pages).map((asset) => bytesOf(connector, asset)));
    const changes = connector.changes?.(
      container,
      JSON.stringify({ ...JSON.parse(pages.at(-1)?.token ?? '{}'), page: '0' }),
      undefined,
      never,
    );
    return JSON.stringify([containers, pages, bytes.map(String), await Array.fromAsync(changes ?? [])]);
  };

  const expected = await all(first);
  const requests = proxy.count();
  expect(requests).toBeGreaterThan(15);
  for (let after = 0; after < requests; after += 1) {
    // Each request meets two of the faults, each fault many requests.
    for (const fault of [FAULTS[after % FAULTS.length], FAULTS[(after + 3) % FAULTS.length]]) {
      if (fault === undefined) continue;
      proxy.inject({ ...fault, after, times: 1 });
      expect(await all(first), `request ${after}: ${JSON.stringify(fault)}`).toBe(expected);
    }
  }
});

test('arguments name everything, one My Drive, or a shared drive', () => {
  const of = (argument: string) => googleDrive.fromArgument(argument);
  expect(of('gdrive://')).toEqual({});
  expect(of('gdrive://ada@example.com')).toEqual({ subjects: [ADA], sharedDrives: false });
  expect(of('gdrive://Clients')).toEqual({ drives: ['Clients'], myDrive: false });
  expect(of('s3://bucket')).toBeUndefined();
});

test('the SDK is not loaded before something is connected', () => {
  const script = `
    await import('./connectors/google-drive/index.ts');
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('googleapis'));
    process.stdout.write(String(loaded.length));`;
  const root = new URL('../../', import.meta.url);
  expect(String(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root }))).toBe(
    '0',
  );
});
