/** Groups over time: what comes, what goes, what is renamed, another key, and asking with and without it. */
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyFile } from '../../src/copies/key.ts';
import { runCli } from '../cli/run-cli.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from '../scan/estate.ts';
import { customers, pickColumns, pickRows, toCsv, toJsonl, toPrompts } from './tables.ts';

const TABLE = customers(300, 'harbour');
const HALF = pickRows(TABLE, (index) => index % 2 === 0);

const CLIENT = {
  id: 'harbour',
  name: 'Harbour House',
  aliases: [],
  paths: ['vault/**'],
  engagementEnd: null,
  allowedPlaces: [],
  retentionDays: null,
};

function estate() {
  const folder = temporaryFolder();
  const root = join(folder.path, 'files');
  const inventory = join(folder.path, 'inventory.db');
  const config = configFor(inventory, root);
  return {
    root,
    inventory,
    write: (files: Readonly<Record<string, Buffer>>) => writeTree(root, files),
    remove: (path: string) => rmSync(join(root, path)),
    rename: (from: string, to: string) => renameSync(join(root, from), join(root, to)),
    scan: () => scan(config),
    groups: () =>
      rows(
        inventory,
        'select copy_group, path, how, ordinal from copies join assets using (asset_id) order by path',
      ),
    cli: (...args: string[]) => runCli([...args, '--inventory', inventory], { cwd: folder.path }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test('a copy that comes later joins the group, and the one seen first stays the original', async () => {
  using it = estate();
  it.write({ 'b.csv': toCsv(TABLE) });
  await it.scan();
  expect(it.groups()).toEqual([]);
  it.write({ 'a.jsonl': toJsonl(TABLE), 'half.csv': toCsv(HALF) });
  await it.scan();
  expect(it.groups()).toMatchObject([
    { path: 'a.jsonl', how: 'same rows', ordinal: 2 },
    { path: 'b.csv', how: 'same bytes', ordinal: 1 },
    { path: 'half.csv', how: 'part of the rows', ordinal: 3 },
  ]);
  expect(rows(it.inventory, "select uri, after from events where type = 'copied' order by uri")).toEqual([
    { uri: `file://${it.root}/a.jsonl`, after: 'same rows' },
    { uri: `file://${it.root}/half.csv`, after: 'part of the rows' },
  ]);
});

test('what is left of a group when its original is gone stays together', async () => {
  using it = estate();
  it.write({ 'all.csv': toCsv(TABLE), 'all.jsonl': toJsonl(TABLE), 'half.csv': toCsv(HALF) });
  await it.scan();
  const before = it.groups();
  it.write({ 'all.csv': toCsv(customers(20, 'others')) });
  await it.scan();
  expect(it.groups().map(({ path }) => path)).toEqual(['all.jsonl', 'half.csv']);
  it.write({ 'all.csv': toCsv(TABLE) });
  await it.scan();
  expect(it.groups().map(({ path }) => path)).toEqual(before.map(({ path }) => path));
});

test('a copy that nobody classified inherits level and client as a proposal, and stays unclassified', async () => {
  using it = estate();
  const harmless = pickColumns(TABLE, ['id', 'plan', 'balance', 'city']);
  it.write({ 'vault/all.csv': toCsv(harmless), 'copy.jsonl': toJsonl(harmless) });
  await scan({
    ...configFor(it.inventory, it.root),
    clients: [CLIENT],
    declarations: [{ glob: 'vault/**', level: 'restricted', reason: 'contract' }],
  });
  expect(
    rows(
      it.inventory,
      'select uri, level, status, proposed_level, proposed_client, proposed_why from copies order by uri',
    ),
  ).toMatchObject([
    {
      level: 'internal',
      status: 'unclassified',
      proposed_level: 'restricted',
      proposed_client: 'harbour',
      proposed_why: expect.stringMatching(/^inherited as a proposal/),
    },
    {
      level: 'restricted',
      status: 'classified',
      proposed_level: null,
      proposed_client: null,
      proposed_why: null,
    },
  ]);
});

test('a renamed file is moved, not copied', async () => {
  using it = estate();
  it.write({ 'a.csv': toCsv(TABLE), 'other.txt': Buffer.from('other') });
  await it.scan();
  it.rename('a.csv', 'renamed.csv');
  await it.scan();
  expect(
    rows(it.inventory, "select type, before, after from events where type in ('moved', 'copied')"),
  ).toEqual([{ type: 'moved', before: `file://${it.root}/a.csv`, after: 'same bytes' }]);
});

test('a scan in which nothing changed compares nothing and changes no group', async () => {
  using it = estate();
  it.write({ 'a.csv': toCsv(TABLE), 'b.jsonl': toJsonl(TABLE), 'half.csv': toCsv(HALF) });
  await it.scan();
  const sketches = () =>
    rows(it.inventory, 'select sketch_id, group_id, parent_id from _sketches order by 1');
  const before = sketches();
  await it.scan();
  expect(sketches()).toEqual(before);
  expect(rows(it.inventory, 'select * from _sketches_pending')).toEqual([]);
});

test('the key asks where somebody is; without it nothing is answered, and with a new one only after a scan', async () => {
  using it = estate();
  it.write({
    'a.csv': toCsv(TABLE),
    'prompts.jsonl': toPrompts(HALF),
    'none.csv': toCsv(customers(50, 'others')),
  });
  await it.scan();
  const [person = []] = HALF.rows;
  const value = person[4] ?? '';
  const found = await it.cli('where', value.replaceAll('-', ' '), '--json');
  expect(found.code).toBe(0);
  expect(
    found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).uri),
  ).toEqual([`file://${it.root}/a.csv`, `file://${it.root}/prompts.jsonl`]);
  expect(statSync(keyFile(it.inventory)).mode & 0o777).toBe(0o600);

  const rotated = await it.cli('key', 'rotate');
  expect(rotated.code).toBe(0);
  expect(await it.cli('where', value)).toMatchObject({ code: 3, stdout: '' });
  await it.scan();
  expect((await it.cli('where', value)).stdout.split('\n')).toHaveLength(3);

  rmSync(keyFile(it.inventory));
  const refused = await it.cli('where', value);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/cannot be asked without its key/);
  for (const { stdout, stderr } of [found, rotated, refused]) expect(stdout + stderr).not.toContain(value);
});

test('a key that others may read is refused, and a scan never lists it', async () => {
  using it = estate();
  it.write({ 'a.csv': toCsv(TABLE) });
  await it.scan();
  chmodSync(keyFile(it.inventory), 0o644);
  await expect(it.scan()).rejects.toThrow(/may be read by others/);
  expect((await it.cli('where', 'x')).code).toBe(2);
});

test('the data of a file is found in other forms, and a file with other people is nowhere', async () => {
  using it = estate();
  it.write({ 'a.csv': toCsv(TABLE), 'prompts.jsonl': toPrompts(HALF) });
  await it.scan();
  const elsewhere = join(it.root, '..', 'elsewhere');
  writeTree(elsewhere, { 'half.jsonl': toJsonl(HALF), 'others.csv': toCsv(customers(100, 'others')) });
  const found = (await it.cli('where', join(elsewhere, 'half.jsonl'), '--json')).stdout.trim().split('\n');
  expect(found.map((line) => JSON.parse(line))).toMatchObject([
    { uri: `file://${it.root}/a.csv`, how: 'part of the rows', similarity: 1 },
    { uri: `file://${it.root}/prompts.jsonl`, how: 'same people' },
  ]);
  expect((await it.cli('where', join(elsewhere, 'others.csv'))).stdout).toBe('');
});

test('no planted value is in the inventory, its journal or its key', async () => {
  using it = estate();
  it.write({ 'a.csv': toCsv(TABLE), 'b.jsonl': toJsonl(TABLE), 'half.csv': toCsv(HALF) });
  await it.scan();
  const files = ['', '-wal', '.key']
    .map((suffix) => it.inventory + suffix)
    .filter((file) => existsSync(file));
  const kept = Buffer.concat(files.map((file) => readFileSync(file))).toString('latin1');
  for (const [, , , email = '', ssn = ''] of TABLE.rows) {
    expect(kept.includes(email)).toBe(false);
    expect(kept.includes(ssn)).toBe(false);
  }
});
