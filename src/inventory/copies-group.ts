/**
 * Puts contents that hold the same data into groups, touching only what is new or was next to what is gone. Each sketch has at
 * most one parent, the one that has most of it; a group is a tree. Candidates come from an index over the few smallest tags of
 * each sketch that is not wholly in its parent, so that comparing grows with what is new, not with what is there.
 */
import type { Database } from 'better-sqlite3';
import { fromRow, SKETCH_COLUMNS, type SketchRow, type StoredSketch } from './copies.ts';
import { createIndex, INDEX_COLUMNS, type IndexRow } from './copies-index.ts';
import { createTree, type Related } from './copies-tree.ts';

/** How `a` is related to `b`; undefined when it is not. See copies/relate.ts. */
export type Compare = (a: StoredSketch, b: StoredSketch) => Related | undefined;

/** Memory for pages while grouping: look-ups are all over the index, and the default of 2 MiB makes most of them reads. */
const CACHE_KIB = 64 * 1024;
/** What is so much in its parent is found through it. */
const COVERED = 0.9;
/** Shares that differ by less are estimates of one. */
const NEARLY = 0.03;
/** A weaker relation gives way to a stronger one. */
const WEAK = 'same people';

export function createGrouping(db: Database) {
  const index = createIndex(db);
  const selectPending = db.prepare<[string, number], IndexRow>(/* sql */ `
    select ${INDEX_COLUMNS} from _sketches where sketch_id in (
      select sketch_id from _sketches_pending where kind = ? order by sketch_id limit ?) order by sketch_id`);
  const selectOne = db.prepare<[number], SketchRow>(
    /* sql */ `select ${SKETCH_COLUMNS} from _sketches where sketch_id = ?`,
  );
  // In a database or a workbook it is not known in which table the people are.
  const selectMain = db.prepare<[number, number], SketchRow>(/* sql */ `
    select ${SKETCH_COLUMNS} from _sketches where content_id = ?
    order by (kind = 'people') = ((select count(*) from _sketches where content_id = ? and kind = 'rows') < 2),
      whole desc, size desc, sketch_id limit 1`);
  const inGroup = db
    .prepare<[number, number], number>(/* sql */ `
      select 1 from _sketches a join _sketches b on b.group_id = a.group_id where a.content_id = ? and b.content_id = ? limit 1`)
    .pluck();
  const hasParent = db
    .prepare<[number], number>(
      /* sql */ 'select 1 from _sketches where content_id = ? and parent_id is not null limit 1',
    )
    .pluck();
  const selectHow = db
    .prepare<[number], string | null>('select how from _sketches where sketch_id = ?')
    .pluck();
  const hasMembers = db
    .prepare<[number], number>(/* sql */ 'select 1 from _members where content_id = ? limit 1')
    .pluck();
  const settled = db.prepare<[number]>(/* sql */ `
    delete from _sketches_pending where kind in ('rows', 'text', 'people') and sketch_id = ?`);
  const tree = createTree(db);

  /** People last: what is related more strongly is known by then. */
  function* pending(limit: number): Generator<IndexRow> {
    let left = limit;
    for (const kind of ['rows', 'text', 'people']) {
      for (const row of selectPending.iterate(kind, left)) {
        left--;
        yield row;
      }
    }
  }

  function place(sketch: StoredSketch, ids: readonly number[], compare: Compare): void {
    const related = ids.flatMap((id) => {
      const row = selectOne.get(id);
      if (row === undefined) return [];
      const other = fromRow(row);
      // Rows tell more than the text that they are in, and both more than the people.
      const told = sketch.kind !== 'rows' && inGroup.get(sketch.contentId, other.contentId) !== undefined;
      const relation = told ? undefined : compare(sketch, other);
      return relation === undefined ? [] : [{ other, relation }];
    });
    if (sketch.kind === 'people') placePeople(sketch, related);
    else placePart(sketch, related);
  }

  function placePart(sketch: StoredSketch, related: readonly Candidate[]): void {
    const above = related.filter((each) => isAbove(sketch, each)).sort(byStrength);
    const parent = above.find(({ other }) => !tree.isUnder(other.sketchId, sketch.sketchId));
    if (parent !== undefined) tree.attach(sketch.sketchId, parent.other.sketchId, parent.relation);
    // Those that stand alone first: what is below them may then come to stand beside them.
    const below = related.filter((each) => !isAbove(sketch, each));
    for (const { other, relation } of below.toSorted((x, y) => Number(isRoot(y)) - Number(isRoot(x)))) {
      if (tree.isUnder(sketch.sketchId, other.sketchId) || !gives(other.sketchId, sketch.sketchId, relation))
        continue;
      tree.attach(other.sketchId, sketch.sketchId, turned(relation));
    }
  }

  /** Whether `lower` is to be below `upper`: it has no parent, a weak one, or one below `upper` that has no more of it. */
  function gives(lower: number, upper: number, { backward }: Related): boolean {
    const { parent_id, forward } = tree.edge(lower);
    if (parent_id === null || selectHow.get(lower) === WEAK) return true;
    return parent_id !== upper && tree.isUnder(parent_id, upper) && backward >= (forward ?? 0) - NEARLY;
  }

  /** People tell only of contents that nothing stronger tells of. The edge is between what most of each content is. */
  function placePeople(sketch: StoredSketch, related: readonly Candidate[]): void {
    if (hasMembers.get(sketch.contentId) !== undefined) return;
    const own = mainOf(sketch.contentId);
    for (const each of related.toSorted(byStrength)) {
      if (hasMembers.get(each.other.contentId) !== undefined) continue;
      const main = mainOf(each.other.contentId);
      const [lower, upper] = isAbove(sketch, each) ? [own, main] : [main, own];
      const relation = lower === own ? each.relation : turned(each.relation);
      if (hasParent.get(lower.contentId) !== undefined || tree.isUnder(upper.sketchId, lower.sketchId))
        continue;
      tree.attach(lower.sketchId, upper.sketchId, relation);
    }
  }

  /** What people are an edge of: what most of the content is, or the people themselves. */
  function mainOf(contentId: number): StoredSketch {
    return fromRow(selectMain.get(contentId, contentId)!); // a content that is compared has a sketch
  }

  return {
    /** Clears up behind sketches that are gone, or else compares some that wait for it, at most `limit`; gives how many. */
    group(compare: Compare, limit: number): number {
      db.pragma(`cache_size = -${CACHE_KIB}`);
      const gone = index.dropGone(limit);
      for (const sketchId of gone) tree.orphan(sketchId);
      if (gone.length > 0) return gone.length;
      const batch = index.batch(pending(limit));
      for (const [nth, sketchId] of batch.sketchIds.entries()) {
        const ids = batch.candidates(nth);
        if (ids.length > 0) place(fromRow(selectOne.get(sketchId)!), ids, compare); // it was read just before
        const { parent_id, forward } = tree.edge(sketchId);
        if (parent_id === null || (forward ?? 0) < COVERED) batch.add(nth);
        settled.run(sketchId);
      }
      batch.write();
      return batch.sketchIds.length;
    },
  };
}

interface Candidate {
  readonly other: StoredSketch;
  readonly relation: Related;
}

/** Whether the other one has more of this one than the other way round; of two that are the same, the older one does. */
function isAbove(sketch: StoredSketch, { other, relation: { forward, backward } }: Candidate): boolean {
  if (forward >= COVERED && backward >= COVERED) return other.sketchId < sketch.sketchId;
  return forward === backward ? other.sketchId < sketch.sketchId : forward > backward;
}

/** The one that has most of it; of nearly equal ones the largest of a group, so that groups stay flat. */
function byStrength(a: Candidate, b: Candidate): number {
  const apart = b.relation.forward - a.relation.forward;
  if (Math.abs(apart) > NEARLY) return apart;
  return (
    Number(isRoot(b)) - Number(isRoot(a)) ||
    b.relation.backward - a.relation.backward ||
    a.other.sketchId - b.other.sketchId
  );
}

function isRoot({ other }: Candidate): boolean {
  return other.parentId === null;
}

function turned({ how, forward, backward }: Related): Related {
  return { how, forward: backward, backward: forward };
}

export type Grouping = ReturnType<typeof createGrouping>;
