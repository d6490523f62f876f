/** Where client data is (CM-12, A.5.9, DSP-03). */
import { CLIENT, HOLDS_CLIENT_DATA, type NamedQuery, SENSITIVE } from './named-query.ts';

export const WHERE: readonly NamedQuery[] = [
  {
    id: 'Q01',
    name: 'places',
    question: 'Every place where client data is, by kind, account, region and client',
    params: [],
    sql: /* sql */ `
select a.category, a.connector, c.provider, c.account, coalesce(c.region, 'unknown') as region, a.source, c.name as container,
  coalesce(a.client, 'unknown') as client, count(*) as assets, sum(a.size) as bytes,
  sum(coalesce(a.level = 'restricted', 0)) as restricted, sum(coalesce(a.level = 'confidential', 0)) as confidential,
  sum(a.level is null) as unknown
from assets a join containers c on c.source = a.source and c.container = a.container
where ${HOLDS_CLIENT_DATA}
group by a.source, a.container, a.client
order by a.category, a.source, container, client`,
  },
  {
    id: 'Q02',
    name: 'held-for-client',
    question: 'Everything that is held for a client, copies of its data that nobody has attributed to it too',
    params: [CLIENT],
    sql: /* sql */ `
with copied as materialized (select * from copies),
shared as (
  select o.client, c.asset_id, min(o.uri) as copy_of
  from copied o join copied c on c.copy_group = o.copy_group
  where o.client is not null and c.client is null group by o.client, c.asset_id)
select coalesce(a.client, c.client) as client, a.source, a.uri, coalesce(a.level, 'unknown') as level, a.status,
  a.exposure, a.size, a.coverage, a.first_seen, a.last_seen,
  coalesce(a.client_why, 'nobody says so, but in a copy group with ' || c.copy_of) as client_why,
  a.client_basis, a.basis
from assets a left join shared c on c.asset_id = a.asset_id and a.client is null
where a.removed_at is null and (a.client is not null or c.client is not null)
  and (:client is null or coalesce(a.client, c.client) = :client)
order by 1, a.level_rank desc, a.source, a.uri`,
  },
  {
    id: 'Q03',
    name: 'no-client',
    question: 'Sensitive data, or data that may be, of which it is not known whose it is',
    params: [],
    sql: /* sql */ `
select a.source, a.uri, coalesce(a.level, 'unknown') as level, a.exposure, a.size, a.why
from assets a
where ${HOLDS_CLIENT_DATA} and a.client is null
order by a.level_rank desc, a.source, a.uri`,
  },
  {
    id: 'Q04',
    name: 'unregistered',
    question: 'Sources with client data that the config, the register of places, does not name',
    params: [],
    sql: /* sql */ `
select a.source, s.connector, s.location, s.last_scan, coalesce(a.client, 'unknown') as client, count(*) as assets,
  sum(coalesce(a.level = 'restricted', 0)) as restricted, sum(a.level is null) as unknown
from assets a join sources s on s.source = a.source and s.configured = 'no'
where ${HOLDS_CLIENT_DATA}
group by a.source, a.client order by restricted desc, a.source, client`,
  },
  {
    id: 'Q05',
    name: 'machines-and-experiments',
    question: 'Client data on local machines, and in notebooks and experiments',
    params: [],
    sql: /* sql */ `
select coalesce(a.environment, a.category) as kind, a.source, coalesce(a.client, 'unknown') as client,
  coalesce(a.level, 'unknown') as level, count(*) as assets, sum(a.size) as bytes, min(a.uri) as example
from assets a
where ${HOLDS_CLIENT_DATA} and (a.category in ('machine', 'experiment') or a.environment = 'experiment')
group by 1, a.source, a.client, a.level
order by 1, a.source, max(a.level_rank) desc, client`,
  },
  {
    id: 'Q06',
    name: 'copies',
    question:
      'Sensitive data that is in more than one place: as the same bytes, rows, text or people, and how much of it',
    params: [CLIENT],
    sql: /* sql */ `
with copied as materialized (select * from copies)
select a.copy_group, a.how, a.copies, a.ordinal, coalesce(a.level, 'unknown') as level, a.status,
  coalesce(a.client, 'unknown') as client, a.source, a.uri, a.member, a.part, a.similarity, a.original_share, a.evidence,
  a.proposed_level, a.proposed_client, a.size, a.first_seen
from copied a
where a.copy_group in (
    select g.copy_group from copied g
    where (g.level in ('confidential', 'restricted') or g.client is not null or g.level is null)
      and (:client is null or g.client = :client))
order by a.copies desc, a.copy_group, a.ordinal`,
  },
  {
    id: 'Q07',
    name: 'same-people',
    question:
      'Files of other sources that hold the same people as an original; for one person ask "whereabouts where"',
    params: [CLIENT],
    sql: /* sql */ `
select o.source as original_source, c.original_uri, coalesce(o.client, 'unknown') as client, c.source, c.uri, c.member,
  c.part, c.how, c.similarity, c.original_share, coalesce(c.level, 'unknown') as level, c.status
from copies c join assets o on o.asset_id = c.original_asset_id
where c.source <> o.source and (c.level in ('confidential', 'restricted') or c.level is null or c.client is not null
    or o.client is not null)
  and (:client is null or o.client = :client or c.client = :client)
order by original_source, original_uri, c.source, c.uri`,
  },
  {
    id: 'Q19',
    name: 'experiments',
    question: 'Client data in experiment environments',
    params: [],
    sql: /* sql */ `
select a.source, a.uri, coalesce(a.client, 'unknown') as client, coalesce(a.level, 'unknown') as level, a.status, a.why
from assets a
where ${SENSITIVE} and (a.environment = 'experiment' or a.category = 'experiment')
order by a.level_rank desc, a.source, a.uri`,
  },
];
