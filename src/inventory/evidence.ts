/** What was found in given assets, shortest first to tell, and where else their bytes are. */
import type { InventoryReader } from './read.ts';

export interface Evidence {
  readonly assetId: number;
  /** The surest findings of the highest level, at most three. */
  readonly found: readonly { readonly title: string; readonly count: number }[];
  /** Rules that found something at medium or high that is not suppressed, those in `found` included. */
  readonly rules: number;
  /** Group of the same bytes; null when there is no copy. */
  readonly copyGroup: number | null;
  /** Uris of the group, this asset's too, archive members too; those seen first come first. */
  readonly copies: readonly string[];
}

/** By asset, in the order asked. */
export function readEvidence(reader: InventoryReader, assetIds: readonly number[]): readonly Evidence[] {
  type Row = Omit<Evidence, 'found' | 'copies'> & { readonly found: string; readonly copies: string };
  const rows = reader.rows<Row>(
    /* sql */ `
    with asked as materialized (select key as position, value as asset_id from json_each(:ids)),
    copied as materialized (select * from copies),
    groups as materialized (
      select asset_id, min(copy_group) as copy_group from copied
      where member is null and asset_id in (select asset_id from asked) group by asset_id)
    select asked.asset_id as assetId,
      (select json_group_array(json_object('title', title, 'count', count)) from
        (select title, count from findings f where f.asset_id = asked.asset_id and confidence <> 'low' and suppressed is null
          order by case level when 'restricted' then 0 when 'confidential' then 1 when 'internal' then 2 else 3 end,
            confidence = 'medium', count desc limit 3)) as found,
      (select count(*) from findings f where f.asset_id = asked.asset_id and confidence <> 'low' and suppressed is null) as rules,
      copy_group as copyGroup,
      (select json_group_array(place) from
        (select uri || iif(member is null, '', '!/' || member) as place from copied
          where copied.copy_group = groups.copy_group order by ordinal)) as copies
    from asked left join groups on groups.asset_id = asked.asset_id
    order by position`,
    { ids: JSON.stringify(assetIds) },
  );
  return rows.map((row) => ({
    ...row,
    // Both were made by the select, of these shapes.
    found: JSON.parse(row.found) as Evidence['found'],
    copies: JSON.parse(row.copies) as Evidence['copies'],
  }));
}
