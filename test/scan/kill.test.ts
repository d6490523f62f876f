import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dump, manyFiles, rows, temporaryFolder, writeTree } from './estate.ts';

const KILLS = 50;
const child = join(import.meta.dirname, 'child.ts');

/** Starts a scan and kills it after `ms`; `complete` when it was done before. */
async function scanKilledAfter(ms: number, inventory: string, root: string): Promise<string> {
  const scanning = spawn(process.execPath, [child, inventory, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timer = setTimeout(() => scanning.kill('SIGKILL'), ms);
  let output = '';
  scanning.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(scanning, 'close');
  clearTimeout(timer);
  return output.trim();
}

test(`after ${KILLS} SIGKILLs at random moments the rows are those of an uninterrupted scan`, {
  timeout: 240_000,
}, async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'tree');
  writeTree(root, manyFiles(300));
  const undisturbed = join(folder.path, 'undisturbed.db');
  const started = performance.now();
  expect(await scanKilledAfter(60_000, undisturbed, root)).toBe('complete');
  const whole = performance.now() - started;
  const expected = dump(undisturbed);

  let killed = 0;
  let inProgress = 0;
  for (let round = 0; killed < KILLS; round += 1) {
    const inventory = join(folder.path, `killed-${round}.db`);
    for (let status = ''; status !== 'complete'; ) {
      // A fifth of the whole on average, so that a scan is killed several times before it is let through.
      status = await scanKilledAfter(whole * (0.3 + Math.random() * 0.7), inventory, root);
      if (status !== '') continue;
      killed += 1;
      if (existsSync(inventory)) {
        const held = rows(inventory, 'pragma integrity_check');
        expect(held).toEqual([{ integrity_check: 'ok' }]);
        const [seen] = hasAssets(inventory) ? rows(inventory, 'select count(*) as n from assets') : [];
        if (seen !== undefined && Number(seen.n) > 0 && Number(seen.n) < 300) inProgress += 1;
      }
      if (killed >= KILLS) status = await scanKilledAfter(60_000, inventory, root);
    }
    expect(dump(inventory)).toEqual(expected);
    const [run] = rows(
      inventory,
      'select status, listed, read + sampled + metadata + skipped + gaps as settled from runs order by run_id desc',
    );
    expect(run).toEqual({ status: 'complete', listed: 300, settled: 300 });
  }
  // Else the kills all fell before or after the work, and proved nothing.
  expect(inProgress).toBeGreaterThan(5);
});

function hasAssets(inventory: string): boolean {
  return rows(inventory, "select 1 from sqlite_schema where name = 'assets'").length > 0;
}
