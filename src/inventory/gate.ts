/** Counts the assets that a condition of `--fail-on` or a check speaks of. */
import type { Level } from '../model.ts';
import { LEVELS } from '../model.ts';
import type { InventoryReader } from './reader.ts';

export interface AssetCondition {
  /** This level or a higher one; what is not known counts as higher than any. Absent: any level. */
  readonly level?: Level;
  /** Confidential or higher, and neither labelled, declared nor decided. */
  readonly unclassified?: boolean;
  /** First seen by its source's last run, which was not the first that listed its container to the end. */
  readonly onlyNew?: boolean;
  /** Everybody can read it, or it is not known who can. */
  readonly onlyPublic?: boolean;
  /** Source names; absent: all. */
  readonly sources?: readonly string[];
}

/** How many assets meet the condition, and up to ten of them as examples, the most sensitive first. */
export function findAssets(
  reader: InventoryReader,
  condition: AssetCondition,
): { readonly count: number; readonly examples: readonly string[] } {
  const { level, unclassified = false, onlyNew = false, onlyPublic = false, sources } = condition;
  const rows = reader.rows<{ readonly uri: string; readonly count: number }>(
    /* sql */ `
    select uri, count(*) over () as count from assets
    where removed_at is null
      and (:rank is null or level is null or level_rank >= :rank)
      and (:unclassified = 0 or (status = 'unclassified' and (level is null or level_rank >= 2)))
      and (:onlyPublic = 0 or exposure in ('public', 'unknown'))
      and (:sources is null or source in (select value from json_each(:sources)))
      and (:onlyNew = 0 or asset_id in (
        select asset_id from events e where e.type = 'added' and e.event_id is not null
          and e.run_id = (select max(run_id) from runs r where r.source = e.source)))
    order by level_rank desc, asset_id limit 10`,
    {
      rank: level === undefined ? null : LEVELS.indexOf(level),
      unclassified: Number(unclassified),
      onlyNew: Number(onlyNew),
      onlyPublic: Number(onlyPublic),
      sources: sources === undefined ? null : JSON.stringify(sources),
    },
  );
  return { count: rows[0]?.count ?? 0, examples: rows.map(({ uri }) => uri) };
}
