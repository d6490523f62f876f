/** Who can read client data (CC6.2/6.3, AC-6(7)). */
import { CLIENT, type NamedQuery, SENSITIVE, TODAY } from './named-query.ts';

export const ACCESS: readonly NamedQuery[] = [
  {
    id: 'Q21',
    name: 'who-can-read',
    question: "Who can read a client's data; 'unknown' stands for assets of which it could not be found out",
    params: [CLIENT],
    sql: /* sql */ `
select a.client, coalesce(g.principal, 'unknown') as principal, g.kind, g.via, a.source, count(distinct a.asset_id) as assets,
  min(g.first_seen) as since, min(a.uri) as example
from assets a left join grants g on g.asset_id = a.asset_id and g.current = 'yes'
where a.removed_at is null and a.client is not null and (:client is null or a.client = :client)
group by a.client, g.principal, g.kind, g.via, a.source order by a.client, principal, a.source`,
  },
  {
    id: 'Q22',
    name: 'not-named',
    question:
      "Who can read a client's data without being on its list of readers; 'unknown' where that could not be found out",
    params: [CLIENT],
    sql: /* sql */ `
select a.client, k.readers, coalesce(g.principal, 'unknown') as principal, g.kind, g.via, a.source,
  count(distinct a.asset_id) as assets, min(g.first_seen) as since, min(a.uri) as example
from assets a join clients k on k.client = a.client
left join grants g on g.asset_id = a.asset_id and g.current = 'yes'
where a.removed_at is null and (:client is null or a.client = :client)
  and not exists (select 1 from json_each(k.readers) r where lower(g.principal) glob lower(r.value))
group by a.client, g.principal, g.kind, g.via, a.source order by a.client, principal, a.source`,
  },
  {
    id: 'Q23',
    name: 'external-access',
    question: 'People and domains from outside that can read sensitive data, and where it is not known',
    params: [],
    sql: /* sql */ `
select a.exposure, coalesce(g.principal, 'unknown') as principal, g.kind, g.via, a.source, count(distinct a.asset_id) as assets,
  min(a.uri) as example
from assets a left join grants g on g.asset_id = a.asset_id and g.current = 'yes' and g.role <> 'own'
where ${SENSITIVE} and a.exposure in ('external', 'unknown')
group by a.exposure, g.principal, g.kind, g.via, a.source order by a.exposure, principal, a.source`,
  },
  {
    id: 'Q24',
    name: 'everyone',
    question: 'What everybody, or anybody with a link, can read; of any level',
    params: [],
    sql: /* sql */ `
select a.source, a.uri, coalesce(a.level, 'unknown') as level, coalesce(a.client, 'unknown') as client, g.principal, g.via,
  g.first_seen as since
from assets a join grants g on g.asset_id = a.asset_id and g.current = 'yes'
where a.removed_at is null and (g.kind = 'everyone' or g.via = 'link')
order by a.level_rank desc, a.source, a.uri, g.principal`,
  },
  {
    id: 'Q25',
    name: 'reviews-overdue',
    question: 'Clients with data here of which nobody reviewed who has access for a month, or ever',
    params: [TODAY, { name: 'days', meaning: 'days that a review lasts', default: 31 }],
    sql: /* sql */ `
select a.client, coalesce(k.access_reviewed, 'never') as access_reviewed, count(*) as assets, count(distinct a.source) as sources
from assets a left join clients k on k.client = a.client
where a.removed_at is null and a.client is not null
  and coalesce(date(k.access_reviewed, '+' || :days || ' days') < coalesce(:today, date('now')), 1)
group by a.client order by k.access_reviewed, a.client`,
  },
  {
    id: 'Q26',
    name: 'still-granted',
    question: 'Access that was decided to end and is still there',
    params: [TODAY],
    sql: /* sql */ `
select v.principal as revoked, v.since, v.reason, v.decided_by, g.principal, g.role, g.via, a.source,
  coalesce(a.client, 'unknown') as client, count(distinct a.asset_id) as assets, max(g.last_seen) as last_seen, min(a.uri) as example
from revocations v
join grants g on g.current = 'yes' and lower(g.principal) glob lower(v.principal)
join assets a on a.asset_id = g.asset_id and a.removed_at is null and (v.client is null or v.client = a.client)
where v.since <= coalesce(:today, date('now'))
group by v.principal, v.since, v.client, g.principal, g.role, g.via, a.source, a.client
order by v.since, g.principal, a.source, client`,
  },
];
