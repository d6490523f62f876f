/** What is Microsoft 365's own: sites, teams and users by name, permissions of the app, budget, deltas that cannot be gone on with. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toAccess } from '../../connectors/microsoft-365/access.ts';
import { createBudget } from '../../connectors/microsoft-365/budget.ts';
import { type FakeGraph, startFakeGraph } from '../../connectors/microsoft-365/fake.ts';
import microsoft365 from '../../connectors/microsoft-365/index.ts';
import { readSettings } from '../../connectors/microsoft-365/settings.ts';
import type { Asset, Connector, Container, Environment, Options, Page } from '../../src/connector.ts';
import { createRetry, RETRY_POLICY } from '../../src/retry.ts';
import { type FaultKind, startFaultProxy } from '../conformance/fault-proxy.ts';

const never = new AbortController().signal;
const ADA = 'ada@contoso.example';
const HOST = 'contoso.sharepoint.example';

let graph: FakeGraph;
beforeEach(async () => {
  graph = await startFakeGraph();
});
afterEach(() => graph[Symbol.asyncDispose]());

function connect(options: Options = {}, endpoint = graph.url, pageSize = 4): Promise<Connector> {
  const clock = { now: () => 0, random: () => 0, sleep: async () => undefined };
  const environment: Environment = {
    env: {},
    retry: createRetry(RETRY_POLICY, clock),
    concurrency: 4,
    pageSize,
    log: () => undefined,
  };
  const login = { endpoint, accessToken: graph.token, resourceUnits: 10_000_000 };
  return microsoft365.connect({ ...login, ...options }, environment);
}

async function namesOf(options: Options): Promise<readonly string[]> {
  await using connector = await connect(options);
  const names: string[] = [];
  try {
    for await (const { name } of connector.discover(never)) names.push(name);
  } catch (error) {
    names.push(String(error));
  }
  return names;
}

async function firstOf(connector: Connector): Promise<Container> {
  for await (const container of connector.discover(never)) return container;
  throw new Error('no drive was found');
}

async function listed(connector: Connector, container: Container, from?: string): Promise<Page[]> {
  return Array.fromAsync(connector.list(container, from, never));
}

function pathsOf(pages: readonly Page[]): readonly string[] {
  return pages.flatMap(({ assets }) => assets.map(({ path }) => path)).sort();
}

async function bytesOf(connector: Connector, asset: Asset): Promise<string> {
  const chunks = await Array.fromAsync(connector.open(asset, { signal: never }), (chunk) => chunk.slice());
  return Buffer.concat(chunks).toString('utf8');
}

describe('arguments and settings', () => {
  test.each([
    ['m365://', {}],
    ['onedrive://ada@contoso.com', { users: ['ada@contoso.com'] }],
    ['onedrive://', { users: ['*'] }],
    ['sharepoint://contoso.sharepoint.com/sites/a%20b/', { sites: ['contoso.sharepoint.com/sites/a b'] }],
    ['teams://Client onboarding', { teams: ['Client onboarding'] }],
    ['teams://100%', { teams: ['100%'] }],
    ['m365://x', undefined],
    ['s3://bucket', undefined],
  ])('%s', (argument, options) => {
    expect(microsoft365.fromArgument(argument)).toEqual(options);
  });

  test('the environment that Azure has in common says who the app is; options come first', () => {
    const env = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' };
    expect(readSettings({}, env)).toMatchObject({
      login: { by: 'secret', tenant: 't', clientId: 'c', secret: 's' },
      users: ['*'],
      sites: ['*'],
      teams: [],
      resourceUnits: 1250,
      authority: 'https://login.microsoftonline.com',
    });
    expect(readSettings({ certificate: '/a.pem', tenant: 'other' }, env).login).toEqual({
      by: 'certificate',
      tenant: 'other',
      clientId: 'c',
      path: '/a.pem',
    });
  });

  test.each([
    ['no app', {}, 'tenant and clientId are needed'],
    ['no secret', { tenant: 't', clientId: 'c' }, 'certificate or clientSecret is needed'],
    ['both', { tenant: 't', clientId: 'c', certificate: 'a', clientSecret: 'b' }, 'not both'],
    ['a plain endpoint', { accessToken: 'x', endpoint: 'http://graph.example' }, 'https://'],
    ['an empty name', { accessToken: 'x', users: [''] }, 'empty name'],
    ['no units', { accessToken: 'x', resourceUnits: 0 }, 'above 0'],
  ])('%s is refused', (_, options, message) => {
    expect(() => readSettings(options, {})).toThrow(message);
  });
});

describe('what is in reach', () => {
  beforeEach(() => {
    graph.addUser(ADA);
    graph.addUser('bo@contoso.example');
    graph.addSite('', 'Intranet', ['Documents']);
    graph.addSite('sites/clients', 'Clients', ['Documents', 'Contracts']);
    graph.addSite('sites/clients/archive', 'Archive', ['Old']);
    graph.addTeam("Ann's team");
  });

  const SITES = ['Intranet / Documents', 'Clients / Documents', 'Clients / Contracts', 'Archive / Old'];

  test('everything is every OneDrive and every library, each once', async () => {
    expect(await namesOf({})).toEqual([ADA, 'bo@contoso.example', ...SITES, "Ann's team / Documents"]);
  });

  test.each([
    [{ users: ['bo@contoso.example'] }, ['bo@contoso.example']],
    [{ users: ['*'] }, [ADA, 'bo@contoso.example']],
    [{ sites: ['*'] }, [...SITES, "Ann's team / Documents"]],
    [{ sites: [`https://${HOST}/sites/clients/`] }, SITES.slice(1)],
    [{ sites: [HOST] }, ['Intranet / Documents']],
    [{ teams: ["Ann's team"] }, ["Ann's team"]],
    [{ teams: ['*'], users: [ADA] }, [ADA, "Ann's team"]],
  ])('%j', async (options, names) => {
    expect(await namesOf(options)).toEqual(names);
  });

  test('private channels of a team have drives of their own, once somebody has opened their files', async () => {
    graph.addChannel("Ann's team", 'Board', true)?.put('secret.txt', Buffer.from('invented'));
    graph.addChannel("Ann's team", 'Quiet', false);
    expect(await namesOf({ teams: ["Ann's team"] })).toEqual(["Ann's team", "Ann's team / Board"]);
    graph.roles = graph.roles.filter((role) => role !== 'Channel.ReadBasic.All');
    expect(await namesOf({ teams: ["Ann's team"] })).toEqual([
      "Ann's team",
      expect.stringContaining('grant the app Channel.ReadBasic.All'),
    ]);
  });

  test('what is named and not there is said after everything that is', async () => {
    expect(await namesOf({ users: ['nobody@contoso.example', ADA], teams: ['Nowhere'] })).toEqual([
      ADA,
      expect.stringContaining('list drives nobody@contoso.example'),
    ]);
  });

  test('without the permission to see users the rest is given, and what is missing is named', async () => {
    graph.roles = ['Files.Read.All', 'Sites.Read.All'];
    const names = await namesOf({});
    expect(names.at(-1)).toContain('grant the app User.Read.All, or name the users');
    expect(names).toContain('Clients / Contracts');
  });

  test('with Sites.Selected a site that was granted is seen, and no other', async () => {
    graph.roles = ['Sites.Selected'];
    const { id } = graph.addSite('sites/granted', 'Granted', ['Documents']);
    graph.selected = [id];
    expect(await namesOf({ sites: [`${HOST}/sites/granted`] })).toEqual(['Granted / Documents']);
    expect(await namesOf({ sites: [`${HOST}/sites/clients`] })).toEqual([
      expect.stringContaining('grant the app Sites.Read.All, or Sites.Selected'),
    ]);
  });

  test('check says who the app is, what it lacks and what it could do without', async () => {
    await using connector = await connect({ users: [ADA, 'nobody@contoso.example'] });
    const { principal, account, notes } = await connector.check(never);
    expect([principal, account]).toEqual(['app Whereabouts inventory', expect.stringMatching(/^aaaabbbb-/)]);
    expect(notes).toEqual([
      expect.stringContaining('permissions is off'),
      'the token holds Channel.ReadBasic.All, Files.Read.All, GroupMember.Read.All, Sites.Read.All, User.Read.All',
      'more than needed: Channel.ReadBasic.All, GroupMember.Read.All, User.Read.All; take it away from the app',
      expect.stringContaining('nobody@contoso.example'),
    ]);
  });
});

describe('listing', () => {
  test('what lies in folders that come later, in notebooks and elsewhere has its path, and its gap', async () => {
    const drive = graph.addUser(ADA);
    drive.put('a/b/deep.txt', Buffer.from('invented'));
    drive.mkdir('x');
    // Now the folders come after what lies in them.
    drive.move('a/b', 'x/c');
    drive.move('x', 'y');
    drive.put('notes', Buffer.alloc(0), { facets: { package: { type: 'oneNote' }, file: undefined } });
    drive.put('from bo.txt', Buffer.from('x'), { facets: { remoteItem: { id: '1' } } });
    drive.put('bad.exe', Buffer.from('x'), { facets: { malware: {} } });
    await using connector = await connect({ users: [ADA] });
    const pages = await listed(connector, await firstOf(connector));
    const assets = pages.flatMap((page) => page.assets);
    expect(assets.map(({ path, unread }) => [path, unread?.reason]).sort()).toEqual([
      ['bad.exe', 'permission-denied'],
      ['from bo.txt', 'link'],
      ['notes', 'unsupported-format'],
      ['y/c/deep.txt', undefined],
    ]);
  });

  test('a listing whose place Graph has forgotten begins anew, and ends without a token', async () => {
    const drive = graph.addUser(ADA);
    for (let index = 0; index < 12; index += 1) drive.put(`${index}.txt`, Buffer.from(`invented ${index}`));
    await using connector = await connect({ users: [ADA] });
    const container = await firstOf(connector);
    const [first] = await listed(connector, container);
    graph.forgetTokens();
    const rest = await listed(connector, container, first?.next ?? '');
    expect(pathsOf(rest).length).toBe(12);
    expect(rest.at(-1)).not.toHaveProperty('token');
  });

  test('a folder that is renamed while it is listed leaves no token: the next listing is whole', async () => {
    const drive = graph.addUser(ADA);
    for (let index = 0; index < 12; index += 1) drive.put(`f/${index}.txt`, Buffer.from(`${index}`));
    await using connector = await connect({ users: [ADA] });
    const pages: Page[] = [];
    for await (const page of connector.list(await firstOf(connector), undefined, never)) {
      if (pages.push(page) === 1) drive.move('f', 'g');
    }
    expect(pathsOf(pages)).toContain('g/11.txt');
    expect(pathsOf(pages)).toContain('f/0.txt');
    expect(pages.at(-1)).not.toHaveProperty('token');
    const again = await listed(connector, await firstOf(connector));
    expect(pathsOf(again).every((path) => path.startsWith('g/'))).toBe(true);
    expect(again.at(-1)).toHaveProperty('token');
  });

  test('cursors do not grow with the folders without end: a listing taken up late has no token', async () => {
    const drive = graph.addUser(ADA);
    for (let index = 0; index < 5200; index += 1) drive.mkdir(`folder ${index}`);
    await using connector = await connect({ users: [ADA] }, graph.url, 1000);
    const container = await firstOf(connector);
    const pages = await listed(connector, container);
    expect(pages.at(-1)).toHaveProperty('token');
    expect(Math.max(...pages.map(({ next }) => next?.length ?? 0))).toBeLessThan(70_000);
    const late = await listed(connector, container, pages.at(-2)?.next ?? '');
    expect(late.length).toBe(1);
    expect(late[0]).not.toHaveProperty('token');
    const early = await listed(connector, container, pages[1]?.next ?? '');
    expect(early.at(-1)).toEqual(pages.at(-1));
  });

  test('a folder that comes back out of the recycle bin with contents asks for a whole listing', async () => {
    const drive = graph.addUser(ADA);
    drive.put('kept.txt', Buffer.from('invented'));
    await using connector = await connect({ users: [ADA] });
    const container = await firstOf(connector);
    const token = (await listed(connector, container)).at(-1)?.token ?? '';
    drive.put('back/one.txt', Buffer.from('invented'));
    const changes = () => Array.fromAsync(connector.changes?.(container, token, undefined, never) ?? []);
    expect(pathsOf(await changes())).toEqual(['back/one.txt']);
    // Restored: the folder is named, what lies in it is not.
    drive.forget('back/one.txt');
    await expect(changes()).rejects.toMatchObject({ code: 'resync' });
  });

  test.each(['folder', ''])(
    'folder %j that was shared anew asks for a whole listing, where permissions are asked for',
    async (folder) => {
      graph.roles = [...graph.roles, 'Sites.FullControl.All'];
      const drive = graph.addUser(ADA);
      drive.put('folder/one.txt', Buffer.from('invented'));
      await using connector = await connect({ users: [ADA], permissions: true });
      const container = await firstOf(connector);
      const token = (await listed(connector, container)).at(-1)?.token ?? '';
      drive.put('folder/one.txt', Buffer.from('invented anew'));
      const changes = () => Array.fromAsync(connector.changes?.(container, token, undefined, never) ?? []);
      expect(pathsOf(await changes())).toEqual(['folder/one.txt']);
      drive.share(folder, [{ roles: ['read'], link: { scope: 'anonymous', type: 'view' } }]);
      await expect(changes()).rejects.toMatchObject({ code: 'resync' });
    },
  );

  test('earlier versions are assets of their own and can be read', async () => {
    const drive = graph.addUser(ADA);
    for (const text of ['one', 'two two', 'three']) drive.put('a.txt', Buffer.from(text));
    await using connector = await connect({ users: [ADA], versions: true });
    const pages = await listed(connector, await firstOf(connector));
    const assets = pages.flatMap((page) => page.assets);
    expect(assets.map(({ path, size }) => [path, size])).toEqual([
      ['a.txt', 5],
      ['a.txt?version=2.0', 7],
      ['a.txt?version=1.0', 3],
    ]);
    const texts = await Promise.all(assets.map((asset) => bytesOf(connector, asset)));
    expect(texts).toEqual(['three', 'two two', 'one']);
    expect(pages.at(-1)).not.toHaveProperty('token');
  });

  test('a body that is longer than Graph says is read to its end, a shorter one is an error', async () => {
    const drive = graph.addUser(ADA);
    drive.put('longer.txt', Buffer.from('invented bytes'), { facets: { size: 3 } });
    drive.put('shorter.txt', Buffer.from('invented bytes'), { facets: { size: 30 } });
    await using connector = await connect({ users: [ADA] });
    const [page] = await listed(connector, await firstOf(connector));
    const [longer, shorter] = page?.assets ?? [];
    if (longer === undefined || shorter === undefined) throw new Error('two files were placed');
    expect(await bytesOf(connector, longer)).toBe('invented bytes');
    await expect(bytesOf(connector, shorter)).rejects.toMatchObject({ code: 'transient' });
    const range = connector.open(longer, { signal: never, range: { start: 1, end: 3 } });
    expect(Buffer.concat(await Array.fromAsync(range)).toString()).toBe('nv');
  });

  test('a cursor that leads elsewhere is not followed', async () => {
    graph.addUser(ADA);
    await using connector = await connect({ users: [ADA] });
    const container = await firstOf(connector);
    const bad = JSON.stringify({ link: 'https://elsewhere.example/drives', folders: '' });
    const changes = Array.fromAsync(connector.changes?.(container, bad, undefined, never) ?? []);
    await expect(changes).rejects.toMatchObject({ code: 'resync' });
  });
});

test('whichever request fails once, everything is listed and read as without failure', async () => {
  const drive = graph.addUser(ADA);
  for (let index = 0; index < 3; index += 1)
    drive.put(`f${index % 2}/${index}.txt`, Buffer.from(`${index}`.repeat(99)));
  await using proxy = await startFaultProxy(graph.url);

  async function everything(): Promise<readonly string[]> {
    await using connector = await connect({ users: ['*'] }, proxy.url);
    await connector.check(never);
    const pages = await listed(connector, await firstOf(connector));
    const assets = pages.flatMap((page) => page.assets);
    const texts = await Promise.all(assets.map((asset) => bytesOf(connector, asset)));
    return assets.map(({ path, uri }, index) => `${path} ${uri} ${texts[index]}`);
  }

  const expected = await everything();
  const requests = proxy.count();
  expect(requests).toBeGreaterThan(12);
  const faults: readonly FaultKind[] = [
    { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 500 },
    { kind: 'reset' },
    { kind: 'cut', bytes: 40 },
    { kind: 'short', bytes: 40 },
  ];
  for (const fault of faults) {
    for (let after = 0; after < requests; after += 1) {
      proxy.inject({ ...fault, after, times: 1 });
      expect(await everything(), `${fault.kind} at ${after}`).toEqual(expected);
    }
  }
});

describe('who may read', () => {
  const person = (email: string, more: object = {}) => ({ user: { email, ...more } });
  test.each([
    ['nothing known', [], 'unknown', 0],
    ['its owner', [{ roles: ['owner'], grantedToV2: person(ADA) }], 'private', 1],
    ['a colleague', [{ roles: ['read'], grantedToV2: person('bo@contoso.example') }], 'internal', 1],
    ['a guest', [{ roles: ['read'], grantedToV2: person('bo_x.com#EXT#@contoso.example') }], 'external', 1],
    [
      'a guest by login',
      [
        {
          roles: ['read'],
          grantedToV2: {
            siteUser: { loginName: 'i:0#.f|membership|urn%3aspo%3aguest#bo@x.com', email: 'bo@x.com' },
          },
        },
      ],
      'external',
      1,
    ],
    ['an invitation', [{ roles: ['read'], invitation: { email: 'bo@x.com' } }], 'external', 1],
    ['a group', [{ roles: ['write'], grantedToV2: { group: { displayName: 'Staff' } } }], 'internal', 1],
    [
      'everyone',
      [{ roles: ['read'], grantedToV2: { siteUser: { loginName: 'c:0(.s|true', displayName: 'Everyone' } } }],
      'external',
      1,
    ],
    ['a link for the organization', [{ roles: ['read'], link: { scope: 'organization' } }], 'internal', 1],
    ['a link for anyone', [{ roles: ['write'], link: { scope: 'anonymous', type: 'edit' } }], 'public', 1],
    ['a link of an unknown kind', [{ roles: ['read'], link: { scope: 'later' } }], 'public', 1],
    ['a link that adds nobody', [{ roles: ['read'], link: { scope: 'existingAccess' } }], 'unknown', 0],
    [
      'a link for named people',
      [
        {
          roles: ['read'],
          link: { scope: 'users', type: 'view' },
          grantedToIdentitiesV2: [person('bo@contoso.example'), person('cy_x#ext#@contoso.example')],
        },
      ],
      'external',
      2,
    ],
  ])('%s', (_, permissions, exposure, grants) => {
    const access = toAccess(permissions);
    expect([access.exposure, access.grants.length]).toEqual([exposure, grants]);
  });
});

test('two threads that share a budget spend no more in any minute than one may', async () => {
  let now = 1_000_000n;
  const spent: { readonly at: number; readonly units: number }[] = [];
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += BigInt(Math.round(milliseconds * 1000));
    },
  };
  const memory = new SharedArrayBuffer(8);
  const threads = [createBudget(1250, memory, clock), createBudget(1250, memory, clock)];
  for (let index = 0; index < 3000; index += 1) {
    const units = [1, 2, 5][index % 3] ?? 1;
    await threads[index % 2]?.spend(units, never);
    spent.push({ at: Number(now), units });
  }
  for (const { at } of spent) {
    const minute = spent.filter((one) => one.at > at - 60_000_000 && one.at <= at);
    expect(minute.reduce((sum, { units }) => sum + units, 0)).toBeLessThanOrEqual(1250);
  }
  // Nor much less: 8,000 units take some eight minutes.
  expect(Number(now) / 60_000_000).toBeLessThan(8.5);
});
