import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireLock } from '../../src/inventory/lock.ts';
import { configFor, dump, manyFiles, rows, scan, temporaryFolder, writeTree } from './estate.ts';

const PEOPLE =
  'name,email,ssn\nAda Quill,ada@quillworks.net,521-45-1000\nBo Reyes,bo@quillworks.net,522-45-1001\n';

/** A folder with a tree, and the inventory beside it. */
function estate(files: Record<string, string | Uint8Array>) {
  const folder = temporaryFolder();
  const root = join(folder.path, 'tree');
  mkdirSync(root);
  writeTree(root, files);
  const inventory = join(folder.path, 'inventory.db');
  return { root, inventory, config: configFor(inventory, root), [Symbol.dispose]: folder[Symbol.dispose] };
}

const read = (result: Awaited<ReturnType<typeof scan>>['result']) => result.sources[0]?.counts;

test('a scan finds, rates and explains; everything listed is accounted for', async () => {
  using it = estate({ 'a/people.csv': PEOPLE, 'notes.txt': 'nothing here\n', 'empty.txt': '' });
  const { result } = await scan(it.config);
  expect(result).toMatchObject({ incomplete: false, noAccess: false, interrupted: false });
  expect(read(result)).toMatchObject({ listed: 3, read: 3, sampled: 0, metadata: 0, skipped: 0, gaps: 0 });
  const [people] = rows(
    it.inventory,
    "select level, status, coverage, why from assets where path = 'a/people.csv'",
  );
  expect(people).toMatchObject({ level: 'restricted', status: 'unclassified', coverage: 'full' });
  expect(people?.why).toContain('Social Security');
  const [notes] = rows(it.inventory, "select level, basis from assets where path = 'notes.txt'");
  expect(notes).toEqual({ level: 'internal', basis: 'default' });
});

test('a second scan of an unchanged tree reads no content; one changed file is one file read', async () => {
  using it = estate({ ...manyFiles(40), 'people.csv': PEOPLE });
  await scan(it.config);
  const first = dump(it.inventory);
  const second = await scan(it.config);
  expect(read(second.result)).toMatchObject({ listed: 41, read: 0, skipped: 41, bytesRead: 0 });
  expect(dump(it.inventory)).toEqual(first);
  writeFileSync(join(it.root, 'people.csv'), `${PEOPLE}Cy Lund,cy@quillworks.net,523-45-1002\n`);
  const third = await scan(it.config);
  expect(read(third.result)).toMatchObject({ listed: 41, read: 1, skipped: 40 });
  expect(
    rows(it.inventory, "select uri like '%people.csv' as it from events where type = 'changed'"),
  ).toEqual([{ it: 1 }]);
});

test('--full reads everything again', async () => {
  using it = estate(manyFiles(12));
  await scan(it.config);
  expect(read((await scan(it.config, { full: true })).result)).toMatchObject({ read: 12, skipped: 0 });
});

test('a copy of known bytes is not read, and has the findings of its original', async () => {
  using it = estate({ 'people.csv': PEOPLE });
  await scan(it.config);
  linkSync(join(it.root, 'people.csv'), join(it.root, 'same inode.csv'));
  const { result } = await scan(it.config);
  expect(read(result)).toMatchObject({ listed: 2 });
  const levels = rows(it.inventory, 'select distinct level, sha256 from assets');
  expect(levels).toHaveLength(1);
});

test('a file that is gone is marked removed after a complete listing, and reappears', async () => {
  using it = estate({ 'people.csv': PEOPLE, 'b.txt': 'b' });
  await scan(it.config);
  const aside = join(it.root, '..', 'aside.csv');
  renameSync(join(it.root, 'people.csv'), aside);
  expect((await scan(it.config)).result.sources[0]?.removed).toBe(1);
  expect(rows(it.inventory, 'select count(*) as n from assets where removed_at is not null')).toEqual([
    { n: 1 },
  ]);
  renameSync(aside, join(it.root, 'people.csv'));
  await scan(it.config);
  expect(rows(it.inventory, 'select count(*) as n from assets where removed_at is not null')).toEqual([
    { n: 0 },
  ]);
  const types = rows(
    it.inventory,
    "select type from events where uri like '%people.csv' order by event_id",
  ).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['removed', 'reappeared']));
});

test('an interrupted scan marks nothing removed and goes on where it stopped', async () => {
  using it = estate(manyFiles(60));
  await scan(it.config);
  rmSync(join(it.root, 'd005'), { recursive: true });
  const controller = new AbortController();
  const { result } = await scan(it.config, {
    full: true,
    pageSize: 10,
    signal: controller.signal,
    observe: (event) => {
      if (event.type === 'progress' && event.listed >= 20) controller.abort(new Error('stop'));
    },
  });
  expect(result).toMatchObject({ interrupted: true, incomplete: true });
  expect(result.sources[0]?.status).toBe('interrupted');
  expect(rows(it.inventory, 'select count(*) as n from assets where removed_at is not null')).toEqual([
    { n: 0 },
  ]);
  const again = await scan(it.config, { full: true, pageSize: 10 });
  expect(again.events[0]).toMatchObject({ type: 'source-started', resumed: true });
  expect(again.result.sources[0]).toMatchObject({ status: 'complete', removed: 10 });
  expect(read(again.result)).toMatchObject({ listed: 50, read: 50 });
});

test('a run that meets its limit of bytes keeps what it read, and the next ones get to the end', async () => {
  using it = estate(manyFiles(60));
  const config = { ...it.config, limits: { ...it.config.limits, runBytes: 1 } };
  const statuses: (string | undefined)[] = [];
  let kept = 0;
  while (statuses.at(-1) !== 'complete') {
    const { result } = await scan(config, { pageSize: 10 });
    statuses.push(result.sources[0]?.status);
    const [{ n } = { n: 0 }] = rows(it.inventory, 'select count(*) as n from assets');
    expect(Number(n)).toBeGreaterThan(kept);
    kept = Number(n);
  }
  expect(statuses.length).toBeGreaterThan(1);
  expect(kept).toBe(60);
  expect(rows(it.inventory, 'select listed, read from runs')).toEqual([{ listed: 60, read: 60 }]);
});

test('a changed rule reads again only what it can affect', async () => {
  using it = estate({ 'people.csv': PEOPLE, 'prose.txt': 'The project is called BLUE HERON by all.\n' });
  const pack = (regex: string) => `family: business
rules:
  - id: own-codename
    title: Codename
    kind: confidentiality-marking
    level: confidential
    regulations: []
    description: A codename of ours.
    references: []
    column: { headers: [${regex}] }
    matches: [{ header: ${regex}, cells: [a, b] }]
    misses: [plain text, "12", nothing, more, words]
`;
  const file = join(it.root, '..', 'own.yaml');
  const config = { ...it.config, rules: { off: [], packs: [file], levels: {} } };
  writeFileSync(file, pack('codename'));
  await scan(config);
  writeFileSync(file, pack('name'));
  const { result } = await scan(config);
  // Only the table: a rule on columns says nothing about prose.
  expect(read(result)).toMatchObject({ read: 1, skipped: 1 });
  expect(
    rows(it.inventory, "select path from assets join findings using (asset_id) where rule = 'own-codename'"),
  ).toEqual([{ path: 'people.csv' }]);
  // A level says nothing about bytes: nothing is read, and the level is the new one.
  const raised = { ...config, rules: { ...config.rules, levels: { 'own-codename': 'restricted' as const } } };
  expect(read((await scan(raised)).result)).toMatchObject({ read: 0, bytesRead: 0 });
});

test("a person's decision lowers a level until it expires, and neither needs the file to be read again", async () => {
  using it = estate({ 'demo/people.csv': PEOPLE });
  await scan(it.config);
  const decided = (expires: string) => ({
    ...it.config,
    declarations: [{ glob: 'demo/', level: 'internal' as const, reason: 'made up', by: 'D. Ode', expires }],
  });
  const state = () => rows(it.inventory, 'select level, detected_level, basis, status from assets');
  expect(read((await scan(decided('2999-01-01'))).result)).toMatchObject({ read: 0, bytesRead: 0 });
  expect(state()).toEqual([
    { level: 'internal', detected_level: 'restricted', basis: 'decided', status: 'classified' },
  ]);
  expect(read((await scan(decided('2020-01-01'))).result)).toMatchObject({ read: 0, bytesRead: 0 });
  expect(state()).toEqual([
    { level: 'restricted', detected_level: 'restricted', basis: 'detected', status: 'unclassified' },
  ]);
});

test('overlapping scans are refused with exit code 11', async () => {
  using it = estate({ 'a.txt': 'a' });
  const release = acquireLock(it.inventory, new Date().toISOString());
  try {
    await expect(scan(it.config)).rejects.toMatchObject({ exitCode: 11 });
  } finally {
    release();
  }
});

test('a dry run says what would be read, opens nothing and writes nothing', async () => {
  using it = estate(manyFiles(5));
  const { events } = await scan(it.config, { dryRun: true });
  expect(events.filter((event) => event.type === 'would')).toHaveLength(5);
  expect(existsSync(it.inventory)).toBe(false);
  await scan(it.config);
  const before = dump(it.inventory);
  const again = await scan(it.config, { dryRun: true });
  expect(again.events.filter((event) => event.type === 'would' && event.action === 'unchanged')).toHaveLength(
    5,
  );
  expect(dump(it.inventory)).toEqual(before);
});

test('the inventory does not list itself', async () => {
  using folder = temporaryFolder();
  writeTree(folder.path, { 'a.txt': 'a' });
  const config = configFor(join(folder.path, 'inventory.db'), folder.path);
  await scan(config);
  await scan(config);
  expect(rows(config.inventory, 'select path from assets')).toEqual([{ path: 'a.txt' }]);
});

test('the rules that come with the product, whose examples look like findings, are not listed', async () => {
  using folder = temporaryFolder();
  const root = join(import.meta.dirname, '../..');
  const include = ['/rules/', '/README.md'];
  const config = configFor(join(folder.path, 'inventory.db'), root, { include, depth: 'metadata' });
  await scan(config);
  const packs = rows(config.inventory, "select path from assets where path like 'rules/%'");
  expect(packs).toEqual([]);
  expect(rows(config.inventory, "select count(*) as n from assets where path = 'README.md'")).toEqual([
    { n: 1 },
  ]);
});

test('globs leave files out, and say so; nothing left out is taken for removed', async () => {
  using it = estate({ 'keep/people.csv': PEOPLE, 'skip/people2.csv': `${PEOPLE}x,y,z\n`, 'b.log': PEOPLE });
  await scan(it.config);
  const narrowed = configFor(it.inventory, it.root, { exclude: ['skip/', '*.log'] });
  const { result } = await scan(narrowed);
  expect(result.sources[0]?.removed).toBe(0);
  expect(result.incomplete).toBe(false);
  expect(rows(it.inventory, "select count(*) as n from gaps where reason = 'excluded'")).not.toEqual([
    { n: 0 },
  ]);
});

test('the inventory is for its owner alone, its journal too', async () => {
  using it = estate({ 'a.txt': 'a' });
  await scan(it.config);
  expect(statSync(it.inventory).mode & 0o777).toBe(0o600);
});

test('depth metadata opens nothing and still knows names', async () => {
  using it = estate({ 'keys/id_rsa': 'whatever', 'a.txt': 'a' });
  const { result } = await scan(configFor(it.inventory, it.root, { depth: 'metadata' }));
  expect(read(result)).toMatchObject({ listed: 2, read: 0, metadata: 2, bytesRead: 0 });
  const found = rows(it.inventory, 'select path, level, coverage from assets order by path');
  expect(found).toEqual([
    { path: 'a.txt', level: null, coverage: 'metadata' },
    { path: 'keys/id_rsa', level: 'restricted', coverage: 'metadata' },
  ]);
});

test('what cannot be opened is a gap beside siblings that are read', async () => {
  using it = estate({
    'people.csv': PEOPLE,
    'broken.gz': new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]),
  });
  symlinkSync('/nowhere', join(it.root, 'link'));
  const { result } = await scan(it.config);
  expect(result.incomplete).toBe(true);
  expect(rows(it.inventory, 'select reason from gaps order by reason')).toEqual([
    { reason: 'link' },
    { reason: 'malformed' },
  ]);
  expect(rows(it.inventory, "select level from assets where path = 'people.csv'")).toEqual([
    { level: 'restricted' },
  ]);
});

test('a scan leaves the tree as it was', async () => {
  using it = estate(manyFiles(20));
  utimesSync(join(it.root, 'd000/f0.csv'), 1_000_000, 1_000_000);
  chmodSync(join(it.root, 'd000/f1.csv'), 0o400);
  const stats = () =>
    Object.keys(manyFiles(20)).map((path) => {
      const { mtimeMs, ctimeMs, size, mode, ino } = statSync(join(it.root, path));
      return { path, mtimeMs, ctimeMs, size, mode, ino };
    });
  const before = stats();
  await scan(it.config);
  expect(stats()).toEqual(before);
});
