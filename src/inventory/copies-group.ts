/**
 * Puts contents that hold the same data into groups, touching only what is new or was next to what is gone. Each sketch has at
 * most one parent, the one that has most of it; a group is a tree. Candidates come from an index over the few smallest tags of
 * each sketch that is not wholly in its parent, so that the work grows with what is new, not with what is there.
 */
import type { Database } from 'better-sqlite3';
import { fromRow, SKETCH_COLUMNS, type SketchRow, type StoredSketch, toTags } from './copies.ts';

/** How `a` is related to `b`; undefined when it is not. See copies/relate.ts. */
export type Compare = (a: StoredSketch, b: StoredSketch) => Related | undefined;

export interface Related {
  readonly how: string;
  /** Share of `a` that `b` has, 0 to 1. */
  readonly forward: number;
  readonly backward: number;
}

/** Tags of a sketch that are in the index, and those that are looked up there. */
const INDEXED = { rows: 64, text: 8, people: 64, pairs: 64 } as const;
const LOOKED_UP = { rows: 512, text: 32, people: 512, pairs: 256 } as const;
/** A tag that more sketches have is a header or a phrase. */
const COMMON = 64;
/** Candidates that are compared: those with the most tags in common. */
const MOST_CANDIDATES = 12;
/** What is so much in its parent is found through it. */
const COVERED = 0.9;
/** Shares that differ by less are estimates of one. */
const NEARLY = 0.03;
/** A weaker relation gives way to a stronger one. */
const WEAK = 'same people';

export function createGrouping(db: Database) {
  const index = createIndex(db);
  const selectPending = db.prepare<[string, number], SketchRow>(/* sql */ `
    select ${SKETCH_COLUMNS} from _sketches where pending = 1 and kind = ? order by sketch_id limit ?`);
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
  const settled = db.prepare<[number]>(/* sql */ 'update _sketches set pending = 0 where sketch_id = ?');
  const tree = createTree(db);

  function candidates(sketch: StoredSketch): readonly StoredSketch[] {
    return index.lookUp(sketch).flatMap((id) => {
      const row = selectOne.get(id);
      return row === undefined ? [] : [fromRow(row)];
    });
  }

  function place(sketch: StoredSketch, compare: Compare): void {
    const related = candidates(sketch).flatMap((other) => {
      // Rows tell more than the text that they are in, and both more than the people.
      const told = sketch.kind !== 'rows' && inGroup.get(sketch.contentId, other.contentId) !== undefined;
      const relation = told ? undefined : compare(sketch, other);
      return relation === undefined ? [] : [{ other, relation }];
    });
    if (sketch.kind === 'people') placePeople(sketch, related);
    else placePart(sketch, related);
    const { parent_id, forward } = tree.edge(sketch.sketchId);
    if (parent_id === null || (forward ?? 0) < COVERED) index.add(sketch);
    settled.run(sketch.sketchId);
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
    /** Compares at most `limit` sketches that wait for it, after clearing up behind those that are gone; gives how many. */
    group(compare: Compare, limit: number): number {
      for (const gone of index.takeGone()) {
        index.drop(gone);
        tree.orphan(gone.sketchId);
      }
      let count = 0;
      // People last: what is related more strongly is known by then.
      for (const kind of ['rows', 'text', 'people']) {
        for (const row of selectPending.all(kind, limit - count)) {
          place(fromRow(row), compare);
          count += 1;
        }
      }
      return count;
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

type GoneRow = Pick<SketchRow, 'sketch_id' | 'kind' | 'tags' | 'details' | 'head'>;

function createIndex(db: Database) {
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
    lookUp(sketch: StoredSketch): readonly number[] {
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
    add(sketch: StoredSketch): void {
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
    drop(sketch: Pick<StoredSketch, 'sketchId' | 'kind' | 'sample' | 'details' | 'head'>): void {
      for (const entry of entriesOf(sketch, INDEXED)) remove.run(entry, sketch.sketchId);
    },
  };
}

const NUMBERS = { rows: 1, text: 2, people: 3, pairs: 4 } as const;

/** The index's entries for a sketch, 35 bits each: what a tag is of, and the tag. */
function entriesOf(
  { kind, sample, details, head }: Pick<StoredSketch, 'kind' | 'sample' | 'details' | 'head'>,
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

interface Edge {
  readonly parent_id: number | null;
  readonly group_id: number;
  readonly forward: number | null;
}

function createTree(db: Database) {
  const selectEdge = db.prepare<[number], Edge>(
    /* sql */ 'select parent_id, group_id, forward from _sketches where sketch_id = ?',
  );
  const setEdge = db.prepare(/* sql */ `
    update _sketches set parent_id = ?, how = ?, forward = ?, backward = ? where sketch_id = ?`);
  const setGroup = db.prepare<[number, number, number]>(/* sql */ `
    with recursive under (sketch_id) as (
      values (?) union select s.sketch_id from _sketches s join under u on s.parent_id = u.sketch_id)
    update _sketches set group_id = ? where sketch_id in (select sketch_id from under) and group_id <> ?`);
  const children = db
    .prepare<[number], number>(/* sql */ 'select sketch_id from _sketches where parent_id = ?')
    .pluck();
  const setPending = db.prepare<[number, number]>(/* sql */ `
    update _sketches set pending = 1
    where sketch_id = ? or (kind = 'people' and content_id = (select content_id from _sketches where sketch_id = ?))`);

  function edge(sketchId: number): Edge {
    const found = selectEdge.get(sketchId);
    if (found === undefined) throw new Error(`sketch ${sketchId} is not in the inventory`);
    return found;
  }

  function root(sketchId: number): number {
    let at = sketchId;
    for (let up = edge(at).parent_id; up !== null; up = edge(at).parent_id) at = up;
    return at;
  }

  /** Whether `sketchId` is `other` or below it. */
  function isUnder(sketchId: number, other: number): boolean {
    for (let at: number | null = sketchId; at !== null; at = edge(at).parent_id)
      if (at === other) return true;
    return false;
  }

  function number(top: number, groupId: number): void {
    setGroup.run(top, groupId, groupId);
  }

  /** A group's number is that of a sketch in it, or of one that was: so no two groups ever have the same. */
  function detach(sketchId: number, parentId: number): void {
    const { group_id } = edge(sketchId);
    const top = root(parentId);
    setEdge.run(null, null, null, null, sketchId);
    const founder = selectEdge.get(group_id) !== undefined && isUnder(group_id, sketchId);
    number(founder ? top : sketchId, founder ? top : sketchId);
  }

  return {
    edge,
    isUnder,
    /** The older group gives the number. */
    attach(sketchId: number, parentId: number, { how, forward, backward }: Related): void {
      const former = edge(sketchId).parent_id;
      if (former !== null) detach(sketchId, former);
      const groupId = Math.min(edge(sketchId).group_id, edge(parentId).group_id);
      const top = edge(parentId).group_id === groupId ? sketchId : root(parentId);
      setEdge.run(parentId, how, forward, backward, sketchId);
      number(top, groupId);
    },
    /** What was below one that is gone stands alone until it is compared again. */
    orphan(parentId: number): void {
      for (const child of children.all(parentId)) {
        setEdge.run(null, null, null, null, child);
        number(child, child);
        setPending.run(child, child);
      }
    },
  };
}

export type Grouping = ReturnType<typeof createGrouping>;
