/** Who may read a local file, worked out from text and numbers alone, and the folders that hold no data at rest. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import local from '../../connectors/local/index.ts';
import { environmentOf } from '../../src/environment.ts';
import { createAccessTable } from '../../src/walk/access.ts';
import { parseAccounts } from '../../src/walk/accounts.ts';

const PASSWD =
  'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\ngrace:x:1001:1001::/:/bin/sh\n# note\nbad line\n';
const GROUP = 'root:x:0:\nada:x:1000:\ngrace:x:1001:ada\nstaff:x:50:ada,grace\n';
const accounts = parseAccounts(PASSWD, GROUP);

describe('accounts', () => {
  test('names are told where there are some, numbers elsewhere', () => {
    expect([accounts.user(1000), accounts.user(7)]).toEqual(['ada', 'uid:7']);
    expect([accounts.group(50), accounts.group(7)]).toEqual(['group:staff', 'gid:7']);
  });

  test('a group with somebody else in it, or that nobody knows, is not private', () => {
    expect(accounts.isPrivateGroup(1000, 1000)).toBe(true);
    expect(accounts.isPrivateGroup(1001, 1001)).toBe(false);
    expect(accounts.isPrivateGroup(50, 1000)).toBe(false);
    expect(accounts.isPrivateGroup(7, 1000)).toBe(false);
  });
});

describe('access', () => {
  const table = createAccessTable(accounts);
  const file = { mode: 0o100644, uid: 1000, gid: 50 };

  test('a group that has only the owner in it leaves a file private, and is named all the same', () => {
    const access = table.accessOf(table.root, { mode: 0o100640, uid: 1000, gid: 1000 });
    expect(access.exposure).toBe('private');
    expect(access.grants.map((grant) => grant.principal)).toEqual(['ada', 'group:ada']);
  });

  test('folders of two groups, one in the other, let nobody of either through', () => {
    const outer = table.enter(table.root, { mode: 0o40750, uid: 0, gid: 50 });
    const inner = table.enter(outer, { mode: 0o40750, uid: 0, gid: 1001 });
    expect(table.accessOf(outer, file).grants.map((grant) => grant.principal)).toEqual([
      'ada',
      'group:staff',
    ]);
    expect(table.accessOf(inner, file)).toMatchObject({ exposure: 'private', grants: [{ role: 'own' }] });
  });

  test('folders that let the same people through share one reach', () => {
    const closed = { mode: 0o40700, uid: 0, gid: 0 };
    expect(table.enter(table.root, closed)).toBe(table.enter(table.root, closed));
    expect(table.enter(table.root, { mode: 0o40755, uid: 0, gid: 0 })).toBe(table.root);
  });
});

test.each([
  ['a/mlruns/0/meta.yaml', 'experiment'],
  ['wandb/run-1/files/config.yaml', 'experiment'],
  ['x/.ipynb_checkpoints/y.py', 'experiment'],
  ['deep/notes.ipynb', 'experiment'],
  ['mlruns', undefined],
  ['my-wandb/a.csv', undefined],
  ['a.ipynb.txt', undefined],
])('%s belongs to %s', (path, environment) => {
  expect(environmentOf(path)).toBe(environment);
});

test.runIf(existsSync('/proc/self'))("the kernel's own file systems are refused as a source", async () => {
  const connector = await local.connect(
    { path: '/proc' },
    { env: {}, retry: (attempt) => attempt(), concurrency: 1, pageSize: 10, log: () => undefined },
  );
  await expect(connector.check(new AbortController().signal)).rejects.toMatchObject({ code: 'config' });
});
