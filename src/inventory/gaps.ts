/** What was not read: rows that stay open until a later run finds the gap gone. */
import type { Database } from 'better-sqlite3';
import type { ListingGap } from '../connector.ts';
import type { Gap, GapReason } from '../model.ts';

export interface GapOwner {
  readonly sourceId: number;
  readonly containerId: number | null;
  readonly assetId: number | null;
}

interface OpenGap {
  readonly gap_id: number;
  readonly reason: GapReason;
  readonly message: string;
  readonly place: string | null;
}

export function createGaps(db: Database) {
  const insert = db.prepare(/* sql */ `
    insert into _gaps (source_id, container_id, asset_id, uri, prefix, place, reason, message, first_run, last_run)
    values (@sourceId, @containerId, @assetId, @uri, @prefix, @place, @reason, @message, @runId, @runId)`);
  const selectOfAsset = db.prepare<[number, number], OpenGap>(/* sql */ `
    select gap_id, reason, message, place from _gaps
    where source_id = ? and asset_id = ? and closed_run is null`);
  const selectOther = db
    .prepare<
      [{ sourceId: number; containerId: number | null; uri: string; reason: string; message: string }],
      number
    >(
      /* sql */ `
      select gap_id from _gaps
      where source_id = @sourceId and asset_id is null and closed_run is null
        and container_id is @containerId and uri = @uri and reason = @reason and message = @message`,
    )
    .pluck();
  const meet = db.prepare<[number, number]>(/* sql */ 'update _gaps set last_run = ? where gap_id = ?');
  const close = db.prepare<[number, number]>(/* sql */ 'update _gaps set closed_run = ? where gap_id = ?');
  const closeOfAsset = db.prepare<[number, number, number]>(/* sql */ `
    update _gaps set closed_run = ? where source_id = ? and asset_id = ? and closed_run is null`);
  const closeNotMet = db.prepare(/* sql */ `
    update _gaps set closed_run = @runId
    where source_id = @sourceId and asset_id is null and closed_run is null
      and container_id is @containerId and last_run < @runId`);
  const selectPrefixes = db
    .prepare<[number, number, number], string>(/* sql */ `
      select prefix from _gaps
      where source_id = ? and asset_id is null and closed_run is null and container_id = ? and last_run = ?
        and prefix is not null`)
    .pluck();
  const countIncomplete = db
    .prepare<[number], number>(/* sql */ `
      select count(*) from _gaps join _gap_reasons using (reason)
      where source_id = ? and closed_run is null and incomplete = 1`)
    .pluck();

  function addOther(
    owner: GapOwner,
    runId: number,
    gap: Omit<ListingGap, 'prefix'> & { prefix: string | null },
  ) {
    const { uri, reason, message, prefix } = gap;
    const open = selectOther.get({
      sourceId: owner.sourceId,
      containerId: owner.containerId,
      uri,
      reason,
      message,
    });
    if (open !== undefined) meet.run(runId, open);
    else insert.run({ ...owner, uri, prefix, place: null, reason, message, runId });
  }

  return {
    /** The first gaps of a new asset. */
    add(owner: GapOwner, runId: number, gaps: readonly Gap[]): void {
      for (const { reason, message, place } of distinct(gaps)) {
        insert.run({ ...owner, uri: null, prefix: null, place: place ?? null, reason, message, runId });
      }
    },
    /** Makes `gaps` the asset's open ones: the same stay open, others are closed or added. */
    replace(owner: GapOwner & { readonly assetId: number }, runId: number, gaps: readonly Gap[]): void {
      const open = new Map(
        selectOfAsset
          .all(owner.sourceId, owner.assetId)
          .map((gap) => [keyOf(gap.reason, gap.message, gap.place), gap.gap_id]),
      );
      const added: Gap[] = [];
      for (const gap of distinct(gaps)) {
        const key = keyOf(gap.reason, gap.message, gap.place ?? null);
        const known = open.get(key);
        if (known === undefined) added.push(gap);
        else meet.run(runId, known);
        open.delete(key);
      }
      for (const gapId of open.values()) close.run(runId, gapId);
      this.add(owner, runId, added);
    },
    /** The asset is gone, and its gaps with it. */
    closeOfAsset(sourceId: number, assetId: number, runId: number): void {
      closeOfAsset.run(runId, sourceId, assetId);
    },
    addListing: (owner: GapOwner, runId: number, gap: ListingGap) => addOther(owner, runId, gap),
    addSource: (sourceId: number, runId: number, gap: Omit<ListingGap, 'prefix'>) =>
      addOther({ sourceId, containerId: null, assetId: null }, runId, { ...gap, prefix: null }),
    /** Closes gaps of a listing (of the source: `containerId` null) that this run did not meet again. */
    closeNotMet(sourceId: number, containerId: number | null, runId: number): void {
      closeNotMet.run({ sourceId, containerId, runId });
    },
    /** Keys below these were not listed in the run. */
    prefixes: (sourceId: number, containerId: number, runId: number) =>
      selectPrefixes.all(sourceId, containerId, runId),
    countIncomplete: (sourceId: number) => countIncomplete.get(sourceId) ?? 0,
  };
}

export type Gaps = ReturnType<typeof createGaps>;

function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [keyOf(gap.reason, gap.message, gap.place ?? null), gap])).values()];
}

function keyOf(reason: string, message: string, place: string | null): string {
  return `${reason}\0${place ?? ''}\0${message}`;
}
