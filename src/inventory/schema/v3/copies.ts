/**
 * Version 3: what waits to be compared in a table of its own, and the index of sketches by pages. Sketches of this version are other
 * ones (copies/tags.ts), so that the old ones go.
 */

export const COPIES = /* sql */ `
delete from _sketches;
delete from _sketches_gone;

drop index _sketches_pending;
alter table _sketches drop column pending;
create table _sketches_pending (
  -- Sketches that wait to be compared.
  kind text not null, -- As in _sketches.
  sketch_id integer not null, -- The sketch.
  primary key (kind, sketch_id)
) strict, without rowid;

drop trigger _sketches_deleted;
create trigger _sketches_deleted after delete on _sketches
begin
  insert or ignore into _sketches_gone values (old.sketch_id, old.kind, old.tags, old.details, old.head);
  delete from _sketches_pending where kind = old.kind and sketch_id = old.sketch_id;
end;

drop table _sketch_index;
create table _sketch_index (
  -- Which sketches have a tag: the few smallest of each, and those of its first rows. Pages of sorted pairs.
  first integer primary key, -- Kind (rows 1, text 2, people 3, pairs of cells 4) and lowest tag: kind * 2^32 + tag.
  entries blob not null -- Pairs of a tag and a sketch_id, 4 bytes each, little-endian, ascending; the next page goes on.
) strict;
`;
