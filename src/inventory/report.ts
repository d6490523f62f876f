/** The rows of the one-page inventory: every place that holds client data, by client and level. */
import type { Exposure, Level } from '../model.ts';
import { LEVELS } from '../model.ts';
import type { InventoryReader } from './read.ts';
import { EXPOSURE_WIDTH } from './summary.ts';

/** Assets of one container with the same client, known in the same way, and the same level. */
export interface ReportRow {
  /** storage, machine, saas or experiment; of the source, or experiment for assets of such an environment. */
  readonly category: string;
  readonly source: string;
  readonly connector: string;
  readonly container: string;
  /** For people. */
  readonly containerName: string;
  readonly uri: string;
  readonly region: string | null;
  /** Client id; null when it is not known whose data it is. */
  readonly client: string | null;
  /** Whether that is known, or only proposed because the same data is this client's elsewhere; null without a client. */
  readonly clientBasis: 'known' | 'inherited' | null;
  /** Null when not known, which is never harmless. */
  readonly level: Level | null;
  readonly assets: number;
  /** Of those whose size is known. */
  readonly bytes: number;
  /** The widest; `unknown` is taken for wider than external. */
  readonly exposure: Exposure;
  /** Assets that have a copy somewhere. */
  readonly copies: number;
  /** Start of the last run that listed the container to its end, ISO 8601 UTC; null when there was none. */
  readonly lastComplete: string | null;
  /** Assets with an open gap that makes coverage incomplete. */
  readonly notRead: number;
}

export interface ReportOptions {
  /** Rows below this level are left out, those of unknown level never. Default `confidential`; a row with a client always counts. */
  readonly least?: Level;
}

/** By category, source, container, then level from the highest, then client. */
export function readReport(
  reader: InventoryReader,
  { least = 'confidential' }: ReportOptions = {},
): readonly ReportRow[] {
  return reader.rows(
    /* sql */ `
    with copied as materialized (select distinct asset_id from copies),
    unread as materialized (select distinct asset_id from gaps where open = 'yes' and incomplete = 'yes')
    select coalesce(a.environment, a.category) as category, a.source, a.connector, a.container,
      c.name as containerName, c.uri, c.region, a.client, a.client_basis as clientBasis, a.level, count(*) as assets,
      coalesce(sum(a.size), 0) as bytes,
      case max(${EXPOSURE_WIDTH.replace('case exposure', 'case a.exposure')})
        when 4 then 'public' when 3 then 'unknown' when 2 then 'external' when 1 then 'internal' else 'private' end
        as exposure,
      count(copied.asset_id) as copies, c.last_complete as lastComplete, count(unread.asset_id) as notRead
    from assets a
    join containers c on c.source = a.source and c.container = a.container
    left join copied on copied.asset_id = a.asset_id
    left join unread on unread.asset_id = a.asset_id
    where a.removed_at is null and (a.level is null or a.client is not null or a.level_rank >= :rank)
    group by 1, a.source, a.container, a.client, a.client_basis, a.level
    order by 1, a.source, a.container, max(a.level_rank) desc, a.client, a.client_basis desc`,
    { rank: LEVELS.indexOf(least) },
  );
}
