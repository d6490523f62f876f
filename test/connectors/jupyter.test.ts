/** What the jupyter connector promises beyond the conformance suite: addresses, tokens, answers that are none, what is hidden. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { startFakeJupyter } from '../../connectors/jupyter/fake.ts';
import jupyter from '../../connectors/jupyter/index.ts';
import type { Connector, Environment, Options } from '../../src/connector.ts';

const never = new AbortController().signal;
const token = ['a', 'token', 'of', 'nobody'].join('-');

function connect(options: Options, environment: Partial<Environment> = {}): Promise<Connector> {
  return jupyter.connect(options, {
    env: {},
    retry: (attempt) => attempt(),
    concurrency: 2,
    pageSize: 100,
    log: () => undefined,
    ...environment,
  });
}

/** A server of a few lines; ends with the test. */
async function serve(answer: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test.each([
  ['http://127.0.0.1:8888/?token=abc', { url: 'http://127.0.0.1:8888' }],
  ['https://hub.example.org/user/ada/lab/tree/a.ipynb', { url: 'https://hub.example.org/user/ada' }],
  ['jupyter:~/notebooks', { path: '~/notebooks' }],
  ['~/notebooks', undefined],
  ['s3://bucket', undefined],
])('%s as an argument', (argument, options) => {
  expect(jupyter.fromArgument(argument)).toEqual(options);
});

test.each([
  [{}, 'either'],
  [{ path: '/tmp', url: 'http://127.0.0.1:8888' }, 'either'],
  [{ url: 'ftp://127.0.0.1' }, 'must look like'],
  [{ url: 'http://127.0.0.1:8888/?token=abc' }, 'credential'],
  [{ url: 'http://ada:secret@127.0.0.1:8888' }, 'credential'],
])('options %j are refused without repeating a credential', async (options, message) => {
  const refused = connect(options).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(await refused).toMatchObject({ code: 'config', message: expect.stringContaining(message) });
  expect(String(await refused)).not.toMatch(/abc|secret/);
});

test('the token may come from JUPYTER_TOKEN, and every asset is of an experiment', async () => {
  await using fake = await startFakeJupyter(token);
  fake.set('plain.csv', Buffer.from('a,b'));
  fake.set('model.ipynb', Buffer.from('{}'));
  fake.set('.ipynb_checkpoints/model-checkpoint.ipynb', Buffer.from('{}'));
  await using connector = await connect({ url: fake.url }, { env: { JUPYTER_TOKEN: token } });
  const [container] = await Array.fromAsync(connector.discover(never));
  if (container === undefined) throw new Error('no container');
  const [page] = await Array.fromAsync(connector.list(container, undefined, never));
  expect(page?.assets.map(({ path, environment }) => [path, environment])).toEqual([
    ['model.ipynb', 'experiment'],
    ['plain.csv', 'experiment'],
  ]);
  expect((await connector.check(never)).notes.join()).toContain('hidden');
});

test('a folder that globs leave out is not asked for', async () => {
  await using fake = await startFakeJupyter('');
  for (const path of ['keep/a', 'node_modules/b']) fake.set(path, Buffer.from(path));
  await using connector = await connect({ url: fake.url }, { skip: (path) => path === 'node_modules' });
  const [container] = await Array.fromAsync(connector.discover(never));
  expect(container?.publicAccess).toBe('yes');
  if (container === undefined) throw new Error('no container');
  const [page] = await Array.fromAsync(connector.list(container, undefined, never));
  expect(page?.assets.map((asset) => asset.path)).toEqual(['keep/a']);
  expect(page?.gaps).toMatchObject([{ reason: 'excluded', prefix: 'node_modules/' }]);
});

test('a server that is no Jupyter server is a mistake in the config', async () => {
  await using other = await serve((_, response) => response.end('{"hello": "world"}'));
  await using connector = await connect({ url: other.url });
  await expect(connector.check(never)).rejects.toMatchObject({ code: 'config' });
});

test('a redirect is not followed, so that the token stays with its server', async () => {
  const seen: string[] = [];
  await using thief = await serve((request, response) => {
    seen.push(request.headers.authorization ?? 'none');
    response.end('{}');
  });
  await using server = await serve((_, response) => {
    response.writeHead(302, { location: thief.url }).end();
  });
  await using connector = await connect({ url: server.url, token });
  await expect(connector.check(never)).rejects.toMatchObject({ code: 'auth' });
  expect(seen).toEqual([]);
});

test('a Retry-After that is a date counts from the server’s own clock', async () => {
  await using busy = await serve((_, response) => {
    const date = new Date('2001-02-03T04:05:06Z').toUTCString();
    const later = new Date('2001-02-03T04:05:36Z').toUTCString();
    response.writeHead(503, { date, 'retry-after': later }).end();
  });
  await using connector = await connect({ url: busy.url });
  await expect(connector.check(never)).rejects.toMatchObject({ code: 'throttled', retryAfter: 30 });
});

test('a folder that is refused is a gap, and its neighbours are listed', async () => {
  const entry = { size: null, last_modified: '2026-01-05T09:30:00.123456Z', mimetype: null };
  await using server = await serve((request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/api/contents/closed')) return response.writeHead(403).end();
    const content = path.startsWith('/api/contents/z')
      ? [{ ...entry, name: 'a.txt', type: 'file', size: 1 }]
      : ['closed', 'z'].map((name) => ({ ...entry, name, type: 'directory' }));
    return response.end(JSON.stringify({ type: 'directory', content }));
  });
  await using connector = await connect({ url: server.url });
  const [container] = await Array.fromAsync(connector.discover(never));
  if (container === undefined) throw new Error('no container');
  const [page] = await Array.fromAsync(connector.list(container, undefined, never));
  expect(page?.assets.map((asset) => asset.path)).toEqual(['z/a.txt']);
  expect(page?.gaps).toMatchObject([{ reason: 'permission-denied', prefix: 'closed/' }]);
});
