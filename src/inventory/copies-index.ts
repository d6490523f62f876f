/** Finds the sketches that have tags in common with one, without looking at the others. */
import type { Database } from 'better-sqlite3';
import { type SketchRow, type StoredSketch, toTags } from './copies.ts';

/** What of a sketch is in the index. */
export type Indexable = Pick<StoredSketch, 'sketchId' | 'kind' | 'sample' | 'details' | 'head'>;

/** Tags of a sketch that are in the index, and those that are looked up there. */
const INDEXED = { rows: 64, text: 8, people: 64, pairs: 64 } as const;
const LOOKED_UP = { rows: 256, text: 32, people: 256, pairs: 64 } as const;
/** A tag that so many sketches have is a header or a phrase: it tells nothing, and the index takes no more of it. */
const COMMON = 64;
/** Candidates that are compared: those with the most tags in common. */
const MOST_CANDIDATES = 12;

export interface LookedUp {
  readonly ids: readonly number[];
  readonly common: ReadonlySet<number>;
}

type GoneRow = Pick<SketchRow, 'sketch_id' | 'kind' | 'tags' | 'details' | 'head'>;

export function createIndex(db: Database) {
  // All in one statement: asking for each entry on its own costs several times as much.
  const select = db
    .prepare<[string], [number, number]>(/* sql */ `
      select entry, sketch_id from _sketch_index where entry in (select value from json_each(?))`)
    .raw();
  const insert = db.prepare<[number, number]>(/* sql */ 'insert or ignore into _sketch_index values (?, ?)');
  const remove = db.prepare<[number, number]>(
    /* sql */ 'delete from _sketch_index where entry = ? and sketch_id = ?',
  );
  const gone = db.prepare<[], GoneRow>(
    /* sql */ 'select sketch_id, kind, tags, details, head from _sketches_gone',
  );
  return {
    /** The sketches that have the most tags in common with it, by id, and the entries that tell nothing. */
    lookUp(sketch: Indexable): LookedUp {
      const found = new Map<number, number[]>();
      for (const [entry, id] of select.all(JSON.stringify([...entriesOf(sketch, LOOKED_UP)]))) {
        const ids = found.get(entry);
        if (ids) ids.push(id);
        else found.set(entry, [id]);
      }
      const common = new Set<number>();
      const hits = new Map<number, number>();
      for (const [entry, ids] of found) {
        if (ids.length >= COMMON) common.add(entry);
        else for (const id of ids) hits.set(id, (hits.get(id) ?? 0) + 1);
      }
      hits.delete(sketch.sketchId);
      const ids = [...hits].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([id]) => id);
      return { ids: ids.slice(0, MOST_CANDIDATES), common };
    },
    add(sketch: Indexable, common: ReadonlySet<number>): void {
      for (const entry of entriesOf(sketch, INDEXED)) {
        if (!common.has(entry)) insert.run(entry, sketch.sketchId);
      }
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
