/** `.whereabouts.yaml` through whole scans: what it declares holds for its folder, raises levels, and never lowers one. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { parseSidecar } from '../../src/config/sidecar.ts';
import { openWriter } from '../../src/inventory/writer.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from './estate.ts';

const PEOPLE = 'name,email\nAda Quill,ada@quillworks.net\nBo Reyes,bo@quillworks.net\n';
const RESTRICTED = 'classification:\n  - {level: restricted, reason: merger plans}\n';

function estate(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  const root = join(folder.path, 'tree');
  mkdirSync(root);
  writeTree(root, files);
  const inventory = join(folder.path, 'inventory.db');
  return { root, inventory, config: configFor(inventory, root), [Symbol.dispose]: folder[Symbol.dispose] };
}

const LEVELS =
  "select path, level, status, basis from assets where removed_at is null and name <> '.whereabouts.yaml' order by path";

test('a sidecar holds for what is in its folder and below, whatever was listed before it', async () => {
  using it = estate({
    'a/!first.txt': 'one\n',
    'a/.whereabouts.yaml': RESTRICTED,
    'a/deep/x.txt': 'two\n',
    'b/y.txt': 'three\n',
  });
  await scan(it.config);
  const restricted = { level: 'restricted', status: 'classified', basis: 'declared' };
  expect(rows(it.inventory, LEVELS)).toEqual([
    { path: 'a/!first.txt', ...restricted },
    { path: 'a/deep/x.txt', ...restricted },
    { path: 'b/y.txt', level: 'internal', status: 'unclassified', basis: 'default' },
  ]);
  expect(rows(it.inventory, "select why from assets where path = 'a/deep/x.txt'")).toEqual([
    {
      why: 'Declared restricted (a/.whereabouts.yaml: merger plans). Detected: nothing found; read in full',
    },
  ]);
});

test('one that is added, changed or taken away counts from the next scan on, without reading anything else', async () => {
  using it = estate({ 'a/x.txt': 'two\n' });
  await scan(it.config);
  const file = join(it.root, 'a/.whereabouts.yaml');
  const level = () => rows(it.inventory, "select level from assets where path = 'a/x.txt'")[0]?.level;

  writeFileSync(file, RESTRICTED);
  const { result } = await scan(it.config);
  expect(level()).toBe('restricted');
  expect(result.sources[0]?.counts.read).toBe(1);
  writeFileSync(file, RESTRICTED.replace('restricted', 'confidential'));
  await scan(it.config);
  expect(level()).toBe('confidential');
  rmSync(file);
  await scan(it.config);
  expect(level()).toBe('internal');
  await scan(it.config);
  expect(level()).toBe('internal');
});

test('of several the nearest holds, and a declaration below what is found contradicts', async () => {
  using it = estate({
    '.whereabouts.yaml': RESTRICTED,
    'site/.whereabouts.yaml': 'classification:\n  - {glob: "*.csv", level: public, reason: published}\n',
    'site/people.csv': PEOPLE,
    'site/x.txt': 'two\n',
  });
  await scan(it.config);
  expect(rows(it.inventory, LEVELS)).toEqual([
    { path: 'site/people.csv', level: 'confidential', status: 'contradicted', basis: 'detected' },
    { path: 'site/x.txt', level: 'restricted', status: 'classified', basis: 'declared' },
  ]);
});

test('one with a mistake is not heeded, and says so', async () => {
  using it = estate({
    '.whereabouts.yaml': 'classification:\n  - {level: secret, reason: x}\n',
    'x.txt': 'two\n',
  });
  const { result } = await scan(it.config);
  expect(result.incomplete).toBe(true);
  expect(rows(it.inventory, LEVELS)).toMatchObject([{ path: 'x.txt', level: 'internal' }]);
  expect(rows(it.inventory, "select reason, message from gaps where open = 'yes'")).toMatchObject([
    { reason: 'malformed', message: expect.stringMatching(/classification\.0\.level.*not heeded/) },
  ]);
});

test.each([
  'a: [',
  '[]',
  'classification: 7',
  'level: public',
  'classification: [{level: public}]',
  '&a [*a, *a]',
])('refuses %j without repeating it', (text) => {
  expect(() => parseSidecar(text)).toThrow(/not YAML|is not as it should be/);
});

test('one that is gone from a container takes nothing from the same folder of another', async () => {
  using it = estate({ 'a/.whereabouts.yaml': RESTRICTED, 'a/x.txt': 'two\n' });
  await scan(it.config);
  const database = new Database(it.inventory);
  database.exec(`
    insert into _containers (source_id, container, name, uri, provider, public_access, versioning, logging, access_run, first_run, last_run)
      select source_id, 'other', name, uri, provider, public_access, versioning, logging, 1, 1, 1 from _containers;
    insert into _sidecars select c.container_id, folder, declarations from _sidecars, _containers c where c.container = 'other'`);
  database.close();
  const writer = openWriter(it.inventory);
  expect(writer.dropSidecars(1, 1, '.whereabouts.yaml')).toEqual(['a/']);
  expect(writer.sidecars().map(({ folder }) => folder)).toEqual(['a/']);
  writer.close();
});

test('a slip in one lowers no level: what it declared before holds, and the gap says so', async () => {
  using it = estate({ '.whereabouts.yaml': RESTRICTED, 'x.txt': 'two\n' });
  await scan(it.config);
  writeFileSync(join(it.root, '.whereabouts.yaml'), 'classification: everything\n');
  await scan(it.config);
  expect(rows(it.inventory, LEVELS)).toMatchObject([{ path: 'x.txt', level: 'restricted' }]);
  expect(rows(it.inventory, "select message from gaps where open = 'yes'")).toEqual([
    { message: expect.stringMatching(/what it declared before, if anything, still holds$/) },
  ]);
});
