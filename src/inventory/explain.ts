/** Everything that is known of one asset: what it is, its level and why, findings, grants, gaps, copies, history. */
import type { Confidence, Level } from '../model.ts';
import type { InventoryReader } from './read.ts';

/** A row of view `assets`. */
export interface AssetView {
  readonly asset_id: number;
  readonly source: string;
  readonly connector: string;
  readonly container: string;
  readonly uri: string;
  readonly path: string;
  readonly name: string;
  readonly size: number | null;
  readonly media_type: string | null;
  readonly modified_at: string | null;
  readonly owner: string | null;
  readonly exposure: string;
  readonly sha256: string | null;
  readonly level: Level | null;
  readonly detected_level: Level | null;
  readonly status: string;
  readonly basis: string | null;
  readonly why: string;
  readonly client: string | null;
  readonly environment: string | null;
  readonly coverage: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly removed_at: string | null;
  readonly category: string;
  readonly container_name: string;
  readonly format: string | null;
  readonly client_why: string | null;
  readonly declared_level: Level | null;
  readonly declared_by: string | null;
  /** JSON object. */
  readonly labels: string;
  readonly ruleset: string | null;
}

export interface FindingView {
  readonly rule: string;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  readonly level: Level;
  readonly regulations: readonly string[];
  readonly confidence: Confidence;
  readonly count: number;
  readonly distinct_count: number;
  readonly places: readonly string[];
  readonly shape: string;
  readonly why: string;
  /** `content` or `metadata`. */
  readonly target: string;
  /** For `fingerprint` of a suppression in the config. */
  readonly fingerprint: string;
  /** Why it sets no level, with approver and expiry; null when it counts. */
  readonly suppressed: string | null;
}

export interface GrantView {
  readonly principal: string;
  readonly kind: string;
  readonly role: string;
  readonly via: string;
  readonly inherited: 'yes' | 'no';
  readonly current: 'yes' | 'no';
  readonly first_seen: string;
  readonly last_seen: string;
}

export interface CopyView {
  /** As in view copies: same bytes, same rows ... */
  readonly how: string;
  /** The relation to the original in words. */
  readonly evidence: string;
  readonly source: string;
  readonly uri: string;
  readonly member: string | null;
  /** The table that it is about; null for the whole content. */
  readonly part: string | null;
  /** 1 for the original. */
  readonly ordinal: number;
  readonly first_seen: string;
}

/** What of the asset was read, when it was not read whole. */
export interface SampleView {
  readonly how: string;
  readonly unit: string;
  readonly read: number;
  readonly total: number | null;
  readonly draws: number;
  readonly rows: number;
  readonly seed: string;
  /** What it says about what was not found, in words. */
  readonly says: string;
}

export interface Explanation {
  readonly asset: AssetView;
  /** All, low confidence too; the surest first. */
  readonly findings: readonly FindingView[];
  /** Undefined when it was read whole, or not at all. */
  readonly sample: SampleView | undefined;
  readonly grants: readonly GrantView[];
  /** Those that stand. */
  readonly gaps: readonly {
    readonly reason: string;
    readonly message: string;
    readonly place: string | null;
    readonly advice: string;
  }[];
  readonly digests: readonly { readonly algorithm: string; readonly value: string }[];
  /** The asset itself included; empty when it has none. */
  readonly copies: readonly CopyView[];
  readonly events: readonly {
    readonly run_id: number;
    readonly at: string;
    readonly type: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** Assets that `what` names: an asset id, a uri, a path in its container (also after `source:`), or the end of one; at most `limit`, those still there first. */
export function findNamed(reader: InventoryReader, what: string, limit = 20): readonly AssetView[] {
  const exact = reader.rows<AssetView>(
    /* sql */ `
    select * from assets where asset_id = :id or uri = :what or path = :what or source || ':' || path = :what
    order by removed_at is not null, asset_id limit :limit`,
    { what, id: /^\d+$/.test(what) ? Number(what) : null, limit },
  );
  if (exact.length > 0) return exact;
  return reader.rows<AssetView>(
    /* sql */ `
    select * from assets where substr(path, -length(:end)) = :end or substr(uri, -length(:end)) = :end
    order by removed_at is not null, asset_id limit :limit`,
    { end: `/${what}`, limit },
  );
}

/** Assets that are there whose path has `part` in it, in any case: the shortest paths first, at most `limit`. */
export function findLike(reader: InventoryReader, part: string, limit: number): readonly AssetView[] {
  return reader.rows<AssetView>(
    /* sql */ `
    select * from assets where removed_at is null and instr(lower(path), lower(:part)) > 0
    order by length(path), asset_id limit :limit`,
    { part, limit },
  );
}

/** The assets of a copy group, archive members' archives left out, by id. */
export function assetsOfGroup(
  reader: InventoryReader,
  group: string,
): readonly { readonly assetId: number; readonly source: string; readonly uri: string }[] {
  return reader.rows(
    /* sql */ `
    select distinct asset_id as assetId, source, uri from copies
    where cast(copy_group as text) = :group and member is null order by asset_id`,
    { group },
  );
}

/** All about one asset. */
export function explainAsset(reader: InventoryReader, asset: AssetView): Explanation {
  const parameters = { id: asset.asset_id };
  return {
    asset,
    findings: readFindings(reader, asset.asset_id),
    sample: reader.rows<SampleView>(
      /* sql */ 'select how, unit, read, total, draws, rows, seed, says from samples where asset_id = :id',
      parameters,
    )[0],
    grants: reader.rows(
      /* sql */ `
      select principal, kind, role, via, inherited, current, first_seen, last_seen from grants
      where asset_id = :id order by current desc, principal, role, via`,
      parameters,
    ),
    gaps: reader.rows(
      /* sql */ `select reason, message, place, advice from gaps where asset_id = :id and open = 'yes'`,
      parameters,
    ),
    digests: reader.rows(
      /* sql */ 'select algorithm, value from digests where asset_id = :id order by algorithm',
      parameters,
    ),
    copies: reader.rows(
      /* sql */ `
      select how, evidence, source, uri, member, part, ordinal, first_seen from copies
      where copy_group in (select copy_group from copies where asset_id = :id) order by copy_group, ordinal`,
      parameters,
    ),
    events: reader.rows(
      /* sql */ `
      select run_id, at, type, before, after from events where asset_id = :id order by run_id, event_id`,
      parameters,
    ),
  };
}

function readFindings(reader: InventoryReader, id: number): readonly FindingView[] {
  type Row = Omit<FindingView, 'regulations' | 'places'> & {
    readonly regulations: string;
    readonly places: string;
  };
  const rows = reader.rows<Row>(
    /* sql */ `
    select rule, title, kind, family, level, regulations, confidence, count, distinct_count, places, shape, why, target,
      fingerprint, suppressed
    from findings where asset_id = :id
    order by case confidence when 'high' then 0 when 'medium' then 1 else 2 end, count desc, rule`,
    { id },
  );
  // Both were written as arrays of strings.
  const list = (text: string) => JSON.parse(text) as string[];
  return rows.map((row) => ({ ...row, regulations: list(row.regulations), places: list(row.places) }));
}
