import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock } from '../../src/inventory/lock.ts';
import { openReader } from '../../src/inventory/read.ts';
import { openWriter } from '../../src/inventory/writer.ts';
import { asset, content, day, finding, outcome, rows, scan, tempInventory, tempWriter } from './estate.ts';

const mode = (file: string) => statSync(file).mode & 0o777;

test('the file, its log and its shared memory can be read by their owner only', () => {
  const before = process.umask(0o022);
  onTestFinished(() => {
    process.umask(before);
  });
  const file = tempInventory();
  const writer = tempWriter(file);
  scan(writer, 1, { outcomes: [outcome(asset('a'), { content: content('a') })] });
  onTestFinished(acquireLock(file, day(1)));
  for (const name of [file, `${file}-wal`, `${file}-shm`, `${file}.lock`]) expect(mode(name)).toBe(0o600);
});

test('what is no inventory is refused and left as it was', () => {
  const file = tempInventory();
  writeFileSync(file, 'These are notes, not a database. '.repeat(50));
  const notes = readFileSync(file);
  expect(() => openWriter(file)).toThrow(
    expect.objectContaining({ exitCode: 4, message: expect.stringContaining('not an inventory') }),
  );
  expect(readFileSync(file)).toEqual(notes);

  const foreign = tempInventory();
  const other = new Database(foreign);
  other.exec('create table music (title)');
  other.close();
  expect(() => openWriter(foreign)).toThrow(
    expect.objectContaining({ exitCode: 4, message: expect.stringContaining('another program') }),
  );
  expect(() => openReader(foreign)).toThrow(expect.objectContaining({ exitCode: 4 }));
});

test('a file of a newer version is refused', () => {
  const file = tempInventory();
  openWriter(file).close();
  const db = new Database(file);
  db.pragma('user_version = 999');
  db.close();
  expect(() => openWriter(file)).toThrow(
    expect.objectContaining({ exitCode: 4, message: expect.stringContaining('update whereabouts') }),
  );
});

test('a damaged file is refused with what to do', () => {
  const file = tempInventory();
  const writer = openWriter(file);
  scan(writer, 1, { outcomes: [outcome(asset('a'), { content: content('a') })] });
  writer.close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, 100, 8192);
  writeFileSync(file, bytes);
  expect(() => openWriter(file)).toThrow(
    expect.objectContaining({ exitCode: 4, message: expect.stringContaining('damaged') }),
  );
});

test('a missing file is made by a scan, never by reading', () => {
  const file = tempInventory();
  expect(() => openReader(file)).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(existsSync(file)).toBe(false);
});

test('a dry run makes no file and changes none', () => {
  const file = tempInventory();
  const step = { outcomes: [outcome(asset('a'), { content: content('a') })] };
  const dry = () => {
    const writer = openWriter(file, { discard: true });
    scan(writer, 2, step);
    writer.close();
  };
  dry();
  expect(existsSync(file)).toBe(false);
  const writer = openWriter(file);
  scan(writer, 1, step);
  writer.close();
  dry();
  expect(rows(file, 'select count(*) as n from runs')).toEqual([{ n: 1 }]);
});

const SHIPPED = new URL('../../fixtures/inventories/', import.meta.url);

test.each(readdirSync(SHIPPED).filter((name) => name.endsWith('.db')))('%s can still be opened', (name) => {
  const file = tempInventory();
  copyFileSync(new URL(name, SHIPPED), file);
  const writer = tempWriter(file);
  expect(rows(file, `select path, level from assets where removed_at is null order by path`)).toEqual([
    { path: 'clients/acme/people.csv', level: 'restricted' },
    { path: 'notes.md', level: 'internal' },
  ]);
  // Whoever changes a view makes a new version of the file: `node fixtures/inventories/make.ts` shows what is new.
  const fresh = tempInventory();
  openWriter(fresh).close();
  const schema = 'select type, name, sql from sqlite_schema order by type, name';
  expect(rows(file, schema)).toEqual(rows(fresh, schema));
  expect(scan(writer, 20, { outcomes: [] }).resumed).toBe(false);
});

test('a second scan is refused and told who holds the lock, which a killed process frees', async () => {
  const file = tempInventory();
  const lock = JSON.stringify(new URL('../../src/inventory/lock.ts', import.meta.url));
  const code = `const { acquireLock } = await import(${lock}); globalThis.release = acquireLock(${JSON.stringify(file)}, '${day(1)}'); console.log('held'); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  expect(() => acquireLock(file, day(2))).toThrow(
    expect.objectContaining({ exitCode: 11, message: expect.stringContaining(`process ${child.pid} on `) }),
  );
  expect(() => acquireLock(file, day(2))).toThrow(day(1));
  child.kill('SIGKILL');
  await once(child, 'exit');
  acquireLock(file, day(3))();
  acquireLock(file, day(4))();
});

test('events can be neither changed nor deleted, and an edit by other means breaks their chain', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const read = { content: content('a', { findings: [finding('email')] }) };
  scan(writer, 1, { outcomes: [outcome(asset('a'), read)] });
  scan(writer, 2, { outcomes: [outcome(asset('b'), read)] });
  const check = () => {
    const reader = openReader(file);
    const result = reader.verifyChain();
    reader.close();
    return result;
  };
  expect(check()).toMatchObject({ events: 3, brokenAt: null, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const db = new Database(file);
  onTestFinished(() => void db.close());
  expect(() => db.exec('delete from _events')).toThrow('append-only');
  expect(() => db.exec(`update _events set type = 'added'`)).toThrow('append-only');
  db.exec(`drop trigger _events_no_update; update _events set after = '0 assets' where event_id = 2`);
  expect(check()).toMatchObject({ brokenAt: 2 });
});
