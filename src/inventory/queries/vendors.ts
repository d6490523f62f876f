/** Whose services client data lies with, and what was agreed with them (CC9.2, Art. 28). */
import { HOLDS_CLIENT_DATA, type NamedQuery, TODAY } from './named-query.ts';

/** Providers with client data that are not this organisation's own machines, each with its vendors. */
const WITH = /* sql */ `
from (select c.provider, coalesce(a.client, 'unknown') as client, coalesce(c.region, 'unknown') as region, count(*) as assets,
    group_concat(distinct a.source) as sources
  from assets a join containers c on c.source = a.source and c.container = a.container
  where ${HOLDS_CLIENT_DATA} and c.provider not in ('local', 'jupyter')
  group by c.provider, a.client, c.region) d
left join vendors v on v.configured = 'yes' and exists (select 1 from json_each(v.providers) p where p.value = d.provider)`;

export const VENDORS: readonly NamedQuery[] = [
  {
    id: 'Q27',
    name: 'no-dpa',
    question: 'Vendors that hold client data without a signed data processing agreement that is in force',
    params: [TODAY],
    sql: /* sql */ `
select coalesce(v.vendor, 'unknown') as vendor, d.provider, v.dpa_signed, v.dpa_expires, d.client, sum(d.assets) as assets, d.sources
${WITH}
where v.dpa_signed is null or v.dpa_signed > coalesce(:today, date('now')) or v.dpa_expires <= coalesce(:today, date('now'))
group by v.vendor, d.provider, d.client order by vendor, d.provider, d.client`,
  },
  {
    id: 'Q28',
    name: 'training',
    question: 'Vendors that hold client data and train models on what they keep, or may',
    params: [],
    sql: /* sql */ `
select coalesce(v.vendor, 'unknown') as vendor, d.provider, coalesce(v.trains_on_data, 'unknown') as trains_on_data, d.client,
  sum(d.assets) as assets, d.sources
${WITH}
where coalesce(v.trains_on_data, 'unknown') <> 'no'
group by v.vendor, d.provider, d.client order by trains_on_data = 'yes' desc, vendor, d.provider, d.client`,
  },
  {
    id: 'Q29',
    name: 'processors',
    question: "Who processes each client's data: vendor, region, sub-processors and certifications",
    params: [],
    sql: /* sql */ `
select d.client, coalesce(v.vendor, 'unknown') as vendor, d.provider, d.region as stored_in, coalesce(v.region, 'unknown') as region,
  coalesce(v.sub_processors, 'unknown') as sub_processors, coalesce(v.certifications, 'unknown') as certifications, d.assets, d.sources
${WITH}
order by d.client, vendor, d.provider, stored_in`,
  },
];
