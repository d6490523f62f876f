/** Counts what a gate (`--fail-on`) must not let pass. */
import type { Level } from '../model.ts';
import type { InventoryReader } from './read.ts';

export interface GateQuery {
  /** Only assets of these sources. */
  readonly sources: readonly string[];
  /** Assets of this level or a higher one. */
  readonly atLeast: Level;
  /** Only those that nobody has classified. */
  readonly unclassified: boolean;
  /** Only those that the public can read, or of which it is not known who can. */
  readonly exposed: boolean;
  /** Only those that their source's last run added; a first whole listing adds nothing. */
  readonly added: boolean;
}

export interface GateCount {
  readonly assets: number;
  /** Of them, those of which it is not known who can read them. */
  readonly unknownExposure: number;
  /** One of them; null for none. */
  readonly example: string | null;
}

/** Assets that are not removed and fit all of the query. */
export function countGate(reader: InventoryReader, query: GateQuery): GateCount {
  const { sources, atLeast, unclassified, exposed, added } = query;
  const [count] = reader.rows<GateCount>(
    /* sql */ `
    select count(*) as assets, count(*) filter (where exposure = 'unknown') as unknownExposure, min(uri) as example
    from assets a
    where removed_at is null
      and source in (select value from json_each(:sources))
      and level in ('public', 'internal', 'confidential', 'restricted')
      and level_rank >= case :atLeast when 'public' then 0 when 'internal' then 1 when 'confidential' then 2 else 3 end
      and (:unclassified = 0 or status = 'unclassified')
      and (:exposed = 0 or exposure in ('public', 'unknown'))
      and (:added = 0 or exists (
        select 1 from events e
        where e.asset_id = a.asset_id and e.type in ('added', 'reappeared') and e.event_id is not null
          and e.run_id = (select max(run_id) from runs r where r.source = a.source)))`,
    {
      sources: JSON.stringify(sources),
      atLeast,
      unclassified: unclassified ? 1 : 0,
      exposed: exposed ? 1 : 0,
      added: added ? 1 : 0,
    },
  );
  return count ?? { assets: 0, unknownExposure: 0, example: null };
}
