/** Groups over time: what comes, what goes, what is renamed, another key, and asking with and without it. */
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyFile } from '../../src/copies/key.ts';
import { runHere } from '../cli/run-cli.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from '../scan/estate.ts';
import { customers, numbersFrom, pickColumns, pickRows, toCsv, toJsonl, toPrompts } from './tables.ts';

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
    cli: (...args: string[]) => runHere([...args, '--inventory', inventory], { cwd: folder.path }),
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
  const declared = {
    ...configFor(it.inventory, it.root),
    clients: [CLIENT],
    declarations: [{ glob: 'vault/**', level: 'restricted' as const, reason: 'contract' }],
  };
  it.write({ 'vault/all.csv': toCsv(harmless), 'other.csv': toCsv(customers(50, 'others')) });
  await scan(declared);
  it.write({ 'Downloads/copy.jsonl': toJsonl(harmless) });
  const { result } = await scan(declared);
  expect(result.alerts).toHaveLength(1);
  expect(
    rows(
      it.inventory,
      'select type, level, client, original from alerts where alert_id = (select max(alert_id) from alerts)',
    ),
  ).toEqual([
    {
      type: 'new-unclassified-copy',
      level: 'restricted',
      client: 'harbour',
      original: `file://${it.root}/vault/all.csv`,
    },
  ]);
  const standing = () =>
    rows(
      it.inventory,
      `select path, level, detected_level, basis, status, client, client_basis, why, client_why from assets
       where client is not null order by path`,
    );
  const place = `file://${it.root}/vault/all.csv \\(same rows\\)`;
  expect(standing()).toMatchObject([
    {
      ...{ path: 'Downloads/copy.jsonl', level: 'restricted', detected_level: null },
      ...{ basis: 'inherited', status: 'unclassified', client: 'harbour', client_basis: 'inherited' },
      why: expect.stringMatching(
        `^Inherited as a proposal: it holds data of ${place}, which is classified restricted`,
      ),
      client_why: expect.stringMatching(`^inherited as a proposal: it holds data of ${place}$`),
    },
    { path: 'vault/all.csv', basis: 'declared', status: 'classified', client_basis: 'known' },
  ]);
  expect(
    rows(it.inventory, 'select level, status, proposed_level, proposed_client from copies order by ordinal'),
  ).toEqual([
    { level: 'restricted', status: 'classified', proposed_level: null, proposed_client: null },
    { level: 'restricted', status: 'unclassified', proposed_level: 'restricted', proposed_client: 'harbour' },
  ]);
  const held = await it.cli('query', 'held-for-client', '--param', 'client=harbour', '--json');
  expect(held.stdout).toContain('Downloads/copy.jsonl');
  expect((await it.cli('report', '--format', 'csv')).stdout).toMatch(/harbour.*,restricted,1,.*,inherited/);

  const decided = await it.cli(
    ...['classify', 'Downloads/copy.jsonl', '--level', 'internal', '--reason', 'made up', '--by', 'D. Ode'],
  );
  expect(decided.code).toBe(0);
  expect(standing()).toMatchObject([
    { path: 'Downloads/copy.jsonl', level: 'internal', basis: 'decided', client_basis: 'inherited' },
    { path: 'vault/all.csv' },
  ]);
  expect(rows(it.inventory, "select closed_why from alerts where status = 'closed'")).toHaveLength(1);
});

test('copies of two clients inherit neither, and what is gone hands nothing on', async () => {
  using it = estate();
  const other = { ...CLIENT, id: 'lake', name: 'Lake House', paths: ['lake/**'] };
  const config = { ...configFor(it.inventory, it.root), clients: [CLIENT, other] };
  it.write({ 'vault/a.csv': toCsv(TABLE), 'lake/b.jsonl': toJsonl(TABLE), 'c.csv': toCsv(HALF) });
  await scan(config);
  const client = () => rows(it.inventory, "select client, client_basis from assets where path = 'c.csv'");
  expect(client()).toEqual([{ client: null, client_basis: null }]);
  it.remove('lake/b.jsonl');
  await scan(config);
  expect(client()).toEqual([{ client: 'harbour', client_basis: 'inherited' }]);
  it.remove('vault/a.csv');
  await scan(config);
  expect(client()).toEqual([{ client: null, client_basis: null }]);
});

test("a copy of the rows is their client's, though another client has the same people", async () => {
  using it = estate();
  const other = { ...CLIENT, id: 'lake', name: 'Lake House', paths: ['lake/**'] };
  it.write({ 'vault/a.csv': toCsv(TABLE), 'b.jsonl': toJsonl(TABLE), 'lake/prompts.jsonl': toPrompts(HALF) });
  await scan({ ...configFor(it.inventory, it.root), clients: [CLIENT, other] });
  expect(rows(it.inventory, 'select path, client, client_basis from assets order by path')).toEqual([
    { path: 'b.jsonl', client: 'harbour', client_basis: 'inherited' },
    { path: 'lake/prompts.jsonl', client: 'lake', client_basis: 'known' },
    { path: 'vault/a.csv', client: 'harbour', client_basis: 'known' },
  ]);
});

test('minutes, code, configurations and logs of one make have much in common and are no copies', async () => {
  using it = estate();
  const topics = 'budget review vendor audit risk owner scope release survey supplier pilot estimate'.split(
    ' ',
  );
  const files = [0, 1, 2].flatMap((n) => {
    const random = numbersFrom(`makes ${n}`);
    const topic = () => topics[random(topics.length)];
    const lines = (count: number, line: () => string) => Array.from({ length: count }, line).join('\n');
    const points = lines(8, () => `- ${Array.from({ length: 12 }, topic).join(' ')}`);
    const minutes = `Minutes of the weekly meeting. The chair welcomed everybody and the minutes of the last meeting were approved.
${points}
There being no further business the meeting was closed; the next one will be held in a week in the usual room.`;
    const licence = `# Licensed under the Apache License, Version 2.0; you may not use this file except in compliance with the License.
# Unless required by applicable law, software is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OF ANY KIND.`;
    const code = lines(6, () => `def ${topic()}_${topic()}(${topic()}):\n    return ${random(100)}`);
    const config = `[server]\nhost = app${n}.internal\nport = ${8000 + n}\nworkers = 4\ntimeout = 30\nlog_level = info
[database]\nhost = db${n}.internal\nname = app\npool = 10\nssl = true\n[cache]\nbackend = memory\nsize = 256\nttl = 600\nprefix = app\n[mail]\nfrom = robot\nretries = 3\nqueue = slow\n`;
    const log = lines(
      200,
      () => `2026-09-1${n} INFO worker-${random(4)} served /items/${random(9999)} in ${random(900)} ms`,
    );
    return [
      [`minutes-${n}.txt`, minutes],
      [`code-${n}.py`, `${licence}\n${code}`],
      [`app-${n}.ini`, config],
      [`app-${n}.log`, log],
    ] as const;
  });
  it.write(Object.fromEntries(files.map(([name, text]) => [name, Buffer.from(text)])));
  await it.scan();
  expect(it.groups()).toEqual([]);
  expect(rows(it.inventory, 'select count(*) as n from _sketches')).toEqual([{ n: files.length }]);
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
