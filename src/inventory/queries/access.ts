/** Who can read client data (CC6.2/6.3, AC-6(7)). */
import { CLIENT, type NamedQuery, SENSITIVE } from './named-query.ts';

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
];
