/** Scans a folder with the command line, as a user would, and says what the inventory then holds of each file. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const CLI = join(import.meta.dirname, '../src/cli.ts');

/** What the inventory says of one file; levels are lower case, null when nothing was read. */
export interface Detected {
  readonly level: string | null;
  /** Kinds found at medium confidence and up, in alphabetical order. */
  readonly kinds: readonly string[];
  /** The group of files with the same data; null when it is the only one, or when only one of its tables is elsewhere. */
  readonly copyGroup: string | null;
}

/** Every file below `folder` by its path with `/`. @throws Error when the scan fails; incomplete coverage (exit 3) is no failure */
export async function scanFolder(folder: string): Promise<ReadonlyMap<string, Detected>> {
  const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-score-'));
  try {
    const inventory = join(scratch, 'inventory.db');
    await runCli(['scan', folder, '--inventory', inventory, '--quiet']);
    return readDetected(inventory);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function readDetected(inventory: string): ReadonlyMap<string, Detected> {
  const db = new Database(inventory, { readonly: true });
  try {
    const assets = db.prepare('select asset_id, path, level from assets').all() as AssetRow[];
    const kinds = group(
      db
        .prepare(
          `select distinct asset_id, kind as value from findings where confidence in ('medium', 'high') order by kind`,
        )
        .all() as ValueRow[],
    );
    const groups = group(
      db.prepare(`select asset_id, copy_group as value from copies where whole = 'yes'`).all() as ValueRow[],
    );
    return new Map(
      assets.map(({ asset_id, path, level }) => [
        path,
        { level, kinds: kinds.get(asset_id) ?? [], copyGroup: groups.get(asset_id)?.[0] ?? null },
      ]),
    );
  } finally {
    db.close();
  }
}

// The columns of the public views that are asked for above.
interface AssetRow {
  readonly asset_id: number;
  readonly path: string;
  readonly level: string | null;
}
interface ValueRow {
  readonly asset_id: number;
  readonly value: string;
}

function group(rows: readonly ValueRow[]): ReadonlyMap<number, readonly string[]> {
  const values = new Map<number, string[]>();
  for (const { asset_id, value } of rows) {
    const list = values.get(asset_id);
    if (list) list.push(String(value));
    else values.set(asset_id, [String(value)]);
  }
  return values;
}

function runCli(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const messages: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 || code === 3) resolve();
      else reject(new Error(`whereabouts ${args[0]} ended with ${code}:\n${Buffer.concat(messages)}`));
    });
  });
}
