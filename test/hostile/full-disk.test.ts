/** A disk that is full: the scan says so with 4, what was committed is whole, and with room the next scan goes on from there. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { folderWith, people, runCli, smallConfig } from '../cli/run-cli.ts';

const CLI = fileURLToPath(import.meta.resolve('#root/src/cli.ts'));
const FILES = 6000;

test('on a full disk the scan ends with 4, the inventory is whole, and the next scan goes on', {
  timeout: 120_000,
}, async () => {
  using folder = folderWith({ 'whereabouts.yaml': smallConfig('inventory: small/inventory.db\n') });
  for (const name of ['data', 'small', 'kept']) mkdirSync(join(folder.path, name));
  for (let n = 0; n < FILES; n += 1)
    writeFileSync(join(folder.path, 'data', `${n}.csv`), people(1 + (n % 3)) + n);

  // A disk of its own that nobody else sees, gone with the process.
  const script = `mount -t tmpfs -o size=3m none small && "$0" "$1" scan; code=$?; cp small/inventory.db* kept/; exit $code`;
  const rights = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const scan = spawnSync('unshare', [...rights, '--mount', 'sh', '-c', script, process.execPath, CLI], {
    cwd: folder.path,
    encoding: 'utf8',
    // A scan that hangs is ended, and has no exit code.
    timeout: 60_000,
  });
  expect(scan.status, scan.stderr).toBe(4);
  expect(scan.stderr).toMatch(/disk is full/);

  const kept = join(folder.path, 'kept', 'inventory.db');
  const committed = count(kept);
  expect(committed).toBeGreaterThan(0);
  expect(committed).toBeLessThan(FILES);

  copyFileSync(kept, join(folder.path, 'small', 'inventory.db'));
  const { code, stderr } = await runCli(['scan'], { cwd: folder.path });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/going on where it stopped/);
  expect(count(join(folder.path, 'small', 'inventory.db'))).toBe(FILES);
});

/** Assets in the inventory, which must be whole. */
function count(path: string): number {
  const database = new Database(path);
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    return Number(database.prepare('select count(*) from assets').pluck().get());
  } finally {
    database.close();
  }
}
