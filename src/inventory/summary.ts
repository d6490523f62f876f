/** What a person sees after a scan: totals, the most sensitive assets, what is new, what could not be read. */
import type { Basis, Coverage, Exposure, GapReason, Level, RunStatus, Status } from '../model.ts';
import type { InventoryReader } from './reader.ts';

/** Assets and bytes of one source at one level; level null is what is not known, never harmless. */
export interface LevelTotal {
  readonly source: string;
  readonly connector: string;
  readonly category: string;
  readonly level: Level | null;
  readonly assets: number;
  /** Of those whose size is known. */
  readonly bytes: number;
}

export interface SensitiveAsset {
  readonly assetId: number;
  readonly source: string;
  readonly uri: string;
  readonly path: string;
  readonly level: Level;
  readonly basis: Basis;
  readonly status: Status;
  readonly why: string;
  readonly client: string | null;
  readonly exposure: Exposure;
  readonly coverage: Coverage;
  readonly size: number | null;
}

/** What a source's last run saw for the first time; nothing is new on a source's first whole listing. */
export interface NewAssets {
  readonly source: string;
  readonly level: Level | null;
  readonly assets: number;
  readonly bytes: number;
  /** One of them. */
  readonly example: string;
}

/** Gaps that stand, by reason. */
export interface GapTotal {
  readonly source: string;
  readonly reason: GapReason;
  /** False for what is left out by design. */
  readonly incomplete: boolean;
  readonly advice: string;
  readonly gaps: number;
  /** Of the assets whose size is known. */
  readonly bytes: number;
  readonly example: string;
}

export interface SourceStatus {
  readonly source: string;
  readonly connector: string;
  readonly category: string;
  readonly location: string;
  readonly assets: number;
  /** ISO 8601 UTC; null when there was none. */
  readonly lastScan: string | null;
  readonly lastStatus: RunStatus | null;
  readonly lastComplete: string | null;
}

/** SQL that orders exposures from the widest; `unknown` may be anything. */
export const EXPOSURE_WIDTH = `case exposure when 'public' then 4 when 'unknown' then 3 when 'external' then 2
  when 'internal' then 1 else 0 end`;

/** By source, then level from the highest. */
export function readTotals(reader: InventoryReader): readonly LevelTotal[] {
  return reader.rows(/* sql */ `
    select source, connector, category, level, count(*) as assets, coalesce(sum(size), 0) as bytes
    from assets where removed_at is null group by source, level order by source, max(level_rank) desc`);
}

/** The most sensitive assets, confidential and up: by level, then exposure, then how much was found. */
export function readMostSensitive(reader: InventoryReader, limit = 10): readonly SensitiveAsset[] {
  return reader.rows(
    /* sql */ `
    select asset_id as assetId, source, uri, path, level, basis, status, why, client, exposure, coverage, size
    from assets a
    where removed_at is null and level in ('confidential', 'restricted')
    order by level_rank desc, ${EXPOSURE_WIDTH} desc,
      (select coalesce(sum(f.distinct_count), 0) from findings f
        where f.asset_id = a.asset_id and f.level = a.level and f.confidence <> 'low') desc, asset_id
    limit :limit`,
    { limit },
  );
}

/** By source, then level from the highest. */
export function readNew(reader: InventoryReader): readonly NewAssets[] {
  return reader.rows(/* sql */ `
    select source, level, count(*) as assets, coalesce(sum(size), 0) as bytes, min(uri) as example
    from assets join events e using (asset_id, source, uri)
    where e.type = 'added' and e.event_id is not null and assets.removed_at is null
      and e.run_id = (select max(run_id) from runs r where r.source = assets.source)
    group by source, level order by source, max(level_rank) desc`);
}

/** Incomplete ones first, then the most frequent. */
export function readGaps(reader: InventoryReader): readonly GapTotal[] {
  const rows = reader.rows<Omit<GapTotal, 'incomplete'> & { readonly incomplete: 'yes' | 'no' }>(/* sql */ `
    select source, reason, incomplete, advice, count(*) as gaps, coalesce(sum(bytes), 0) as bytes, min(uri) as example
    from gaps where open = 'yes'
    group by source, reason order by incomplete = 'no', count(*) desc, source, reason`);
  return rows.map((row) => ({ ...row, incomplete: row.incomplete === 'yes' }));
}

/** By name. */
export function readSources(reader: InventoryReader): readonly SourceStatus[] {
  return reader.rows(/* sql */ `
    select source, connector, category, location, assets, last_scan as lastScan, last_status as lastStatus,
      last_complete as lastComplete
    from sources order by source`);
}
