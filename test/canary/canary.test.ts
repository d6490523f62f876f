/**
 * Over two hundred values made for this run are planted in files of many formats. After a scan that logs all it can, none of them is in
 * the database, its WAL, the logs, the output or the scratch folder in any form, and every one has a finding with its place.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantAwkward } from './awkward.ts';
import { type Canary, plant } from './plant.ts';
import { formsOf } from './search.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');

// Printed with every failure, so that the run can be made again; it is no value.
const seed = randomBytes(8).toString('hex');
const { files, canaries } = plant(seed);
const awkward = plantAwkward(seed);

let folder: string;
let reader: Database.Database | undefined;
let code: number | null;
let output: Buffer;
let errors: Buffer;
let awkwardCode: number | null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whereabouts-canary-'));
  await mkdir(join(folder, 'place'));
  await mkdir(join(folder, 'scratch'));
  const empty = await scan();
  expect(empty.code, String(empty.errors)).toBe(0);
  // While a reader is at an old state the WAL keeps all that is written, and stays when the scan ends.
  reader = new Database(inventory(), { readonly: true });
  reader.exec('begin');
  reader.prepare('select count(*) from assets').get();
  for (const file of files) await writeFile(join(folder, 'place', file.path), file.bytes);
  ({ code, output, errors } = await scan());
  for (const file of awkward.files) await writeFile(join(folder, 'place', file.path), file.bytes);
  const second = await scan();
  awkwardCode = second.code;
  output = Buffer.concat([output, second.output]);
  errors = Buffer.concat([errors, second.errors]);
  reader.exec('commit');
}, 180_000);

afterAll(async () => {
  reader?.close();
  await rm(folder, { recursive: true });
});

test('over two hundred values are planted, and the scan reads all of them', () => {
  expect(canaries.length).toBeGreaterThanOrEqual(200);
  expect(new Set(canaries.map(({ value }) => value)).size).toBe(canaries.length);
  expect(code, `seed ${seed}: ${errors.subarray(-2000)}`).toBe(0);
});

describe.each(files)('$path', ({ path }) => {
  test('every value has a finding with its place', () => {
    const own = canaries.filter(({ file }) => file === path);
    const found = findings(path);
    const missing = own
      .filter((canary) => !isFound(canary, found))
      .map(({ kind, place }) => `${kind} at ${place}`);
    expect(missing, `seed ${seed}, found: ${JSON.stringify(found)}`).toEqual([]);
  });
});

test('damaged files are gaps, or read as far as they go', () => {
  expect([0, 3], `seed ${seed}: ${errors.subarray(-2000)}`).toContain(awkwardCode);
});

test('no value is in database, WAL, logs, output or scratch files in any form', async () => {
  const leftovers = await readdir(join(folder, 'scratch'), { recursive: true, withFileTypes: true });
  const paths = [
    ...(await readdir(folder))
      .filter((name) => name.startsWith('inventory'))
      .map((name) => join(folder, name)),
    ...leftovers.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
  ];
  expect(paths.some((path) => path.endsWith('-wal'))).toBe(true);
  const haystacks = new Map<string, Buffer>([
    ['standard output', output],
    ['standard error', errors],
  ]);
  for (const path of paths) haystacks.set(path.slice(folder.length), await readFile(path));
  const leaks: string[] = [];
  const values = [
    ...canaries.map(({ value, kind, file }) => ({ value, what: `${kind} of ${file}` })),
    ...awkward.values.map((value, index) => ({
      value,
      what: `value ${index % 3} of ${awkward.files[Math.floor(index / 3)]?.path}`,
    })),
  ];
  for (const { value, what } of values) {
    for (const [form, needle] of formsOf(value)) {
      for (const [where, bytes] of haystacks) {
        if (bytes.includes(needle)) leaks.push(`${what}, as ${form}, in ${where}`);
      }
    }
  }
  expect(leaks, `seed ${seed}`).toEqual([]);
});

test('the search would see a value in every form it looks for', () => {
  const value = canaries[0]?.value ?? '';
  const dump = Buffer.from(
    `x=${Buffer.from(`ab${value}cd`).toString('base64')} ${value} ${Buffer.from(value).toString('hex')}`,
  );
  const seen = [...formsOf(value)].filter(([, needle]) => dump.includes(needle)).map(([form]) => form);
  expect(seen).toEqual(expect.arrayContaining(['text', 'hex', 'base64 at 2']));
});

interface FindingRow {
  readonly kind: string;
  readonly places: string;
}

function findings(path: string): readonly FindingRow[] {
  const db = new Database(inventory(), { readonly: true });
  try {
    return db
      .prepare(
        `select kind, places from findings join assets using (asset_id)
         where path = ? and confidence in ('medium', 'high') order by kind`,
      )
      .all(path) as FindingRow[]; // the two columns asked for
  } finally {
    db.close();
  }
}

function isFound({ kind, place }: Canary, rows: readonly FindingRow[]): boolean {
  return rows.some((row) => row.kind === kind && placesOf(row).includes(place));
}

/** `places` is a JSON array of text. */
function placesOf({ places }: FindingRow): readonly unknown[] {
  const parsed: unknown = JSON.parse(places);
  return Array.isArray(parsed) ? parsed : [];
}

function inventory(): string {
  return join(folder, 'inventory.db');
}

function scan(): Promise<{ readonly code: number | null; readonly output: Buffer; readonly errors: Buffer }> {
  const args = ['scan', join(folder, 'place'), '--inventory', inventory(), '--log-level', 'trace'];
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: join(folder, 'scratch') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(out), errors: Buffer.concat(err) }));
  });
}
