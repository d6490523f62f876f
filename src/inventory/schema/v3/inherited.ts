/** Version 3: what assets inherit from their copies. */

export const INHERITED = /* sql */ `
create table _inherited (
  -- What an asset inherits from its copies, as a proposal. Made anew after each scan and decision in which something changed.
  asset_id integer primary key, -- The asset.
  level text, -- The highest level that somebody gave one of its copies, when that is above its own; null for none.
  why text, -- From which copy, in words; null without a level.
  client text, -- The client whose data its copies are, when it has none itself and they agree; null for none.
  client_why text -- From which copy, in words; null without a client.
) strict;

create table _inherited_as_of (
  -- The state of the inventory of which _inherited was made; one row.
  state text not null -- Last event, last sketch, number of sketches and policies, a JSON array.
) strict;
`;
