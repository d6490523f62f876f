/** How complete the evidence is. */
import { type NamedQuery, TODAY } from './named-query.ts';

const FROM = {
  name: 'from',
  meaning: 'changes after this run; with neither, those of each last run',
  default: null,
};
const TO = { name: 'to', meaning: 'changes up to this run', default: null };

export const COMPLETENESS: readonly NamedQuery[] = [
  {
    id: 'Q34',
    name: 'last-complete',
    question: 'The last complete scan of each source',
    params: [],
    sql: /* sql */ `
select source, category, location, coalesce(last_complete, 'never') as last_complete,
  cast(julianday('now') - julianday(last_complete) as integer) as days, last_scan, last_status, assets
from sources order by last_complete is not null, last_complete, source`,
  },
  {
    id: 'Q35',
    name: 'weeks-without',
    question: "Weeks, from each source's first scan on, in which no scan of it was complete",
    params: [TODAY],
    sql: /* sql */ `
with recursive weeks (source, monday) as (
  select source, date(first_scan, '-6 days', 'weekday 1') from sources
  union all
  select source, date(monday, '+7 days') from weeks where date(monday, '+7 days') <= coalesce(:today, date('now'))
)
select w.source, w.monday as week_from, date(w.monday, '+6 days') as week_to, count(r.run_id) as runs,
  group_concat(distinct r.status) as statuses
from weeks w
left join runs r on r.source = w.source and date(r.started_at) between w.monday and date(w.monday, '+6 days')
group by w.source, w.monday
having sum(coalesce(r.status = 'complete', 0)) = 0
order by w.source, w.monday`,
  },
  {
    id: 'Q36',
    name: 'coverage',
    question: "What became of everything that each source's last run listed, and what stands as unread",
    params: [],
    sql: /* sql */ `
select r.source, r.run_id, r.status, r.started_at, r.depth, r.listed, r.read, r.sampled, r.metadata, r.skipped, r.gaps,
  r.listed = r.read + r.sampled + r.metadata + r.skipped + r.gaps as adds_up,
  (select count(*) from assets a where a.source = r.source and a.removed_at is null and a.coverage = 'full') as now_full,
  (select count(*) from assets a where a.source = r.source and a.removed_at is null and a.coverage = 'sample') as now_sample,
  (select count(*) from assets a where a.source = r.source and a.removed_at is null and a.coverage in ('none', 'metadata'))
    as now_unread,
  (select count(*) from gaps g where g.source = r.source and g.open = 'yes' and g.incomplete = 'yes') as open_gaps
from runs r
where r.run_id = (select max(run_id) from runs m where m.source = r.source)
order by r.source`,
  },
  {
    id: 'Q37',
    name: 'not-read',
    question: 'What was not read, why, how much of it, and what to do',
    params: [{ name: 'run', meaning: 'as it stood after this run; now when not given', default: null }],
    sql: /* sql */ `
select source, uri, place, reason, incomplete, message, bytes, run_id as since_run, advice
from gaps
where iif(:run is null, open = 'yes', run_id <= :run and (closed_run_id is null or closed_run_id > :run))
order by incomplete desc, source, reason, uri, place`,
  },
  {
    id: 'Q38',
    name: 'suppressions',
    question: 'What is suppressed: why, by whom, until when, and how much; what has expired comes first',
    params: [],
    sql: /* sql */ `
select rule, glob, fingerprint, reason, approver, expires, in_force, findings, assets, configured
from suppressions order by in_force, expires, rule, glob, fingerprint`,
  },
  {
    id: 'Q39',
    name: 'changes',
    question: 'What changed between two runs',
    params: [FROM, TO],
    sql: /* sql */ `
select run_id, at, type, source, container, uri, before, after, asset_id
from events
where event_id is not null and iif(:from is null and :to is null,
  run_id in (select max(run_id) from runs group by source),
  run_id > coalesce(:from, 0) and run_id <= coalesce(:to, run_id))
order by event_id`,
  },
  {
    id: 'Q40',
    name: 'chain',
    question:
      'Whether the record of events has holes, and the hash of its end (reports print it and check every hash)',
    params: [],
    sql: /* sql */ `
select count(*) as events, coalesce(max(event_id), 0) - count(*) as holes,
  (select hash from events where event_id is not null order by event_id desc limit 1) as head
from events where event_id is not null`,
  },
];
