/** Hostile files, one scan by the command line: each ends in its reason, the others are read, and nothing else happens. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallConfig } from '../cli/run-cli.ts';
import { ARCHIVES } from './inputs/archives.ts';
import { documents } from './inputs/documents.ts';
import { FILES, hostileFolders } from './inputs/files.ts';
import { type HostileInput, MiB, PEOPLE } from './inputs/input.ts';
import { NO_NETWORK, type Scanned, scanWithoutRights, snapshot } from './scan-tree.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'whereabouts-hostile-')));
const tree = join(folder, 'data', 'tree');
const outside = join(folder, 'outside.csv');
const requests: string[] = [];
let server: Server;
let scanned: Scanned;
let before: ReadonlyMap<string, string>;

/** Files of no danger, before and after all others in the order of names. */
const SIBLINGS = ['00-first.csv', 'zz-last.csv'].map(
  (name): HostileInput => ({
    number: 0,
    name,
    content: PEOPLE,
    reasons: [],
    found: true,
  }),
);
// Names and outcomes do not depend on the addresses in the documents.
const INPUTS = [...SIBLINGS, ...ARCHIVES, ...documents({ outside: '', trap: '' }), ...FILES];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const trap = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  mkdirSync(tree, { recursive: true });
  writeFileSync(outside, PEOPLE);
  writeFileSync(
    join(folder, 'whereabouts.yaml'),
    smallConfig('limits: {fileBytes: 64MiB, fileSeconds: 40s}\n'),
  );
  for (const { name, content } of [...SIBLINGS, ...ARCHIVES, ...documents({ outside, trap }), ...FILES]) {
    if (typeof content === 'function') content(join(tree, name));
    else writeFileSync(join(tree, name), content);
  }
  hostileFolders(tree);
  chmodSync(folder, 0o755);
  before = snapshot(join(folder, 'data'));
  scanned = await scanWithoutRights(['scan', '--full'], folder);
}, 120_000);

afterAll(() => {
  server?.close();
  chmodSync(join(tree, 'shut'), 0o755);
  // Deeper than paths go: node's own rm cannot.
  execFileSync('rm', ['-rf', folder]);
});

describe.each(INPUTS.map((input) => ({ ...input, shown: JSON.stringify(input.name.slice(0, 40)) })))(
  '#$number $shown',
  ({ name, reasons, orElse, found }) => {
    test(`ends in ${reasons.length === 0 ? 'no gap' : reasons.join(' and ')}`, () => {
      const rows = query(
        "select distinct reason from gaps where asset_id = ? and open = 'yes' order by reason",
        assetOf(name),
      );
      expect([reasons, orElse]).toContainEqual(rows.map(({ reason }) => reason));
    });

    test(found ? 'is read: the people in it are found' : 'gives nothing that is not in it', () => {
      const rows = query("select 1 from findings where asset_id = ? and rule = 'us-ssn'", assetOf(name));
      expect(rows.length > 0).toBe(found);
    });
  },
);

test('every asset is listed once, and counts add up to what was listed', () => {
  const [run] = query(
    'select status, listed, read + sampled + metadata + skipped + gaps as settled from runs',
  );
  expect(run).toEqual({ status: 'complete', listed: INPUTS.length, settled: INPUTS.length });
});

test('folders that cannot be entered are gaps', () => {
  const rows = query(
    "select uri, reason from gaps where asset_id is null and incomplete = 'yes' order by reason",
  );
  expect(rows.map(({ reason }) => reason)).toEqual(['io-error', 'permission-denied']);
});

test('ends in time with 3, within its memory', () => {
  expect(scanned.code, scanned.stderr.slice(-2000)).toBe(3);
  // The PDF that never ends is waited for, for ten seconds.
  expect(scanned.seconds).toBeLessThan(90);
  expect(scanned.peakRss / MiB).toBeGreaterThan(50);
  expect(scanned.peakRss / MiB).toBeLessThan(512);
});

test('asks no server, and opens no connection at all', () => {
  expect(requests).toEqual([]);
  expect(scanned.stderr).not.toContain('NETWORK');
});

test.each(['fetch(address)', "require('node:tls').connect(1)", "require('node:dgram').createSocket('udp4')"])(
  'where %s would be noticed, in threads too',
  (code) => {
    const inside = `const address = 'http://127.0.0.1:8081/'; ${code}`;
    const thread = `new (require('node:worker_threads').Worker)(${JSON.stringify(inside)}, { eval: true }).on('error', () => 0)`;
    const { stderr } = spawnSync(process.execPath, [...NO_NETWORK, '-e', thread], { encoding: 'utf8' });
    expect(stderr).toMatch(/^NETWORK/m);
  },
);

test('leaves the tree as it was, and nothing anywhere else', () => {
  expect(snapshot(join(folder, 'data'))).toEqual(before);
  const left = readdirSync(folder).filter((name) => !name.startsWith('inventory.db'));
  expect(left.sort()).toEqual(['data', 'outside.csv', 'whereabouts.yaml']);
  expect(readdirSync(dirname(tree))).toEqual(['tree']);
});

test('shows no control character, and no text of a person', () => {
  expect(scanned.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(`${scanned.stdout}${scanned.stderr}`).not.toMatch(/521-45-100\d/);
});

function assetOf(name: string): number {
  const rows = query('select asset_id from assets where path = ?', `tree/${name}`);
  return Number(rows[0]?.asset_id ?? -1);
}

function query(sql: string, ...values: readonly (string | number)[]): readonly Record<string, unknown>[] {
  const database = new Database(join(folder, 'inventory.db'), { readonly: true });
  try {
    // Rows of the public views.
    return database.prepare(sql).all(...values) as Record<string, unknown>[];
  } finally {
    database.close();
  }
}
