/** Suppressions through whole scans: what they name is kept and counts for nothing, until they expire. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config, SuppressionConfig } from '../../src/config.ts';
import { loadRules } from '../../src/detect/load.ts';
import { policyDigest, policyOf } from '../../src/scan/identity.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from './estate.ts';

const PEOPLE = 'name,email\nAda Quill,ada@quillworks.net\nBo Reyes,bo@quillworks.net\n';
/** In force on whichever day this runs, as no config could write it. */
const FOREVER = '9999-01-01';

function estate() {
  const folder = temporaryFolder();
  const root = join(folder.path, 'tree');
  mkdirSync(root);
  writeTree(root, { 'test/people.csv': PEOPLE, 'copy.csv': PEOPLE });
  const inventory = join(folder.path, 'inventory.db');
  return { root, inventory, config: configFor(inventory, root), [Symbol.dispose]: folder[Symbol.dispose] };
}

function suppressed(config: Config, more: Partial<SuppressionConfig>): Config {
  const suppression: SuppressionConfig = {
    rule: '*',
    glob: null,
    fingerprint: null,
    reason: 'invented people',
    approver: 'Ada Example',
    expires: FOREVER,
    ...more,
  };
  return { ...config, suppressions: [suppression] };
}

const LEVELS = 'select path, level from assets order by path';
const COUNT = 'select in_force, findings > 0 as held, assets from suppressions order by in_force desc';

test('a glob lowers what lies under it, without reading, and nothing else', async () => {
  using it = estate();
  await scan(it.config);
  const { result } = await scan(suppressed(it.config, { glob: 'test/**' }));
  expect(result.sources[0]?.counts).toMatchObject({ read: 0, bytesRead: 0 });
  expect(rows(it.inventory, LEVELS)).toEqual([
    { path: 'copy.csv', level: 'confidential' },
    { path: 'test/people.csv', level: 'internal' },
  ]);
  expect(
    rows(it.inventory, "select distinct suppressed from findings where uri like '%/test/people.csv'"),
  ).toEqual([{ suppressed: `invented people (approved by Ada Example, until ${FOREVER})` }]);
  expect(rows(it.inventory, COUNT)).toEqual([{ in_force: 'yes', held: 1, assets: 1 }]);
});

test('what has expired counts again, and stays listed', async () => {
  using it = estate();
  await scan(suppressed(it.config, { glob: 'test/**' }));
  await scan(suppressed(it.config, { glob: 'test/**', expires: '2020-01-01' }));
  expect(rows(it.inventory, LEVELS).map(({ level }) => level)).toEqual(['confidential', 'confidential']);
  expect(rows(it.inventory, `${COUNT}, expires`)).toEqual([
    { in_force: 'no', held: 0, assets: 0 },
    { in_force: 'no', held: 0, assets: 0 },
  ]);
});

test('a fingerprint from the inventory suppresses that rule in all copies of the bytes', async () => {
  using it = estate();
  await scan(it.config);
  const [email] = rows(it.inventory, "select distinct fingerprint from findings where rule = 'email'");
  await scan(suppressed(it.config, { fingerprint: String(email?.fingerprint) }));
  expect(
    rows(
      it.inventory,
      'select distinct rule, count(*) as n from findings where suppressed is not null group by rule',
    ),
  ).toEqual([{ rule: 'email', n: 2 }]);
});

test('comments in a text are heeded, kept, and without effect for a restricted rule', async () => {
  using it = estate();
  writeTree(it.root, {
    'a.py': 'to = "ada@quillworks.net"  # whereabouts:allow email,us-ssn invented\n',
    'b.py': 'ssn = "521-45-1000"  # whereabouts:allow email,us-ssn invented\n',
  });
  await scan(it.config);
  const found = (path: string) =>
    rows(
      it.inventory,
      `select a.level, rule, count, allowed, suppressed from findings join assets a using (asset_id) where path = '${path}'`,
    );
  expect(found('a.py')).toEqual([
    { level: 'internal', rule: 'email', count: 1, allowed: 1, suppressed: 'allowed by comments in the text' },
  ]);
  expect(found('b.py')).toEqual([
    { level: 'restricted', rule: 'us-ssn', count: 1, allowed: 1, suppressed: null },
  ]);
  // Another level in force is another answer, without reading.
  const raised = { ...it.config, rules: { ...it.config.rules, levels: { email: 'restricted' as const } } };
  const { result } = await scan(raised);
  expect(result.sources[0]?.counts).toMatchObject({ read: 0 });
  expect(found('a.py')).toMatchObject([{ level: 'restricted', suppressed: null }]);
});

test('the day that a suppression expires is another policy', async () => {
  using it = estate();
  const { ruleset } = await loadRules();
  const config = suppressed(it.config, { glob: 'test/**', expires: '2027-03-31' });
  const digest = (today: string) =>
    policyDigest(policyOf(config, ruleset, { decisions: [], sidecars: [], today }), ruleset, 'laptop');
  expect(digest('2027-03-30')).toBe(digest('2026-11-22'));
  expect(digest('2027-03-31')).not.toBe(digest('2027-03-30'));
});

test('a rule that does not exist is an error', async () => {
  using it = estate();
  await expect(scan(suppressed(it.config, { rule: 'emial', glob: '*' }))).rejects.toThrow(
    /suppressions: there is no rule or kind "emial"/,
  );
});
