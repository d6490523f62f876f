/** Finds the sketches that have tags in common with one, without looking at the others. */
import type { Database } from 'better-sqlite3';
import { type SketchRow, type StoredSketch, toTags } from './copies.ts';

/** What of a sketch is in the index. */
export type Indexable = Pick<StoredSketch, 'sketchId' | 'kind' | 'sample' | 'details' | 'head'>;

/** Tags of a sketch that are in the index, and those that are looked up there. */
const INDEXED = { rows: 64, text: 8, people: 64, pairs: 64 } as const;
const LOOKED_UP = { rows: 512, text: 32, people: 512, pairs: 256 } as const;
/** A tag that more sketches have is a header or a phrase. */
const COMMON = 64;
/** Candidates that are compared: those with the most tags in common. */
const MOST_CANDIDATES = 12;

type GoneRow = Pick<SketchRow, 'sketch_id' | 'kind' | 'tags' | 'details' | 'head'>;

export function createIndex(db: Database) {
  const select = db
    .prepare<[number, number], number>(
      /* sql */ 'select sketch_id from _sketch_index where entry = ? limit ?',
    )
    .pluck();
  const insert = db.prepare<[number, number]>(/* sql */ 'insert or ignore into _sketch_index values (?, ?)');
  const remove = db.prepare<[number, number]>(
    /* sql */ 'delete from _sketch_index where entry = ? and sketch_id = ?',
  );
  const gone = db.prepare<[], GoneRow>(
    /* sql */ 'select sketch_id, kind, tags, details, head from _sketches_gone',
  );
  return {
    /** Ids of the sketches that have the most tags in common with it. */
    lookUp(sketch: Indexable): readonly number[] {
      const { sketchId } = sketch;
      const hits = new Map<number, number>();
      for (const entry of entriesOf(sketch, LOOKED_UP)) {
        const found = select.all(entry, COMMON + 1);
        if (found.length > COMMON) continue;
        for (const id of found) if (id !== sketchId) hits.set(id, (hits.get(id) ?? 0) + 1);
      }
      return [...hits]
        .sort((a, b) => b[1] - a[1] || a[0] - b[0])
        .slice(0, MOST_CANDIDATES)
        .map(([id]) => id);
    },
    add(sketch: Indexable): void {
      for (const entry of entriesOf(sketch, INDEXED)) insert.run(entry, sketch.sketchId);
    },
    takeGone() {
      const rows = gone.all();
      if (rows.length > 0) db.exec(/* sql */ 'delete from _sketches_gone');
      return rows.map((row) => ({
        sketchId: row.sketch_id,
        kind: row.kind,
        sample: { tags: toTags(row.tags), distinct: 0 },
        details: { tags: toTags(row.details), distinct: 0 },
        head: toTags(row.head),
      }));
    },
    drop(sketch: Indexable): void {
      for (const entry of entriesOf(sketch, INDEXED)) remove.run(entry, sketch.sketchId);
    },
  };
}

const NUMBERS = { rows: 1, text: 2, people: 3, pairs: 4 } as const;

/** The index's entries for a sketch, 35 bits each: what a tag is of, and the tag. */
function entriesOf(
  { kind, sample, details, head }: Omit<Indexable, 'sketchId'>,
  most: Readonly<Record<keyof typeof NUMBERS, number>>,
): ReadonlySet<number> {
  const entries = new Set<number>();
  const add = (of: keyof typeof NUMBERS, tags: Uint32Array) => {
    for (const tag of tags) entries.add(NUMBERS[of] * 2 ** 32 + tag);
  };
  add(kind, sample.tags.subarray(0, most[kind]));
  add(kind, head);
  if (kind === 'rows') add('pairs', details.tags.subarray(0, most.pairs));
  return entries;
}
