/** What every built-in pack must keep: enough examples, known words, sound patterns, permanent and unique ids. */
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { loadBuiltInRules, loadRules } from '../../src/detect/load.ts';
import { backtracking } from '../../src/detect/load-backtracking.ts';
import { regexesOf } from '../../src/detect/load-pack.ts';
import { FAMILIES } from '../../src/rule.ts';

const rules = await loadBuiltInRules();

describe('built-in packs', () => {
  test('there is one file per family', async () => {
    const files = await readdir(new URL('../../rules/', import.meta.url));
    expect(files.sort()).toEqual(FAMILIES.map((family) => `${family}.yaml`).sort());
  });

  test('every rule has at least three matches and five misses', () => {
    const thin = rules.filter(({ matches, misses }) => matches.length < 3 || misses.length < 5);
    expect(thin.map(({ id }) => id)).toEqual([]);
  });

  test('ids are unique and every rule says where its facts come from', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(rules.filter(({ references }) => references.length === 0).map(({ id }) => id)).toEqual([]);
  });

  test('the pack covers what the README promises', () => {
    const countries = new Set(
      rules.filter(({ family }) => family === 'national-ids').map(({ id }) => id.slice(0, 2)),
    );
    expect(rules.length).toBeGreaterThanOrEqual(150);
    expect(rules.filter(({ family }) => family === 'secrets').length).toBeGreaterThanOrEqual(120);
    expect(countries.size).toBeGreaterThanOrEqual(30);
  });

  test('regulations are named by their own names, never by a country alone', () => {
    const named = rules.flatMap(({ id, regulations }) => regulations.map((name) => `${id}: ${name}`));
    expect(named.filter((each) => /: [A-Z]{2}$/.test(each))).toEqual([]);
  });

  test('no pattern can backtrack without end', () => {
    const bad = rules.flatMap((rule) =>
      regexesOf(rule).flatMap(([, regex]) => {
        const reason = backtracking(regex);
        return reason === undefined ? [] : [`${rule.id}: ${reason}`];
      }),
    );
    expect(bad).toEqual([]);
  });
});

describe('the rule set', () => {
  test('its digest changes with what matches, not with levels', async () => {
    const plain = await loadRules();
    const raised = await loadRules({ levels: { email: 'restricted' } });
    const client = await loadRules({ clients: [{ id: 'kite', name: 'Blue Kite Ltd', aliases: [] }] });
    expect(raised.rules.find(({ id }) => id === 'email')?.level).toBe('restricted');
    expect(raised.ruleset.digest).toBe(plain.ruleset.digest);
    expect(client.ruleset.digest).not.toBe(plain.ruleset.digest);
  });

  test('a family that is off is gone, and an unknown family or rule is an error that names the known ones', async () => {
    const { rules: left } = await loadRules({ off: ['secrets'] });
    expect(left.some(({ family }) => family === 'secrets')).toBe(false);
    await expect(loadRules({ off: ['secret'] })).rejects.toThrow(
      /no rule family "secret"; use one of: secrets/,
    );
    await expect(loadRules({ levels: { emails: 'public' } })).rejects.toThrow(
      /no rule "emails"; use one of: email/,
    );
  });
});
