/** Marks as removed what a listing that reached its end did not see, or what a listing of changes names, and nothing else. */
import type { Database } from 'better-sqlite3';
import type { ContainerParts, ContainerRow, Containers } from './containers.ts';
import type { Delta } from './delta.ts';
import type { RunContext, Runs } from './runs.ts';

interface LiveAsset {
  readonly asset_id: number;
  readonly key: string;
  readonly lost_run: number | null;
}

export interface RemovalParts extends ContainerParts {
  readonly containers: Containers;
  readonly delta: Delta;
  readonly runs: Runs;
}

export function createRemoval(db: Database, parts: RemovalParts) {
  const { containers, delta, events, gaps, runs, seen } = parts;
  const selectProgress = db.prepare<
    [number, number],
    { inserted: number; finished: number; cursor: string | null }
  >(/* sql */ 'select inserted, finished, cursor from _progress where run_id = ? and container_id = ?');
  const selectUnfinished = db
    .prepare<[number], number>(/* sql */ `
      select container_id from _progress where run_id = ? and cursor is null and finished = 0`)
    .pluck();
  const selectAssets = db.prepare<[number, number], LiveAsset>(/* sql */ `
    select asset_id, key, lost_run from _assets
    where container_id = ? and removed_at is null and first_run <> ?`);
  const selectByKey = db.prepare<[number, string], LiveAsset>(/* sql */ `
    select asset_id, key, lost_run from _assets where container_id = ? and key = ? and removed_at is null`);
  const setLive = db.prepare(/* sql */ `
    update _containers set live = live - ?, lost = lost - ? where container_id = ?`);
  const remove = db.prepare(/* sql */ `
    update _assets set removed_at = @at, lost_run = coalesce(lost_run, @runId),
      last_run = iif(lost_run is null, max(last_run, @completeRun), last_run)
    where asset_id = @assetId`);
  const lose = db.prepare(/* sql */ `
    update _assets set lost_run = @runId, last_run = max(last_run, @completeRun) where asset_id = @assetId`);
  const setDone = db.prepare(/* sql */ `
    update _containers set complete_run = @runId, baseline_run = coalesce(baseline_run, @runId),
      live = live - @removed, lost = lost - @removedLost + @lost
    where container_id = @containerId`);
  const setFinished = db.prepare(
    /* sql */ 'update _progress set finished = 1 where run_id = ? and container_id = ?',
  );
  const setRemoved = db.prepare(/* sql */ `
    update _containers set removed_at = ?, live = 0, lost = 0 where container_id = ?`);

  function removeAsset(run: RunContext, container: ContainerRow, asset: LiveAsset, at: string): void {
    const { runId, sourceId } = run;
    remove.run({ at, runId, completeRun: container.complete_run ?? 0, assetId: asset.asset_id });
    gaps.closeOfAsset(sourceId, asset.asset_id, runId);
    events.append({
      runId,
      at,
      type: 'removed',
      containerId: container.container_id,
      assetId: asset.asset_id,
    });
  }

  /**
   * Sweeps the assets that the run did not see; gives how many were removed or lost. `all`: what was seen is known of assets
   * that this run inserted, too.
   */
  function sweep(run: RunContext, container: ContainerRow, { all, at }: { all: boolean; at: string }) {
    const containerId = container.container_id;
    const listed = seen.load({ runId: run.runId, containerId });
    const inserted = all ? 0 : (selectProgress.get(run.runId, containerId)?.inserted ?? 0);
    const counts = { removed: 0, removedLost: 0, lost: 0 };
    // Every asset that is seen is counted once: when the numbers agree, nothing is missing.
    if (listed.count + inserted === container.live && container.lost === 0) return counts;
    const prefixes = gaps.prefixes(run.sourceId, containerId, run.runId);
    for (const asset of selectAssets.all(containerId, all ? NO_RUN : run.runId)) {
      if (listed.has(asset.asset_id)) continue;
      if (prefixes.some((prefix) => asset.key.startsWith(prefix))) {
        if (asset.lost_run !== null) continue;
        lose.run({ runId: run.runId, completeRun: container.complete_run ?? 0, assetId: asset.asset_id });
        counts.lost += 1;
      } else {
        removeAsset(run, container, asset, at);
        counts.removed += 1;
        if (asset.lost_run !== null) counts.removedLost += 1;
      }
    }
    return counts;
  }

  function finishContainer(run: RunContext, containerId: number, at: string): number {
    const { runId, sourceId } = run;
    const progress = selectProgress.get(runId, containerId);
    if (progress === undefined || progress.cursor !== null) {
      throw new Error(`container ${containerId} was not listed to its end in run ${runId}`);
    }
    if (progress.finished === 1) return 0;
    const key = { runId, containerId };
    const container = containers.row(containerId);
    const listing = delta.listing(key);
    const changes = listing !== undefined && listing.since !== null;
    const counts = changes ? NOTHING : sweep(run, container, { all: listing !== undefined, at });
    // Known to be there, and as they were: nothing was said about them.
    if (changes) runs.countUnchanged(runId, container.live - seen.load(key).count);
    else gaps.closeNotMet(sourceId, containerId, runId);
    setDone.run({ runId, containerId, ...counts });
    setFinished.run(runId, containerId);
    if (listing !== undefined) delta.finish(key, listing);
    seen.drop(key);
    runs.countRemoved(runId, counts.removed);
    if (container.baseline_run === null) {
      events.append({
        runId,
        at,
        type: 'baseline',
        containerId,
        after: `${container.live - counts.removed} assets`,
      });
    }
    return counts.removed;
  }

  /** Marks assets as removed that a listing of changes names; gives how many were there. */
  function removeKeys(
    run: RunContext,
    containerId: number,
    { keys, at }: { readonly keys: readonly string[]; readonly at: string },
  ): number {
    if (keys.length === 0) return 0;
    const container = containers.row(containerId);
    const assets = keys.flatMap((key) => selectByKey.get(containerId, key) ?? []);
    for (const asset of assets) removeAsset(run, container, asset, at);
    setLive.run(assets.length, assets.filter(({ lost_run }) => lost_run !== null).length, containerId);
    seen.remove(
      { runId: run.runId, containerId },
      assets.map(({ asset_id }) => asset_id),
    );
    runs.countRemoved(run.runId, assets.length);
    return assets.length;
  }

  return {
    finishContainer,
    removeKeys,
    /** A run that was killed between a container's last page and its finishing. */
    finishListed(run: RunContext, at: string): void {
      for (const containerId of selectUnfinished.all(run.runId)) finishContainer(run, containerId, at);
    },
    finishDiscovery(run: RunContext, discovered: readonly string[], at: string): number {
      const there = new Set(discovered);
      let removed = 0;
      for (const container of containers.ofSource(run.sourceId)) {
        if (there.has(container.container)) continue;
        for (const asset of selectAssets.all(container.container_id, NO_RUN)) {
          removeAsset(run, container, asset, at);
          removed += 1;
        }
        setRemoved.run(at, container.container_id);
        events.append({ runId: run.runId, at, type: 'removed', containerId: container.container_id });
      }
      runs.countRemoved(run.runId, removed);
      return removed;
    },
  };
}

export type Removal = ReturnType<typeof createRemoval>;

/** Runs are numbered from 1. */
const NO_RUN = 0;
/** What a sweep that finds everything comes to. */
const NOTHING = { removed: 0, removedLost: 0, lost: 0 };
