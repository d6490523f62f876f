import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dump, manyFiles, rows, temporaryFolder, writeTree } from './estate.ts';

const KILLS = 50;
const FILES = 300;
const child = join(import.meta.dirname, 'child.ts');

/**
 * Starts a scan and kills it `ms` after its run began; a negative `ms` kills it while it starts. Resolves with whether it was
 * complete before that, and with how long it ran.
 */
async function scanKilledAfter(ms: number, inventory: string, root: string) {
  const scanning = spawn(process.execPath, [child, inventory, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let timer = ms < 0 ? setTimeout(() => scanning.kill('SIGKILL'), -ms) : undefined;
  let output = '';
  let started = 0;
  scanning.stdout.on('data', (chunk) => {
    output += chunk;
    if (started > 0) return;
    started = performance.now();
    timer ??= setTimeout(() => scanning.kill('SIGKILL'), ms);
  });
  await once(scanning, 'close');
  clearTimeout(timer);
  return { complete: output.endsWith('complete\n'), ms: performance.now() - started };
}

test(`after ${KILLS} SIGKILLs at random moments the rows are those of an uninterrupted scan`, {
  timeout: 600_000,
}, async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'tree');
  writeTree(root, manyFiles(FILES));
  const undisturbed = join(folder.path, 'undisturbed.db');
  const whole = await scanKilledAfter(60_000, undisturbed, root);
  expect(whole.complete).toBe(true);
  const expected = dump(undisturbed);

  let killed = 0;
  let underWay = 0;
  for (let round = 0; killed < KILLS; round += 1) {
    const inventory = join(folder.path, `killed-${round}.db`);
    for (let complete = false; !complete; ) {
      const moment = Math.random() < 0.1 ? -200 * Math.random() : whole.ms * Math.random();
      complete = (await scanKilledAfter(killed < KILLS ? moment : 60_000, inventory, root)).complete;
      if (complete) break;
      killed += 1;
      if (partlyWritten(inventory)) underWay += 1;
    }
    expect(dump(inventory)).toEqual(expected);
    const [run] = rows(
      inventory,
      `select status, listed, read + sampled + metadata + skipped + gaps as settled from runs order by run_id desc`,
    );
    expect(run).toEqual({ status: 'complete', listed: FILES, settled: FILES });
  }
  // Else the kills all fell before or after the work, and proved nothing.
  expect(underWay).toBeGreaterThan(KILLS / 10);
});

/** Whether a scan was killed between its first page and its last; also that the file is whole. */
function partlyWritten(inventory: string): boolean {
  if (!existsSync(inventory)) return false;
  expect(rows(inventory, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  if (rows(inventory, "select 1 from sqlite_schema where name = 'assets'").length === 0) return false;
  const assets = Number(rows(inventory, 'select count(*) as n from assets')[0]?.n);
  return assets > 0 && assets < FILES;
}
