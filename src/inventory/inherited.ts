/** Keeps what assets inherit from their copies: a level that somebody gave one of them, and the client whose data they are. */
import type { Database } from 'better-sqlite3';
import { rank } from './schema/in-force.ts';

/** What view copies, and with it what is inherited, depends on: each change of an asset is an event, of a sketch a new number. */
const STATE = /* sql */ `
  select json_array((select max(event_id) from _events), (select seq from sqlite_sequence where name = '_sketches'),
    (select count(*) from _sketches), (select group_concat(policy_digest) from _sources))`;

/** Whether there is anything to hand on. */
const KNOWN = /* sql */ `
  select exists (select 1 from _classifications where status <> 'unclassified' or client is not null)`;

/** A level comes from the highest that is classified in a group, a client only where all groups of an asset know the same one. */
const INHERITED = /* sql */ `
  create temp table _related as
  select copy_group, ordinal, asset_id, uri || iif(member is null, '', '!/' || member) as place, how, level, status, client,
    client_basis, proposed_level, proposed_client
  from copies;
  create index temp._related_group on _related (copy_group, ordinal);
  create index temp._related_asset on _related (asset_id);
  insert into _inherited
  with levels as (
    select c.asset_id, c.proposed_level as level, g.place, g.ordinal = 1 as original, c.how,
      row_number() over (partition by c.asset_id order by ${rank('c.proposed_level')} desc, c.copy_group, g.ordinal) as nth
    from _related c join _related g on g.copy_group = c.copy_group and g.status <> 'unclassified' and g.level = c.proposed_level
    where c.proposed_level is not null
  ), clients as (
    select c.asset_id, c.proposed_client as client, g.place, c.how,
      row_number() over (partition by c.asset_id order by c.copy_group, g.ordinal) as nth
    from _related c join _related g on g.copy_group = c.copy_group and g.client_basis = 'known' and g.client = c.proposed_client
    where c.proposed_client is not null
      and not exists (select 1 from _related d where d.asset_id = c.asset_id and d.proposed_client <> c.proposed_client)
  )
  select a.asset_id, l.level,
    'Inherited as a proposal: it holds data of ' || l.place || ' (' || l.how || '), which is classified ' || l.level
      || '; nobody has classified this one',
    n.client, 'inherited as a proposal: it holds data of ' || n.place || ' (' || n.how || ')'
  from (select asset_id from levels union select asset_id from clients) a
  left join levels l on l.asset_id = a.asset_id and l.nth = 1
  left join clients n on n.asset_id = a.asset_id and n.nth = 1;
  drop table _related`;

/** Brings it up to date; nothing is done when nothing has changed since the last time. */
export function createInheriting(db: Database): () => void {
  const state = db.prepare<[], string>(STATE).pluck();
  const former = db.prepare<[], string>(/* sql */ 'select state from _inherited_as_of').pluck();
  const known = db.prepare<[], number>(KNOWN).pluck();
  return () => {
    const now = state.get()!; // one row, whatever there is
    if (now === former.get()) return;
    db.exec(/* sql */ 'delete from _inherited; delete from _inherited_as_of');
    if (known.get() === 1) db.exec(INHERITED);
    db.prepare(/* sql */ 'insert into _inherited_as_of values (?)').run(now);
  };
}
