/**
 * The private tables, version 1. Every `--` comment is the documentation of its table or column, kept in the file's schema.
 * Longer than 300 lines because one schema is read as one; rows of `_assets` are kept narrow, repeated things are stored once.
 */

export const TABLES = /* sql */ `
create table _texts (
  -- Words that repeat in many rows: owners, media types, environments, formats.
  text_id integer primary key, -- Row id.
  text text not null unique -- The word.
) strict;

create table _gap_reasons (
  -- Why something was not read; written from the program's list whenever the file is opened for writing.
  reason text primary key, -- The word in view gaps.
  incomplete integer not null, -- 1 when it makes a run's coverage incomplete.
  advice text not null -- What to do about it.
) strict, without rowid;

create table _sources (
  -- Configured places.
  source_id integer primary key, -- Row id.
  name text not null unique, -- As in the config.
  connector text not null, -- Kind of connector.
  category text not null, -- storage, machine, saas or experiment.
  location text not null, -- For people.
  config_digest text not null, -- sha256 of what decides which assets are listed and how they are read.
  policy_digest text, -- Policy under which all its assets are classified; null while that is being changed.
  digests text not null default '[]', -- JSON array of the digest algorithms that its provider vouches for.
  first_run integer, -- Run that first scanned it.
  complete_run integer -- Last run that was complete.
) strict;

create table _clients (
  -- Whose data it may be, from the config; a client that left the config stays.
  client_id text primary key, -- As in the config.
  name text not null, -- Full name.
  aliases text not null, -- JSON array.
  engagement_end text, -- ISO date; null when the engagement is open.
  allowed_places text not null, -- JSON array of source names or provider:region.
  retention_days integer, -- Days to keep after the engagement's end; null when not said.
  configured integer not null -- 0 when no longer in the config.
) strict, without rowid;

create table _suppressions (
  -- Findings that somebody found harmless, from the config; one that left the config, or was changed, stays.
  suppression_id integer primary key, -- Row id.
  rule text not null, -- Rule id, kind or *.
  glob text, -- Where: glob over the path, or over source:path; null for anywhere.
  fingerprint text, -- Which finding; null for any.
  reason text not null, -- Why it is harmless.
  approver text not null, -- Who says so.
  expires text not null, -- ISO date: first day on which it no longer holds.
  configured integer not null -- 0 when no longer in the config.
) strict;

create table _rulesets (
  -- Every set of rules that was ever used.
  ruleset_id integer primary key, -- Row id.
  digest text not null unique, -- sha256 over the rules' digests and the extractor's version.
  extractor_version text not null -- Version of the format readers.
) strict;

create table _rules (
  -- What each rule means now; level and regulations in force apply to old findings too.
  rule_id integer primary key, -- Row id.
  rule text not null unique, -- The rule's permanent id.
  title text not null, -- For people.
  kind text not null, -- Sort of data.
  family text not null, -- Family of kinds.
  level text not null, -- Level in force.
  regulations text not null -- JSON array.
) strict;

create table _ruleset_rules (
  -- Which version of a rule each set had.
  ruleset_id integer not null, -- The set.
  rule_id integer not null, -- The rule.
  digest text not null, -- sha256 of what decides its matches.
  text integer not null, -- 1 when it looks at running text.
  columns integer not null, -- 1 when it looks at columns and keys.
  primary key (ruleset_id, rule_id)
) strict, without rowid;

create table _runs (
  -- Scans of one source.
  run_id integer primary key autoincrement, -- Row id; the order of runs, whatever the clock says.
  source_id integer not null references _sources, -- What was scanned.
  status text not null, -- running, complete, partial, failed or interrupted.
  started_at text not null, -- ISO 8601 UTC.
  finished_at text, -- ISO 8601 UTC; null while it runs or was killed.
  depth text not null, -- metadata, sample or full.
  full integer not null, -- 1 when everything was to be read again.
  tool_version text not null, -- Version of the program.
  ruleset_id integer not null references _rulesets, -- Rules in use.
  config_digest text not null, -- Digest of the source's config.
  policy_digest text not null, -- Digest of what classification depends on.
  listed integer not null default 0, -- Assets listed.
  read integer not null default 0, -- Opened and read in full.
  sampled integer not null default 0, -- Opened and read in part.
  metadata integer not null default 0, -- Looked at without opening, by design.
  unchanged integer not null default 0, -- Not opened: as an earlier run left them.
  linked integer not null default 0, -- Not opened: their bytes were known.
  gaps integer not null default 0, -- Could not be read.
  removed integer not null default 0, -- Marked removed.
  bytes_read integer not null default 0, -- Bytes taken from the source.
  requests integer not null default 0 -- Requests made to the provider.
) strict;
create index _runs_source on _runs (source_id);

create table _access (
  -- Sets of grants; the same set is stored once, however many assets have it.
  access_id integer primary key, -- Row id.
  digest blob not null unique, -- sha256 of exposure and grants, 16 bytes.
  exposure text not null -- private, internal, external, public or unknown.
) strict;

create table _access_grants (
  -- Who is in an access set.
  access_id integer not null references _access, -- The set.
  principal text not null, -- Who, as the provider names them.
  kind text not null, -- user, group, domain, service or everyone.
  role text not null, -- read, write or own.
  via text not null, -- The mechanism.
  primary key (access_id, principal, kind, role, via)
) strict, without rowid;

create table _access_history (
  -- Access sets that an asset, or a container (asset_id 0), had before the present one.
  container_id integer not null, -- The container.
  asset_id integer not null, -- The asset; 0 for the container itself.
  access_id integer not null, -- What it had.
  first_run integer not null, -- First run that saw it.
  last_run integer not null, -- Last run that saw it.
  primary key (container_id, asset_id, first_run, access_id)
) strict, without rowid;

create table _labels (
  -- Sets of provider labels and tags.
  labels_id integer primary key, -- Row id.
  labels text not null unique -- JSON object, keys sorted.
) strict;

create table _containers (
  -- Buckets, drives, sites, root folders.
  container_id integer primary key, -- Row id.
  source_id integer not null references _sources, -- The source it is in.
  container text not null, -- The connector's id for it.
  name text not null, -- For people.
  uri text not null, -- Where it is.
  provider text not null, -- Whose service.
  account text, -- Null when unknown.
  region text, -- Null when unknown.
  encryption text, -- none, or as the provider names it; null when unknown.
  public_access text not null, -- yes, no or unknown.
  versioning text not null, -- yes, no or unknown.
  logging text not null, -- yes, no or unknown.
  labels_id integer, -- Provider labels; null for none.
  access_id integer, -- Access of what says nothing itself; null when there is no such thing.
  access_run integer not null, -- Run that first saw this access set.
  first_run integer not null, -- Run that first saw it.
  last_run integer not null, -- Last run that saw it.
  baseline_run integer, -- First run that listed it to its end.
  complete_run integer, -- Last run that listed it to its end.
  live integer not null default 0, -- Assets in it that are not marked removed.
  lost integer not null default 0, -- Those of them that the last listing could not reach.
  removed_at text, -- ISO 8601 UTC; null while it is there.
  unique (source_id, container)
) strict;

create table _classifications (
  -- Levels with their reasons; the same judgement is stored once.
  classification_id integer primary key, -- Row id.
  digest blob not null unique, -- sha256 of the rest, 16 bytes.
  level text, -- In force; null when not known.
  detected_level text, -- From findings alone; null when not known.
  basis text, -- What put the level in force; null with the level.
  status text not null, -- classified, contradicted or unclassified.
  why text not null, -- Plain English.
  client text, -- Client id; null for none.
  client_why text, -- Evidence for the client.
  declared_level text, -- What was declared, labelled or decided.
  declared_basis text, -- decided, declared or labelled.
  declared_source text -- Who or what said so.
) strict;

create table _suppressed (
  -- Findings that set no level in the assets that have a classification.
  classification_id integer not null references _classifications on delete cascade, -- The classification.
  rule_id integer not null references _rules, -- The finding's rule.
  target text not null, -- Where the finding is: content or metadata.
  suppression_id integer references _suppressions, -- What suppresses it; null when comments in the text allow every match.
  primary key (classification_id, rule_id, target)
) strict, without rowid;

create table _contents (
  -- Bytes, wherever they are. Findings belong here.
  content_id integer primary key autoincrement, -- Row id, never used again.
  size integer, -- Bytes; null when unknown.
  format_id integer, -- What it turned out to be; null when never opened.
  media_type_id integer, -- From the bytes; null when never opened.
  coverage text not null, -- none, metadata, sample or full.
  depth integer not null, -- Depth asked for when it was read: 0 never opened, 1 sample, 2 full.
  bytes_read integer not null, -- Bytes taken from the source for it.
  has_text integer not null, -- 1 when it had running text.
  has_columns integer not null, -- 1 when it had tables or keys.
  ruleset_id integer, -- Rules that its findings are of; null when never opened.
  retry text not null, -- no; yes when another try may close a gap; config when other limits may.
  read_run integer -- Run that last read it; null when never opened.
) strict;

create table _digests (
  -- Hashes of contents, from providers and our own. Any shared one makes two assets the same content.
  content_id integer not null references _contents on delete cascade, -- The content.
  algorithm text not null, -- sha256, sha1, md5, crc32c, quickxor or dropbox.
  value text not null, -- Lower-case hex.
  primary key (content_id, algorithm)
) strict, without rowid;
create index _digests_value on _digests (value, algorithm);

create table _members (
  -- What is inside archives and other containers of files.
  content_id integer not null references _contents on delete cascade, -- The archive.
  path text not null, -- Path inside the outermost content.
  position integer not null, -- Order in the archive, from 0.
  size integer not null, -- Bytes, unpacked.
  member_content_id integer not null references _contents, -- The member's own content.
  primary key (content_id, position)
) strict, without rowid;
create index _members_content on _members (member_content_id);

create table _findings (
  -- What rules found in contents. Never a matched value.
  content_id integer not null references _contents on delete cascade, -- The content.
  position integer not null, -- Order as found, from 0.
  rule_id integer not null references _rules, -- The rule.
  confidence text not null, -- low, medium or high.
  count integer not null, -- Matches.
  distinct_count integer not null, -- Distinct values.
  places text not null, -- JSON array of the first places.
  shape text not null, -- Letters as A or a, digits as 9.
  why text not null, -- Why this confidence.
  allowed integer not null, -- Of count, those that a comment in the text allows.
  primary key (content_id, position)
) strict, without rowid;
create index _findings_rule on _findings (rule_id);

create table _content_gaps (
  -- Parts of contents that could not be read.
  content_id integer not null references _contents on delete cascade, -- The content.
  position integer not null, -- Order as met, from 0.
  reason text not null, -- See _gap_reasons.
  message text not null, -- What happened.
  place text, -- The part; null for all of it.
  primary key (content_id, position)
) strict, without rowid;

create table _assets (
  -- One row for each object, file or notebook at one place. Findings on bytes are its content's.
  asset_id integer primary key, -- Row id, never used again.
  container_id integer not null references _containers, -- Where it is.
  key text not null, -- The connector's key in the container.
  raw_key blob, -- The name's exact bytes when they are not valid UTF-8.
  uri text, -- Null when it is the container's uri, a slash and the key.
  path text, -- For people; null when it is the key.
  name text, -- Null when it is what follows the path's last slash.
  size integer, -- Bytes; null when unknown.
  version text not null, -- Changes whenever the bytes change.
  modified_at text, -- ISO 8601 UTC; null when unknown.
  owner_id integer, -- Null when unknown.
  media_type_id integer, -- As listed; null when unknown.
  environment_id integer, -- experiment, or null.
  labels_id integer, -- Provider labels; null for none.
  access_id integer, -- Own access; null when as its container's.
  access_run integer not null, -- Run that first saw this access set.
  content_id integer references _contents, -- Its bytes; null when not known.
  coverage text, -- Its own coverage; null when its content's counts.
  classification_id integer not null, -- Level and why.
  stale integer not null, -- 1 when its content got other findings since it was classified.
  first_run integer not null, -- Run that first saw it.
  last_run integer not null, -- Last run that wrote this row.
  lost_run integer, -- First run that did not see it any more; null while it is seen.
  removed_at text, -- ISO 8601 UTC; null while it is there or it is not known whether it is.
  unique (container_id, key)
) strict;
create index _assets_content on _assets (content_id) where content_id is not null;
create index _assets_stale on _assets (asset_id) where stale = 1;

create table _identities (
  -- Hard links: the same identity and version in a container are the same bytes.
  container_id integer not null, -- The container.
  identity text not null, -- The connector's word for it.
  version text not null, -- Asset version that it held for.
  content_id integer not null references _contents on delete cascade, -- The bytes.
  primary key (container_id, identity)
) strict, without rowid;
create index _identities_content on _identities (content_id);

create table _asset_findings (
  -- What rules found in names, paths and labels.
  asset_id integer not null references _assets, -- The asset.
  position integer not null, -- Order as found, from 0.
  rule_id integer not null references _rules, -- The rule.
  confidence text not null, -- low, medium or high.
  count integer not null, -- Matches.
  distinct_count integer not null, -- Distinct values.
  places text not null, -- JSON array of the first places.
  shape text not null, -- Letters as A or a, digits as 9.
  why text not null, -- Why this confidence.
  allowed integer not null, -- Of count, those that a comment in the text allows: 0, names have none.
  primary key (asset_id, position)
) strict, without rowid;

create table _gaps (
  -- What was not read. A row stays open until a later run finds it gone.
  gap_id integer primary key, -- Row id.
  source_id integer not null references _sources, -- The source.
  container_id integer, -- Null for a gap of the source.
  asset_id integer, -- Null for a gap of a listing or of the source.
  uri text, -- Null when it is the asset's.
  prefix text, -- For a listing: keys below this were not listed.
  place text, -- Part of the asset; null for all of it.
  reason text not null, -- See _gap_reasons.
  message text not null, -- What happened.
  first_run integer not null, -- Run that met it first.
  last_run integer not null, -- Last run that met it anew; a gap of an unchanged asset is not met anew.
  closed_run integer -- Run that found it gone; null while it stands.
) strict;
create index _gaps_open on _gaps (source_id, asset_id) where closed_run is null;

create table _progress (
  -- Where each container's listing stands in a run that can be taken up again.
  run_id integer not null, -- The run.
  container_id integer not null, -- The container.
  cursor text, -- Where the next page begins; null at the end.
  inserted integer not null, -- Assets first seen here in this run.
  finished integer not null, -- 1 when what was not seen has been marked removed.
  at text not null, -- ISO 8601 UTC of the last page.
  primary key (run_id, container_id)
) strict, without rowid;

create table _seen (
  -- Known assets that a run has listed: bit n of chunk c is asset 8192 c + n. Dropped when the container is finished.
  run_id integer not null, -- The run.
  container_id integer not null, -- The container.
  chunk integer not null, -- asset_id / 8192.
  bits blob not null, -- 1,024 bytes, lowest bit first.
  primary key (run_id, container_id, chunk)
) strict, without rowid;

create table _events (
  -- What changed, in order. Append-only; each row's hash covers the one before it.
  event_id integer primary key, -- 1, 2, 3 and so on without holes.
  run_id integer not null, -- The run that noticed.
  at text not null, -- ISO 8601 UTC.
  type text not null, -- See view events.
  container_id integer not null, -- Where.
  asset_id integer, -- Which; null for the container itself.
  before text, -- What it was.
  after text, -- What it is.
  hash text not null -- sha256, hex, of the previous hash, a newline and the row as a JSON array without hash.
) strict;
create trigger _events_no_update before update on _events
begin select raise(abort, 'events are append-only'); end;
create trigger _events_no_delete before delete on _events
begin select raise(abort, 'events are append-only'); end;
create index _events_asset on _events (asset_id) where asset_id is not null;

create table _documentation (
  -- Meaning of every table, view and column, taken from the comments in this schema.
  object text not null, -- Table or view.
  position integer not null, -- Order in the object, from 0.
  column_name text not null, -- Empty for the object itself.
  meaning text not null, -- One sentence or two.
  primary key (object, position)
) strict, without rowid;
`;
