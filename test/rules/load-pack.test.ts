/** A wrong pack is refused with file, line and fix; a right one loads. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testPack } from '../../src/detect/examples.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadUserPack } from '../../src/detect/load.ts';
import { clientRules } from '../../src/detect/load-clients.ts';

const GOOD = `family: business
rules:
  - id: blue-kite-case
    title: Case number of Blue Kite
    kind: contract
    level: confidential
    regulations: []
    description: BK, a year and five digits.
    text:
      patterns:
        - regex: '(?<![\\w-])BK-20[0-9]{2}-[0-9]{5}(?![\\w-])'
          bare: medium
    matches: [case BK-2024-00017]
    misses: [case BK-1999-00017]
`;

/** Loads `text` as a user's pack from a file in a folder of its own. */
async function load(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    const path = join(folder, 'own.yaml');
    await writeFile(path, text);
    return await loadUserPack(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a user pack', () => {
  test('that is right loads, and its examples hold', async () => {
    const rules = await load(GOOD);
    expect(testPack(rules, compileDetector).map(({ passed }) => passed)).toEqual([true, true]);
  });

  test('may name letters by property, and match as much as the engine carries over', async () => {
    const rules = await load(GOOD.replace('-[0-9]{5}', '-[0-9]{5}(?: \\p{L}{1,4000})?'));
    expect(testPack(rules, compileDetector).map(({ passed }) => passed)).toEqual([true, true]);
  });

  test.each([
    ['an unknown key', GOOD.replace('title:', 'titel:'), /own\.yaml:3:\d+: rule blue-kite-case: .*titel/],
    [
      'a pattern that does not compile',
      GOOD.replace('BK-20', 'BK-(20'),
      /own\.yaml:11:\d+: .*not a regular expression/,
    ],
    ['an infinite pattern', GOOD.replace('{5}', '+'), /own\.yaml:11:\d+: .*no greatest length; write/],
    ['a needless escape', GOOD.replace('BK-20', 'BK\\_20'), /own\.yaml:11:\d+: .*not a regular expression/],
    [
      'a pattern that is too long with what it looks around',
      GOOD.replace('{5}', '{5}[^;]{0,4096};'),
      /own\.yaml:11:\d+: .*more than 4096/,
    ],
    [
      'run-away backtracking',
      GOOD.replace('BK-20[0-9]{2}', '(?:[a-z]{1,30}){1,30}x'),
      /own\.yaml:11:\d+: .*backtrack without end/,
    ],
    [
      'backtracking that only a trial finds',
      GOOD.replace('BK-20[0-9]{2}', '(?:a|aa){1,60}x'),
      /own\.yaml:11:\d+: .*backtrack without end/,
    ],
    ...[
      'ZQ(?:ab|a|b){1,60}!',
      'ZQ(?:a[bc]|[ax]|c|b){1,60}!',
      'ZQ(?:a(?=b)|ab|b){1,64}!',
      'ZQ(?:abab|ab){1,64}!',
      'ZQ(?:[a-f0-9]|0[a-f]){8,64};',
      'job-(?:no){1,80}(?:no){1,80}(?:no){1,80}(?:no){1,80}(?:no){1,80}!',
    ].map((regex): [string, string, RegExp] => [
      `a loop that can read a word in two ways (${regex})`,
      GOOD.replace('(?<![\\w-])BK-20[0-9]{2}-[0-9]{5}(?![\\w-])', regex),
      /own\.yaml:11:\d+: .*backtrack without end/,
    ]),
    [
      'an unknown validator',
      GOOD.replace('    matches', '      validate: lunh\n    matches'),
      /own\.yaml:13:\d+: .*no validator "lunh"/,
    ],
    ['no examples', GOOD.replace(/ {4}matches.*\n/, ''), /own\.yaml:3:\d+: .*matches/],
    [
      'a pattern that never fires',
      GOOD.replace(/ {10}bare.*\n/, ''),
      /own\.yaml:11:\d+: .*never fire; give it bare/,
    ],
    ['broken YAML', GOOD.replace('rules:', 'rules: ['), /own\.yaml: .*line \d+/],
  ])('with %s is refused with its line and the fix', async (_what, text, message) => {
    await expect(load(text)).rejects.toThrow(message);
  });

  test('that does not exist is named', async () => {
    await expect(loadUserPack('/nowhere/own.yaml')).rejects.toThrow(
      /cannot read the rule pack \/nowhere\/own\.yaml; check the path/,
    );
  });
});

describe('clients of the config', () => {
  test('become rules that find names and aliases as whole words', () => {
    const rules = clientRules([
      { id: 'Blue Kite', name: 'Blue Kite (Holding) Ltd.', aliases: ['bluekite.example', 'KITE'] },
    ]);
    const results = testPack(rules, compileDetector);
    expect(rules.map(({ id }) => id)).toEqual(['client-name-blue-kite']);
    expect(results.length).toBe(6);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  });

  test('with names of one or two letters only become none', () => {
    expect(clientRules([{ id: 'x', name: 'XY', aliases: ['', 'q'] }])).toEqual([]);
  });
});
