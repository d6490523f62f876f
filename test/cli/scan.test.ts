/** `whereabouts scan` as a person and a cron job meet it: output, exit codes, interrupts. */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderWith, jsonLines, people, runCli, smallConfig } from './run-cli.ts';

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const hostile = 'evil\u001b]0;owned\u0007\u202egpj.csv';

let folder: ReturnType<typeof folderWith>;
beforeAll(() => {
  folder = folderWith({
    'whereabouts.yaml': smallConfig(),
    'data/people.csv': people(12),
    'data/notes.txt': 'nothing to see\n',
    [`data/${hostile}`]: people(3),
  });
});
afterAll(() => folder[Symbol.dispose]());

const scan = (args: readonly string[] = [], options = {}) =>
  runCli(['scan', ...args], { cwd: folder.path, ...options });

describe('a scan', () => {
  test('prints the summary to standard output, progress to standard error, and ends with 0', async () => {
    const { code, stdout, stderr } = await scan();
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 assets in 1 source/);
    expect(stdout).toMatch(/1 {2}restricted {4}work: people\.csv\n {4}12 × US Social Security number/);
    expect(stdout).toMatch(/whereabouts explain \d+/);
    expect(stderr).toMatch(/^work: starting\n/);
    expect(stdout).not.toContain('starting');
  });

  test('shows hostile names with every control and bidi character escaped', async () => {
    const { stdout, stderr } = await scan(['--full', '--log-level', 'trace']);
    expect(stdout).toContain('evil\\x1b]0;owned\\x07\\u202egpj.csv');
    expect(stdout).not.toMatch(CONTROL);
    expect(stderr).not.toMatch(CONTROL);
  });

  test('has colours only where they are forced', async () => {
    const { stdout } = await scan([], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[');
    expect((await scan([], { env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b[');
  });

  test('with --json prints JSON lines that end in a summary, and nothing else', async () => {
    const { code, stdout, stderr } = await scan(['--json', '--full']);
    const lines = jsonLines(stdout);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(lines.map(({ type }) => type)).toEqual(['source-started', 'source-finished', 'summary']);
    expect(lines.at(-1)).toMatchObject({
      incomplete: false,
      totals: [
        { source: 'work', level: 'restricted', assets: 2 },
        { level: 'internal', assets: 1 },
      ],
    });
  });

  test('with --quiet prints nothing', async () => {
    expect(await scan(['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('with --dry-run lists what would be read and writes nothing', async () => {
    const inventory = join(folder.path, 'dry.db');
    const { code, stdout } = await scan(['--dry-run', '--inventory', inventory]);
    expect(code).toBe(0);
    expect(stdout).toContain('people.csv');
    expect(stdout).toMatch(/would read 3 assets, .* with about 3 requests/);
    expect(existsSync(inventory)).toBe(false);
  });

  test('takes places instead of sources', async () => {
    const { code, stdout } = await scan(['data', '--inventory', 'place.db', '--json']);
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ sources: [{ source: join(folder.path, 'data') }] });
  });
});

describe('exit codes', () => {
  test.each([
    ['restricted', 1],
    ['public-restricted', 0],
    ['new-restricted', 0],
    ['unclassified,gaps', 1],
    ['gaps', 0],
  ])('--fail-on %s gives %i', async (what, expected) => {
    const { code, stderr } = await scan(['--fail-on', what]);
    expect(code).toBe(expected);
    if (expected === 1) expect(stderr).toMatch(/--fail-on \w+: 2 assets, such as file:/);
  });

  test('--fail-on new-unclassified sees a new file once', async () => {
    const file = join(folder.path, 'data', 'copy of people.csv');
    writeFileSync(file, people(5));
    try {
      const first = await scan(['--fail-on', 'new-unclassified']);
      expect(first.stdout).toMatch(/work: 1 new, 1 of them sensitive/);
      expect(first.code).toBe(1);
      expect((await scan(['--fail-on', 'new-unclassified'])).code).toBe(0);
    } finally {
      rmSync(file);
    }
  });

  test.each([
    ['an unknown option', ['--flul'], /did you mean --full/i],
    ['an unknown gate', ['--fail-on', 'everything'], /--fail-on does not know "everything"/],
    ['a place that is not there', ['wrok'], /"wrok" is neither .* \(did you mean "work"\?\)/],
    ['a bad size', ['--max-bytes', 'lots'], /Write a size such as 500MB/],
  ])('%s gives 2 and says what to write', async (_what, args, message) => {
    const { code, stdout, stderr } = await scan(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('a mistake in the config gives 2, with its line', async () => {
    using other = folderWith({
      'whereabouts.yaml': 'sources:\n  - name: a\n    connector: local\n    paht: x\n',
    });
    const { code, stderr } = await runCli(['scan'], { cwd: other.path });
    expect(code).toBe(2);
    expect(stderr).toContain('whereabouts.yaml:4:5: unknown key "paht" (did you mean "path"?)');
  });

  test('what cannot be read gives 3, with the reason and the way out', async () => {
    const file = join(folder.path, 'data', 'broken.zip');
    writeFileSync(file, Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(60, 7)]));
    try {
      const { code, stdout } = await scan();
      expect(code).toBe(3);
      expect(stdout).toMatch(/Not read\n {2}1 malformed: /);
    } finally {
      rmSync(file);
    }
  });

  test('an inventory that is none gives 4', async () => {
    writeFileSync(join(folder.path, 'other.db'), 'this is not a database, it only has its name'.repeat(50));
    const { code, stderr } = await scan(['--inventory', 'other.db']);
    expect(code).toBe(4);
    expect(stderr).toMatch(/not an inventory/);
  });

  test('an inventory in a folder that is not there gives 4, without a stack', async () => {
    const { code, stderr } = await scan(['--inventory', 'none/inventory.db']);
    expect(code).toBe(4);
    expect(stderr).toMatch(/its folder must be there and writable, or name another file/);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('no source that lets us in gives 12', async () => {
    using other = folderWith({
      'whereabouts.yaml': smallConfig().replace('path: data', 'path: gone'),
    });
    expect((await runCli(['scan'], { cwd: other.path })).code).toBe(12);
  });
});

describe('an interrupt', () => {
  let large: ReturnType<typeof folderWith>;
  beforeAll(() => {
    const files = Array.from({ length: 300 }, (_, n) => [`data/f${n}.csv`, people(200)] as const);
    large = folderWith({ 'whereabouts.yaml': smallConfig(), ...Object.fromEntries(files) });
  });
  afterAll(() => large[Symbol.dispose]());

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s leaves a checkpoint and gives %i; the next scan goes on', async (signal, expected) => {
    const interrupted = await runCli(['scan', '--full'], {
      cwd: large.path,
      interrupt: { at: /work: starting/, signals: [signal] },
    });
    expect(interrupted.stderr).toMatch(/stopping at the next checkpoint/);
    expect(interrupted.code).toBe(expected);
    const { stderr, code } = await runCli(['scan', '--full'], { cwd: large.path });
    expect(stderr).toMatch(/going on where it stopped/);
    expect(code).toBe(0);
  });

  test('the second one ends it at once', async () => {
    const { code } = await runCli(['scan', '--full'], {
      cwd: large.path,
      interrupt: { at: /work: (starting|going on)/, signals: ['SIGINT', 'SIGTERM'] },
    });
    expect([130, 143]).toContain(code);
  });
});

test('the inventory is for its owner alone', async () => {
  chmodSync(folder.path, 0o755);
  await scan();
  const { stdout } = await runCli(['doctor', '--json'], { cwd: folder.path });
  expect(jsonLines(stdout).find(({ check }) => check === 'inventory')).toMatchObject({ ok: true, notes: [] });
});
