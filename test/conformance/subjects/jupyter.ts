/** The jupyter connector, over a folder and over a server: here a small fake; test/servers runs the real ones. */
import { expect } from 'vitest';
import { startFakeJupyter } from '../../../connectors/jupyter/fake.ts';
import jupyter from '../../../connectors/jupyter/index.ts';
import { MAIN } from '../estate.ts';
import { type FaultKind, startFaultProxy } from '../fault-proxy.ts';
import { connect, containersOf, createRecorder } from '../harness.ts';
import type { Place, PlacedContainer, PlacedObject, Subject } from '../subject.ts';
import { folderSubject } from './local.ts';

/** A server that holds files and can be changed behind the connector's back. */
export interface JupyterServer extends AsyncDisposable {
  readonly url: string;
  set(object: PlacedObject): Promise<void>;
  delete(key: string): Promise<void>;
  /** What was asked of it but reads. */
  writes(): Promise<readonly string[]>;
}

/** A subject over servers that `startServer` starts with this token. */
export function serverSubject(name: string, startServer: (token: string) => Promise<JupyterServer>): Subject {
  const subject: Subject = {
    name,
    module: jupyter,
    containers: 'one',
    keys: 'path',
    impossible: { '.leading-dot': 'Jupyter does not show hidden files' },
    start: ([container]) => startPlace(startServer, container),
    exercises: {
      grants: async () => {
        await using place = await subject.start([]);
        await using connector = await connect(subject, place.login, createRecorder());
        const [container] = await containersOf(connector);
        expect(container).toMatchObject({
          publicAccess: 'no',
          access: { exposure: 'unknown', grants: [{ via: 'token' }] },
        });
      },
    },
  };
  return subject;
}

export const subjects = [
  folderSubject('jupyter (folder)', jupyter),
  serverSubject('jupyter (server)', startFake),
];

async function startFake(token: string): Promise<JupyterServer> {
  const fake = await startFakeJupyter(token);
  return {
    url: fake.url,
    set: async ({ key, body }) => fake.set(key, body),
    delete: async (key) => fake.delete(key),
    writes: async () => fake.writes,
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

async function startPlace(
  startServer: (token: string) => Promise<JupyterServer>,
  container: PlacedContainer = { name: MAIN, objects: [] },
): Promise<Place> {
  const token = ['conformance', 'token', 'of', 'nobody'].join('-');
  const wrong = `not-${token}`;
  const server = await startServer(token);
  for (const object of container.objects) await server.set(object);
  const proxy = await startFaultProxy(server.url);
  const cutAt =
    (kind: 'cut' | 'short') =>
    async (_: string, { body }: PlacedObject) => {
      const fault: FaultKind = { kind, bytes: body.length / 2 };
      proxy.inject({ ...fault, when: ({ path }) => path.startsWith('/files/') });
    };

  return {
    login: { options: { url: proxy.url, token }, env: {} },
    refused: { options: { url: `${proxy.url}/`, token: wrong }, env: {} },
    absent: { options: { url: `${proxy.url}/user/nobody` }, env: { JUPYTER_TOKEN: token } },
    expired: { kind: 'status', status: 403 },
    renewable: null,
    secrets: [token, wrong],
    proxy,
    remove: (_, key) => server.delete(key),
    replace: (object) => server.set(object),
    breakListing: async () => proxy.inject({ kind: 'status', status: 500 }),
    truncations: [cutAt('cut'), cutAt('short')],
    writes: async () => [
      ...proxy.requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => `${method} ${path}`),
      ...(await server.writes()),
    ],
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
