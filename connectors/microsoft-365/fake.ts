/**
 * A small Microsoft Graph v1.0 for tests, on loopback: users, sites and their libraries, teams, delta feeds, downloads by
 * redirect, permissions, versions, recycle bins, throttling by resource units, sign-in of an app.
 * Checked against Microsoft's reference pages (driveitem-delta, driveitem-get-content, driveitem-list-permissions, permission,
 * driveitem-list-versions, site-list, site-getallsites, recyclebin-list-items, hashes, resources/driveitem,
 * channel-get-filesfolder), and by rclone's onedrive backend in test/servers. Long, because all its routes share one tenant.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeDrive, type FakeDrive, type FeedPosition, type Json } from './drive-fake.ts';

export interface FakeGraph extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What must be sent; holds `roles`. */
  readonly token: string;
  /** Secret of the app that may sign in. */
  readonly secret: string;
  /** The token in use serves so many requests more; whoever signs in then gets another one. */
  endTokenAfter(requests: number): void;
  /** Permissions of the app; a change makes another token. */
  roles: readonly string[];
  /** With `Sites.Selected`: ids of sites that were granted. */
  selected: readonly string[];
  addUser(name: string): FakeDrive;
  /** `/sites/x`; an empty path is the host's root site. */
  addSite(
    path: string,
    name: string,
    libraries: readonly string[],
  ): { readonly id: string; readonly drives: FakeDrive[] };
  /** With a site of its own. */
  addTeam(name: string, label?: string): FakeDrive;
  /** A private channel; without files nobody has opened them yet. */
  addChannel(team: string, name: string, files: boolean): FakeDrive | undefined;
  /** Tokens of deltas that were given so far are forgotten: 410. */
  forgetTokens(): void;
  /** Resource units in any minute, above which 429 comes. */
  limit: number;
  /** Spent so far. */
  readonly units: number;
  /** Everything that came: method and path with query. */
  readonly requests: { readonly method: string; readonly path: string }[];
  /** Downloads to which a token was sent, which must not be. */
  readonly leaks: string[];
}

interface Reply {
  readonly status: number;
  readonly json?: object;
  readonly headers?: Record<string, string>;
}

interface Site {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly personal: boolean;
  readonly drives: FakeDrive[];
}

interface Team {
  readonly id: string;
  readonly name: string;
  readonly label: string | undefined;
  readonly site: Site;
  readonly channels: { readonly id: string; readonly name: string; readonly site: Site | undefined }[];
}

const HOST = 'contoso.sharepoint.example';
export const FAKE_TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const FAKE_CLIENT = '00001111-aaaa-2222-bbbb-3333cccc4444';
const FILES = ['Files.Read.All', 'Sites.Read.All', 'Files.ReadWrite.All', 'Sites.FullControl.All'];
const DEFAULT_TOP = 200;

export async function startFakeGraph(): Promise<FakeGraph> {
  const users = new Map<string, { id: string; site: Site }>();
  const sites: Site[] = [];
  const teams: Team[] = [];
  const downloads = new Map<string, Buffer>();
  const drives = new Map<string, { drive: FakeDrive; site: Site; name: string; owner: Json }>();
  let generation = 0;
  /** Sessions of the app so far, and requests that are left to this one. */
  let session = 1;
  let left = Number.POSITIVE_INFINITY;
  let made = 0;
  let spent: { at: number; units: number }[] = [];
  let total = 0;

  const fake = {
    roles: [
      'Files.Read.All',
      'Sites.Read.All',
      'User.Read.All',
      'GroupMember.Read.All',
      'Channel.ReadBasic.All',
    ] as readonly string[],
    selected: [] as readonly string[],
    limit: Number.POSITIVE_INFINITY,
    requests: [] as { method: string; path: string }[],
    leaks: [] as string[],
    secret: ['fake', 'graph', 'secret'].join('-'),
    get token() {
      return tokenOf('Whereabouts inventory', fake.roles);
    },
    get units() {
      return total;
    },
    addUser(name: string) {
      const site = addSite(`personal/${name.replace(/\W/g, '_')}`, name, true);
      users.set(name, { id: guid(), site });
      return addDrive(site, 'Documents', { user: { email: name, displayName: name } });
    },
    addSite(path: string, name: string, libraries: readonly string[]) {
      const site = addSite(path, name, false);
      for (const library of libraries) addDrive(site, library, { group: { displayName: `${name} Owners` } });
      return { id: site.id, drives: site.drives };
    },
    addTeam(name: string, label?: string) {
      const site = addSite(`sites/${name.replace(/\W/g, '')}`, name, false);
      teams.push({ id: guid(), name, label, site, channels: [] });
      return addDrive(site, 'Documents', { group: { displayName: name } });
    },
    addChannel(team: string, name: string, files: boolean) {
      const channels = teams.find((one) => one.name === team)?.channels;
      const path = `sites/${team}-${name}`.replace(/[^\w/-]/g, '');
      const site = files ? addSite(path, `${team}-${name}`, false) : undefined;
      channels?.push({ id: `19:${guid()}@thread.tacv2`, name, site });
      return site && addDrive(site, 'Documents', { group: { displayName: team } });
    },
    forgetTokens: () => {
      generation += 1;
    },
    endTokenAfter: (requests: number) => {
      left = requests;
    },
  };

  function guid(): string {
    made += 1;
    return `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  }

  function addSite(path: string, name: string, personal: boolean): Site {
    const site = { id: `${HOST},${guid()},${guid()}`, path, name, personal, drives: [] };
    sites.push(site);
    return site;
  }

  function addDrive(site: Site, name: string, owner: Json): FakeDrive {
    const url = `https://${HOST}/${site.path}/${encodeURIComponent(name)}`;
    const drive = createFakeDrive(`b!${Buffer.from(guid()).toString('base64url')}`, url);
    site.drives.push(drive);
    drives.set(drive.id, { drive, site, name, owner });
    return drive;
  }

  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request;
    fake.requests.push({ method, path });
    const { host = '' } = request.headers;
    // Behind a TLS proxy it is called by Microsoft's names.
    const url = new URL(path, `${host.startsWith('127.0.0.1') ? 'http' : 'https'}://${host}`);
    const [, version, ...parts] = url.pathname.split('/').map((part) => decodeURIComponent(part));
    if (version === 'download') download(request, response, parts[0] ?? '');
    else if (parts.at(-1) === 'openid-configuration') send(response, ok(metadata(url, version ?? '')));
    else if (parts.at(-1) === 'token') void signIn(request).then((reply) => send(response, reply));
    else if (!isSignedIn(request)) send(response, refusal(401, 'InvalidAuthenticationToken'));
    else send(response, answer({ url, version: version ?? '', parts }));
  });

  function isSignedIn({ headers }: IncomingMessage): boolean {
    if (left === 0) {
      session += 1;
      left = Number.POSITIVE_INFINITY;
    }
    left -= 1;
    return headers.authorization === `Bearer ${fake.token}`;
  }

  interface Call {
    readonly url: URL;
    readonly version: string;
    readonly parts: readonly string[];
  }

  function answer(call: Call): Reply {
    const { parts, version } = call;
    const [kind, id = '', what = ''] = parts;
    if (!spend(call)) return refusal(429, 'activityLimitReached', { 'retry-after': '11' });
    if (kind === 'users' && id === '')
      return needs(['User.Read.All'], () => list(call, [...users].map(userJson)));
    if (kind === 'groups' && id === '')
      return needs(['GroupMember.Read.All'], () => list(call, findTeams(call)));
    if (kind === 'sites' && (id === '' || id === 'getAllSites' || id === 'oneDrive.getAllSites')) {
      return needs(['Sites.Read.All'], () => list(call, sites.map(siteJson)));
    }
    if (kind === 'drives') return driveCall(call);
    if (kind === 'teams') return needs(['Channel.ReadBasic.All'], () => channelCall(call));
    const site = siteOf(call);
    if (site === undefined)
      return refusal(404, kind === 'users' ? 'Request_ResourceNotFound' : 'itemNotFound');
    if (!maySee(site)) return refusal(403, 'accessDenied');
    const rest = kind === 'sites' && id.endsWith(':') ? '' : what;
    if (rest === '') return ok(siteJson(site));
    if (rest === 'drive') return ok(driveJson(site.drives[0]?.id ?? '', call.url));
    if (rest === 'drives')
      return list(
        call,
        site.drives.map((drive) => driveJson(drive.id, call.url)),
      );
    if (rest === 'sites')
      return list(call, sites.filter((one) => parentPath(one) === site.path).map(siteJson));
    if (rest === 'recycleBin' && version === 'beta')
      return list(
        call,
        site.drives.flatMap((drive) => drive.trashed),
      );
    return refusal(400, 'BadRequest');
  }

  function siteOf({ parts }: Call): Site | undefined {
    const [kind, id = '', ...rest] = parts;
    if (kind === 'users') return [...users].find(([name, user]) => [name, user.id].includes(id))?.[1].site;
    if (kind === 'groups') return teams.find((team) => team.id === id)?.site;
    if (kind !== 'sites') return undefined;
    if (id.endsWith(':')) return sites.find((site) => `${HOST}:` === id && site.path === rest.join('/'));
    return sites.find((site) => site.id === id || (id === HOST && site.path === ''));
  }

  function maySee(site: Site): boolean {
    if (fake.roles.some((role) => FILES.includes(role))) return true;
    return fake.roles.includes('Sites.Selected') && fake.selected.includes(site.id);
  }

  function channelCall(call: Call): Reply {
    const [, id, , channelId, what] = call.parts;
    const team = teams.find((one) => one.id === id);
    if (team === undefined) return refusal(404, 'NotFound');
    if (channelId === undefined) {
      const general = {
        id: `19:${team.id}@thread.tacv2`,
        displayName: 'General',
        membershipType: 'standard',
      };
      const channels = team.channels.map(({ id, name }) => ({
        id,
        displayName: name,
        membershipType: 'private',
      }));
      return list(call, [general, ...channels]);
    }
    const drive = team.channels.find((channel) => channel.id === channelId)?.site?.drives[0];
    if (drive === undefined || what !== 'filesFolder') return refusal(404, 'NotFound');
    const parentReference = { driveId: drive.id, driveType: 'documentLibrary' };
    return ok({ id: drive.rootId, name: 'Documents', folder: { childCount: 0 }, parentReference });
  }

  function driveCall(call: Call): Reply {
    const { parts, url } = call;
    const [, driveId = '', where, ...rest] = parts;
    const found = drives.get(driveId);
    if (found === undefined) return refusal(404, 'itemNotFound');
    if (!maySee(found.site)) return refusal(403, 'accessDenied');
    const { drive } = found;
    if (where === undefined) return ok(driveJson(driveId, url));
    const id = where === 'root' ? 'root' : (rest.shift() ?? '');
    const [what, version, content] = rest;
    const item = drive.item(id);
    if (item === undefined) return refusal(404, 'itemNotFound');
    if (what === 'delta') return delta(call, drive);
    if (what === 'children')
      return list(
        call,
        drive.children(id).map((child) => selected(child, url)),
      );
    if (what === 'permissions') {
      return needs(['Sites.FullControl.All'], () => list(call, drive.permissions(id) ?? []));
    }
    if (what === 'versions' && content === undefined) return list(call, drive.versions(id) ?? []);
    const body = drive.body(id, what === 'versions' ? version : undefined);
    if (what === undefined) {
      const link = body === undefined ? {} : { '@microsoft.graph.downloadUrl': ticket(url, body) };
      return ok(selected({ ...item, ...link }, url));
    }
    if (body === undefined) return refusal(404, 'itemNotFound');
    return { status: 302, headers: { location: ticket(url, body) } };
  }

  /** Pre-authenticated: whoever knows the address gets the bytes, for a while. */
  function ticket(url: URL, body: Buffer): string {
    const name = randomUUID();
    downloads.set(name, body);
    return `${url.origin}/download/${name}`;
  }

  function delta(call: Call, drive: FakeDrive): Reply {
    const { url } = call;
    const given = url.searchParams.get('token');
    const start: FeedPosition = { after: 0, deletedAfter: drive.latest, ancestors: false };
    const position =
      given === null
        ? start
        : given === 'latest'
          ? { after: drive.latest, deletedAfter: drive.latest, ancestors: true }
          : readToken(given);
    if (position === undefined) {
      const fresh = linkOf(url, start);
      return refusal(410, 'resyncChangesApplyDifferences', { location: fresh });
    }
    const top = Number(url.searchParams.get('$top') ?? DEFAULT_TOP);
    const { values, position: reached, end } = drive.feed(position, top);
    const link = end
      ? {
          '@odata.deltaLink': linkOf(url, {
            after: reached.after,
            deletedAfter: reached.after,
            ancestors: true,
          }),
        }
      : { '@odata.nextLink': linkOf(url, reached) };
    return ok({ ...link, value: values.map((value) => selected(value, url)) });
  }

  function linkOf(url: URL, position: FeedPosition): string {
    const link = new URL(url);
    const token = Buffer.from(JSON.stringify({ ...position, generation })).toString('base64url');
    link.searchParams.set('token', token);
    // Graph writes its own parameters as they are.
    return link.href.replaceAll('%24', '$').replaceAll('%2C', ',');
  }

  function readToken(token: string): FeedPosition | undefined {
    const position = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return position.generation === generation ? position : undefined;
  }

  function selected(item: Json, url: URL): Json {
    const fields = url.searchParams.get('$select')?.split(',');
    const expanded = url.searchParams.get('$expand')?.startsWith('listItem');
    const entries = Object.entries(item).filter(([name]) =>
      name === 'listItem' ? expanded : name === 'id' || fields === undefined || fields.includes(name),
    );
    return Object.fromEntries(entries);
  }

  function list({ url }: Call, values: readonly Json[]): Reply {
    const top = Number(url.searchParams.get('$top') ?? DEFAULT_TOP);
    const skip = Number(url.searchParams.get('$skiptoken') ?? 0);
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(skip + top));
    const more = skip + top < values.length ? { '@odata.nextLink': next.href } : {};
    return ok({ ...more, value: values.slice(skip, skip + top) });
  }

  function needs(roles: readonly string[], reply: () => Reply): Reply {
    return roles.some((role) => fake.roles.includes(role))
      ? reply()
      : refusal(403, 'Authorization_RequestDenied');
  }

  /** What Microsoft documents: 1 for one item or a delta with a token, 2 for lists, 5 for permissions; directory requests none. */
  function spend({ parts, url }: Call): boolean {
    const what = parts.at(-1);
    const lists = ['children', 'drives', 'sites', 'versions', 'items', 'getAllSites', 'oneDrive.getAllSites'];
    const directory = parts.length === 1;
    const isList = lists.includes(what ?? '') || (what === 'delta' && !url.searchParams.has('token'));
    const units = directory ? 0 : what === 'permissions' ? 5 : isList ? 2 : 1;
    const now = performance.now();
    spent = [...spent.filter(({ at }) => at > now - 60_000), { at: now, units }];
    total += units;
    return spent.reduce((sum, one) => sum + one.units, 0) <= fake.limit;
  }

  function findTeams({ url }: Call): readonly Json[] {
    const filter = url.searchParams.get('$filter') ?? '';
    const [, wanted] = /(?:id|displayName) eq '((?:[^']|'')*)'/.exec(filter) ?? [];
    const name = wanted?.replaceAll("''", "'");
    return teams
      .filter((team) => name === undefined || team.id === name || team.name === name)
      .map((team) => ({
        id: team.id,
        displayName: team.name,
        assignedLabels: team.label === undefined ? [] : [{ labelId: guid(), displayName: team.label }],
      }));
  }

  function driveJson(id: string, url: URL): Json {
    const found = drives.get(id);
    if (found === undefined) return {};
    const [, siteId, webId] = found.site.id.split(',');
    const sharePointIds = { siteId, webId, siteUrl: `https://${HOST}/${found.site.path}` };
    const drive = {
      id,
      name: found.name,
      driveType: found.site.personal ? 'business' : 'documentLibrary',
      webUrl: found.drive.webUrl,
      owner: found.owner,
      sharePointIds,
    };
    return selected(drive, url);
  }

  function siteJson(site: Site): Json {
    return {
      id: site.id,
      name: site.path.slice(site.path.lastIndexOf('/') + 1),
      displayName: site.name,
      webUrl: `https://${HOST}/${site.path}`,
      isPersonalSite: site.personal,
      siteCollection: { hostname: HOST, dataLocationCode: 'EUR' },
    };
  }

  function userJson([name, { id }]: [string, { id: string }]): Json {
    return { id, userPrincipalName: name };
  }

  function download(request: IncomingMessage, response: ServerResponse, name: string): void {
    const body = downloads.get(name);
    if (request.headers.authorization !== undefined) fake.leaks.push(name);
    total += 1;
    if (body === undefined) {
      send(response, refusal(401, 'unauthenticated'));
      return;
    }
    const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (range === null) {
      response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
      return;
    }
    const start = Number(range[1]);
    const part = body.subarray(start, range[2] === '' ? undefined : Number(range[2]) + 1);
    const told = `bytes ${start}-${start + part.length - 1}/${body.length}`;
    response.writeHead(206, { ...headers, 'content-range': told, 'content-length': part.length }).end(part);
  }

  async function signIn(request: IncomingMessage): Promise<Reply> {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString('utf8'));
    const assertion = form.get('client_assertion_type')?.endsWith('jwt-bearer');
    if (!assertion && form.get('client_secret') !== fake.secret) {
      const said = `AADSTS7000215: Invalid client secret provided for ${form.get('client_id')}.`;
      return {
        status: 401,
        json: { error: 'invalid_client', error_description: said, error_codes: [7000215] },
      };
    }
    return ok({ token_type: 'Bearer', expires_in: 3599, access_token: fake.token });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  function tokenOf(app: string, roles: readonly string[]): string {
    const claims = { appid: FAKE_CLIENT, app_displayname: app, tid: FAKE_TENANT, roles, session };
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
    return `${part({ typ: 'JWT', alg: 'none' })}.${part(claims)}.${part({ signed: 'by nobody' })}`;
  }

  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function parentPath({ path }: Site): string | undefined {
  const parts = path.split('/');
  return parts.length > 2 ? parts.slice(0, -1).join('/') : undefined;
}

function metadata(url: URL, tenant: string): Json {
  const base = `https://${url.host}/${tenant}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

function ok(json: object): Reply {
  return { status: 200, json };
}

function refusal(status: number, code: string, headers: Record<string, string> = {}): Reply {
  const inner = {
    date: new Date().toISOString(),
    'request-id': randomUUID(),
    'client-request-id': randomUUID(),
  };
  return {
    status,
    headers,
    json: { error: { code, message: `The fake refuses this: ${code}`, innerError: inner } },
  };
}

function send(response: ServerResponse, { status, headers, json }: Reply): void {
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { 'request-id': randomUUID(), ...type, ...headers });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}
