/** What there is to be alarmed about in whole sources: not scanned for long, less of them read than before, gone from the config. */
import type { Candidate } from './alert-types.ts';

interface SourceRow {
  readonly source_id: number;
  readonly source: string;
  readonly run_id: number;
}
interface StaleRow extends SourceRow {
  readonly last_complete: string | null;
  readonly days: number;
}
interface CoverageRow extends SourceRow {
  readonly status: string;
  readonly assets: number;
  readonly unread: number;
  readonly percent: number;
  readonly before: number;
}
interface LeftRow extends SourceRow {
  readonly assets: number;
}

const STALE = /* sql */ `
  select s.source_id, s.name as source, max(r.run_id) as run_id, cr.started_at as last_complete,
    cast(julianday(@at) - julianday(coalesce(cr.started_at, fr.started_at)) as integer) as days
  from _sources s join _runs r using (source_id) join _runs fr on fr.run_id = s.first_run
  left join _runs cr on cr.run_id = s.complete_run
  where (@sources is null or s.name in (select value from json_each(@sources)))
  group by s.source_id having julianday(@at) - julianday(coalesce(cr.started_at, fr.started_at)) > @staleDays`;

const COVERAGE = /* sql */ `
  select s.source_id, s.name as source, r.run_id, r.status, now.assets, now.unread,
    round(100.0 * now.unread / max(now.assets, 1), 1) as percent, round(100.0 * was.unread / max(was.assets, 1), 1) as before
  from _sources s
  join _runs r on r.run_id = (
    select max(run_id) from _runs where source_id = s.source_id and status not in ('running', 'interrupted'))
  join _unread now on now.run_id = r.run_id
  join _unread was on was.run_id = (
    select max(u.run_id) from _unread u join _runs o using (run_id)
    where o.source_id = s.source_id and o.status = 'complete' and u.assets is not null and o.run_id < coalesce(
      (select h.run_id from _alerts h where h.type = 'coverage-dropped' and h.subject = s.name and h.holds = 1), r.run_id))
  where 100.0 * now.unread / max(now.assets, 1) - 100.0 * was.unread / max(was.assets, 1) > @coverageDrop
    or (r.status in ('partial', 'failed') and s.complete_run is not null)`;

const LEFT_CONFIG = /* sql */ `
  select s.source_id, s.name as source, max(r.run_id) as run_id,
    (select coalesce(sum(live), 0) from _containers c where c.source_id = s.source_id) as assets
  from _sources s join _registered g on g.source = s.name and g.configured = 0 join _runs r using (source_id)
  group by s.source_id having assets > 0`;

/** `all` gives the rows of a select, with the alerts' settings bound. */
export function findSourceCandidates(all: <T>(sql: string) => readonly T[]): readonly Candidate[] {
  return [
    ...all<StaleRow>(STALE).map(
      (row): Candidate => ({
        ...placeOf(row),
        type: 'source-stale',
        what:
          row.last_complete === null
            ? `${row.source} was never scanned completely, ${row.days} days after its first scan`
            : `${row.source} was last scanned completely ${row.days} days ago`,
        facts: row.last_complete === null ? {} : { before: row.last_complete },
      }),
    ),
    ...all<CoverageRow>(COVERAGE).map(
      (row): Candidate => ({
        ...placeOf(row),
        type: 'coverage-dropped',
        what:
          row.status === 'complete'
            ? `${row.unread} of ${row.assets} assets of ${row.source} could not be read: ${row.percent} %, ${row.before} % before`
            : `${row.source} could not be listed to its end (${row.status}); the scan before was complete`,
        facts: { before: `${row.before} %`, after: `${row.percent} %` },
      }),
    ),
    ...all<LeftRow>(LEFT_CONFIG).map(
      (row): Candidate => ({
        ...placeOf(row),
        type: 'coverage-dropped',
        subject: `${row.source} left the config`,
        what: `${row.source} is in the config no more: what becomes of its ${row.assets} assets is not seen`,
        facts: {},
      }),
    ),
  ];
}

function placeOf({ source, source_id, run_id }: SourceRow) {
  return { subject: source, runId: run_id, sourceId: source_id, containerId: null, assetId: null };
}
