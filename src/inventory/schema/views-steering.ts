/** The public views about what people say and must look at: decisions, alerts, and what is classified by whom. */
import { CLIENT, LEVEL } from './in-force.ts';
import { ASSET_URI } from './views-assets.ts';

/** Columns that the three views by status have in common. */
const standing = (status: string) => /* sql */ `
select
  asset_id, -- The asset.
  source, -- Its source.
  uri, -- Where it is.
  level, -- Level in force; null when not known.
  detected_level, -- Level from findings alone; null when not known.
  basis, -- What put the level in force.
  declared_level, -- What was declared, labelled or decided; null for nothing.
  declared_by, -- Who or what said so.
  client, -- Whose data it is.
  exposure, -- Who may read it.
  first_seen, -- Start of the first run that saw it.
  why -- The level's reason in plain words.
from assets where removed_at is null and status = '${status}'`;

export const STEERING_VIEWS: string = /* sql */ `
create view classified as
-- Assets that are there and have a label, declaration or decision in force that stands.
${standing('classified')};

create view unclassified as
-- Assets that are there and of which nobody has said what they are. What was only detected is still unclassified.
${standing('unclassified')};

create view contradictions as
-- Assets that were declared or labelled below what was found in them. The higher level stands until a person decides.
${standing('contradicted')};

create view decisions as
-- What named persons decided with classify, in order; decisions in the config are in view assets only.
select
  d.decision_id, -- Number of the decision.
  d.at, -- When it was made.
  d.asked, -- What the person named: an asset, a glob or a copy group.
  d.target, -- assets: those and no others. glob: whatever comes to match it.
  d.glob, -- The glob; null for assets.
  d.level, -- The level; null when earlier decisions are withdrawn.
  d.reason, -- Why.
  d.decided_by, -- Who.
  d.expires, -- First day on which it no longer holds; null when it holds until it is withdrawn.
  case when d.level is null then 'withdrawal' when d.expires <= date('now') then 'expired'
    when exists (select 1 from _decisions l where l.asked = d.asked and l.decision_id > d.decision_id) then 'replaced'
    else 'in force' end as state, -- in force, expired, replaced by a later one about the same, or withdrawal.
  (select count(*) from _decision_assets n where n.decision_id = d.decision_id) as assets -- Assets that were named; 0 for a glob.
from _decisions d;

create view alerts as
-- What a person must look at. Each is raised once and stays open until somebody decides, or what it tells is no longer so.
select
  l.alert_id, -- Number of the alert.
  l.type, -- new-unclassified-copy, new-unclassified, public-restricted, exposure-widened, contradiction, decision-expired, source-stale or coverage-dropped.
  iif(l.closed_at is null, 'open', 'closed') as status, -- open or closed.
  l.raised_at, -- When it was raised.
  l.run_id, -- Run that raised it.
  l.what, -- What happened, and where.
  t.meaning, -- Why it matters.
  replace(replace(replace(t.todo, '{id}', coalesce(l.asset_id, '')), '{alert}', l.alert_id), '{source}', coalesce(s.name, '')) as todo, -- What to do about it.
  s.name as source, -- The source.
  l.asset_id, -- The asset, when it is about one.
  iif(l.asset_id is null, iif(l.container_id is null, null, c.uri), ${ASSET_URI}) as uri, -- Where it is.
  iif(l.asset_id is null, json_extract(l.facts, '$.level'), ${LEVEL}) as level, -- Level now.
  iif(l.asset_id is null, json_extract(l.facts, '$.client'), ${CLIENT}) as client, -- Whose data it is.
  iif(l.asset_id is null, json_extract(l.facts, '$.exposure'), coalesce(x.exposure, cx.exposure, 'unknown')) as exposure, -- Who may read it now.
  json_extract(l.facts, '$.original.uri') as original, -- What it is a copy of, or where the same bytes were before; null for neither.
  l.facts, -- What was known when it was raised, a JSON object.
  l.closed_at, -- When it was closed; null while it is open.
  l.closed_why -- Why it was closed.
from _alerts l
join _alert_types t on t.type = l.type
left join _assets a on a.asset_id = l.asset_id
left join _containers c on c.container_id = coalesce(a.container_id, l.container_id)
left join _sources s on s.source_id = coalesce(c.source_id, l.source_id)
left join _classifications k on k.classification_id = a.classification_id
left join _inherited h on h.asset_id = a.asset_id
left join _access x on x.access_id = a.access_id
left join _access cx on cx.access_id = c.access_id;

create view deliveries as
-- The channels that alerts are sent through, and how the last attempt went.
select
  h.channel, -- Name in the config.
  h.attempted_at, -- Last attempt.
  h.error, -- What went wrong; null when it went well.
  (select count(*) from _deliveries d where d.channel = h.channel) as alerts, -- Alerts that were sent through it.
  (select max(delivered_at) from _deliveries d where d.channel = h.channel) as last_delivery -- When the last of them was sent.
from _channels h;
`;
