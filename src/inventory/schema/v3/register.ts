/** Version 3: what the config says was agreed about data, so that questions about it have an answer in SQL. */

export const REGISTER = /* sql */ `
create table _registered (
  -- Sources that the config names: the register of places. One that has left it stays.
  source text primary key, -- Name in the config.
  configured integer not null -- 0 when no longer in the config.
) strict, without rowid;

create table _agreements (
  -- What was agreed with a client, beside what is in _clients.
  client_id text primary key, -- The client.
  readers text not null, -- JSON array of globs over principals; empty when not said.
  access_reviewed text, -- ISO date of the last review of who has access; null when not said.
  deleted_on text, -- ISO date on which all its data was deleted; null when it was not.
  deletion_proof text -- Where the proof of that is; null when not said.
) strict, without rowid;

create table _vendors (
  -- Whose services data lies with, from the config; a vendor that left the config stays.
  vendor_id text primary key, -- As in the config.
  name text not null, -- Full name.
  providers text not null, -- JSON array of providers, as in view containers.
  dpa_signed text, -- ISO date of the data processing agreement; null when not said.
  dpa_expires text, -- ISO date: first day on which it no longer holds; null when it has no end.
  trains_on_data text not null, -- yes, no or unknown.
  region text, -- Where it processes; null when not said.
  sub_processors text not null, -- JSON array of names.
  certifications text not null, -- JSON array.
  configured integer not null -- 0 when no longer in the config.
) strict, without rowid;

create table _handling (
  -- How data of a level may be kept, from the config.
  level text primary key, -- public, internal, confidential or restricted.
  providers text, -- JSON array of providers that it may lie with; null when not said.
  retention_days integer -- Days after its last change that it may be kept; null when not said.
) strict, without rowid;

create table _revocations (
  -- Access that was decided to end, from the config.
  principal text not null, -- Glob over principals.
  client text, -- Id of the client whose data it is about; null for all.
  since text not null, -- ISO date: first day on which it must have ended.
  reason text not null, -- Why.
  decided_by text not null -- Who.
) strict;
`;
