/**
 * The public views: what auditors, named queries and reports read. Columns are only ever added.
 * Every `--` comment is documentation: view `documentation` and docs/auditors.md are made of them.
 */
import { ASSET_URI, ASSET_VIEWS } from './views-assets.ts';
import { COPY_VIEW } from './views-copies.ts';
import { REGISTER_VIEWS } from './views-register.ts';
import { STEERING_VIEWS } from './views-steering.ts';

const RUN_VIEWS = /* sql */ `
create view sources as
-- Configured places, each with its last scans.
select
  s.name as source, -- Name in the config.
  s.connector, -- Kind of connector: local, jupyter, s3.
  s.category, -- What it is to a policy: storage, machine, saas or experiment.
  s.location, -- Where it is, for people.
  fr.started_at as first_scan, -- Start of the first scan.
  lr.started_at as last_scan, -- Start of the last scan, whatever came of it.
  lr.status as last_status, -- How the last scan ended: see runs.status.
  cr.started_at as last_complete, -- Start of the last scan that listed everything; null when there was none.
  (select coalesce(sum(live), 0) from _containers c where c.source_id = s.source_id) as assets, -- Assets not marked removed.
  s.config_digest, -- sha256 of what decides which assets are listed and how they are read.
  iif(exists (select 1 from _registered g where g.source = s.name and g.configured = 1), 'yes', 'no') as configured -- Whether the config names it: the config is the register of places.
from _sources s
left join _runs fr on fr.run_id = s.first_run
left join _runs lr on lr.run_id = (select max(run_id) from _runs where source_id = s.source_id)
left join _runs cr on cr.run_id = s.complete_run;

create view containers as
-- Buckets, drives, sites and root folders, with what is known of how they are kept. Null and unknown mean: could not be found out.
select
  s.name as source, -- Source it is in.
  c.container, -- Its id, unique in the source.
  c.name, -- Its name, for people.
  c.uri, -- Where it is.
  c.provider, -- Whose service: local, jupyter, aws, s3-compatible, gcp, azure, azure-compatible, google or microsoft-365.
  c.account, -- Account or project; null when unknown.
  c.region, -- Region; null when unknown.
  c.encryption, -- Encryption at rest as the provider names it, none, or null for unknown.
  c.public_access, -- Whether the public may read: yes, no or unknown.
  c.versioning, -- Whether old versions are kept: yes, no or unknown.
  c.logging, -- Whether access is logged: yes, no or unknown.
  coalesce(x.exposure, 'unknown') as exposure, -- Who may read what says nothing itself: private, internal, external, public or unknown.
  coalesce(l.labels, '{}') as labels, -- Provider labels and tags, a JSON object.
  c.live as assets, -- Assets in it that are not marked removed.
  fr.started_at as first_seen, -- Start of the first run that saw it.
  lr.started_at as last_seen, -- Start of the last run that saw it.
  cr.started_at as last_complete, -- Start of the last run that listed it to its end; null when there was none.
  c.removed_at -- When a complete discovery did not find it any more; null while it is there.
from _containers c
join _sources s on s.source_id = c.source_id
left join _access x on x.access_id = c.access_id
left join _labels l on l.labels_id = c.labels_id
left join _runs fr on fr.run_id = c.first_run
left join _runs lr on lr.run_id = c.last_run
left join _runs cr on cr.run_id = c.complete_run;

create view runs as
-- Scans of one source each. listed = read + sampled + metadata + skipped + gaps.
select
  r.run_id, -- Number of the run; they are in order, whatever the clocks said.
  s.name as source, -- What was scanned.
  r.status, -- running, complete, partial (part of it could not be listed), failed (none of it) or interrupted.
  r.started_at, -- When it began.
  r.finished_at, -- When it ended; null while it runs, or when it was killed.
  r.depth, -- How deep it was to look: metadata, sample or full.
  iif(r.full, 'yes', 'no') as full, -- Whether unchanged assets were to be read again.
  r.listed, -- Assets listed.
  r.read, -- Assets opened and read in full.
  r.sampled, -- Assets opened and read in part.
  r.metadata, -- Assets whose content was not looked at, by design: name, path and labels were.
  r.unchanged + r.linked as skipped, -- Assets not opened because what is in them was known.
  r.gaps, -- Assets that could not be read; view gaps says why.
  r.unchanged, -- Of the skipped: the same version as an earlier run read.
  r.linked, -- Of the skipped: the same bytes as known content.
  r.removed, -- Assets marked removed.
  r.bytes_read, -- Bytes taken from the source.
  r.requests, -- Requests made to the provider.
  r.tool_version, -- Version of whereabouts.
  rs.digest as ruleset, -- sha256 of the rules in use.
  r.config_digest -- sha256 of the source's config.
from _runs r
join _sources s on s.source_id = r.source_id
join _rulesets rs on rs.ruleset_id = r.ruleset_id;

create view gaps as
-- What was not read, or not wholly. Those with open = 'yes' stand now; the others were closed by a later run.
select
  g.first_run as run_id, -- Run that met it first.
  s.name as source, -- The source.
  coalesce(g.uri, ${ASSET_URI}) as uri, -- What was not read.
  g.reason, -- Why, in a word: permission-denied, encrypted, size-limit and so on.
  g.message, -- Why, in a sentence.
  g.place, -- The part of it, such as an archive member; null for all of it.
  iif(i.incomplete, 'yes', 'no') as incomplete, -- no for what is left out by design, such as links and pictures.
  i.advice, -- What to do about it.
  g.asset_id, -- The asset; null for a folder, container or source.
  c.container, -- The container; null for a source.
  a.size as bytes, -- Size of the asset; null when unknown.
  iif(g.closed_run is null, 'yes', 'no') as open, -- Whether it stands now.
  g.closed_run as closed_run_id -- Run that found it closed; null while it stands.
from _gaps g
join _sources s on s.source_id = g.source_id
left join _containers c on c.container_id = g.container_id
left join _assets a on a.asset_id = g.asset_id
left join _gap_reasons i on i.reason = g.reason;

create view rules as
-- Rules that findings may be of, with what they mean now.
select
  rule, -- Permanent id.
  title, -- For people.
  kind, -- Sort of data it finds.
  family, -- Family of kinds.
  level, -- Level in force.
  regulations -- Regulations it matters to, a JSON array.
from _rules;

create view events as
-- What changed, in order. Everything found by a container's first whole listing is its baseline: those 'added' rows have no event_id.
select
  e.event_id, -- Number in the append-only record; null for the baseline's assets.
  e.run_id, -- Run that noticed.
  e.at, -- When it noticed.
  e.type, -- baseline, added, changed, removed, reappeared, copied (before: of what), moved (before: from where), level-raised, level-lowered, reclassified, exposure-widened or exposure-narrowed.
  s.name as source, -- The source.
  c.container, -- The container.
  e.asset_id, -- The asset; null for the container itself.
  coalesce(${ASSET_URI}, c.uri) as uri, -- Where it is.
  e.before, -- What it was: version, level, status or exposure.
  e.after, -- What it is.
  e.hash -- sha256 over the previous hash and this row, hex.
from _events e
join _containers c on c.container_id = e.container_id
join _sources s on s.source_id = c.source_id
left join _assets a on a.asset_id = e.asset_id
union all
select null, a.first_run, r.started_at, 'added', s.name, c.container, a.asset_id, ${ASSET_URI}, null, null, null
from _assets a
join _containers c on c.container_id = a.container_id
join _sources s on s.source_id = c.source_id
join _runs r on r.run_id = a.first_run
where a.first_run <= coalesce(c.baseline_run, a.first_run);

create view documentation as
-- What every table, view and column means.
select
  object, -- View, or private table (its name begins with _).
  column_name as column, -- Column; empty for the object itself.
  meaning, -- In plain words.
  position -- Order in the object, from 0.
from _documentation;
`;

export const VIEWS: string = ASSET_VIEWS + COPY_VIEW + RUN_VIEWS + STEERING_VIEWS + REGISTER_VIEWS;
