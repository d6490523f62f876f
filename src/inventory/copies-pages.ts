/**
 * The index of tags on disk: pages of sorted pairs, a tag and a sketch that has it. What is looked up or added comes sorted, so that
 * many tags cost one walk over the pages and a few cost a page each: a tree of single rows costs a search for every tag.
 */
import type { Database } from 'better-sqlite3';
import { toTags } from './copies.ts';

/** A tag that so many sketches have is a header or a phrase: it tells nothing, and the index takes no more of it. */
export const COMMON = 64;
/** Tags of one kind: entries of different kinds never share a page. */
export const ENTRIES_OF_KIND = 2 ** 32;
/** Pairs of 8 bytes that fit into a page of the file. */
const MOST_PAIRS = 496;
/** Pairs in each piece of a page that had too many: there is room for more. */
const SPLIT_PAIRS = 384;

/** Additions in ascending order of entry, then id. An id of 0 only has the page looked at, for what is gone from it. */
export interface Additions {
  readonly entries: Float64Array;
  readonly ids: Uint32Array;
}

interface Page {
  readonly first: number;
  readonly pairs: Uint32Array;
  /** Where the next page begins. */
  readonly end: number;
}

export function createPages(db: Database) {
  const selectPage = db.prepare<[number, number], { first: number; entries: Buffer }>(/* sql */ `
    select first, entries from _sketch_index where first between ? and ? order by first desc limit 1`);
  const selectNext = db
    .prepare<[number], number>(
      /* sql */ 'select first from _sketch_index where first > ? order by first limit 1',
    )
    .pluck();
  const put = db.prepare<[number, Buffer]>(/* sql */ `
    insert into _sketch_index values (?, ?) on conflict do update set entries = excluded.entries`);
  const remove = db.prepare<[number]>(/* sql */ 'delete from _sketch_index where first = ?');

  function pageOf(entry: number): Page {
    const base = entry - (entry % ENTRIES_OF_KIND);
    const row = selectPage.get(base, entry);
    const first = row?.first ?? base;
    const end = Math.min(selectNext.get(first) ?? Number.POSITIVE_INFINITY, base + ENTRIES_OF_KIND);
    return { first, pairs: row === undefined ? new Uint32Array(0) : toTags(row.entries), end };
  }

  function write(first: number, pairs: Uint32Array): void {
    if (pairs.length === 0) remove.run(first);
    const base = first - (first % ENTRIES_OF_KIND);
    let from = 0;
    for (const to of splits(pairs)) {
      const piece = pairs.subarray(from * 2, to * 2);
      const key = from === 0 ? first : base + pairs[from * 2]!;
      put.run(key, Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
      from = to;
    }
  }

  return {
    /** Sketches that have an entry, into `ids`; gives how many. Entries are to come in ascending order. */
    reader(): (entry: number, ids: Uint32Array) => number {
      let page: Page = { first: 0, pairs: new Uint32Array(0), end: 0 };
      let at = 0;
      return (entry, ids) => {
        if (entry >= page.end) {
          page = pageOf(entry);
          at = 0;
        }
        const tag = entry % ENTRIES_OF_KIND;
        const { pairs } = page;
        while (at < pairs.length && pairs[at]! < tag) at += 2;
        let count = 0;
        for (let i = at; pairs[i] === tag && count < COMMON; i += 2) ids[count++] = pairs[i + 1]!;
        return count;
      };
    },
    merge({ entries, ids }: Additions, gone: ReadonlySet<number>): void {
      let from = 0;
      while (from < entries.length) {
        const page = pageOf(entries[from]!);
        let to = from;
        while (to < entries.length && entries[to]! < page.end) to++;
        const added = { entries: entries.subarray(from, to), ids: ids.subarray(from, to) };
        write(page.first, merged(page.pairs, added, gone));
        from = to;
      }
    },
  };
}

export type Pages = ReturnType<typeof createPages>;

/** Both in order, each pair once, without what is gone, and no more of a tag than `COMMON`. */
function merged(pairs: Uint32Array, { entries, ids }: Additions, gone: ReadonlySet<number>): Uint32Array {
  const out = new Uint32Array(pairs.length + entries.length * 2);
  let length = 0;
  let same = 0;
  const take = (tag: number, id: number) => {
    const again = length > 0 && out[length - 2] === tag;
    same = again ? same + 1 : 0;
    if (same >= COMMON || (again && out[length - 1] === id)) return;
    out[length++] = tag;
    out[length++] = id;
  };
  let at = 0;
  const takeBefore = (tag: number, id: number) => {
    for (; at < pairs.length && isBefore(pairs[at]!, pairs[at + 1]!, tag, id); at += 2) {
      if (!gone.has(pairs[at + 1]!)) take(pairs[at]!, pairs[at + 1]!);
    }
  };
  for (let i = 0; i < entries.length; i++) {
    const tag = entries[i]! % ENTRIES_OF_KIND;
    takeBefore(tag, ids[i]!);
    if (ids[i] !== 0) take(tag, ids[i]!);
  }
  takeBefore(ENTRIES_OF_KIND, 0);
  return out.subarray(0, length);
}

function isBefore(tag: number, id: number, otherTag: number, otherId: number): boolean {
  return tag < otherTag || (tag === otherTag && id < otherId);
}

/** Ends of equal pieces, in pairs; all sketches of a tag are on one page. */
function* splits(pairs: Uint32Array): Generator<number> {
  const count = pairs.length / 2;
  const pieces = count <= MOST_PAIRS ? 1 : Math.ceil(count / SPLIT_PAIRS);
  let last = 0;
  for (let piece = 1; piece <= pieces; piece++) {
    let end = Math.floor((count * piece) / pieces);
    while (end < count && end > last && pairs[end * 2] === pairs[end * 2 - 2]) end--;
    if (end > last) yield end;
    last = end;
  }
}
