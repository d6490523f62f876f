/** Alerts as stored, for whoever lists them. */
import { type AlertRow, type AlertView, toAlerts } from './deliveries.ts';
import type { InventoryReader } from './read.ts';

export interface AlertFilter {
  /** Only these; all when absent. */
  readonly ids?: readonly number[];
  /** Only those that are open. */
  readonly open?: boolean;
  /** Only those that the last run of their source raised, or of any source when they are about none. */
  readonly last?: boolean;
  /** Only of these types; all when absent. */
  readonly types?: readonly string[];
}

/** In the order in which they were raised. */
export function readAlerts(reader: InventoryReader, filter: AlertFilter): readonly AlertView[] {
  const { ids, open = false, last = false, types } = filter;
  const rows = reader.rows<AlertRow>(
    /* sql */ `
    select * from alerts l
    where (:ids is null or alert_id in (select value from json_each(:ids)))
      and (:types is null or type in (select value from json_each(:types)))
      and (:open = 0 or status = 'open')
      and (:last = 0 or run_id = (select max(run_id) from runs r where l.source is null or r.source = l.source))
    order by alert_id`,
    {
      ids: ids === undefined ? null : JSON.stringify(ids),
      types: types === undefined ? null : JSON.stringify(types),
      open: open ? 1 : 0,
      last: last ? 1 : 0,
    },
  );
  return toAlerts(rows);
}
