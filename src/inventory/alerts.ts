/** Alerts: raised once, kept until a person decides, what they are about is gone, or what they tell is no longer so. */
import type { Database } from 'better-sqlite3';
import { type AlertSettings, findCandidates, width } from './alert-candidates.ts';
import type { AlertType, Candidate } from './alert-types.ts';
import { LEVEL, rank } from './schema/in-force.ts';

/** Principals that are named. */
const READERS = 10;

/** Types that are so until they are not; the others tell what happened. */
const STATES: readonly AlertType[] = [
  'public-restricted',
  'contradiction',
  'source-stale',
  'coverage-dropped',
  'decision-expired',
];

interface Held {
  readonly alert_id: number;
  readonly type: AlertType;
  readonly subject: string;
  readonly closed_at: string | null;
}

/** Alerts about an asset that is gone, is now classified or is no longer sensitive, with the reason in words. */
const SETTLED = /* sql */ `
  select l.alert_id, l.type, case
    when a.removed_at is not null then 'it is gone'
    when l.type in ('new-unclassified', 'new-unclassified-copy') and k.status = 'classified'
      then k.basis || ' ' || k.level || ': ' || coalesce(k.declared_source, '')
    when l.type in ('new-unclassified', 'new-unclassified-copy') and ${LEVEL} in ('public', 'internal')
        and ${rank(LEVEL)} < ${rank("json_extract(l.facts, '$.level')")}
      then 'it is ' || k.level || ' now: ' || k.why
    when l.type = 'contradiction' and k.status = 'classified'
      then k.basis || ' ' || k.level || ': ' || coalesce(k.declared_source, '')
    when l.type = 'public-restricted' and k.basis = 'decided' and k.level <> 'restricted'
      then k.basis || ' ' || k.level || ': ' || coalesce(k.declared_source, '')
    when l.type = 'exposure-widened'
        and ${width("coalesce(x.exposure, cx.exposure, 'unknown')")} <= ${width("json_extract(l.facts, '$.before')")}
      then 'no more people can read it than before'
    end as why
  from _alerts l join _assets a on a.asset_id = l.asset_id
  join _containers c on c.container_id = a.container_id
  join _classifications k on k.classification_id = a.classification_id
  left join _inherited h on h.asset_id = a.asset_id
  left join _access x on x.access_id = a.access_id
  left join _access cx on cx.access_id = c.access_id
  where l.holds = 1`;

const SETTLED_CONTAINERS = /* sql */ `
  select l.alert_id, iif(c.removed_at is null, 'no more people can read it than before', 'it is gone') as why
  from _alerts l join _containers c on c.container_id = l.container_id left join _access x on x.access_id = c.access_id
  where l.holds = 1 and l.asset_id is null
    and (c.removed_at is not null or ${width("coalesce(x.exposure, 'unknown')")} <= ${width("json_extract(l.facts, '$.before')")})`;

export function createAlerts(db: Database) {
  const insert = db.prepare(/* sql */ `
    insert into _alerts (type, subject, source_id, container_id, asset_id, run_id, raised_at, what, facts, holds)
    values (@type, @subject, @sourceId, @containerId, @assetId, @runId, @at, @what, @facts, 1)
    on conflict do nothing`);
  const selectHeld = db.prepare<[], Held>(
    /* sql */ 'select alert_id, type, subject, closed_at from _alerts where holds = 1',
  );
  const end = db.prepare(/* sql */ `
    update _alerts set holds = 0, closed_at = coalesce(closed_at, @at), closed_why = coalesce(closed_why, @why)
    where alert_id = @id`);
  const closeOne = db.prepare(/* sql */ `
    update _alerts set closed_at = @at, closed_why = @why, holds = iif(type in (select value from json_each(@states)), holds, 0)
    where alert_id = @id and closed_at is null`);
  const selectReaders = db
    .prepare<[number, number], string>(/* sql */ `
      select distinct principal from grants where asset_id = ? and current = 'yes' order by principal limit ?`)
    .pluck();
  const selectEnded = db
    .prepare<[], number>(/* sql */ `
      select run_id from _runs where status <> 'running' and run_id not in (select run_id from _unread)`)
    .pluck();
  const noteUnread = db.prepare(/* sql */ `
    insert into _unread
    select r.run_id, (select coalesce(sum(live), 0) from _containers c where c.source_id = r.source_id),
      (select count(distinct g.asset_id) from _gaps g join _gap_reasons w using (reason)
        where g.source_id = r.source_id and g.closed_run is null and g.asset_id is not null and w.incomplete = 1)
    from _runs r where r.run_id = ?
    on conflict do update set assets = excluded.assets, unread = excluded.unread`);

  function settle(at: string): void {
    const settled = db.prepare<[], { alert_id: number; why: string | null }>(SETTLED).all();
    const containers = db.prepare<[], { alert_id: number; why: string | null }>(SETTLED_CONTAINERS).all();
    for (const { alert_id, why } of [...settled, ...containers])
      if (why !== null) end.run({ id: alert_id, at, why });
  }

  function factsOf({ assetId, facts }: Candidate): string {
    const readers = assetId === null ? [] : selectReaders.all(assetId, READERS);
    return JSON.stringify({ ...facts, ...(readers.length > 0 ? { readers } : {}) });
  }

  return {
    /** Closes what is settled and raises what is new; gives the numbers of the new ones. */
    raise(settings: AlertSettings): readonly number[] {
      const { at } = settings;
      // Also those of a scan that was killed between its last page and its alerts.
      const runIds = [...new Set([...selectEnded.all(), ...settings.runIds])];
      for (const runId of runIds) noteUnread.run(runId);
      settle(at);
      const candidates = findCandidates(db, { ...settings, runIds });
      const key = (type: string, subject: string) => `${type}\n${subject}`;
      const holding = new Set(candidates.map(({ type, subject }) => key(type, subject)));
      const held = new Set<string>();
      for (const { alert_id, type, subject } of selectHeld.all()) {
        held.add(key(type, subject));
        if (STATES.includes(type) && !holding.has(key(type, subject)))
          end.run({ id: alert_id, at, why: 'what it tells is no longer so' });
      }
      return candidates.flatMap((candidate) => {
        if (held.has(key(candidate.type, candidate.subject))) return [];
        const { facts: _, ...columns } = candidate;
        const added = insert.run({ ...columns, at, facts: factsOf(candidate) });
        return added.changes > 0 ? [Number(added.lastInsertRowid)] : [];
      });
    },
    /** Closes what a decision has settled. */
    settle,
    /** A person has looked at it; false when there is no such open alert. */
    close: (id: number, why: string, at: string): boolean =>
      closeOne.run({ id, why, at, states: JSON.stringify(STATES) }).changes > 0,
  };
}
