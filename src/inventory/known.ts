/** What the inventory knows of assets that are listed again: one range read for a sorted page. */
import type { Database } from 'better-sqlite3';
import type { Asset } from '../connector.ts';
import type { Coverage } from '../model.ts';
import { CONTENT_STATE, type ContentState, isCurrent, type ReadingNeed } from './contents.ts';
import type { Dictionary } from './dictionary.ts';
import type { KnownAsset } from './types.ts';

interface KnownRow extends ContentState {
  readonly asset_id: number;
  readonly key: string;
  /** Null when it is the key. */
  readonly path: string | null;
  readonly version: string;
  readonly coverage: Coverage;
  readonly content_id: number | null;
  readonly owner_id: number | null;
  readonly labels_id: number | null;
  readonly access_id: number | null;
  readonly stale: number;
  readonly first_run: number;
  readonly lost_run: number | null;
  readonly removed_at: string | null;
}

/** What committing a page needs of an asset that it found unchanged; none of it changes but by the writer's own doing. */
export interface Recorded {
  readonly assetId: number;
  readonly firstRun: number;
  /** True when the row must be written although the bytes are the same: other access or owner, or it was away. */
  readonly touch: boolean;
}

const SELECT = /* sql */ `
  select a.asset_id, a.key, a.path, a.version, coalesce(a.coverage, c.coverage) as coverage, a.content_id, a.owner_id,
    a.labels_id, a.access_id, a.stale, a.first_run, a.lost_run, a.removed_at, ${CONTENT_STATE}
  from _assets a left join _contents c on c.content_id = a.content_id left join _runs r on r.run_id = c.read_run`;

export function createKnown(db: Database, dictionary: Dictionary) {
  const selectRange = db.prepare<[number, string, string], KnownRow>(
    `${SELECT} where a.container_id = ? and a.key between ? and ?`,
  );
  const selectOne = db.prepare<[number, string], KnownRow>(
    `${SELECT} where a.container_id = ? and a.key = ?`,
  );
  // An asset object lives as long as its page.
  const recorded = new WeakMap<Asset, Recorded | null>();

  function record(asset: Asset, row: KnownRow): Recorded {
    const ownerId = asset.owner === null ? null : dictionary.findText(asset.owner);
    const accessId = asset.access === null ? null : dictionary.findAccess(asset.access);
    const changed = ownerId !== row.owner_id || accessId !== row.access_id;
    const away = row.removed_at !== null || row.lost_run !== null;
    const entry = { assetId: row.asset_id, firstRun: row.first_run, touch: changed || away };
    recorded.set(asset, entry);
    return entry;
  }

  function describe(asset: Asset, row: KnownRow, need: ReadingNeed): KnownAsset {
    record(asset, row);
    return {
      assetId: row.asset_id,
      version: row.version,
      coverage: row.coverage,
      contentId: row.content_id,
      opened: row.content_id !== null && row.depth > 0,
      current: row.content_id === null ? need.depth === 0 : isCurrent(row, need),
      metadataCurrent:
        row.stale === 0 &&
        (row.path ?? row.key) === asset.path &&
        dictionary.findLabels(asset.labels) === row.labels_id,
      removed: row.removed_at !== null,
    };
  }

  function lookUp(containerId: number, asset: Asset): Recorded | null {
    const row = selectOne.get(containerId, asset.key);
    return row === undefined ? null : record(asset, row);
  }

  return {
    known(
      containerId: number,
      assets: readonly Asset[],
      { sorted, need }: { readonly sorted: boolean; readonly need: ReadingNeed },
    ): readonly (KnownAsset | undefined)[] {
      const [first, last] = [assets[0], assets.at(-1)];
      const range =
        sorted && first !== undefined && last !== undefined
          ? new Map(selectRange.all(containerId, first.key, last.key).map((row) => [row.key, row]))
          : undefined;
      return assets.map((asset) => {
        const row = range === undefined ? selectOne.get(containerId, asset.key) : range.get(asset.key);
        if (row !== undefined) return describe(asset, row, need);
        recorded.set(asset, null);
        return undefined;
      });
    },
    /** What `known` found out about this very object, or a look at the table; null for an asset that was new then. */
    recorded: (containerId: number, asset: Asset): Recorded | null =>
      recorded.get(asset) ?? (recorded.has(asset) ? null : lookUp(containerId, asset)),
    /** As the table has it now. */
    lookUp,
  };
}

export type Known = ReturnType<typeof createKnown>;
