/** Logins that end before their time: those that can be renewed are, once, and nothing is lost or doubled; others say what ended. */
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startFakeGcs } from '../../connectors/gcs/fake.ts';
import gcs from '../../connectors/gcs/index.ts';
import googleDrive from '../../connectors/google-drive/index.ts';
import s3 from '../../connectors/s3/index.ts';
import type { Connector, ConnectorModule, Options } from '../../src/connector.ts';
import { type FaultProxy, type SeenRequest, startFaultProxy } from '../conformance/fault-proxy.ts';
import { ADA, consented, delegated, startDrive } from '../conformance/subjects/google-drive.ts';
import { temporaryFolder } from '../scan/estate.ts';

const never = new AbortController().signal;
const NAMES = Array.from({ length: 9 }, (_, n) => `f${n}.csv`);
const BODY = 'name,total\nAda,1\n';

afterEach(() => {
  vi.unstubAllEnvs();
});

function connect({ connect }: ConnectorModule, options: Options): Promise<Connector> {
  const log = () => undefined;
  // One after the other: which request is refused is certain then.
  return connect(options, { env: {}, retry: (attempt) => attempt(), concurrency: 1, pageSize: 2, log });
}

/** Paths as they are listed, and the text of the first file; of the first container. */
async function readAll(connector: Connector): Promise<readonly string[]> {
  const [container] = await Array.fromAsync(connector.discover(never));
  if (container === undefined) throw new Error('no container');
  const pages = await Array.fromAsync(connector.list(container, undefined, never));
  const assets = pages.flatMap((page) => page.assets);
  const [first] = assets;
  if (first === undefined) throw new Error('nothing was listed');
  const chunks = await Array.fromAsync(connector.open(first, { signal: never }), (chunk) => chunk.slice());
  return [...assets.map(({ path }) => path).sort(), Buffer.concat(chunks).toString()];
}

const ALL = [...NAMES, BODY];

/** Refuses one request as if the token had ended: in the middle of the listing, and when bytes are asked for. */
async function refusedOnce(proxy: FaultProxy, options: Options, module: ConnectorModule, tokens = proxy) {
  const isToken = ({ path }: SeenRequest) => path === '/token';
  const others = (seen: SeenRequest) => !isToken(seen);
  await using healthy = await connect(module, options);
  expect(await readAll(healthy)).toEqual(ALL);
  const requests = proxy.count(others);
  const atOnce = tokens.count(isToken);
  for (const after of [Math.floor(requests / 2), requests - 1]) {
    const before = tokens.count(isToken);
    proxy.inject({ kind: 'status', status: 401, when: others, after, times: 1 });
    await using connector = await connect(module, options);
    expect(await readAll(connector)).toEqual(ALL);
    proxy.heal();
    expect(tokens.count(isToken) - before).toBe(atOnce + 1);
  }
  proxy.inject({ kind: 'status', status: 401, when: others });
  await using shut = await connect(module, options);
  await expect(readAll(shut)).rejects.toMatchObject({ code: 'auth' });
}

describe('Google', () => {
  test.each([
    ['a person', (url: string) => consented(url, { sharedDrives: false })],
    ['a service account', (url: string) => delegated(url, { subjects: [ADA], sharedDrives: false })],
  ])('drive, as %s: another token is asked for', async (_, login) => {
    await using server = await startDrive();
    await using proxy = await startFaultProxy(server.url);
    const parent = server.estate.users.get(ADA);
    for (const name of NAMES) server.estate.add({ name, parent, owner: ADA, body: Buffer.from(BODY) });
    await refusedOnce(proxy, login(proxy.url), googleDrive);
  });

  test('cloud storage, by workload identity: another token is asked for', async () => {
    using folder = temporaryFolder();
    await using server = await startFakeGcs('invented');
    server.createBucket('exports');
    for (const name of NAMES) server.put('exports', name, Buffer.from(BODY));
    const type = 'urn:ietf:params:oauth:token-type:access_token';
    const token = { access_token: 'invented', token_type: 'Bearer', expires_in: 3600 };
    await using exchange = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...token, issued_token_type: type }));
    });
    await using tokens = await startFaultProxy(exchange.url);
    await using proxy = await startFaultProxy(server.url);
    writeFileSync(join(folder.path, 'subject'), 'invented');
    const keyFile = join(folder.path, 'key.json');
    const key = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${tokens.url}/token`,
      credential_source: { file: join(folder.path, 'subject') },
    };
    writeFileSync(keyFile, JSON.stringify(key));
    const options = { endpoint: proxy.url, keyFile, buckets: ['exports'], project: 'acme', posture: false };
    await refusedOnce(proxy, options, gcs, tokens);
  });

  test('a token that was handed over is all that there is', async () => {
    await using server = await startFakeGcs('invented');
    server.createBucket('exports');
    for (const name of NAMES) server.put('exports', name, Buffer.from(BODY));
    const options = { endpoint: server.url, accessToken: 'ended', buckets: ['exports'], posture: false };
    await using connector = await connect(gcs, options);
    await expect(readAll(connector)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('has expired; log in again'),
    });
    expect(server.requests.length).toBe(1);
  });
});

describe('S3', () => {
  /** A bucket that takes the newest session alone; the one that a request begins the third of ends there. */
  async function bucket(scope: AsyncDisposableStack, sessions: { taken: string; asked: number }) {
    return scope.use(
      await serve((request, response) => {
        sessions.asked += 1;
        if (sessions.asked === 3) sessions.taken = 'session-2';
        const url = new URL(request.url ?? '', 'http://bucket');
        if (request.headers['x-amz-security-token'] !== sessions.taken) {
          response.writeHead(400, { 'content-type': 'application/xml' });
          response.end('<Error><Code>ExpiredToken</Code><Message>ended</Message></Error>');
        } else if (url.searchParams.get('list-type') === '2') response.end(pageAfter(url.searchParams));
        else response.end(BODY);
      }),
    );
  }

  function pageAfter(query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const rest = NAMES.filter((name) => name > after && name.startsWith(query.get('prefix') ?? ''));
    const page = rest.slice(0, Number(query.get('max-keys')));
    const contents = page.map(
      (name) => `<Contents><Key>${name}</Key><Size>${BODY.length}</Size><ETag>"e"</ETag></Contents>`,
    );
    const more = page.length < rest.length;
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult><Name>exports</Name><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
  }

  const options = { region: 'us-east-1', buckets: ['exports'], posture: false };

  test('a program that gives sessions is asked for another one', async () => {
    await using scope = new AsyncDisposableStack();
    const folder = scope.use(temporaryFolder());
    const sessions = { taken: 'session-1', asked: 0 };
    const server = await bucket(scope, sessions);
    const program = join(folder.path, 'session.mjs');
    writeFileSync(
      program,
      `import { appendFileSync, readFileSync } from 'node:fs';
      const file = ${JSON.stringify(join(folder.path, 'asked'))};
      appendFileSync(file, '.');
      const SessionToken = 'session-' + readFileSync(file).length;
      console.log(JSON.stringify({ Version: 1, AccessKeyId: 'K', SecretAccessKey: 'S', SessionToken }));`,
    );
    const config = join(folder.path, 'config');
    writeFileSync(config, `[profile invented]\ncredential_process = ${process.execPath} ${program}\n`);
    vi.stubEnv('AWS_CONFIG_FILE', config);
    await using connector = await connect(s3, { ...options, endpoint: server.url, profile: 'invented' });
    expect(await readAll(connector)).toEqual(ALL);
    expect(sessions).toMatchObject({ taken: 'session-2' });
  });

  test('a session that was handed over is all that there is', async () => {
    await using scope = new AsyncDisposableStack();
    const server = await bucket(scope, { taken: 'session-1', asked: 0 });
    const keys = { accessKeyId: 'K', secretAccessKey: 'S', sessionToken: 'session-1' };
    await using connector = await connect(s3, { ...options, endpoint: server.url, ...keys });
    await expect(readAll(connector)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(/ExpiredToken.*session of these credentials has ended; log in again/),
    });
  });
});

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
