/** Records which of the assets that a run saw for the first time hold what others hold, or held until they were removed. */
import type { Database } from 'better-sqlite3';
import type { ReadingNeed } from './contents.ts';
import type { Events } from './events.ts';
import { ASSET_URI } from './schema/views-assets.ts';

interface Added {
  readonly type: string;
  readonly run_id: number;
  readonly asset_id: number;
  readonly container_id: number;
}

interface Holder {
  readonly uri: string;
  readonly same: number;
  readonly how: string | null;
}

/** Contents of a group that are looked at: one that is older is enough. */
const MOST_KIN = 200;

/**
 * SQL of the contents that have the data of an asset's: the same bytes, a member's, and all in groups with one of these. The joins
 * are crossed to be done in this order: without statistics SQLite goes through all sketches for each asset.
 */
const KIN = /* sql */ `
  with own (content_id) as (
    select content_id from _assets where asset_id = @assetId and content_id is not null
    union select m.member_content_id from _members m join _assets a on a.content_id = m.content_id where a.asset_id = @assetId),
  kin (content_id, same, how) as (
    select content_id, 1, null from own join _contents using (content_id) where coalesce(size, 64) >= 64
    union all
    select content_id, 0, how from (
      select k.content_id, s.how from own cross join _sketches s on s.content_id = own.content_id
        cross join _sketches k on k.group_id = s.group_id where k.content_id not in (select content_id from own) limit ${MOST_KIN}))`;

export function createCopyEvents(db: Database, events: Events) {
  const newest = db.prepare<[], Added>(/* sql */ `
    select type, run_id, asset_id, container_id from _events order by event_id desc`);
  const holder = db.prepare<[{ assetId: number; runId: number }], Holder>(/* sql */ `
    ${KIN}
    select ${ASSET_URI} as uri, kin.same, kin.how
    from kin
    join _assets a on a.content_id = kin.content_id and a.asset_id <> @assetId and a.first_run < @runId and a.removed_at is null
    join _containers c on c.container_id = a.container_id
    order by kin.same desc, a.first_run, a.asset_id limit 1`);
  const former = db.prepare<[{ assetId: number; runId: number }], Holder>(/* sql */ `
    ${KIN}
    select ${ASSET_URI} as uri, 1 as same, null as how
    from kin
    join _assets a on a.content_id = kin.content_id and a.asset_id <> @assetId and a.removed_at is not null
    join _containers c on c.container_id = a.container_id
    where kin.same = 1
      and exists (select 1 from _events e where e.asset_id = a.asset_id and e.type = 'removed' and e.run_id = @runId)
    order by a.asset_id limit 1`);

  /** Those of the run, oldest first; what a first whole listing finds is no event. */
  function added(runId: number): readonly Added[] {
    const found: Added[] = [];
    for (const event of newest.iterate()) {
      if (event.run_id < runId) break;
      if (event.run_id === runId && event.type === 'added') found.push(event);
    }
    return found.reverse();
  }

  return ({ runId }: Pick<ReadingNeed, 'runId'>, at: string): void => {
    for (const { asset_id: assetId, container_id: containerId } of added(runId)) {
      const other = holder.get({ assetId, runId });
      const moved = other?.same === 1 ? undefined : former.get({ assetId, runId });
      const [type, from] = moved ? (['moved', moved] as const) : (['copied', other] as const);
      if (from === undefined) continue;
      const after = from.same === 1 ? 'same bytes' : (from.how ?? 'holds more');
      events.append({ runId, at, type, containerId, assetId, before: from.uri, after });
    }
  };
}
