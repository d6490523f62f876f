/** What there is to be alarmed about after some runs: one select for each type of alert. */
import type { Database } from 'better-sqlite3';
import { findSourceCandidates } from './alert-sources.ts';
import type { AlertFacts, AlertType, Candidate } from './alert-types.ts';
import { CLIENT, LEVEL, rank, WHY } from './schema/in-force.ts';
import { ASSET_URI } from './schema/views-assets.ts';
import { selectCopies } from './schema/views-copies.ts';

/** What alerts depend on beside the inventory. */
export interface AlertSettings {
  /** Runs that have just ended. */
  readonly runIds: readonly number[];
  /** Names of the sources that are to be scanned regularly; null: all. */
  readonly sources: readonly string[] | null;
  /** 0 public to 3 restricted: below it nothing that is new alarms. */
  readonly levelRank: number;
  /** Days after which a source without a complete scan is stale. */
  readonly staleDays: number;
  /** Percentage points by which the share that could not be read may grow. */
  readonly coverageDrop: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

interface AssetRow {
  readonly asset_id: number;
  readonly source_id: number;
  readonly container_id: number;
  readonly run_id: number;
  readonly source: string;
  readonly path: string;
  readonly level: string;
  readonly client: string | null;
  readonly exposure: string;
  readonly why: string;
  readonly declared: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

interface CopyRow {
  readonly asset_id: number;
  readonly how: string;
  readonly evidence: string | null;
  readonly uri: string;
  readonly source: string;
}

/** SQL of an exposure as a number that grows with how many can read; as in events.ts. */
export const width = (
  exposure: string,
) => /* sql */ `case ${exposure} when 'private' then 0 when 'internal' then 1
  when 'external' then 2 when 'public' then 4 else 3 end`;
const RANK = rank(LEVEL);
const EXPOSURE = "coalesce(x.exposure, cx.exposure, 'unknown')";

const assets = (join: string, more: string) => /* sql */ `
  select a.asset_id, c.source_id, a.container_id, s.name as source, coalesce(a.path, a.key) as path,
    ${LEVEL} as level, ${CLIENT} as client, ${EXPOSURE} as exposure, ${WHY} as why,
    k.declared_level || ' by ' || k.declared_source as declared, ${more}
  from ${join}
  join _containers c on c.container_id = a.container_id
  join _sources s on s.source_id = c.source_id
  join _classifications k on k.classification_id = a.classification_id
  left join _inherited h on h.asset_id = a.asset_id
  left join _access x on x.access_id = a.access_id
  left join _access cx on cx.access_id = c.access_id
  where a.removed_at is null`;
/** Assets with events of the runs that no alert of these types has told yet; `before` is the first one's. */
const ofEvents = (which: string, types: string) => /* sql */ `
  (select e.asset_id, e.before, min(e.event_id) from _events e
    left join (select asset_id, max(raised_at) as raised_at from _alerts where type in (${types}) group by asset_id) told
      on told.asset_id = e.asset_id
    where e.run_id in (select value from json_each(@runIds)) and e.asset_id is not null
      and e.at > coalesce(told.raised_at, '') and (${which})
    group by e.asset_id) e
  join _assets a on a.asset_id = e.asset_id`;

/** The source's last run. */
const LAST_RUN = '(select max(run_id) from _runs r where r.source_id = c.source_id)';

/** What is there now and was not before, also where something else was: written over after the container's baseline. */
const APPEARED = /* sql */ `e.type in ('added', 'reappeared') or e.type = 'level-raised' and ${rank('e.before')} < @levelRank
  and exists (select 1 from _events w where w.asset_id = e.asset_id and w.run_id = e.run_id and w.type = 'changed')
  and exists (select 1 from _containers b where b.container_id = e.container_id and b.baseline_run < e.run_id)`;

/** Unclassified assets of the same source that are gone from where no more people could read them. */
const LEFT = /* sql */ `
  from _assets old join _classifications ok on ok.classification_id = old.classification_id
  join _containers oc on oc.container_id = old.container_id
  left join _access ox on ox.access_id = old.access_id left join _access ocx on ocx.access_id = oc.access_id
  where old.content_id = a.content_id and old.removed_at is not null
    and old.lost_run in (select value from json_each(@runIds)) and ok.status = 'unclassified' and oc.source_id = c.source_id
    and ${width("coalesce(ox.exposure, ocx.exposure, 'unknown')")} >= ${width(EXPOSURE)}`;

/** What only went from one place to another is no news, one for one; what was classified at the old one is. */
const NEW = `${assets(
  ofEvents(APPEARED, "'new-unclassified', 'new-unclassified-copy'"),
  `${LAST_RUN} as run_id, null as before, null as after`,
)}
  and k.status = 'unclassified' and ${RANK} >= @levelRank
  and not (exists (select 1 ${LEFT}) and (select count(*) ${LEFT}) > (
    select count(*) from _assets n where n.content_id = a.content_id and n.asset_id < a.asset_id and n.removed_at is null
      and n.first_run in (select value from json_each(@runIds))))
  order by a.asset_id`;
/** The asset with the same content that went last. */
const CAME_FROM = /* sql */ `
  select ${ASSET_URI} as uri, s.name as source, 'moved' as how, 'the same bytes, gone from there on ' || a.removed_at as evidence
  from _assets a join _containers c on c.container_id = a.container_id join _sources s on s.source_id = c.source_id
  where a.content_id = (select content_id from _assets where asset_id = ?) and a.removed_at is not null
  order by a.removed_at desc, a.asset_id limit 1`;
const WIDENED = `${assets(
  ofEvents("e.type = 'exposure-widened'", "'exposure-widened'"),
  `${LAST_RUN} as run_id, e.before, ${EXPOSURE} as after`,
)}
  and ${RANK} >= @levelRank and ${width(EXPOSURE)} > ${width('e.before')} order by a.asset_id`;
const PUBLIC = `${assets('_assets a', `${LAST_RUN} as run_id, null as before, null as after`)}
  and ${LEVEL} = 'restricted' and ${EXPOSURE} = 'public'
  and exists (select 1 from _access where exposure = 'public') order by a.asset_id`;
const CONTRADICTED = `${assets('_assets a', `${LAST_RUN} as run_id, null as before, null as after`)}
  and k.status = 'contradicted' and ${RANK} >= @levelRank
  and exists (select 1 from _classifications where status = 'contradicted') order by a.asset_id`;

const WIDENED_CONTAINERS = /* sql */ `
  select e.container_id, c.source_id, s.name as source, c.name, ${LAST_RUN} as run_id, e.before,
    coalesce(x.exposure, 'unknown') as after,
    (select count(*) from _assets a join _classifications k using (classification_id) left join _inherited h using (asset_id)
      where a.container_id = c.container_id and a.removed_at is null and a.access_id is null and ${RANK} >= @levelRank) as assets
  from (select e.container_id, e.before, min(e.event_id) from _events e
    where e.run_id in (select value from json_each(@runIds)) and e.type = 'exposure-widened' and e.asset_id is null
      and not exists (select 1 from _alerts l where l.type = 'exposure-widened' and l.asset_id is null
        and l.container_id = e.container_id and l.raised_at >= e.at)
    group by e.container_id) e
  join _containers c on c.container_id = e.container_id join _sources s using (source_id)
  left join _access x on x.access_id = c.access_id
  where c.removed_at is null and ${width("coalesce(x.exposure, 'unknown')")} > ${width('e.before')}`;

const EXPIRED = /* sql */ `
  select decision_id, asked, level, decided_by, expires, (select max(run_id) from _runs) as run_id
  from _decisions d
  where level is not null and expires <= substr(@at, 1, 10)
    and not exists (select 1 from _decisions later where later.glob = d.glob and later.decision_id > d.decision_id)
    and (d.target = 'glob' or exists (
      select 1 from _decision_assets n where n.decision_id = d.decision_id and not exists (
        select 1 from _decision_assets later
        where later.source = n.source and later.uri = n.uri and later.decision_id > d.decision_id)))
    and exists (select 1 from _runs)`;

/** Nothing is written. */
export function findCandidates(db: Database, settings: AlertSettings): readonly Candidate[] {
  const bound = {
    ...settings,
    runIds: JSON.stringify(settings.runIds),
    sources: settings.sources && JSON.stringify(settings.sources),
  };
  const all = <T>(sql: string) => db.prepare<[typeof bound], T>(sql).all(bound);
  return [
    ...freshAssets(db, all<AssetRow>(NEW)),
    ...all<AssetRow>(WIDENED).map((row) =>
      ofAsset(
        'exposure-widened',
        row,
        `${row.level} data can be read by more people: ${row.before} before, ${row.after} now`,
      ),
    ),
    ...all<{
      container_id: number;
      source_id: number;
      source: string;
      name: string;
      run_id: number;
      before: string;
      after: string;
      assets: number;
    }>(WIDENED_CONTAINERS)
      .filter((row) => row.assets > 0)
      .map(
        (row): Candidate => ({
          ...{ type: 'exposure-widened', subject: `container ${row.container_id}`, assetId: null },
          ...{ sourceId: row.source_id, containerId: row.container_id, runId: row.run_id },
          what: `all of ${row.source}: ${row.name} can be read by more people: ${row.before} before, ${row.after} now; ${row.assets} sensitive assets are in it`,
          facts: { before: row.before, after: row.after, exposure: row.after },
        }),
      ),
    ...all<AssetRow>(PUBLIC).map((row) =>
      ofAsset('public-restricted', row, 'restricted data that everybody can read'),
    ),
    ...all<AssetRow>(CONTRADICTED).map((row) =>
      ofAsset('contradiction', row, `declared ${row.declared}, but ${row.level}`),
    ),
    ...expired(all(EXPIRED)),
    ...findSourceCandidates(all),
  ];
}

/** Copies are told as copies, whatever else they are. */
function freshAssets(db: Database, rows: readonly AssetRow[]): readonly Candidate[] {
  if (rows.length === 0) return [];
  const ids = JSON.stringify(rows.map(({ asset_id }) => asset_id));
  const copies = db
    .prepare<[{ ids: string }], CopyRow>(/* sql */ `
      with copied as materialized (${selectCopies({ assets: 'select value from json_each(@ids)' })}),
        mine as (select copy_group, asset_id, how, evidence from copied where asset_id in (select value from json_each(@ids)))
      select mine.asset_id, mine.how, mine.evidence, o.uri || iif(o.member is null, '', '!/' || o.member) as uri, o.source
      from mine join copied o on o.copy_group = mine.copy_group and o.asset_id <> mine.asset_id
      group by mine.asset_id having o.ordinal = min(o.ordinal)`)
    .all({ ids });
  const original = new Map(copies.map(({ asset_id, ...copy }) => [asset_id, copy]));
  return rows.map((row) => {
    const of = original.get(row.asset_id);
    if (of === undefined) return appeared(db, row);
    const what = `an unclassified copy of ${row.level} data appeared (${of.how} as ${of.uri})`;
    return ofAsset('new-unclassified-copy', row, what, { original: of });
  });
}

/** Where the same bytes were that are gone now, when they came from there. */
function appeared(db: Database, row: AssetRow): Candidate {
  const what = `unclassified ${row.level} data appeared`;
  const from = db.prepare<[number], Omit<CopyRow, 'asset_id'>>(CAME_FROM).get(row.asset_id);
  if (from === undefined) return ofAsset('new-unclassified', row, what);
  return ofAsset('new-unclassified', row, `${what} (before at ${from.uri})`, { original: from });
}

function ofAsset(type: AlertType, row: AssetRow, what: string, more: AlertFacts = {}): Candidate {
  const { level, client, exposure, why, before, after } = row;
  return {
    ...{ type, subject: `asset ${row.asset_id}`, assetId: row.asset_id, runId: row.run_id },
    ...{ sourceId: row.source_id, containerId: row.container_id },
    what: `${what}: ${row.source}: ${row.path}`,
    facts: {
      ...{ level, client, exposure, why },
      ...(before === null ? {} : { before }),
      ...(after === null ? {} : { after }),
      ...more,
    },
  };
}

function expired(
  rows: readonly {
    readonly decision_id: number;
    readonly asked: string;
    readonly level: string;
    readonly decided_by: string;
    readonly expires: string;
    readonly run_id: number;
  }[],
): readonly Candidate[] {
  return rows.map((row) => ({
    ...{ type: 'decision-expired', subject: `decision ${row.decision_id}`, runId: row.run_id },
    ...{ sourceId: null, containerId: null, assetId: null },
    what: `the decision of ${row.decided_by} that ${row.asked} is ${row.level} expired on ${row.expires}`,
    facts: { level: row.level, before: row.expires },
  }));
}
