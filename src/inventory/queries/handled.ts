/** How sensitive data is kept, and for how long (A.8.10 to 12, Art. 32, C1.2, Art. 5(1)(e), 17). */
import { CLIENT, type NamedQuery, SENSITIVE, TODAY } from './named-query.ts';

export const HANDLED: readonly NamedQuery[] = [
  {
    id: 'Q15',
    name: 'exposed',
    question: 'Sensitive data that is public or shared outside, or of which it is not known who can read it',
    params: [],
    sql: /* sql */ `
select a.source, a.uri, coalesce(a.level, 'unknown') as level, a.exposure, coalesce(a.client, 'unknown') as client, a.why
from assets a
where ${SENSITIVE} and a.exposure in ('public', 'external', 'unknown')
order by a.exposure = 'public' desc, a.exposure = 'external' desc, a.level_rank desc, a.source, a.uri`,
  },
  {
    id: 'Q16',
    name: 'unencrypted',
    question: 'Containers with sensitive data that are not encrypted at rest, or not known to be',
    params: [],
    sql: /* sql */ `
select c.source, c.name as container, c.provider, coalesce(c.encryption, 'unknown') as encryption, count(*) as assets,
  sum(a.size) as bytes, sum(coalesce(a.level = 'restricted', 0)) as restricted
from assets a join containers c on c.source = a.source and c.container = a.container
where ${SENSITIVE} and (c.encryption is null or c.encryption = 'none')
group by c.source, c.container order by encryption, restricted desc, c.source`,
  },
  {
    id: 'Q17',
    name: 'misplaced',
    question: 'Client data outside the places that its client allows, or not known to be inside',
    params: [CLIENT],
    sql: /* sql */ `
select a.client, a.source, c.name as container, c.provider || ':' || coalesce(c.region, 'unknown') as place,
  k.allowed_places, count(*) as assets, sum(a.size) as bytes, min(a.uri) as example
from assets a
join containers c on c.source = a.source and c.container = a.container
join clients k on k.client = a.client
where a.removed_at is null and (:client is null or a.client = :client) and json_array_length(k.allowed_places) > 0
  and not exists (select 1 from json_each(k.allowed_places) p
    where p.value = a.source or p.value = c.provider || ':' || c.region)
group by a.client, a.source, a.container order by a.client, a.source`,
  },
  {
    id: 'Q18',
    name: 'wrong-provider',
    question:
      'Sensitive data with a provider that its level is not allowed to lie with, or that no rule names',
    params: [],
    sql: /* sql */ `
select a.level, c.provider, a.source, c.name as container, coalesce(h.providers, 'not said') as allowed, count(*) as assets,
  sum(a.size) as bytes, min(a.uri) as example
from assets a join containers c on c.source = a.source and c.container = a.container
left join handling h on h.level = a.level
where a.removed_at is null and a.level_rank >= 2
  and not exists (select 1 from json_each(h.providers) p where p.value = c.provider)
group by a.level, c.provider, a.source, a.container order by max(a.level_rank) desc, h.providers is null, c.provider, a.source`,
  },
  {
    id: 'Q20',
    name: 'unlogged',
    question:
      'Containers with sensitive data where access is not logged or old versions not kept, or not known to be',
    params: [],
    sql: /* sql */ `
select c.source, c.name as container, c.provider, c.logging, c.versioning, count(*) as assets
from assets a join containers c on c.source = a.source and c.container = a.container
where ${SENSITIVE} and (c.logging <> 'yes' or c.versioning <> 'yes')
group by c.source, c.container order by c.source, container`,
  },
  {
    id: 'Q30',
    name: 'past-retention',
    question:
      "Client data kept longer than its engagement's end and retention allow, or with no retention said",
    params: [TODAY],
    sql: /* sql */ `
select a.client, k.engagement_end, k.retention_days,
  coalesce(date(k.engagement_end, '+' || k.retention_days || ' days'), 'unknown') as keep_until,
  a.source, count(*) as assets, sum(a.size) as bytes, min(a.uri) as example
from assets a join clients k on k.client = a.client
where a.removed_at is null and k.engagement_end < coalesce(:today, date('now'))
  and (k.retention_days is null
    or date(k.engagement_end, '+' || k.retention_days || ' days') < coalesce(:today, date('now')))
group by a.client, a.source order by keep_until, a.client, a.source`,
  },
  {
    id: 'Q31',
    name: 'past-level-retention',
    question:
      "Sensitive data kept longer after its last change than its level's retention allows, or with none said",
    params: [TODAY],
    sql: /* sql */ `
select a.level, h.retention_days, a.source, coalesce(a.client, 'unknown') as client, count(*) as assets, sum(a.size) as bytes,
  min(coalesce(a.modified_at, a.first_seen)) as oldest, min(a.uri) as example
from assets a left join handling h on h.level = a.level
where a.removed_at is null and a.level_rank >= 2 and (h.retention_days is null
  or date(coalesce(a.modified_at, a.first_seen), '+' || h.retention_days || ' days') < coalesce(:today, date('now')))
group by a.level, a.source, a.client
order by h.retention_days is null, max(a.level_rank) desc, oldest, a.source, client`,
  },
  {
    id: 'Q32',
    name: 'unproven-deletions',
    question:
      'Clients whose data is said to be deleted: without proof, not verified by a later scan, or still there',
    params: [],
    sql: /* sql */ `
select k.client, k.deleted_on, k.deletion_proof, p.problem, p.source, p.assets, p.example
from clients k join (
  select client, 'no proof' as problem, null as source, null as assets, null as example from clients where deletion_proof is null
  union all
  select k.client, 'not scanned completely since', s.source, null, null
  from clients k join sources s on coalesce(date(s.last_complete), '') <= k.deleted_on
  union all
  select client, 'still there', source, count(*), min(uri) from assets where removed_at is null and client is not null
  group by client, source) p on p.client = k.client
where k.deleted_on is not null
order by k.client, p.problem, p.source`,
  },
  {
    id: 'Q33',
    name: 'back-again',
    question: 'What was removed and is there again: in its place, or as the same bytes elsewhere',
    params: [],
    sql: /* sql */ `
select 'in its place' as how, e.source as source, e.uri as uri, e.at as seen_again, null as removed_source, null as removed_uri
from events e join assets a on a.asset_id = e.asset_id
where e.type = 'reappeared' and a.removed_at is null
union all
select 'same bytes elsewhere', n.source, n.uri, n.first_seen, g.source, g.uri
from assets g
join digests gd on gd.asset_id = g.asset_id and gd.algorithm = 'sha256'
join digests nd on nd.value = gd.value and nd.algorithm = 'sha256'
join assets n on n.asset_id = nd.asset_id
where g.removed_at is not null and g.size >= 64 and n.removed_at is null and n.first_seen >= g.removed_at
order by seen_again, uri`,
  },
];
