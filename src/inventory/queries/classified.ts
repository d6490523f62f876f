/** How things are classified (C1.1, A.5.12). */
import type { NamedQuery } from './named-query.ts';

export const CLASSIFIED: readonly NamedQuery[] = [
  {
    id: 'Q08',
    name: 'levels',
    question: 'How much there is at each level; unknown is what was not read',
    params: [],
    sql: /* sql */ `
select coalesce(level, 'unknown') as level, count(*) as assets, sum(size) as bytes,
  sum(status = 'classified') as classified, sum(status = 'contradicted') as contradicted,
  sum(status = 'unclassified') as unclassified
from assets where removed_at is null
group by level order by max(level_rank) desc`,
  },
  {
    id: 'Q09',
    name: 'unclassified',
    question: 'Sensitive or unread assets that nobody has classified, and for how long',
    params: [],
    sql: /* sql */ `
select source, uri, coalesce(level, 'unknown') as level, why, exposure, first_seen,
  cast(julianday('now') - julianday(first_seen) as integer) as days
from assets
where removed_at is null and status = 'unclassified' and (level_rank >= 2 or level is null)
order by level_rank desc, first_seen, uri`,
  },
  {
    id: 'Q10',
    name: 'new-unclassified-copies',
    question: "Unclassified copies of sensitive data that a source's last run saw for the first time",
    params: [],
    sql: /* sql */ `
select c.source, c.uri, c.member, coalesce(c.level, 'unknown') as level, coalesce(c.client, o.client, 'unknown') as client,
  o.source as original_source, c.original_uri, c.first_seen
from copies c
join assets o on o.asset_id = c.original_asset_id
join events e on e.asset_id = c.asset_id and e.type = 'added' and e.event_id is not null
where c.ordinal > 1 and c.status = 'unclassified'
  and (c.level in ('confidential', 'restricted') or o.level in ('confidential', 'restricted') or c.level is null)
  and e.run_id = (select max(run_id) from runs r where r.source = c.source)
order by c.source, c.uri`,
  },
  {
    id: 'Q11',
    name: 'evidence',
    question: "What an asset's level rests on",
    params: [
      { name: 'asset', meaning: 'an asset id or a uri; all sensitive assets when not given', default: null },
    ],
    sql: /* sql */ `
select a.asset_id, a.uri, coalesce(a.level, 'unknown') as level, a.basis, a.why as level_why, f.rule, f.level as rule_level,
  f.confidence, f.count, f.distinct_count, f.places, f.why as finding_why, f.suppressed
from assets a left join findings f on f.asset_id = a.asset_id
where a.removed_at is null
  and iif(:asset is null, a.level_rank >= 2, a.asset_id = :asset or a.uri = :asset)
order by a.level_rank desc, a.asset_id, case f.confidence when 'high' then 0 when 'medium' then 1 else 2 end, f.rule`,
  },
  {
    id: 'Q12',
    name: 'contradicted',
    question:
      'Assets that were declared, labelled or decided to be below what was found in them, by whom, and until when',
    params: [],
    sql: /* sql */ `
select source, uri, status, declared_level, declared_by, detected_level, coalesce(level, 'unknown') as level, why
from assets where removed_at is null and (status = 'contradicted' or basis = 'decided'
  and level_rank < case detected_level when 'internal' then 1 when 'confidential' then 2 when 'restricted' then 3 else -1 end)
order by status, level_rank desc, source, uri`,
  },
  {
    id: 'Q13',
    name: 'regulated',
    question:
      'Personal, health and payment data by regulation; low-confidence and suppressed findings are left out',
    params: [
      { name: 'regulation', meaning: 'such as HIPAA, GDPR-9 or PCI-DSS; all when not given', default: null },
    ],
    sql: /* sql */ `
select r.value as regulation, f.source, f.kind, count(distinct f.asset_id) as assets, sum(f.count) as matches,
  min(f.uri) as example
from findings f, json_each(f.regulations) r
where f.confidence <> 'low' and f.suppressed is null and (:regulation is null or r.value = :regulation)
group by r.value, f.source, f.kind
order by r.value, f.source, f.kind`,
  },
  {
    id: 'Q14',
    name: 'outdated-rules',
    question: "Assets whose content was last read with other rules than their source's last run had",
    params: [],
    sql: /* sql */ `
select a.source, coalesce(a.level, 'unknown') as level, count(*) as assets, sum(a.size) as bytes, min(a.uri) as example
from assets a
where a.removed_at is null and a.ruleset is not null
  and a.ruleset <> (select r.ruleset from runs r where r.source = a.source order by r.run_id desc limit 1)
group by a.source, a.level order by a.source, max(a.level_rank) desc`,
  },
];
