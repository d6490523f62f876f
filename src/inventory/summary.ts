/** What a person sees after a scan: totals, the most sensitive assets, what is new, what could not be read. */
import type { Basis, Coverage, Exposure, GapReason, Level, RunStatus, Status } from '../model.ts';
import type { InventoryReader } from './read.ts';

/** Assets and bytes of one source at one level; level null is what is not known, never harmless. */
export interface SummaryTotal {
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
  readonly level: Level | null;
  readonly basis: Basis | null;
  readonly status: Status;
  readonly why: string;
  readonly client: string | null;
  /** `inherited` when it is only proposed, because the same data is this client's elsewhere. */
  readonly clientBasis: 'known' | 'inherited' | null;
  readonly exposure: Exposure;
  readonly coverage: Coverage;
  readonly size: number | null;
  /** Principals that may read it now, the first twenty by name. */
  readonly readers: readonly string[];
}

/** What a source's last run found different. */
export interface SourceChanges {
  readonly source: string;
  /** Start of the last complete run before it, ISO 8601 UTC; null on the first. The counts are then 0: all is new. */
  readonly since: string | null;
  readonly added: number;
  /** Of the added: confidential or higher, or not known, and neither labelled, declared nor decided. */
  readonly newUnclassified: number;
  readonly changed: number;
  readonly removed: number;
  readonly levelRaised: number;
  readonly exposureWidened: number;
}

/** Gaps that stand, by reason. */
export interface SummaryGap {
  readonly reason: GapReason;
  /** False for what is left out by design. */
  readonly incomplete: boolean;
  readonly advice: string;
  readonly count: number;
  /** Of the assets whose size is known. */
  readonly bytes: number;
  readonly exampleUri: string;
  readonly exampleMessage: string;
}

export interface SourceState {
  readonly name: string;
  readonly connector: string;
  readonly category: string;
  readonly location: string;
  readonly assets: number;
  /** Of those whose size is known. */
  readonly bytes: number;
  /** ISO 8601 UTC; null when there was none. */
  readonly lastScan: string | null;
  readonly lastStatus: RunStatus | null;
  readonly lastComplete: string | null;
}

export interface ScanSummary {
  /** By source, then level from the highest. */
  readonly totals: readonly SummaryTotal[];
  /** Confidential and up: by level, then exposure, then how much was found. */
  readonly mostSensitive: readonly SensitiveAsset[];
  /** By source. */
  readonly changes: readonly SourceChanges[];
  /** Incomplete ones first, then the most frequent. */
  readonly gaps: readonly SummaryGap[];
}

export interface SummaryOptions {
  /** Source names; absent: all. */
  readonly sources?: readonly string[];
  /** Of `mostSensitive`; default 10. */
  readonly limit?: number;
}

/** SQL that orders exposures from the widest; `unknown` may be anything. Of a column `exposure`. */
export const EXPOSURE_WIDTH = `case exposure when 'public' then 4 when 'unknown' then 3 when 'external' then 2
  when 'internal' then 1 else 0 end`;

const CHOSEN = '(:sources is null or source in (select value from json_each(:sources)))';

/** The whole summary, of the state that the file is in now. */
export function readSummary(reader: InventoryReader, options: SummaryOptions = {}): ScanSummary {
  const sources = options.sources === undefined ? null : JSON.stringify(options.sources);
  return {
    totals: readTotals(reader, sources),
    mostSensitive: readMostSensitive(reader, sources, options.limit ?? 10),
    changes: readChanges(reader, sources),
    gaps: readGaps(reader, sources),
  };
}

function readTotals(reader: InventoryReader, sources: string | null): readonly SummaryTotal[] {
  return reader.rows(
    /* sql */ `
    select source, connector, category, level, count(*) as assets, coalesce(sum(size), 0) as bytes
    from assets where removed_at is null and ${CHOSEN}
    group by source, level order by source, max(level_rank) desc`,
    { sources },
  );
}

function readMostSensitive(reader: InventoryReader, sources: string | null, limit: number) {
  const rows = reader.rows<Omit<SensitiveAsset, 'readers'>>(
    /* sql */ `
    with sensitive as materialized (
      select asset_id, level_rank, exposure,
        (select sum(distinct_count) from findings f
          where f.asset_id = a.asset_id and f.level = a.level and f.confidence <> 'low' and f.suppressed is null) as people
      from assets a where removed_at is null and level_rank >= 2 and ${CHOSEN}
    ), worst as materialized (
      select asset_id, row_number() over (order by level_rank desc, ${EXPOSURE_WIDTH} desc, people desc, asset_id) as place
      from sensitive order by place limit :limit)
    select asset_id as assetId, source, uri, path, level, basis, status, why, client, client_basis as clientBasis, exposure, coverage,
      size
    from worst join assets using (asset_id) order by place`,
    { sources, limit },
  );
  return rows.map((row): SensitiveAsset => ({ ...row, readers: readReaders(reader, row.assetId) }));
}

/** One asset at a time: SQLite looks into the view for a given asset only, not for a joined one. */
function readReaders(reader: InventoryReader, id: number): readonly string[] {
  return reader
    .rows<{ readonly principal: string }>(
      /* sql */ `
      select distinct principal from grants where asset_id = :id and current = 'yes' order by principal limit 20`,
      { id },
    )
    .map(({ principal }) => principal);
}

function readChanges(reader: InventoryReader, sources: string | null): readonly SourceChanges[] {
  return reader.rows(
    /* sql */ `
    with last as (
      select r.source, r.run_id,
        (select started_at from runs p where p.source = r.source and p.run_id < r.run_id and p.status = 'complete'
          order by p.run_id desc limit 1) as since
      from runs r
      where r.run_id = (select max(run_id) from runs m where m.source = r.source) and ${CHOSEN}
    ), noted as (
      select e.source, e.type, a.status, a.level_rank from events e left join assets a using (asset_id)
      where e.event_id is not null and e.asset_id is not null and e.run_id in (select run_id from last)
    )
    select l.source, l.since,
      count(iif(type = 'added', 1, null)) as added,
      count(iif(type = 'added' and status = 'unclassified' and (level_rank >= 2 or level_rank = -1), 1, null))
        as newUnclassified,
      count(iif(type = 'changed', 1, null)) as changed,
      count(iif(type = 'removed', 1, null)) as removed,
      count(iif(type = 'level-raised', 1, null)) as levelRaised,
      count(iif(type = 'exposure-widened', 1, null)) as exposureWidened
    from last l left join noted n on n.source = l.source
    group by l.source order by l.source`,
    { sources },
  );
}

function readGaps(reader: InventoryReader, sources: string | null): readonly SummaryGap[] {
  type Row = Omit<SummaryGap, 'incomplete'> & { readonly incomplete: 'yes' | 'no' };
  const rows = reader.rows<Row>(
    /* sql */ `
    select reason, incomplete, advice, count(*) as count, coalesce(sum(bytes), 0) as bytes, min(uri) as exampleUri,
      message as exampleMessage
    from gaps where open = 'yes' and ${CHOSEN}
    group by reason order by incomplete = 'no', count(*) desc, reason`,
    { sources },
  );
  return rows.map((row) => ({ ...row, incomplete: row.incomplete === 'yes' }));
}

/** Every source that was ever scanned, by name. */
export function readSources(reader: InventoryReader): readonly SourceState[] {
  return reader.rows(/* sql */ `
    select s.source as name, s.connector, s.category, s.location, s.assets, coalesce(b.bytes, 0) as bytes,
      s.last_scan as lastScan, s.last_status as lastStatus, s.last_complete as lastComplete
    from sources s
    left join (select source, sum(size) as bytes from assets where removed_at is null group by source) b
      on b.source = s.source
    order by s.source`);
}
