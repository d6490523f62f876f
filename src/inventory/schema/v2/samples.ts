/** Version 2: How much of a content a sample is, and what it may have missed. */

export const SAMPLES = /* sql */ `
create table _samples (
  -- Contents of which a part was read that stands for the whole: too large, too slow, or the depth asked for was sample.
  content_id integer primary key references _contents on delete cascade, -- The content.
  how text not null, -- head, or what was drawn at random: pieces, members, row groups or pages.
  unit text not null, -- What read and total count: bytes or rows.
  read integer not null, -- How many were read.
  total integer, -- How many there are; null when not known.
  draws integer not null, -- Parts drawn at random, each from a stretch of its own; 0 for a head.
  rows integer not null, -- Rows, records or lines in the drawn parts.
  seed text not null, -- What the draws follow from: the content's size and first 16 KiB; empty without draws.
  row_bound real, -- 1 - 0.05 ^ (1 / rows): share of rows that may still have what was not found, were rows drawn one by one; null without rows.
  draw_bound real -- The same of the stretches that were drawn from, however the rows lie; null without draws.
) strict;
`;
