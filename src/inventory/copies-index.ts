/** Finds the sketches that have tags in common with others, many at a time, without looking at the rest. */
import type { Database } from 'better-sqlite3';
import { type SketchRow, type StoredSketch, toTags } from './copies.ts';
import { COMMON, createPages, ENTRIES_OF_KIND, type Pages } from './copies-pages.ts';

/** What of a sketch is in the index. */
export type Indexable = Pick<StoredSketch, 'sketchId' | 'kind' | 'sample' | 'details' | 'head'>;

/** Tags of a sketch that are in the index, and those that are looked up there. */
const INDEXED = { rows: 64, text: 8, people: 64, pairs: 64 } as const;
const LOOKED_UP = { rows: 256, text: 32, people: 256, pairs: 64 } as const;
const NUMBERS = { rows: 1, text: 2, people: 3, pairs: 4 } as const;
/** Candidates that are compared: those with the most tags in common. */
const MOST_CANDIDATES = 12;
/** Bytes of a tag. */
const TAG = 4;

/** A key of a batch is one number of 53 bits: the entry (35), which sketch of the batch (17), and 1 when it is only looked up. */
const SKETCHES = 2 ** 17;
const PER_ENTRY = SKETCHES * 2;
/** Keys of a batch: what bounds its memory, at some 20 bytes each. */
const MOST_KEYS = 6_000_000;

/** SQL of the first bytes of a column; of an empty one `substr` gives null. */
const firstOf = (column: string, tags: number) =>
  `ifnull(substr(${column}, 1, ${tags * TAG}), x'') as ${column}`;
/** SQL of what is needed of a sketch to find those that are like it. */
export const INDEX_COLUMNS = /* sql */ `sketch_id, kind, ${firstOf('tags', LOOKED_UP.rows)},
  ${firstOf('details', LOOKED_UP.pairs)}, head`;
export type IndexRow = Pick<SketchRow, 'sketch_id' | 'kind' | 'tags' | 'details' | 'head'>;

/** Sketches that are looked up together and added in turn: each finds those in the index, and those added before it. */
export interface Batch {
  /** Ids, in the order in which they are to be compared. */
  readonly sketchIds: readonly number[];
  /** The sketches that have the most tags in common with the nth, by id. */
  candidates(nth: number): readonly number[];
  /** Has the nth found by those after it. */
  add(nth: number): void;
  /** Writes what was added. */
  write(): void;
}

export function createIndex(db: Database) {
  const pages = createPages(db);
  const gone = db.prepare<[number], IndexRow>(
    /* sql */ `select ${INDEX_COLUMNS} from _sketches_gone order by sketch_id limit ?`,
  );
  const forget = db.prepare<[number]>(/* sql */ 'delete from _sketches_gone where sketch_id = ?');
  return {
    /** Takes as many of the rows as fit into memory. */
    batch: (rows: Iterable<IndexRow>): Batch => createBatch(pages, keysOf(rows)),
    /** The sketches that have the most tags in common with it, by id. */
    lookUp({ kind, sample, details, head }: Omit<Indexable, 'sketchId'>): readonly number[] {
      const row = { sketch_id: 0, kind, tags: sample.tags, details: details.tags, head };
      return createBatch(pages, keysOf([row])).candidates(0);
    },
    /** Clears the index of sketches that were deleted; gives their ids, at most `limit`. */
    dropGone(limit: number): readonly number[] {
      const { keys, sketchIds } = keysOf(gone.iterate(limit));
      const entries = keys.filter((key) => key % 2 === 0).map((key) => Math.floor(key / PER_ENTRY));
      pages.merge({ entries, ids: new Uint32Array(entries.length) }, new Set(sketchIds));
      for (const id of sketchIds) forget.run(id);
      return sketchIds;
    },
  };
}

interface Keys {
  /** Ascending. */
  readonly keys: Float64Array;
  readonly sketchIds: readonly number[];
}

/** A row as read, or as in memory. */
type Tagged = Omit<IndexRow, 'tags' | 'details' | 'head'> &
  Record<'tags' | 'details' | 'head', Uint8Array | Uint32Array>;

function keysOf(rows: Iterable<Tagged>): Keys {
  let keys = new Float64Array(1024);
  let length = 0;
  const sketchIds: number[] = [];
  const add = (of: keyof typeof NUMBERS, all: Uint8Array | Uint32Array, most: Most) => {
    const tags = (all instanceof Uint32Array ? all : toTags(all)).subarray(0, most.lookedUp);
    if (length + tags.length > keys.length) keys = enlarged(keys, length + tags.length);
    const nth = sketchIds.length * 2;
    for (let i = 0; i < tags.length; i++)
      keys[length++] =
        (NUMBERS[of] * ENTRIES_OF_KIND + tags[i]!) * PER_ENTRY + nth + (i < most.indexed ? 0 : 1);
  };
  const most = (of: keyof typeof NUMBERS) => ({ indexed: INDEXED[of], lookedUp: LOOKED_UP[of] });
  for (const { sketch_id, kind, tags, details, head } of rows) {
    add(kind, tags, most(kind));
    add(kind, head, { indexed: head.length, lookedUp: head.length });
    if (kind === 'rows') add('pairs', details, most('pairs'));
    sketchIds.push(sketch_id);
    if (sketchIds.length === SKETCHES || length > MOST_KEYS) break;
  }
  return { keys: keys.subarray(0, length).sort(), sketchIds };
}

interface Most {
  readonly indexed: number;
  readonly lookedUp: number;
}

function enlarged(keys: Float64Array, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(keys.length * 2, least));
  larger.set(keys);
  return larger;
}

function createBatch(pages: Pages, { keys, sketchIds }: Keys): Batch {
  const { posts, hits } = findShared(pages, keys);
  const of = bySketch(hits, sketchIds.length);
  const added = new Uint8Array(sketchIds.length);
  return {
    sketchIds,
    candidates(nth) {
      const common = new Map<number, number>();
      for (let i = of.starts[nth]!; i < of.starts[nth + 1]!; i++) {
        for (const id of posts.get(of.posts[i]! >> 1)) common.set(id, (common.get(id) ?? 0) + 1);
      }
      common.delete(sketchIds[nth]!);
      const ids = [...common].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([id]) => id);
      return ids.slice(0, MOST_CANDIDATES);
    },
    add(nth) {
      added[nth] = 1;
      for (let i = of.starts[nth]!; i < of.starts[nth + 1]!; i++)
        if (of.posts[i]! % 2 === 0) posts.push(of.posts[i]! >> 1, sketchIds[nth]!);
    },
    write() {
      const chosen = keys.filter((key) => key % 2 === 0 && added[nthOf(key)] === 1);
      const ids = new Uint32Array(chosen.length);
      for (let i = 0; i < chosen.length; i++) ids[i] = sketchIds[nthOf(chosen[i]!)]!;
      pages.merge({ entries: chosen.map((key) => Math.floor(key / PER_ENTRY)), ids }, NONE);
    },
  };
}

const NONE: ReadonlySet<number> = new Set();

function nthOf(key: number): number {
  return (key % PER_ENTRY) >>> 1;
}

/** An entry that one sketch of the batch shares with the index or with another one of the batch, and who has it so far. */
interface Posts {
  get(post: number): Uint32Array;
  push(post: number, id: number): void;
}

/** Which sketch of the batch has which shared entry: twice its number, and one when it only looks it up. */
interface Hits {
  readonly sketches: Numbers;
  readonly posts: Numbers;
}

/** One walk over keys and pages. Most entries are one sketch's alone and leave nothing behind. */
function findShared(pages: Pages, keys: Float64Array): { readonly posts: Posts; readonly hits: Hits } {
  const read = pages.reader();
  const known = new Uint32Array(COMMON);
  const starts = createNumbers();
  const counts = createNumbers();
  const ids = createNumbers();
  const hits = { sketches: createNumbers(), posts: createNumbers() };
  let from = 0;
  while (from < keys.length) {
    const entry = Math.floor(keys[from]! / PER_ENTRY);
    const end = (entry + 1) * PER_ENTRY;
    let to = from + 1;
    let indexed = keys[from]! % 2 === 0 ? 1 : 0;
    for (; to < keys.length && keys[to]! < end; to++) if (keys[to]! % 2 === 0) indexed++;
    const count = read(entry, known);
    if (count > 0 || (indexed > 0 && to - from > 1)) {
      for (let i = from; i < to; i++) {
        const nth = nthOf(keys[i]!);
        if (i > from && nth === nthOf(keys[i - 1]!)) continue; // a first row's tag is among the smallest as well
        hits.sketches.push(nth);
        hits.posts.push(starts.length * 2 + (keys[i]! % 2));
      }
      starts.push(ids.length);
      counts.push(count);
      const room = Math.min(COMMON, count + indexed);
      for (let i = 0; i < room; i++) ids.push(i < count ? known[i]! : 0);
    }
    from = to;
  }
  return { posts: postsOf(starts, counts, ids), hits };
}

function postsOf(starts: Numbers, counts: Numbers, ids: Numbers): Posts {
  const none = new Uint32Array(0);
  return {
    get(post) {
      const count = counts.at(post);
      return count >= COMMON ? none : ids.slice(starts.at(post), count);
    },
    push(post, id) {
      const count = counts.at(post);
      if (count >= COMMON) return;
      ids.set(starts.at(post) + count, id);
      counts.set(post, count + 1);
    },
  };
}

/** The hits of each sketch one after the other, and where each one's begin. */
function bySketch({ sketches, posts }: Hits, size: number) {
  const starts = new Uint32Array(size + 2);
  for (let i = 0; i < sketches.length; i++) starts[sketches.at(i) + 2]!++;
  for (let i = 2; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const sorted = new Uint32Array(posts.length);
  for (let i = 0; i < posts.length; i++) sorted[starts[sketches.at(i) + 1]!++] = posts.at(i);
  return { starts, posts: sorted };
}

type Numbers = ReturnType<typeof createNumbers>;

/** A list of whole numbers below 2^32 that grows, at four bytes each. */
function createNumbers() {
  let numbers = new Uint32Array(16);
  let length = 0;
  return {
    get length() {
      return length;
    },
    at: (index: number) => numbers[index]!, // asked for within its length only
    set(index: number, value: number) {
      numbers[index] = value;
    },
    slice: (start: number, count: number) => numbers.subarray(start, start + count),
    push(value: number) {
      if (length === numbers.length) {
        const larger = new Uint32Array(length * 2);
        larger.set(numbers);
        numbers = larger;
      }
      numbers[length++] = value;
    },
  };
}
