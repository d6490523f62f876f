/** The trees of related sketches: each has at most one parent, and all in one tree have the number of its group. */
import type { Database } from 'better-sqlite3';

export interface Related {
  readonly how: string;
  /** Share of `a` that `b` has, 0 to 1. */
  readonly forward: number;
  readonly backward: number;
}

interface Edge {
  readonly parent_id: number | null;
  readonly group_id: number;
  readonly forward: number | null;
}

export function createTree(db: Database) {
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
    insert or ignore into _sketches_pending select kind, sketch_id from _sketches
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
