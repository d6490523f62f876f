/** A disk that fails while it is read, and a folder that is mounted in itself: seen from a process with mounts of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { folderWith, people, smallConfig } from '../cli/run-cli.ts';

const CLI = fileURLToPath(import.meta.resolve('#root/src/cli.ts'));
/** A file of every Linux that can be opened and never read: EIO, as from a disk that fails. */
const FAILING = '/sys/devices/software/power/autosuspend_delay_ms';

/** Scans `data` after `mounts` (a shell script) were made, in a process that alone sees them. */
function scanWith(mounts: string, cwd: string) {
  const rights = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = `${mounts} && exec "$0" "$1" scan`;
  return spawnSync('unshare', [...rights, '--mount', 'sh', '-c', script, process.execPath, CLI], {
    cwd,
    encoding: 'utf8',
    // A scan that hangs is ended, and has no exit code.
    timeout: 60_000,
  });
}

function query(folder: string, sql: string): readonly Record<string, unknown>[] {
  const database = new Database(join(folder, 'inventory.db'), { readonly: true });
  try {
    // Rows of the public views.
    return database.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

test('a file that the disk fails to read is a gap that says so, and its neighbours are read', {
  timeout: 90_000,
}, () => {
  using folder = folderWith({ 'whereabouts.yaml': smallConfig() });
  mkdirSync(join(folder.path, 'data'));
  for (const name of ['a.csv', 'bad.csv', 'c.csv']) writeFileSync(join(folder.path, 'data', name), people(3));
  const { status, stderr } = scanWith(`mount --bind ${FAILING} data/bad.csv`, folder.path);
  expect(status, stderr).toBe(3);
  expect(query(folder.path, "select reason, uri from gaps where open = 'yes'")).toEqual([
    { reason: 'io-error', uri: expect.stringMatching(/bad\.csv$/) },
  ]);
  const found = query(folder.path, "select uri from findings where rule = 'us-ssn' order by uri");
  expect(found.map(({ uri }) => String(uri).at(-5))).toEqual(['a', 'c']);
});

test('a folder that is mounted in itself is not walked again, and is a gap that says so', {
  timeout: 90_000,
}, () => {
  using folder = folderWith({ 'whereabouts.yaml': smallConfig() });
  mkdirSync(join(folder.path, 'data', 'sub', 'loop'), { recursive: true });
  writeFileSync(join(folder.path, 'data', 'a.csv'), people(3));
  const { status, stderr } = scanWith('mount --rbind data data/sub/loop', folder.path);
  expect(status, stderr).toBe(0);
  expect(query(folder.path, 'select path from assets')).toEqual([{ path: 'a.csv' }]);
  expect(query(folder.path, "select reason, uri from gaps where open = 'yes'")).toEqual([
    { reason: 'link', uri: expect.stringMatching(/sub\/loop\/?$/) },
  ]);
});
