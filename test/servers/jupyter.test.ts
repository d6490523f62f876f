/** The conformance suite over Debian's jupyter-server and classic notebook, and what only real servers show. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import jupyter from '../../connectors/jupyter/index.ts';
import { failureChecks } from '../conformance/failures.ts';
import {
  assetsOf,
  bytesOf,
  connect,
  containersOf,
  createRecorder,
  failureOf,
  never,
  pagesOf,
} from '../conformance/harness.ts';
import { listingChecks } from '../conformance/listing.ts';
import { readingChecks } from '../conformance/reading.ts';
import { assetAt } from '../conformance/subject.ts';
import { type JupyterServer, serverSubject } from '../conformance/subjects/jupyter.ts';

const SERVERS = {
  'jupyter-server': { program: '/usr/bin/jupyter-server', settings: 'ServerApp', folder: 'root_dir' },
  notebook: { program: '/usr/bin/jupyter-notebook', settings: 'NotebookApp', folder: 'notebook_dir' },
} as const;
type Kind = keyof typeof SERVERS;

interface RealServer extends JupyterServer {
  readonly root: string;
}

async function start(kind: Kind, token: string): Promise<RealServer> {
  const { program, settings, folder } = SERVERS[kind];
  const above = mkdtempSync(join(tmpdir(), 'whereabouts-jupyter-'));
  const root = join(above, 'root');
  mkdirSync(root);
  const port = await freePort();
  const options = { ip: '127.0.0.1', port, port_retries: 0, token, password: '', [folder]: root };
  const server = spawn(
    '/usr/bin/python3',
    [
      program,
      '--no-browser',
      '--allow-root',
      ...Object.entries(options).map(([name, value]) => `--${settings}.${name}=${value}`),
    ],
    {
      stdio: 'ignore',
      env: {
        PATH: '/usr/bin:/bin',
        HOME: above,
        JUPYTER_CONFIG_DIR: join(above, 'config'),
        JUPYTER_DATA_DIR: join(above, 'data'),
        JUPYTER_RUNTIME_DIR: join(above, 'runtime'),
      },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (server.exitCode === null) {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
    rmSync(above, { recursive: true });
  };
  try {
    await untilUp(server, `${url}/api`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    root,
    set: async ({ key, body }) => {
      mkdirSync(dirname(join(root, key)), { recursive: true });
      writeFileSync(join(root, key), body);
    },
    delete: async (key) => rmSync(join(root, key)),
    // The proxy sees every request; the server keeps no record of its own.
    writes: async () => [],
    [Symbol.asyncDispose]: stop,
  };
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  // A server that listens on TCP has an AddressInfo.
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}

async function untilUp(server: ChildProcess, url: string): Promise<void> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; await delay(100)) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const up = await fetch(url, { headers: { connection: 'close' } }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return;
  }
  throw new Error('the server did not start within 30 s');
}

const kinds = Object.keys(SERVERS) as Kind[];

describe.each(kinds)('%s', (kind) => {
  const subject = serverSubject(kind, (token) => start(kind, token));
  listingChecks(subject);
  readingChecks(subject);
  failureChecks(subject);

  test('what only a real tree has: links, loops, hidden folders, names that are not text', async () => {
    const token = 'token-of-nobody';
    await using server = await start(kind, token);
    for (const key of ['a.ipynb', 'deep/b.csv', '.ipynb_checkpoints/a-checkpoint.ipynb']) {
      await server.set({ key, body: Buffer.from(`{"of": "${key}"}`) });
    }
    symlinkSync('.', join(server.root, 'deep/round'));
    symlinkSync('..', join(server.root, 'deep/up'));
    writeFileSync(Buffer.concat([Buffer.from(join(server.root, 'bad-')), Buffer.of(0xff)]), 'x');
    await using connector = await jupyter.connect(
      { url: server.url, token },
      { env: {}, retry: (attempt) => attempt(), concurrency: 2, pageSize: 100, log: () => undefined },
    );
    const [container] = await containersOf(connector);
    if (container === undefined) throw new Error('no container');
    const pages = await pagesOf(connector, container);
    const assets = assetsOf(pages);
    expect(assets.map((asset) => asset.path)).toEqual(['a.ipynb', 'bad-\\xff', 'deep/b.csv']);
    expect(new Set(assets.map((asset) => asset.environment))).toEqual(new Set(['experiment']));
    expect(pages.flatMap((page) => page.gaps).map(({ prefix, reason }) => [prefix, reason])).toEqual([
      ['deep/round/', 'link'],
      ['deep/up/', 'link'],
    ]);
    expect(assetAt(assets, 'a.ipynb').mediaType).toBe('application/x-ipynb+json');
    const named = assetAt(assets, 'bad-\\xff');
    expect(named.unread?.reason).toBe('unsupported-format');
    expect(await failureOf(createRecorder(), bytesOf(connector, named))).toMatchObject({
      code: 'unsupported',
    });
    const identity = await connector.check(never);
    expect(identity.notes.join()).toContain('hidden');
  });

  test('a server without a token is public', async () => {
    await using server = await start(kind, '');
    await using connector = await connect(
      subject,
      { options: { url: server.url }, env: {} },
      createRecorder(),
    );
    const [container] = await containersOf(connector);
    expect(container).toMatchObject({ publicAccess: 'yes', access: { exposure: 'public' } });
  });
});
