/** The local connector over a folder made for the test. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import local from '../../../connectors/local/index.ts';
import type { ConnectorModule, Options } from '../../../src/connector.ts';
import { MAIN } from '../estate.ts';
import { assetsOf, connect, containersOf, createRecorder, pagesOf } from '../harness.ts';
import type { Place, PlacedContainer, Subject } from '../subject.ts';

export const subjects = [folderSubject('local', local)];

/** A subject for any connector over a folder that is named by its option `path`. */
export function folderSubject(name: string, module: ConnectorModule): Subject {
  const subject: Subject = {
    name,
    module,
    containers: 'one',
    keys: 'path',
    impossible: {},
    start: async ([container]) => startFolder(container ?? { name: MAIN, objects: [] }),
    exercises: {
      grants: async () => {
        await using place = await startFolder({
          name: MAIN,
          objects: [{ key: 'a', body: Buffer.from('a') }],
        });
        await using connector = await connect(subject, place.login, createRecorder());
        const [container] = await containersOf(connector);
        const assets = container ? assetsOf(await pagesOf(connector, container)) : [];
        // mkdtemp makes the folder 0700, whatever the file's own bits say.
        expect(assets[0]?.access).toMatchObject({
          exposure: 'private',
          grants: [{ role: 'own', via: 'mode' }],
        });
      },
    },
  };
  return subject;
}

async function startFolder(container: PlacedContainer): Promise<Place> {
  const above = mkdtempSync(join(tmpdir(), 'whereabouts-'));
  const root = join(above, container.name);
  const fileOf = (key: string) => join(root, key);
  mkdirSync(root);
  for (const { key, body } of container.objects) {
    mkdirSync(dirname(fileOf(key)), { recursive: true });
    writeFileSync(fileOf(key), body);
  }
  const placed = new Map(snapshot(root));
  const login = (path: string): { options: Options; env: Record<string, never> } => ({
    options: { path },
    env: {},
  });

  return {
    login: login(root),
    refused: null,
    absent: login(join(above, 'nowhere')),
    expired: null,
    renewable: null,
    secrets: [],
    proxy: null,
    remove: async (_, key) => rmSync(fileOf(key)),
    replace: async ({ key, body }) => writeFileSync(fileOf(key), body),
    breakListing: async () => renameSync(root, `${root}-moved`),
    truncations: [async (_, { key, body }) => truncateSync(fileOf(key), body.length / 2)],
    writes: async () => {
      const now = snapshot(root);
      const changed = now
        .filter(([key, state]) => placed.get(key) !== state)
        .map(([key]) => `changed ${key}`);
      return now.length === placed.size
        ? changed
        : [...changed, `${placed.size} entries became ${now.length}`];
    },
    [Symbol.asyncDispose]: async () => rmSync(above, { recursive: true }),
  };
}

/** Every entry below a folder with its times but the access time, and its bytes. */
function snapshot(root: string): (readonly [string, string])[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).map((key) => {
    const stats = lstatSync(join(root, key), { bigint: true });
    const bytes = stats.isFile() ? readFileSync(join(root, key)).toString('base64') : '';
    return [key, `${stats.mode} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.size} ${bytes}`] as const;
  });
}
