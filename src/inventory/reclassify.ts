/** Classifying anew without reading: what classification needs of stored assets, and its new results. */
import type { Database } from 'better-sqlite3';
import type { Coverage } from '../model.ts';
import type { Dictionary } from './dictionary.ts';
import { classificationEvents, type Events, type Standing } from './events.ts';
import { createFindings } from './findings.ts';
import { ASSET_URI } from './schema/views-assets.ts';
import type { ClassifiableAsset, Classification } from './types.ts';

interface Row {
  readonly asset_id: number;
  readonly content_id: number | null;
  readonly source: string;
  readonly container: string;
  readonly uri: string;
  readonly path: string;
  readonly coverage: Coverage;
  readonly labels: string | null;
  readonly container_labels: string | null;
  readonly sha256: string | null;
}

const SELECT = /* sql */ `
  select a.asset_id, a.content_id, s.name as source, c.container,
    ${ASSET_URI} as uri, coalesce(a.path, a.key) as path,
    coalesce(a.coverage, n.coverage) as coverage, l.labels, cl.labels as container_labels,
    (select value from _digests d where d.content_id = a.content_id and d.algorithm = 'sha256') as sha256
  from _assets a
  join _containers c using (container_id)
  join _sources s using (source_id)
  left join _contents n using (content_id)
  left join _labels l on l.labels_id = a.labels_id
  left join _labels cl on cl.labels_id = c.labels_id`;

export function createReclassify(
  db: Database,
  parts: { readonly dictionary: Dictionary; readonly events: Events },
) {
  const { dictionary, events } = parts;
  const ofContent = createFindings(db, 'content');
  const ofAsset = createFindings(db, 'asset');
  const selectSource = db.prepare<[number, number, number], Row>(`
    ${SELECT} where c.source_id = ? and a.asset_id > ? and a.removed_at is null order by a.asset_id limit ?`);
  const selectStale = db.prepare<[number], Row>(`
    ${SELECT} where a.stale = 1 and a.removed_at is null order by a.asset_id limit ?`);
  const selectPlaces = db.prepare<[string], Row>(`
    ${SELECT} where a.asset_id in (select value from json_each(?)) and a.removed_at is null order by a.asset_id`);
  const selectOne = db.prepare<
    [number],
    Standing & { readonly container_id: number; readonly classification_id: number }
  >(
    /* sql */ `
    select container_id, level, status, classification_id from _assets join _classifications using (classification_id)
    where asset_id = ?`,
  );
  const update = db.prepare(
    /* sql */ 'update _assets set classification_id = ?, stale = 0 where asset_id = ?',
  );

  function toAsset(row: Row): ClassifiableAsset {
    const { asset_id, content_id, labels, container_labels, ...rest } = row;
    return {
      ...rest,
      assetId: asset_id,
      labels: parseLabels(labels),
      containerLabels: parseLabels(container_labels),
      findings: content_id === null ? [] : ofContent.list(content_id),
      metadataFindings: ofAsset.list(asset_id),
    };
  }

  return {
    classifiable: (sourceId: number, afterAssetId: number, limit: number) =>
      selectSource.all(sourceId, afterAssetId, limit).map(toAsset),
    classifiableOf: (assetIds: readonly number[]) => selectPlaces.all(JSON.stringify(assetIds)).map(toAsset),
    stale: (limit: number) => selectStale.all(limit).map(toAsset),
    reclassify(
      runId: number,
      at: string,
      changed: readonly { readonly assetId: number; readonly classification: Classification }[],
    ): void {
      for (const { assetId, classification } of changed) {
        const before = selectOne.get(assetId);
        if (before === undefined) throw new Error(`asset ${assetId} is not in the inventory`);
        update.run(dictionary.classification(classification), assetId);
        for (const change of classificationEvents(before, classification)) {
          events.append({ runId, at, containerId: before.container_id, assetId, ...change });
        }
      }
    },
  };
}

/** Written by the dictionary: an object of strings. */
function parseLabels(text: string | null): Readonly<Record<string, string>> {
  return text === null ? {} : (JSON.parse(text) as Record<string, string>);
}
