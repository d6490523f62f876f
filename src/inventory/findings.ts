/** Findings of a content or of an asset's name, path and labels, kept in the order found. */
import type { Database } from 'better-sqlite3';
import type { Confidence, Finding } from '../model.ts';

const SQL = {
  content: {
    select: /* sql */ `
      select rule, confidence, count, distinct_count, places, shape, why, allowed
      from _findings join _rules using (rule_id) where content_id = ? order by position`,
    delete: /* sql */ 'delete from _findings where content_id = ?',
    insert: /* sql */ `
      insert into _findings (content_id, position, rule_id, confidence, count, distinct_count, places, shape, why, allowed)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  },
  asset: {
    select: /* sql */ `
      select rule, confidence, count, distinct_count, places, shape, why, allowed
      from _asset_findings join _rules using (rule_id) where asset_id = ? order by position`,
    delete: /* sql */ 'delete from _asset_findings where asset_id = ?',
    insert: /* sql */ `
      insert into _asset_findings (asset_id, position, rule_id, confidence, count, distinct_count, places, shape, why, allowed)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  },
} as const;

interface FindingRow {
  readonly rule: string;
  readonly confidence: Confidence;
  readonly count: number;
  readonly distinct_count: number;
  readonly places: string;
  readonly shape: string;
  readonly why: string;
  readonly allowed: number;
}

export function createFindings(db: Database, of: keyof typeof SQL) {
  const select = db.prepare<[number], FindingRow>(SQL[of].select);
  const remove = db.prepare<[number]>(SQL[of].delete);
  const insert = db.prepare(SQL[of].insert);
  const selectRule = db
    .prepare<[string], number>(/* sql */ 'select rule_id from _rules where rule = ?')
    .pluck();

  function add(ownerId: number, findings: readonly Finding[]): void {
    for (const [position, finding] of findings.entries()) {
      const { rule, confidence, count, distinct, places, shape, why, allowed = 0 } = finding;
      const ruleId = selectRule.get(rule);
      if (ruleId === undefined) throw new Error(`a finding of rule ${rule}, which is not in the rule set`);
      const seen = [confidence, count, distinct, JSON.stringify(places), shape, why, allowed];
      insert.run(ownerId, position, ruleId, ...seen);
    }
  }

  function list(ownerId: number): readonly Finding[] {
    return select.all(ownerId).map(({ distinct_count, places, allowed, ...rest }) => ({
      ...rest,
      ...(allowed > 0 && { allowed }),
      distinct: distinct_count,
      // Written by `add`: an array of strings.
      places: JSON.parse(places) as string[],
    }));
  }

  return {
    add,
    list,
    /** True when they are others than before. */
    replace(ownerId: number, findings: readonly Finding[]): boolean {
      const before = list(ownerId);
      if (canonical(before) === canonical(findings)) return false;
      remove.run(ownerId);
      add(ownerId, findings);
      return true;
    },
  };
}

export type Findings = ReturnType<typeof createFindings>;

function canonical(findings: readonly Finding[]): string {
  return JSON.stringify(
    findings.map(({ rule, confidence, count, distinct, places, shape, why, allowed = 0 }) => [
      rule,
      confidence,
      count,
      distinct,
      places,
      shape,
      why,
      allowed,
    ]),
  );
}
