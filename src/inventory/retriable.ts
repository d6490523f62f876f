/** Assets that another try may read, as they were last listed: a listing of changes does not show them again. */
import type { Database } from 'better-sqlite3';
import type { Asset } from '../connector.ts';
import { type Access, DIGEST_ALGORITHMS, type Digests, type Grant } from '../model.ts';
import { RETRY } from './contents.ts';
import { createFindings } from './findings.ts';
import type { RunContext } from './runs.ts';
import { ASSET_URI } from './schema/views-assets.ts';
import type { RetriableAsset } from './types.ts';

interface Row {
  readonly asset_id: number;
  readonly container: string;
  readonly key: string;
  readonly raw_key: Buffer | null;
  readonly uri: string;
  readonly path: string;
  readonly name: string | null;
  readonly size: number | null;
  readonly version: string;
  readonly modified_at: string | null;
  readonly owner: string | null;
  readonly media_type: string | null;
  readonly environment: string | null;
  readonly labels: string | null;
  readonly access_id: number | null;
  readonly content_id: number | null;
}

const SELECT = /* sql */ `
  select a.asset_id, c.container, a.key, a.raw_key, ${ASSET_URI} as uri, coalesce(a.path, a.key) as path, a.name, a.size,
    a.version, a.modified_at, o.text as owner, m.text as media_type, e.text as environment, l.labels, a.access_id,
    a.content_id
  from _assets a join _containers c on c.container_id = a.container_id
  left join _texts o on o.text_id = a.owner_id
  left join _texts m on m.text_id = a.media_type_id
  left join _texts e on e.text_id = a.environment_id
  left join _labels l on l.labels_id = a.labels_id
  where a.container_id = @containerId and a.removed_at is null and a.asset_id in (
    select g.asset_id from _gaps g
    where g.source_id = @sourceId and g.closed_run is null and g.asset_id > @after and g.last_run < @runId
      and g.reason in (select value from json_each(@reasons)))
    and a.asset_id not in (select asset_id from _unreadable)
  order by a.asset_id limit @limit`;

export function createRetriable(db: Database) {
  const select = db.prepare<[object], Row>(SELECT);
  const selectDigests = db.prepare<[number], { algorithm: keyof Digests; value: string }>(
    /* sql */ 'select algorithm, value from _digests where content_id = ?',
  );
  const selectExposure = db
    .prepare<[number], Access['exposure']>(/* sql */ 'select exposure from _access where access_id = ?')
    .pluck();
  const selectGrants = db.prepare<[number], Grant>(
    /* sql */ 'select principal, kind, role, via from _access_grants where access_id = ?',
  );
  const findings = createFindings(db, 'asset');

  function accessOf(accessId: number | null): Access | null {
    if (accessId === null) return null;
    return { exposure: selectExposure.get(accessId) ?? 'unknown', grants: selectGrants.all(accessId) };
  }

  function digestsOf(contentId: number | null): Digests {
    if (contentId === null) return {};
    return Object.fromEntries(selectDigests.all(contentId).map(({ algorithm, value }) => [algorithm, value]));
  }

  function toAsset(row: Row): Asset {
    const { container, key, uri, path, size, version, owner } = row;
    const digests = digestsOf(row.content_id);
    return {
      ...{ container, key, uri, path, size, version, owner },
      name: row.name ?? path.slice(path.lastIndexOf('/') + 1),
      modifiedAt: row.modified_at,
      mediaType: row.media_type,
      access: accessOf(row.access_id),
      ...(row.raw_key !== null && { rawKey: row.raw_key }),
      ...(row.environment !== null && { environment: row.environment }),
      // Written by the dictionary: an object of strings.
      ...(row.labels !== null && { labels: JSON.parse(row.labels) as Record<string, string> }),
      ...(DIGEST_ALGORITHMS.some((name) => digests[name] !== undefined) && { digests }),
    };
  }

  /** As InventoryWriter.retriable. A run that opens nothing has nothing to try. */
  return (
    { runId, sourceId, depth }: RunContext,
    containerId: number,
    range: { readonly after: number; readonly limit: number },
  ): readonly RetriableAsset[] => {
    if (depth === 0) return [];
    const reasons = JSON.stringify([...RETRY]);
    return select.all({ runId, sourceId, containerId, reasons, ...range }).map((row) => ({
      assetId: row.asset_id,
      asset: toAsset(row),
      metadataFindings: findings.list(row.asset_id),
    }));
  };
}
