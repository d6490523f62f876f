/** What files named `.whereabouts.yaml` declare, by container and folder. */
import type { Database } from 'better-sqlite3';
import type { Sidecar, SidecarDeclaration } from '../classify/policy.ts';

interface Row {
  readonly source: string;
  readonly container: string;
  readonly folder: string;
  readonly declarations: string;
}

export function createSidecars(db: Database) {
  const select = db.prepare<[], Row>(/* sql */ `
    select s.name as source, c.container, d.folder, d.declarations
    from _sidecars d join _containers c using (container_id) join _sources s using (source_id)
    order by s.name, c.container, d.folder`);
  const upsert = db.prepare(/* sql */ `
    insert into _sidecars values (?, ?, ?)
    on conflict do update set declarations = excluded.declarations where declarations <> excluded.declarations`);
  const selectGone = db.prepare<[string, number], { container_id: number; folder: string }>(/* sql */ `
      select container_id, folder from _sidecars d join _containers c using (container_id)
      where not exists (select 1 from _assets a where a.container_id = d.container_id
          and coalesce(a.path, a.key) = d.folder || ? and a.removed_at is null)
        and c.source_id = ?`);
  const remove = db.prepare(/* sql */ 'delete from _sidecars where container_id = ? and folder = ?');

  return {
    sidecars: (): readonly Sidecar[] =>
      select.all().map(({ declarations, ...where }) => ({
        ...where,
        // Written below, of this shape.
        declarations: JSON.parse(declarations) as readonly SidecarDeclaration[],
      })),
    /** True when it says something else than before. */
    putSidecar: (containerId: number, folder: string, declarations: readonly SidecarDeclaration[]): boolean =>
      upsert.run(containerId, folder, JSON.stringify(declarations)).changes > 0,
    /** Forgets those of a source whose file is no longer there; gives their folders. */
    dropSidecars(sourceId: number, name: string): readonly string[] {
      const gone = selectGone.all(name, sourceId);
      for (const { container_id, folder } of gone) remove.run(container_id, folder);
      return gone.map(({ folder }) => folder);
    },
  };
}
