/** The public view about copies: which assets hold the same data as which others, how, and how much of it. */
import { boilerplateSql } from '../../boilerplate.ts';
import { CLIENT, CLIENT_BASIS, LEVEL, rank } from './in-force.ts';
import { ASSET_URI } from './views-assets.ts';

/** SQL of a share as whole percent, never 100 for less and never 0 for more. */
const percent = (share: string) =>
  `case when ${share} >= 1 then 100 else max(1, min(99, cast(round(${share} * 100) as integer))) end || ' %'`;

/** SQL that is true when the asset is an archive; what is attached to mail is not what the mail is. */
const NO_MAIL = `exists (select 1 from _contents u join _texts t on t.text_id = u.format_id
    where u.content_id = a.content_id and t.text not in ('eml', 'mbox', 'ole', 'office', 'pdf'))`;

/** SQL of what the size of a sketch counts. */
const UNIT = `case r.kind when 'rows' then 'rows' when 'text' then 'words' else 'people' end`;

/** SQL that is true for what takes over a level as a proposal: nobody classified it, and a higher one is in the group. */
const INHERITS = `k.status = 'unclassified' and v.level_rank > ${rank('k.level')}`;

/** SQL of the assets whose rows are wanted; all when absent. */
export interface CopiesOf {
  readonly assets?: string;
}

/** SQL of view copies. Of some assets only: all rows of the groups that they are in, without looking at what is in others. */
export function selectCopies({ assets }: CopiesOf = {}): string {
  const some = assets !== undefined;
  return /* sql */ `
-- Assets, members of archives, and tables in them, that hold the same data as another one: bytes (64 or more), rows, text or people.
-- Licences and what package managers install are left out. One asset is in several groups when its tables have different copies.
with ${some ? wanted(assets) : ''} sets as (
  select content_id, 2 * group_id + 1 as copy_group, nullif(part, '$') as part, sketch_id, whole from _sketches
  where (whole = 1
    or parent_id is not null
    or exists (select 1 from _sketches u where u.parent_id = _sketches.sketch_id))
    ${some ? 'and group_id in (select group_id from wanted w cross join _sketches s on s.content_id = w.content_id)' : ''}
  union all
  select content_id, 2 * content_id, null, null, 1 from _contents
  where coalesce(size, 64) >= 64
    ${some ? 'and content_id in (select content_id from wanted)' : ''}
    and not exists (select 1 from _sketches s where s.content_id = _contents.content_id and s.whole = 1)
), holders as (
  select content_id, asset_id, null as member, 'a' || asset_id as holder from _assets
  where content_id is not null and removed_at is null and not ${boilerplateSql('coalesce(path, key)')}
    ${some ? 'and content_id in (select content_id from sets)' : ''}
  union all
  select m.member_content_id, a.asset_id, m.path, 'c' || m.content_id
  from _members m join _assets a on a.content_id = m.content_id
  where a.removed_at is null and m.size >= 64
    ${some ? 'and m.member_content_id in (select content_id from sets)' : ''}
    and not ${boilerplateSql('coalesce(a.path, a.key)')} and not ${boilerplateSql('m.path')}
), groups as (
  select copy_group, count(*) as copies, count(distinct content_id) as contents
  from sets join holders using (content_id)
  group by copy_group having count(distinct holder) > 1
), ranked as (
  select g.copy_group, g.copies, h.content_id, h.asset_id, h.member, e.sketch_id, e.part, e.whole, k.kind, k.size, k.parent_id,
    k.how, k.forward, k.backward, p.size as parent_size,
    row_number() over (partition by g.copy_group order by
      coalesce(k.backward, 1) < 0.9 or k.how = 'same people', a.first_run, l.declared_level is null, a.modified_at is null, a.modified_at,
      h.member is not null, a.asset_id, h.member) as ordinal
  from groups g
  join sets e on e.copy_group = g.copy_group
  join holders h on h.content_id = e.content_id
  join _assets a on a.asset_id = h.asset_id
  left join _sketches k on k.sketch_id = e.sketch_id
  left join _sketches p on p.sketch_id = k.parent_id
  left join _classifications l on l.classification_id = a.classification_id
), judged as (
  select r.copy_group, max(${rank('l.level')}) filter (where l.status <> 'unclassified') as level_rank,
    iif(count(distinct l.client) = 1, max(l.client), null) as client,
    count(distinct l.client) filter (where r.how is not 'same people') as near_clients,
    max(l.client) filter (where r.how is not 'same people') as near_client
  from ranked r join _assets a on a.asset_id = r.asset_id
  join _classifications l on l.classification_id = a.classification_id
  group by r.copy_group
), known as (
  select copy_group, level_rank, client as people_client,
    case near_clients when 0 then client when 1 then near_client end as data_client,
    case level_rank when 0 then 'public' when 1 then 'internal' when 2 then 'confidential' when 3 then 'restricted' end as level
  from judged
)
select
  r.copy_group, -- Number of the group.
  case
    when r.content_id <> o.content_id then coalesce(r.how, o.how)
    when r.member is null then 'same bytes' else 'archive member'
    end as how, -- What it has in common with the original: same bytes, archive member (the same bytes inside an archive), same rows, part of the rows, other columns, same text, part of the text, or same people.
  r.copies, -- Rows in the group.
  r.ordinal, -- 1 for the original: of those that have all of it the one seen first; then one that is declared, then the oldest.
  r.asset_id, -- The asset.
  s.name as source, -- Its source.
  ${ASSET_URI} as uri, -- Where it is.
  r.member, -- Path inside the archive; null for the asset itself.
  n.size, -- Bytes of the content.
  (select value from _digests d where d.content_id = r.content_id and d.algorithm = 'sha256') as sha256, -- Of the content, hex; null when not known.
  ${LEVEL} as level, -- Level in force of the asset.
  k.status, -- Status of the asset: classified, contradicted or unclassified.
  ${CLIENT} as client, -- Client of the asset.
  f.started_at as first_seen, -- Start of the first run that saw the asset.
  a.first_run as first_run_id, -- First run that saw the asset.
  r.part, -- The table that it is about; null for the whole content, or its text.
  case when r.content_id = o.content_id then 1.0 else round(coalesce(r.forward, 1), 4) end as similarity, -- Share of its rows, words or people that the original has, 0 to 1; an estimate where there are many.
  case when r.content_id = o.content_id then 1.0 else round(coalesce(r.backward, 1), 4) end as original_share, -- Share of the original's that it has, 0 to 1.
  case
    when r.ordinal = 1 then 'the original'
    when r.content_id = o.content_id then 'the same bytes'
    when r.parent_id is null then 'has all of it: ' || r.size || ' ' || ${UNIT}
    when r.how = 'same people' then ${percent('r.forward')} || ' of the people in it are in the original, '
      || ${percent('r.backward')} || ' of the people there are in it'
    when r.how = 'other columns' then ${percent('r.forward')} || ' of the pairs of values in its ' || r.size
      || ' rows are in the original, ' || ${percent('r.backward')} || ' of those of the ' || r.parent_size || ' rows there are in it'
    else ${percent('r.forward')} || ' of its ' || r.size || ' ' || ${UNIT} || ' are in the original, '
      || ${percent('r.backward')} || ' of the ' || r.parent_size || ' there are in it'
    end as evidence, -- The relation in words.
  o.asset_id as original_asset_id, -- The original's asset.
  coalesce(oa.uri, oc.uri || iif(substr(oc.uri, -1) = '/', '', '/') || oa.key) as original_uri, -- Where the original is.
  iif(${INHERITS}, v.level, null) as proposed_level, -- Level that it inherits as a proposal from what is classified in the group, when that is higher; null for none. The asset stays unclassified.
  iif(k.client is not null, null, iif(r.how is 'same people', v.people_client, v.data_client)) as proposed_client, -- Client that it inherits as a proposal: the only one that is known of the same rows, text or bytes; where that says nothing, or for the same people, the only one in the group.
  case when ${INHERITS} then 'inherited as a proposal: ' || r.copies || ' places have this data, and one of them is classified '
      || v.level || '; nobody has classified this one'
    end as proposed_why, -- The proposal's reason in words; null for none.
  iif(r.whole = 1 and (r.member is null or ${NO_MAIL}), 'yes', 'no') as whole, -- yes when most of the asset is in the group; no when it is one of its tables, or a mail's attachment.
  ${CLIENT_BASIS} as client_basis -- As in view assets: known, or inherited as a proposal; null without a client.
from ranked r
cross join ranked o on o.copy_group = r.copy_group and o.ordinal = 1
cross join known v on v.copy_group = r.copy_group
join _contents n on n.content_id = r.content_id
join _assets a on a.asset_id = r.asset_id
join _containers c on c.container_id = a.container_id
join _sources s on s.source_id = c.source_id
join _assets oa on oa.asset_id = o.asset_id
join _containers oc on oc.container_id = oa.container_id
left join _classifications k on k.classification_id = a.classification_id
left join _inherited h on h.asset_id = a.asset_id
left join _runs f on f.run_id = a.first_run`;
}

/** SQL of the contents of assets, and of what is in them. */
const wanted = (assets: string) => /* sql */ `wanted (content_id) as (
  select content_id from _assets where asset_id in (${assets}) and content_id is not null
  union
  select m.member_content_id from _assets a cross join _members m on m.content_id = a.content_id where a.asset_id in (${assets})
),`;

export const COPY_VIEW: string = `create view copies as${selectCopies()};`;
