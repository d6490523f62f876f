/** The commands that read: query, report, explain, sources, connectors, rules, completion, init, doctor, help. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/commands/program.ts';
import { CONNECTOR_KINDS } from '../../src/registry.ts';
import { folderWith, jsonLines, people, runCli, runHere, smallConfig } from './run-cli.ts';

let folder: ReturnType<typeof folderWith>;
const cli = (...args: readonly string[]) => runHere(args, { cwd: folder.path });
/** As a process of its own. */
const program = (...args: readonly string[]) => runCli(args, { cwd: folder.path });

beforeAll(async () => {
  folder = folderWith({
    'whereabouts.yaml': smallConfig(
      "clients:\n  - {id: acme, name: Acme Health, paths: ['clients/acme/**'], engagementEnd: 2024-01-31, retentionDays: 30}\n",
    ),
    'data/clients/acme/people.csv': people(12),
    'data/Downloads/final (2).csv': people(12),
    'data/=cmd.csv': people(4),
  });
  const { code } = await cli('scan', '--quiet');
  expect(code).toBe(0);
});
afterAll(() => folder[Symbol.dispose]());

describe('query', () => {
  test('answers a named question, with its parameters', async () => {
    const { code, stdout } = await program('query', 'held-for-client', '--param', 'client=acme', '--json');
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ client: 'acme', level: 'restricted' });
    expect((await cli('query', 'Q30', '--json')).stdout).toContain('"keep_until":"2024-03-01"');
  });

  test('answers SQL as a table, CSV or JSON', async () => {
    const sql = 'select name, level from assets order by name';
    expect((await cli('query', sql)).stdout).toMatch(/^name +level\n=cmd\.csv +restricted\n/);
    expect((await cli('query', sql, '--format', 'csv')).stdout).toBe(
      "name,level\r\n'=cmd.csv,restricted\r\nfinal (2).csv,restricted\r\npeople.csv,restricted\r\n",
    );
    expect(jsonLines((await cli('query', sql, '--format', 'json')).stdout)[0]).toEqual({
      name: '=cmd.csv',
      level: 'restricted',
    });
  });

  test('binds parameters, so that text in them is never SQL', async () => {
    const sql = 'select count(*) as n from assets where name = :name';
    const { stdout } = await cli('query', sql, '--param', "name=' or 1=1 --", '--json');
    expect(jsonLines(stdout)).toEqual([{ n: 0 }]);
  });

  test.each([
    ['delete from _assets', /select|readonly/i],
    ['update _assets set key = 1', /select|readonly/i],
    ["attach database 'x.db' as x", /select/i],
    ['drop view assets', /select|readonly/i],
    ['select 1; select 2', /one|more than/i],
  ])('refuses %s', async (sql, message) => {
    const { code, stdout, stderr } = await cli('query', sql);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  test('is stopped by its time limit', async () => {
    const forever = 'with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n';
    const { code, stderr } = await cli('query', forever, '--timeout', '1s');
    expect(code).toBe(2);
    expect(stderr).toMatch(/took more than 1 s/);
  });

  test('tells what there is for a view, a column or a date that is none', async () => {
    expect((await cli('query', 'select * from asset')).stderr).toMatch(
      /did you mean "assets"\?\); the views are alerts, assets/,
    );
    expect((await cli('query', 'select a.uro from assets a')).stderr).toMatch(
      /did you mean "uri"\?\); .*documentation/,
    );
    const { code, stderr } = await cli('query', 'weeks-without', '--param', 'today=2026-02-30');
    expect(code).toBe(2);
    expect(stderr).toContain('--param today=2026-02-30: write a date as YYYY-MM-DD');
  });

  test('names the nearest question, and lists them all', async () => {
    expect((await cli('query', 'copeis')).stderr).toMatch(/did you mean "copies"/);
    const { stdout } = await cli('query', '--list', '--json');
    expect(jsonLines(stdout).length).toBeGreaterThan(20);
  });
});

describe('report', () => {
  test('shows every place by client and level, and the head of the record of changes', async () => {
    const { code, stdout } = await cli('report');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Local machines\n.*\n {2}work +acme +restricted +1 /);
    // The same data as acme's, in a place that is nobody's.
    expect(stdout).toMatch(/work +acme, proposed +restricted +2 /);
    expect(stdout).toMatch(/its last hash: [0-9a-f]{64}/);
    expect(stdout).toMatch(/SaaS tools\n {2}none is scanned/);
  });

  test('has the same rows as Markdown, CSV and JSON', async () => {
    const [page] = jsonLines((await cli('report', '--json')).stdout);
    const rows = (page?.rows ?? []) as readonly unknown[];
    expect(rows).toHaveLength(2);
    const markdown = (await cli('report', '--format', 'markdown')).stdout;
    expect(markdown.match(/^\| work \|/gm)).toHaveLength(2);
    const csv = await cli('report', '--format', 'csv');
    expect(csv.stdout.trimEnd().split('\r\n')).toHaveLength(3);
    expect(csv.stderr).toMatch(/[0-9a-f]{64}/);
  });
});

describe('explain', () => {
  test.each([
    ['a path', () => 'data/clients/acme/people.csv'],
    ['the end of a path', () => 'acme/people.csv'],
    ['a uri', () => `file://${folder.path}/data/clients/acme/people.csv`],
  ])('finds an asset by %s', async (_what, name) => {
    const { code, stdout } = await cli('explain', name());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^work: clients\/acme\/people\.csv\n/);
    expect(stdout).toMatch(/level +restricted \(detected\), unclassified/);
    expect(stdout).toMatch(/client +acme \(path clients\/acme\/\*\*\)/);
    expect(stdout).toMatch(/row 1, column ssn/);
    expect(stdout).toMatch(/The same data\n.*Downloads/);
  });

  test('never shows a value', async () => {
    const { stdout } = await cli('explain', 'acme/people.csv', '--json');
    expect(stdout).not.toMatch(/5\d\d-45-1\d{3}|quillworks/);
    expect(stdout).toContain('999-99-9999');
  });

  test('asks back when several are meant, and says so when none is', async () => {
    expect((await cli('explain', '1')).code).toBe(0);
    expect(await cli('explain', 'nothing.csv')).toMatchObject({ code: 2, stdout: '' });
    expect((await cli('explain', 'PEOPLE')).stderr).toMatch(
      /named like it:\n {2}\d {2}work: clients\/acme\/people\.csv\n/,
    );
  });
});

describe('help and completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s is given a script that names every command', async (shell) => {
    const { code, stdout } = await program('completion', shell);
    expect(code).toBe(0);
    for (const command of commandNames()) expect(stdout).toContain(command);
    expect(stdout).toContain('dry-run');
  });

  test("bash's script parses and completes", async () => {
    const { stdout } = await program('completion', 'bash');
    const ask = (...words: readonly string[]) => {
      const setUp = `COMP_WORDS=(whereabouts ${words.join(' ')}); COMP_CWORD=${words.length}; _whereabouts`;
      const { stdout: answer, status } = spawnSync(
        'bash',
        ['-c', `${stdout}\n${setUp}; echo "\${COMPREPLY[@]}"`],
        {
          encoding: 'utf8',
          cwd: folder.path,
        },
      );
      expect(status).toBe(0);
      return answer.trim().split(' ');
    };
    expect(ask('sc')).toEqual(['scan']);
    expect(ask('scan', '--max-d')).toEqual(['--max-duration']);
    expect(ask('scan', '--depth', 'meta')).toEqual(['metadata']);
    expect(ask('rules', 'te')).toEqual(['test']);
  });

  test('--help names every command, and goes to standard output', async () => {
    const { code, stdout, stderr } = await program('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of commandNames()) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test('no command, or one that does not exist, gives 2', async () => {
    expect((await program()).code).toBe(2);
    const { code, stderr } = await program('scna');
    expect(code).toBe(2);
    expect(stderr).toMatch(/Did you mean scan\?\)\nsee: whereabouts --help\n/);
    expect((await program('rules', 'show')).stderr).toContain('see: whereabouts rules show --help');
  });
});

describe('the others', () => {
  test.each(['report', 'where', 'check', 'classify'])(
    '%s says that there is no inventory, or that a folder is none',
    async (command) => {
      const more = {
        query: ['levels'],
        where: ['x'],
        explain: ['x'],
        classify: ['x', '--level', 'public', '--reason', 'x', '--by', 'x'],
      };
      const args = [command, ...(more[command as keyof typeof more] ?? [])];
      const none = await cli(...args, '--inventory', 'none.db');
      expect([none.code, none.stdout]).toEqual([2, '']);
      expect(none.stderr).toMatch(/no inventory at .*none\.db; make one with: whereabouts scan/);
      const data = await cli(...args, '--inventory', 'data');
      expect([data.code, data.stderr]).toEqual([
        2,
        expect.stringMatching(/data is a folder; name the SQLite file itself/),
      ]);
    },
  );

  test('init writes a config that works, and never overwrites one', async () => {
    using empty = folderWith({});
    expect((await runHere(['init'], { cwd: empty.path })).code).toBe(0);
    expect((await runHere(['doctor'], { cwd: empty.path })).code).toBe(0);
    const written = readFileSync(join(empty.path, 'whereabouts.yaml'), 'utf8');
    const again = await runHere(['init'], { cwd: empty.path });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
    expect(readFileSync(join(empty.path, 'whereabouts.yaml'), 'utf8')).toBe(written);
  });

  test('connectors describes every connector', async () => {
    const { stdout } = await cli('connectors', '--json');
    expect(jsonLines(stdout).map(({ kind }) => kind)).toEqual(CONNECTOR_KINDS);
  });

  test('sources knows the last complete scan', async () => {
    expect((await cli('sources')).stdout).toMatch(/work +local +3 .* complete/);
  });

  test('rules as JSON are one line each, the same every time, with all that a rule is', async () => {
    const [first, second] = [await cli('rules', 'list', '--json'), await cli('rules', 'list', '--json')];
    expect(second.stdout).toBe(first.stdout);
    const rules: unknown[] = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rules.length).toBeGreaterThan(10);
    for (const rule of rules)
      expect(rule).toMatchObject({ id: expect.any(String), kind: expect.any(String) });
    const keys = ['id', 'title', 'kind', 'family', 'level', 'regulations', 'description', 'references'];
    expect(rules[0]).toMatchObject(Object.fromEntries(keys.map((key) => [key, expect.anything()])));
  });

  test('rules are shown, and a pack that breaks its promise gives 1', async () => {
    const { stdout } = await cli('rules', 'show', 'us-ssn');
    expect(stdout).toMatch(/^us-ssn: /);
    expect(stdout).toContain('ssa.gov');
    expect(stdout).toContain('column "ssn": 536-22-8714 | ');
    expect(stdout).not.toContain('{"');
    expect((await cli('rules', 'show', 'us-snn')).stderr).toMatch(/did you mean "us-ssn"/);
  });
});

function commandNames(): readonly string[] {
  // Only its names are asked for; nothing of the context is touched.
  const all = createProgram({} as Parameters<typeof createProgram>[0], '0', () => undefined);
  return all.commands.map((command) => command.name());
}
