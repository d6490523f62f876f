/** The commands by which people steer: classify, alerts, check, diff; the story of a cron job from end to end. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderWith, jsonLines, people, runCli, runHere, smallConfig } from './run-cli.ts';

function estate(more = '', run = runHere) {
  const folder = folderWith({
    'whereabouts.yaml': smallConfig(more),
    'data/clients/acme/people.csv': people(12),
    'data/notes.txt': 'nothing to see here\n',
  });
  const cli = (...args: readonly string[]) => run(args, { cwd: folder.path });
  return { path: folder.path, cli, [Symbol.dispose]: folder[Symbol.dispose] };
}

const DECIDE = ['--reason', 'looked at it', '--by', 'D. Ode'];
const LEVEL = 'select level, status, basis from assets where name = :name';

test('a decision holds at once, outlives scans, is withdrawn, and is never overwritten', async () => {
  using it = estate();
  await it.cli('scan', '--quiet');
  const level = async (name: string) => {
    const { stdout } = await it.cli('query', LEVEL, '--param', `name=${name}`, '--json');
    return jsonLines(stdout)[0];
  };
  const { code, stdout } = await it.cli('classify', 'people.csv', '--level', 'internal', ...DECIDE);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^decision 1, internal: 1 asset now\n {2}internal, classified {2}file:/);
  expect(await level('people.csv')).toEqual({ level: 'internal', status: 'classified', basis: 'decided' });
  const again = await it.cli('scan', '--json');
  expect(jsonLines(again.stdout).at(-1)).toMatchObject({ sources: [{ counts: { read: 0, skipped: 2 } }] });
  expect(await level('people.csv')).toEqual({ level: 'internal', status: 'classified', basis: 'decided' });

  await it.cli('classify', 'people.csv', '--withdraw', ...DECIDE);
  expect(await level('people.csv')).toEqual({
    level: 'restricted',
    status: 'unclassified',
    basis: 'detected',
  });
  const decisions = await it.cli('query', 'select level, decided_by, state from decisions', '--json');
  expect(jsonLines(decisions.stdout)).toEqual([
    { level: 'internal', decided_by: 'D. Ode', state: 'replaced' },
    { level: null, decided_by: 'D. Ode', state: 'withdrawal' },
  ]);
});

test('a glob decides for what comes later too, and a copy group for its members', async () => {
  using it = estate();
  cpSync(join(it.path, 'data/clients/acme/people.csv'), join(it.path, 'data/copy.csv'));
  await it.cli('scan', '--quiet');
  await it.cli('classify', 'work:drafts/**', '--level', 'confidential', ...DECIDE);
  const group = jsonLines(
    (await it.cli('query', 'select min(copy_group) as n from copies', '--json')).stdout,
  )[0]?.n;
  const named = await it.cli('classify', `group:${group}`, '--level', 'restricted', '--json', ...DECIDE);
  expect(jsonLines(named.stdout)[0]?.assets).toMatchObject([
    { level: 'restricted', status: 'classified' },
    { level: 'restricted', status: 'classified' },
  ]);
  cpSync(join(it.path, 'data/notes.txt'), join(it.path, 'data/drafts/plan.txt'));
  await it.cli('scan', '--quiet');
  const { stdout } = await it.cli('query', LEVEL, '--param', 'name=plan.txt', '--json');
  expect(jsonLines(stdout)).toEqual([{ level: 'confidential', status: 'classified', basis: 'decided' }]);
});

test('an asset is named by source and path, also when its name looks like a glob', async () => {
  using it = estate();
  const data = join(it.path, 'data');
  cpSync(join(data, 'notes.txt'), join(data, 'notes [1].txt'));
  await it.cli('scan', '--quiet');
  for (const name of ['work:clients/acme/people.csv', 'notes [1].txt', 'work:notes [1].txt'])
    expect((await it.cli('classify', name, '--level', 'internal', ...DECIDE)).stdout).toMatch(
      /internal: 1 asset now\n {2}internal, classified {2}\S+\n$/,
    );
});

describe('a mistake', () => {
  const it = estate();
  beforeAll(() => it.cli('scan', '--quiet'));
  afterAll(() => it[Symbol.dispose]());

  test.each([
    [['classify', 'nowhere.csv', '--level', 'public', ...DECIDE], /has no asset "nowhere\.csv"/],
    [['classify', 'people.csv', ...DECIDE], /--level LEVEL, or --withdraw/],
    [['classify', 'people.csv', '--level', 'public', '--reason', 'x'], /--by/],
    [['classify', 'people.csv', '--level', 'public', '--expires', '2020-01-01', ...DECIDE], /not ahead/],
    [['classify', 'people.csv', '--level', 'public', '--expires', 'soon', ...DECIDE], /YYYY-MM-DD/],
    [['classify', 'group:999', '--level', 'public', ...DECIDE], /no copy group 999/],
    [['alerts', '--close', '1'], /--by NAME and --reason WHY/],
    [['alerts', '--close', '1', ...DECIDE], /no open alert 1/],
    [['check', '--fail-on', 'everything'], /does not know "everything"/],
    [['diff', 'yesterday'], /not the number of a run/],
    [['diff', '99'], /no run 99/],
  ])('is refused: %j', async (args, message) => {
    const { code, stderr } = await it.cli(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test('the story of a cron job: no mail, a copy and a mail and a webhook, no mail again, a decision, the next copy', async () => {
  const received: string[] = [];
  const http = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push(body);
    response.end();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  try {
    const hook = `http://127.0.0.1:${(http.address() as AddressInfo).port}/hook`;
    using it = estate(`alerts:\n  deliver:\n    - {name: ops, to: webhook, url: '\${HOOK}'}\n`, runCli);
    /** The line of docs/cron.md; cron mails whatever is written to either stream. */
    const week = async () => {
      const scanned = await runCli(['scan', '--quiet'], { cwd: it.path, env: { HOOK: hook } });
      const checked = await it.cli('check');
      const mail = scanned.stdout + scanned.stderr + checked.stdout + checked.stderr;
      return { scanned, checked, mail };
    };
    const first = await week();
    expect([first.scanned.code, first.checked.code, first.mail]).toEqual([0, 0, '']);
    const still = await week();
    expect([still.scanned.code, still.checked.code, still.mail, received]).toEqual([0, 0, '', []]);

    cpSync(join(it.path, 'data/clients/acme/people.csv'), join(it.path, 'data/Downloads/final_v2.csv'));
    const second = await week();
    expect([second.scanned.code, second.checked.code]).toEqual([0, 1]);
    expect(second.mail).toBe(second.checked.stdout);
    expect(second.checked.stdout).toMatch(
      /1\. new-unclassified-copy: an unclassified copy of restricted data appeared \(same bytes as .*people\.csv\): work: Downloads\/final_v2\.csv\n/,
    );
    for (const word of ['where', 'whose', 'level', 'open to', 'found', 'copy of', 'matters', 'do'])
      expect(second.checked.stdout).toMatch(new RegExp(`\\n {3}${word} +\\S`));
    expect(received).toHaveLength(1);
    expect(received[0]).not.toContain('521-45-1000');

    for (const silent of [await week(), await week()])
      expect([silent.scanned.code, silent.checked.code, silent.mail]).toEqual([0, 0, '']);
    expect(received).toHaveLength(1);
    expect((await it.cli('check', '--open')).code).toBe(1);
    expect((await it.cli('alerts', '--mail')).stdout).toMatch(
      /^Subject: whereabouts on .*: 1 new-unclassified-copy\n/,
    );

    await it.cli('classify', 'final_v2.csv', '--level', 'restricted', ...DECIDE);
    expect((await it.cli('alerts')).stdout).toBe('no open alerts\n');
    expect((await it.cli('check', '--open')).code).toBe(0);
    cpSync(join(it.path, 'data/clients/acme/people.csv'), join(it.path, 'data/Downloads/final_v3.csv'));
    const next = await runCli(['scan', '--quiet', '--fail-on', 'new-unclassified-copy'], {
      cwd: it.path,
      env: { HOOK: hook },
    });
    expect(next.code).toBe(1);
    expect(next.stderr).toContain('--fail-on new-unclassified-copy: 1 new alert');
    const told = await it.cli('check');
    expect(told.stdout.match(/^\d+\. /gm)).toHaveLength(1);
    expect(told.stdout).toContain('work: Downloads/final_v3.csv');
    expect(received).toHaveLength(2);
    expect(received[1]).toContain('final_v3.csv');
  } finally {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  }
});

test('diff tells what changed in the last run, or between two', async () => {
  using it = estate();
  await it.cli('scan', '--quiet');
  expect((await it.cli('diff')).stdout).not.toMatch(/added|removed/);
  writeFileSync(join(it.path, 'data/new.csv'), people(3));
  rmSync(join(it.path, 'data/notes.txt'));
  await it.cli('scan', '--quiet');
  const { stdout } = await it.cli('diff');
  expect(stdout).toMatch(/1 added\n {2}file:.*new\.csv\n/);
  expect(stdout).toMatch(/1 removed\n {2}file:.*notes\.txt\n/);
  await it.cli('scan', '--quiet');
  expect((await it.cli('diff')).stdout).toBe('nothing has changed\n');
  expect(jsonLines((await it.cli('diff', '1', '2', '--json')).stdout).map(({ type }) => type)).toEqual([
    'added',
    'removed',
    'copied',
  ]);
});

test('a source that nobody scans any more wakes check, and looking at it once is enough', async () => {
  using it = estate('alerts: {staleDays: 0}\n');
  await it.cli('scan', '--quiet');
  const stale = await it.cli('check', '--fail-on', 'source-stale');
  expect(stale.code).toBe(1);
  expect(stale.stdout).toMatch(/source-stale: work was last scanned completely 0 days ago/);
  await it.cli('alerts', '--close', '1', ...DECIDE);
  expect((await it.cli('check', '--fail-on', 'source-stale', '--open')).code).toBe(0);
});

test('names that hold line breaks and escapes stay on their line, in mail and in diff', async () => {
  using it = estate();
  await it.cli('scan', '--quiet');
  cpSync(
    join(it.path, 'data/clients/acme/people.csv'),
    join(it.path, 'data/a\n9. public-restricted: forged\u001b[31m.csv'),
  );
  await it.cli('scan', '--quiet');
  const { stdout } = await it.cli('alerts', '--mail');
  expect(stdout).toMatch(/^1\. new-unclassified-copy: .*\\n9\. public-restricted: forged\\x1b/m);
  expect(stdout).not.toMatch(/^9\./m);
  // Byte 1b begins what a terminal obeys.
  expect(stdout + (await it.cli('diff')).stdout).not.toContain('\u001b[31m');
});
