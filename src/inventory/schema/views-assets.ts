/** The public views about assets: what they are, what was found in them, who may read them. */
import { BASIS, CLIENT, CLIENT_BASIS, CLIENT_WHY, LEVEL, rank, WHY } from './in-force.ts';

/** SQL of an asset's uri, of `_assets a` and `_containers c`; null without an asset. */
export const ASSET_URI = "coalesce(a.uri, c.uri || iif(substr(c.uri, -1) = '/', '', '/') || a.key)";

/** SQL of the part of a fingerprint that tells bytes apart, of `_assets a`; null when they have no sha256. */
const SHA256 = `(select substr(value, 1, 16) from _digests d
    where d.content_id = a.content_id and d.algorithm = 'sha256')`;

/** SQL of what suppresses a finding, in words, of `_findings f`, `_suppressed u` and `_suppressions p`. */
const SUPPRESSED = `case when u.rule_id is null then null when p.suppression_id is null then
      iif(f.allowed < f.count, 'contact details in what a package manager installed', 'allowed by comments in the text')
    else p.reason || ' (approved by ' || p.approver || ', until ' || p.expires || ')' end`;

/** SQL of the last run that saw an asset, of `_assets a` and `_containers c`. */
const LAST_RUN = 'iif(a.lost_run is null, max(a.last_run, coalesce(c.complete_run, 0)), a.last_run)';

export const ASSET_VIEWS: string = /* sql */ `
create view assets as
-- One row for each object, file or notebook at one place. Removed ones stay, with removed_at.
select
  a.asset_id, -- Number of the asset, the same in every view.
  s.name as source, -- Source it is in.
  s.connector, -- Kind of connector.
  c.container, -- Container it is in; unique together with source.
  ${ASSET_URI} as uri, -- Where it is.
  coalesce(a.path, a.key) as path, -- Path in the container; bytes that are no text are shown as \\xff.
  coalesce(a.name, replace(coalesce(a.path, a.key),
    rtrim(coalesce(a.path, a.key), replace(coalesce(a.path, a.key), '/', '')), '')) as name, -- What follows the path's last slash.
  a.size, -- Bytes; null when the provider does not say.
  coalesce(mc.text, ml.text) as media_type, -- From its bytes, or else as listed; null when unknown.
  a.modified_at, -- Last change, as the provider says; null when unknown.
  o.text as owner, -- As the provider says; null when unknown.
  coalesce(x.exposure, cx.exposure, 'unknown') as exposure, -- Who may read it: private, internal, external, public or unknown.
  (select value from _digests d where d.content_id = a.content_id and d.algorithm = 'sha256') as sha256, -- Of its bytes, hex; null when not known.
  ${LEVEL} as level, -- Level in force: public, internal, confidential or restricted; null when not known, which is never harmless.
  k.detected_level, -- Level from findings alone; null when not known.
  k.status, -- classified, contradicted (declared below what was detected) or unclassified.
  ${BASIS} as basis, -- What put the level in force: decided, declared, labelled, inherited (from a copy that somebody classified; a proposal until somebody classifies this one too), detected or default.
  ${WHY} as why, -- The level's reason in plain words.
  ${CLIENT} as client, -- Whose data it is: a client's id; null when not known. See client_basis.
  e.text as environment, -- experiment for notebooks, trackers and what lies beside them; else null.
  coalesce(a.coverage, n.coverage) as coverage, -- How much of its content was read: none, metadata, sample or full.
  fr.started_at as first_seen, -- Start of the first run that saw it.
  lr.started_at as last_seen, -- Start of the last run that is known to have seen it: one that wrote it, or listed its container to the end.
  a.removed_at, -- When a whole listing did not have it any more; null while it is there.
  s.category, -- Category of its source: storage, machine, saas or experiment.
  c.name as container_name, -- Its container's name, for people.
  f.text as format, -- What its bytes turned out to be; null when not opened.
  ${CLIENT_WHY} as client_why, -- Evidence for the client.
  k.declared_level, -- What was declared, labelled or decided; null for nothing.
  k.declared_source as declared_by, -- Who or what said so.
  ${rank(LEVEL)} as level_rank, -- Level as a number to sort by: 0 public to 3 restricted, -1 not known.
  coalesce(l.labels, '{}') as labels, -- Provider labels and tags, a JSON object.
  a.version, -- As listed; changes whenever the bytes change.
  rs.digest as ruleset, -- Rules that its content was read with; null when not opened.
  a.first_run as first_run_id, -- First run that saw it.
  ${LAST_RUN} as last_run_id, -- Last run that is known to have seen it.
  iif(n.coverage = 'sample', (select m.read * 1.0 / m.total from _samples m where m.content_id = a.content_id), null)
    as read_share, -- Share of it that was read, 0 to 1, of a sample (see view samples); null when read whole or not at all, or not known.
  ${CLIENT_BASIS} as client_basis -- known (by its source, path or text), or inherited: it holds the data of assets that are this client's, a proposal; null without a client.
from _assets a
join _containers c on c.container_id = a.container_id
join _sources s on s.source_id = c.source_id
left join _classifications k on k.classification_id = a.classification_id
left join _inherited h on h.asset_id = a.asset_id
left join _contents n on n.content_id = a.content_id
left join _rulesets rs on rs.ruleset_id = n.ruleset_id
left join _texts o on o.text_id = a.owner_id
left join _texts ml on ml.text_id = a.media_type_id
left join _texts mc on mc.text_id = n.media_type_id
left join _texts f on f.text_id = n.format_id
left join _texts e on e.text_id = a.environment_id
left join _labels l on l.labels_id = a.labels_id
left join _access x on x.access_id = a.access_id
left join _access cx on cx.access_id = c.access_id
left join _runs fr on fr.run_id = a.first_run
left join _runs lr on lr.run_id = ${LAST_RUN};

create view samples as
-- Assets of which a part was read that stands for the whole, and what it may have missed. Bounds are at 95 % confidence.
select
  a.asset_id, -- The asset.
  s.name as source, -- Its source.
  ${ASSET_URI} as uri, -- Where it is.
  m.how, -- head (the beginning alone), or what was drawn at random: pieces, members, row groups or pages.
  m.unit, -- What read and total count: bytes or rows.
  m.read, -- How many were read.
  m.total, -- How many there are; null when not known.
  m.read * 1.0 / m.total as share, -- Share that was read, 0 to 1; null when the total is not known.
  m.draws, -- Parts drawn at random, each from a stretch of its own; 0 for a head.
  m.rows, -- Rows, records or lines in the drawn parts.
  m.seed, -- What the draws follow from, itself from the bytes: the same content gives the same sample everywhere.
  m.row_bound, -- At most this share of rows has what was not found, if such rows lie scattered; null for a head.
  m.draw_bound, -- At most this share of the stretches drawn from has what was not found, however the rows lie; null for a head.
  case when m.draws = 0 then 'only the beginning was read: nothing can be said about the rest'
    when m.rows = 0 then 'what was not found is in under ' || printf('%.2g', 100 * m.draw_bound) || ' % of the ' || m.how || ' at 95 %'
    else 'what was not found is in under ' || printf('%.2g', 100 * m.row_bound) || ' % of rows at 95 %, if such rows lie scattered; if together, in under '
      || printf('%.2g', 100 * m.draw_bound) || ' % of the stretches drawn from' end as says -- What it says about what was not found, in words.
from _samples m
join _assets a on a.content_id = m.content_id
join _containers c on c.container_id = a.container_id
join _sources s on s.source_id = c.source_id
where a.removed_at is null;

create view findings as
-- What rules found in assets that are not removed. Never a found value; the same content at two places gives two rows. Rows set a
-- level when confidence is not low and suppressed is null.
select
  a.asset_id, -- The asset.
  s.name as source, -- Its source.
  ${ASSET_URI} as uri, -- Where it is.
  r.rule, -- Permanent id of the rule.
  r.kind, -- Sort of data.
  r.family, -- Family of kinds.
  r.level, -- Level that the rule stands for now.
  r.regulations, -- Regulations it matters to, a JSON array.
  f.confidence, -- How sure: low (never sets a level), medium or high.
  f.count, -- Matches.
  f.distinct_count, -- Distinct values; a lower bound above 65,536.
  f.places, -- The first places, a JSON array: line 12; row 3, column email; cell 4 output 1.
  f.shape, -- What the values look like: letters as A or a, digits as 9.
  f.why, -- Why this confidence.
  'content' as target, -- What it was found in: content, or metadata (name, path, labels).
  r.title, -- The rule's title.
  f.allowed, -- Of count, those that a comment in the text allows.
  r.rule || ':' || coalesce(${SHA256}, ${ASSET_URI}) as fingerprint, -- Names this rule's finding in these bytes, for suppressions.
  ${SUPPRESSED} as suppressed -- Why it sets no level: reason, approver and expiry, comments in the text, or an installed package; null when it counts.
from _findings f
join _rules r on r.rule_id = f.rule_id
join _assets a on a.content_id = f.content_id
join _containers c on c.container_id = a.container_id
join _sources s on s.source_id = c.source_id
left join _suppressed u
  on u.classification_id = a.classification_id and u.rule_id = f.rule_id and u.target = 'content'
left join _suppressions p on p.suppression_id = u.suppression_id
where a.removed_at is null
union all
select a.asset_id, s.name, ${ASSET_URI}, r.rule, r.kind, r.family, r.level, r.regulations, f.confidence,
  f.count, f.distinct_count, f.places, f.shape, f.why, 'metadata', r.title, f.allowed,
  r.rule || ':' || ${ASSET_URI}, ${SUPPRESSED}
from _asset_findings f
join _rules r on r.rule_id = f.rule_id
join _assets a on a.asset_id = f.asset_id
join _containers c on c.container_id = a.container_id
join _sources s on s.source_id = c.source_id
left join _suppressed u
  on u.classification_id = a.classification_id and u.rule_id = f.rule_id and u.target = 'metadata'
left join _suppressions p on p.suppression_id = u.suppression_id
where a.removed_at is null;

create view suppressions as
-- Findings that somebody found harmless, from the config. Expired ones are listed; they count again from the next scan on.
with held as (
  select u.suppression_id, a.asset_id, u.rule_id, u.target
  from _suppressed u
  join _assets a on a.classification_id = u.classification_id and a.removed_at is null
  where u.suppression_id is not null
)
select
  p.rule, -- Rule id, kind, or * for all.
  p.glob, -- Where it holds; null for anywhere.
  p.fingerprint, -- Of the one finding that it is about; null for any.
  p.reason, -- Why it is harmless.
  p.approver, -- Who says so.
  p.expires, -- ISO date: first day on which it no longer holds.
  iif(p.configured and date('now') < p.expires, 'yes', 'no') as in_force, -- Whether it holds today.
  (select count(*) from held h where h.suppression_id = p.suppression_id) as findings, -- Findings that set no level because of it, as of the last scans.
  (select count(distinct h.asset_id) from held h where h.suppression_id = p.suppression_id) as assets, -- Assets that these findings are in.
  iif(p.configured, 'yes', 'no') as configured -- no when it has left the config, or was changed.
from _suppressions p;

create view grants as
-- Who may read what. Rows with current = 'no' are what was granted before; rows without an asset are the container's own.
select
  a.asset_id, -- The asset; null for the container itself.
  c.container, -- The container.
  g.principal, -- Who, as the provider names them.
  g.kind, -- user, group, domain, service or everyone.
  g.role, -- read, write or own.
  g.via, -- By what: mode, acl, policy, link, iam or token.
  fr.started_at as first_seen, -- Start of the first run that saw it.
  lr.started_at as last_seen, -- Start of the last run that is known to have seen it.
  s.name as source, -- The source.
  iif(a.access_id is null, 'yes', 'no') as inherited, -- yes when the asset has it from its container.
  'yes' as current -- no when it was granted before, and is no more.
from _assets a
join _containers c on c.container_id = a.container_id
join _sources s on s.source_id = c.source_id
join _access_grants g on g.access_id = coalesce(a.access_id, c.access_id)
left join _runs fr on fr.run_id = iif(a.access_id is null, max(a.first_run, c.access_run), a.access_run)
left join _runs lr on lr.run_id = ${LAST_RUN}
where a.removed_at is null
union all
select cast(null as integer), c.container, g.principal, g.kind, g.role, g.via, fr.started_at, lr.started_at, s.name, 'no', 'yes'
from _containers c
join _sources s on s.source_id = c.source_id
join _access_grants g on g.access_id = c.access_id
left join _runs fr on fr.run_id = c.access_run
left join _runs lr on lr.run_id = c.last_run
where c.removed_at is null
union all
select cast(nullif(h.asset_id, 0) as integer), c.container, g.principal, g.kind, g.role, g.via, fr.started_at, lr.started_at, s.name,
  'no', 'no'
from _access_history h
join _containers c on c.container_id = h.container_id
join _sources s on s.source_id = c.source_id
join _access_grants g on g.access_id = h.access_id
left join _runs fr on fr.run_id = h.first_run
left join _runs lr on lr.run_id = h.last_run;

create view digests as
-- Hashes of assets' bytes, from providers and our own; any shared one makes two assets copies.
select
  a.asset_id, -- The asset.
  d.algorithm, -- sha256, sha1, md5, crc32c, quickxor or dropbox.
  d.value -- Lower-case hex.
from _digests d
join _assets a on a.content_id = d.content_id;
`;
