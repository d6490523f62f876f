/** Version 2: decisions, sidecars, alerts and their deliveries. */

export const STEERING = /* sql */ `
create table _decisions (
  -- What named persons decided about assets, in order. Append-only: of several about one asset the last holds, also when it has expired.
  decision_id integer primary key, -- 1, 2, 3 and so on.
  at text not null, -- ISO 8601 UTC.
  target text not null, -- assets, or glob.
  glob text, -- Glob over the path, or over source:path; null for assets.
  asked text not null, -- What the person named: an asset, a glob, a copy group.
  level text, -- The level; null when what was decided before is withdrawn.
  reason text not null, -- Why.
  decided_by text not null, -- Who.
  expires text -- ISO date: first day on which it no longer holds; null when it holds until it is withdrawn.
) strict;
create trigger _decisions_no_update before update on _decisions
begin select raise(abort, 'decisions are append-only'); end;
create trigger _decisions_no_delete before delete on _decisions
begin select raise(abort, 'decisions are append-only'); end;

create table _decision_assets (
  -- Assets that a decision is about, by place: another scan finds them there again. Append-only.
  decision_id integer not null references _decisions, -- The decision.
  source text not null, -- Name of the source.
  uri text not null, -- Where the asset is.
  primary key (decision_id, source, uri)
) strict, without rowid;
create trigger _decision_assets_no_update before update on _decision_assets
begin select raise(abort, 'decisions are append-only'); end;
create trigger _decision_assets_no_delete before delete on _decision_assets
begin select raise(abort, 'decisions are append-only'); end;

create table _sidecars (
  -- What files named .whereabouts.yaml declare about the folder that they are in.
  container_id integer not null references _containers, -- The container.
  folder text not null, -- Path of the folder, with a slash at its end; empty for the root.
  declarations text not null, -- JSON array of glob, level and reason.
  primary key (container_id, folder)
) strict, without rowid;

create table _alert_types (
  -- What each type of alert means; written from the program's list whenever the file is opened for writing.
  type text primary key, -- The word in view alerts.
  meaning text not null, -- In plain words.
  todo text not null -- What to do about it.
) strict, without rowid;

create table _alerts (
  -- What a person must look at. Raised once; closed by a decision, by removal, or when what it tells is no longer so.
  alert_id integer primary key, -- Row id.
  type text not null, -- See view alerts.
  subject text not null, -- What it is about, as text: one alert of a type that holds for each.
  source_id integer references _sources, -- The source.
  container_id integer references _containers, -- The container, when it is about one.
  asset_id integer references _assets, -- The asset, when it is about one.
  run_id integer not null, -- Run that raised it.
  raised_at text not null, -- ISO 8601 UTC.
  what text not null, -- One sentence.
  holds integer not null, -- 1 as long as what it tells is so: it is not raised again meanwhile, not even after somebody closed it.
  facts text not null, -- JSON object: what was known when it was raised.
  closed_at text, -- ISO 8601 UTC; null while it is open.
  closed_why text -- Why it is closed; null while it is open.
) strict;
create unique index _alerts_holds on _alerts (type, subject) where holds = 1;
create index _alerts_run on _alerts (run_id);
create index _events_run on _events (run_id);

create table _deliveries (
  -- Which alerts were sent where. An alert without a row for a channel has not been sent there yet.
  alert_id integer not null references _alerts, -- The alert.
  channel text not null, -- Name of the channel in the config.
  delivered_at text not null, -- ISO 8601 UTC.
  primary key (alert_id, channel)
) strict, without rowid;

create table _channels (
  -- How the last attempt at each channel went.
  channel text primary key, -- Name in the config.
  attempted_at text not null, -- ISO 8601 UTC.
  error text -- What went wrong; null when it went well.
) strict, without rowid;

create table _unread (
  -- Runs whose alerts have been raised, and how much of the source could not be read when they ended.
  run_id integer primary key, -- The run.
  assets integer, -- Assets that were there; null for a run before alerts were kept.
  unread integer -- Those with a gap that makes coverage incomplete; null like assets.
) strict;
insert into _unread select run_id, null, null from _runs;
`;
