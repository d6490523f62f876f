/** Records rule sets, and carries old contents over to a new set where no rule that changed could matter to them. */
import type { Database } from 'better-sqlite3';
import type { RuleRecord, RulesetRecord } from './types.ts';

interface StoredRule {
  readonly rule: string;
  readonly digest: string;
  readonly text: number;
  readonly columns: number;
}

/**
 * Gives the set's row id. Levels, titles and regulations take effect at once. Contents read under another set are moved to this
 * one when the extractor is the same and no added or changed rule looks at what they have; findings of rules that are gone, or
 * that no longer look there, are deleted, and the assets that had them marked stale. The rest keep their old set: not current.
 */
export function recordRuleset(db: Database, ruleset: RulesetRecord): number {
  saveRules(db, ruleset.rules);
  const rulesetId = saveRuleset(db, ruleset);
  const others = db
    .prepare<[number, string], number>(/* sql */ `
      select ruleset_id from _rulesets where ruleset_id <> ? and extractor_version = ?
      and ruleset_id in (select ruleset_id from _contents)`)
    .pluck()
    .all(rulesetId, ruleset.extractorVersion);
  for (const other of others) carryOver(db, other, rulesetId);
  return rulesetId;
}

function saveRules(db: Database, rules: readonly RuleRecord[]): void {
  const upsert = db.prepare(/* sql */ `
    insert into _rules (rule, title, kind, family, level, regulations) values (?, ?, ?, ?, ?, ?)
    on conflict do update set title = excluded.title, kind = excluded.kind, family = excluded.family,
      level = excluded.level, regulations = excluded.regulations
    where (title, kind, family, level, regulations)
      is not (excluded.title, excluded.kind, excluded.family, excluded.level, excluded.regulations)`);
  for (const { id, title, kind, family, level, regulations } of rules) {
    upsert.run(id, title, kind, family, level, JSON.stringify(regulations));
  }
}

function saveRuleset(db: Database, { digest, extractorVersion, rules }: RulesetRecord): number {
  const known = db
    .prepare<[string], number>(/* sql */ 'select ruleset_id from _rulesets where digest = ?')
    .pluck()
    .get(digest);
  if (known !== undefined) return known;
  const rulesetId = Number(
    db
      .prepare(/* sql */ 'insert into _rulesets (digest, extractor_version) values (?, ?)')
      .run(digest, extractorVersion).lastInsertRowid,
  );
  const insert = db.prepare(/* sql */ `
    insert into _ruleset_rules (ruleset_id, rule_id, digest, text, columns)
    select ?, rule_id, ?, ?, ? from _rules where rule = ?`);
  for (const rule of rules) {
    insert.run(rulesetId, rule.digest, rule.text ? 1 : 0, rule.columns ? 1 : 0, rule.id);
  }
  return rulesetId;
}

function carryOver(db: Database, from: number, to: number): void {
  const select = db.prepare<[number], StoredRule>(/* sql */ `
    select rule, digest, text, columns from _ruleset_rules join _rules using (rule_id) where ruleset_id = ?`);
  const before = new Map(select.all(from).map((rule) => [rule.rule, rule]));
  const after = new Map(select.all(to).map((rule) => [rule.rule, rule]));
  const added = [...after.values()].filter(({ rule, digest }) => before.get(rule)?.digest !== digest);
  const dropped = [...before.values()].filter(({ rule, digest }) => after.get(rule)?.digest !== digest);
  const touched = {
    text: added.some(({ text }) => text === 1) ? 1 : 0,
    columns: added.some(({ columns }) => columns === 1) ? 1 : 0,
  };
  const movable = /* sql */ `
    select content_id from _contents
    where ruleset_id = @from and not (has_text and @text) and not (has_columns and @columns)`;
  const scope = { from, ...touched, rules: JSON.stringify(dropped.map(({ rule }) => rule)) };
  const findings = /* sql */ `
    content_id in (${movable})
    and rule_id in (select rule_id from _rules where rule in (select value from json_each(@rules)))`;
  db.prepare(/* sql */ `
    update _assets set stale = 1
    where content_id in (select content_id from _findings where ${findings}) and stale = 0`).run(scope);
  db.prepare(/* sql */ `delete from _findings where ${findings}`).run(scope);
  db.prepare(/* sql */ `update _contents set ruleset_id = @to where content_id in (${movable})`).run({
    from,
    to,
    ...touched,
  });
}
