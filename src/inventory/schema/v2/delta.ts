/** Version 2: Tokens of the containers that can say what changed since. */

export const DELTA = /* sql */ `
create table _tokens (
  -- Where the next run of a container goes on, when its provider can say what changed since.
  container_id integer primary key references _containers, -- The container.
  token text not null, -- As the connector gave it with the last page of a listing.
  run_id integer not null references _runs -- Run that listed to there; what it was run under is what the token is valid for.
) strict;

create table _listings (
  -- Listings under way of containers whose provider can say what changed. _seen then has every asset that was listed, new ones too.
  run_id integer not null, -- The run.
  container_id integer not null, -- The container.
  since text, -- Token whose changes are listed; null for a whole listing.
  token text, -- Token for the next run, from the last page; null before.
  primary key (run_id, container_id)
) strict, without rowid;

create table _unreadable (
  -- Assets of such containers of which the listing itself says that they cannot be read: only another listing can say otherwise.
  asset_id integer primary key references _assets -- The asset.
) strict;
`;
