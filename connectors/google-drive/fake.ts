/**
 * Google Drive (API v3), its OAuth endpoints and the Labels API over an estate in memory, for tests: documented paging, queries, field
 * masks, changes, exports, ranges and errors, as far as a reader sees them. test/servers/google-drive.test.ts lets rclone judge it.
 * Where the documentation is silent it is the harder case: a folder that is renamed, shared or trashed changes, what is in it does not.
 */
import { verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi, Refused } from './api-fake.ts';
import { createEstate, type Estate } from './estate-fake.ts';
import { applyFields } from './query-fake.ts';

export interface FakeDriveServer extends AsyncDisposable {
  readonly url: string;
  readonly estate: Estate;
  /** `METHOD path?query` of everything that came, in order. */
  readonly requests: readonly string[];
  /** The next requests for paths that begin so are refused with this reason and status, as often as said. */
  refuse(path: string, refusal: Refusal): void;
  /** Page tokens of changes that were given so far no longer serve. */
  expireTokens(): void;
}

export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly times: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeOptions {
  /** PEM of the public key that the service account signs with. */
  readonly publicKey: string;
  readonly serviceAccount: string;
  /** Refresh token -> user. */
  readonly refreshTokens: ReadonlyMap<string, string>;
  /** Scopes that were granted: to the app by its users, and to the service account for the domain. */
  readonly scopes: readonly string[];
  /** Labels of the Labels API, as they are. */
  readonly labels?: readonly object[];
}

/** What a list or a get answers when no fields are named. */
const DEFAULT_FIELDS: Readonly<Record<string, string>> = {
  files: 'kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)',
  drives: 'kind,nextPageToken,drives(kind,id,name)',
  changes:
    'kind,nextPageToken,newStartPageToken,changes(kind,changeType,removed,fileId,file(kind,id,name,mimeType))',
  'changes/startPageToken': '*',
};

/** Starts one on a free port of 127.0.0.1. */
export async function startFakeDrive(options: FakeOptions): Promise<FakeDriveServer> {
  let now = Date.UTC(2026, 0, 5, 9, 30);
  const estate = createEstate(() => {
    now += 1500;
    return new Date(now);
  });
  const tokens = { oldest: 0 };
  const api = createApi(estate, tokens);
  const requests: string[] = [];
  const refusals: { readonly path: string; readonly refusal: Refusal; left: number }[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('date', new Date(now).toUTCString());
    const refused = refusals.find(({ path, left }) => left > 0 && pathname.startsWith(path));
    if (refused !== undefined) {
      refused.left -= 1;
      for (const [name, value] of Object.entries(refused.refusal.headers ?? {}))
        response.setHeader(name, value);
      throw new Refused(refused.refusal.status, refused.refusal.reason);
    }
    if (pathname === '/token') {
      const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
      return send(response, 200, grantToken(form, options, estate));
    }
    const user = userOf(request);
    if (user === undefined) throw new Refused(401, 'authError');
    if (pathname === '/tokeninfo') {
      return send(response, 200, { scope: options.scopes.join(' '), expires_in: 3599 });
    }
    if (pathname === '/v2/labels') return send(response, 200, { labels: options.labels ?? [] });
    if (!options.scopes.some((scope) => SCOPES.test(scope)))
      throw new Refused(403, 'insufficientPermissions');
    const [service, version, ...parts] = pathname.split('/').filter(Boolean).map(decodeURIComponent);
    if (service !== 'drive' || version !== 'v3') throw new Refused(404, 'notFound');
    const json = api.route({ user, parts, query, request, response });
    if (json === undefined) return;
    const fields = query.get('fields') ?? DEFAULT_FIELDS[parts.join('/')] ?? 'kind,id,name,mimeType';
    // Through JSON, where what is undefined is not there.
    send(response, 200, applyFields(JSON.parse(JSON.stringify(json)), fields));
  }

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response).catch((error: unknown) => {
      if (error instanceof Refused) sendError(response, error);
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    estate,
    requests,
    refuse: (path, refusal) => refusals.push({ path, refusal, left: refusal.times }),
    expireTokens: () => {
      tokens.oldest = estate.log.length + 1;
      estate.log.push({ fileId: '', audience: new Set() });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Those that let files be listed. */
const SCOPES = /\/auth\/drive(?:\.readonly|\.metadata\.readonly)?$/;

/** OAuth 2.0: a refresh token, or an assertion that the service account signed, for itself or for a user of the domain. */
function grantToken(form: URLSearchParams, options: FakeOptions, { users }: Estate): object {
  if (form.get('grant_type') === 'refresh_token') {
    const user = options.refreshTokens.get(form.get('refresh_token') ?? '');
    if (user === undefined) throw new Refused(400, 'invalid_grant');
    return tokenFor(user, options.scopes);
  }
  const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const signed = Buffer.from(`${head}.${claims}`);
  if (!verify('RSA-SHA256', signed, options.publicKey, Buffer.from(signature, 'base64url'))) {
    throw new Refused(400, 'invalid_grant');
  }
  // Signed by the test itself.
  const claimed = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    readonly scope: string;
    readonly sub?: string;
  };
  const user = claimed.sub ?? options.serviceAccount;
  if (!users.has(user)) throw new Refused(400, 'invalid_grant');
  if (!claimed.scope.split(' ').every((scope) => options.scopes.includes(scope))) {
    throw new Refused(401, 'unauthorized_client');
  }
  return tokenFor(user, claimed.scope.split(' '));
}

function tokenFor(user: string, scopes: readonly string[]): object {
  const access_token = `token-${Buffer.from(user).toString('base64url')}`;
  return { access_token, token_type: 'Bearer', expires_in: 3599, scope: scopes.join(' ') };
}

/** Undefined for a token that was never given. */
function userOf({ headers }: IncomingMessage): string | undefined {
  const encoded = /^Bearer token-(\S+)$/.exec(headers.authorization ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64url').toString();
}

function send(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(json));
}

/** @see https://developers.google.com/workspace/drive/api/guides/handle-errors */
function sendError(response: ServerResponse, { status, reason, location }: Refused): void {
  if (/^(?:invalid_grant|unauthorized_client|invalid_client)$/.test(reason)) {
    send(response, status, { error: reason, error_description: 'refused by the fake' });
    return;
  }
  const place = location === undefined ? {} : { locationType: 'parameter', location };
  const message = `refused by the fake: ${reason}`;
  const errors = [{ domain: status === 403 ? 'usageLimits' : 'global', reason, message, ...place }];
  send(response, status, { error: { code: status, message, errors } });
}
