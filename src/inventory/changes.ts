/** What changed between runs, from the record of events. */
import type { InventoryReader } from './read.ts';

/** A row of view `events`. */
export interface Change {
  readonly run_id: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly type: string;
  readonly source: string;
  readonly container: string;
  readonly uri: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly asset_id: number | null;
}

/** True when there was a run of that number. */
export function hasRun(reader: InventoryReader, run: number): boolean {
  return reader.rows(/* sql */ 'select run_id from runs where run_id = :run', { run }).length > 0;
}

/** After run `from` up to run `to`; with neither, of each source's last run. In the order in which they were noticed. */
export function readChanges(
  reader: InventoryReader,
  { from, to }: { readonly from: number | null; readonly to: number | null },
): readonly Change[] {
  return reader.rows<Change>(
    /* sql */ `
    select run_id, at, type, source, container, uri, before, after, asset_id from events
    where event_id is not null and iif(:from is null and :to is null,
      run_id in (select max(run_id) from runs group by source),
      run_id > coalesce(:from, 0) and run_id <= coalesce(:to, run_id))
    order by event_id`,
    { from, to },
  );
}
