/** Version 2: Sketches of tables, texts and people, and the groups of copies that follow from them. */

export const COPIES = /* sql */ `
create table _sketch_key (
  -- The key that the sketches were made with; at most one row. The key itself is in a file beside the inventory.
  key_id text primary key, -- 16 hex digits of its sha256.
  since_run integer not null -- Last run before it was made; what was read up to then has no sketches of it.
) strict, without rowid;

create table _sketches (
  -- Samples of what is in contents, as tags that only the key's holder can make. They say what is a copy of what, and nothing else.
  sketch_id integer primary key autoincrement, -- Row id, never used again.
  content_id integer not null references _contents on delete cascade, -- The content.
  kind text not null, -- rows (one table), text or people.
  part text not null, -- The table's name; empty for the only one, for text and for people.
  whole integer not null, -- 1 when most of the content is in this part.
  size integer not null, -- Rows, words or distinct identifiers.
  distinct_tags integer not null, -- Distinct members of the sampled set; an estimate above the size of the sample.
  tags blob not null, -- The smallest tags of the set, 4 bytes each, little-endian, ascending.
  distinct_details integer not null, -- As distinct_tags, of the second set.
  details blob not null, -- Second set: pairs of cells, or numbers and names.
  head blob not null, -- Tags of the first rows, or of all words in order.
  pending integer not null, -- 1 until it has been compared.
  group_id integer not null, -- The group that it is in: the lowest sketch_id of those that founded it.
  parent_id integer, -- The sketch that it is related to; null for the largest of its group.
  how text, -- How: see view copies; null without a parent.
  forward real, -- Share of it that the parent has, 0 to 1.
  backward real -- Share of the parent that it has, 0 to 1.
) strict;
create index _sketches_content on _sketches (content_id);
create index _sketches_group on _sketches (group_id);
create index _sketches_parent on _sketches (parent_id) where parent_id is not null;
create index _sketches_pending on _sketches (kind, sketch_id) where pending = 1;

create table _sketch_index (
  -- Which sketches have a tag: the few smallest of each, and those of its first rows.
  entry integer not null, -- Tag and kind.
  sketch_id integer not null, -- The sketch; may be gone.
  primary key (entry, sketch_id)
) strict, without rowid;

create table _sketches_gone (
  -- Sketches that were deleted since copies were last grouped.
  sketch_id integer primary key, -- The sketch.
  kind text not null, -- As it was.
  tags blob not null, -- As they were, for clearing the index.
  details blob not null, -- As they were.
  head blob not null -- As they were.
) strict;
create trigger _sketches_deleted after delete on _sketches
begin insert or ignore into _sketches_gone values (old.sketch_id, old.kind, old.tags, old.details, old.head); end;
`;
