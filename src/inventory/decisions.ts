/** What named persons decided, append-only: recorded, and read back as classification needs it. */
import type { Database } from 'better-sqlite3';
import type { Level } from '../model.ts';

/** A decision as it is recorded. */
export interface NewDecision {
  /** What the person named, for people: `laptop:drafts/**`, `group 12`, a uri. */
  readonly asked: string;
  /** Either a glob (`path` or `source:path`), which holds for what comes later too, or these assets and no others. */
  readonly target: { readonly glob: string } | { readonly assets: readonly AssetPlace[] };
  /** Null withdraws what was decided before. */
  readonly level: Level | null;
  readonly reason: string;
  readonly by: string;
  /** ISO date (UTC): first day on which it no longer holds; null: until it is withdrawn. */
  readonly expires: string | null;
}

/** An asset by its place, which outlives its row. */
export interface AssetPlace {
  readonly source: string;
  readonly uri: string;
}

export interface Decision extends NewDecision {
  readonly id: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

interface Row {
  readonly decision_id: number;
  readonly at: string;
  readonly target: 'assets' | 'glob';
  readonly glob: string | null;
  readonly asked: string;
  readonly level: Level | null;
  readonly reason: string;
  readonly decided_by: string;
  readonly expires: string | null;
}

export function createDecisions(db: Database) {
  const insert = db.prepare(/* sql */ `
    insert into _decisions (at, target, glob, asked, level, reason, decided_by, expires)
    values (@at, @target, @glob, @asked, @level, @reason, @by, @expires)`);
  const insertAsset = db.prepare(/* sql */ 'insert or ignore into _decision_assets values (?, ?, ?)');
  const select = db.prepare<[], Row>(/* sql */ 'select * from _decisions order by decision_id');
  const selectAssets = db.prepare<[number], AssetPlace>(
    /* sql */ 'select source, uri from _decision_assets where decision_id = ? order by source, uri',
  );

  return {
    /** Gives its number. */
    decide(decision: NewDecision, at: string): number {
      const { target, ...rest } = decision;
      const byGlob = 'glob' in target;
      const added = insert.run({
        ...rest,
        at,
        target: byGlob ? 'glob' : 'assets',
        glob: byGlob ? target.glob : null,
      });
      const id = Number(added.lastInsertRowid);
      if (!byGlob) for (const { source, uri } of target.assets) insertAsset.run(id, source, uri);
      return id;
    },
    /** All that were ever made, in order. */
    decisions: (): readonly Decision[] =>
      select.all().map(({ decision_id, decided_by, target, glob, ...rest }) => ({
        ...rest,
        id: decision_id,
        by: decided_by,
        target: target === 'glob' ? { glob: glob ?? '' } : { assets: selectAssets.all(decision_id) },
      })),
  };
}
