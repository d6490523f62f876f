/** Classifies again, without reading, assets whose content got other findings through one of its copies. */
import type { Classifier } from '../classify/index.ts';
import type { InventoryWriter } from '../inventory/types.ts';

const BATCH = 1000;

/** Ends when no asset is stale any more. */
export function reclassifyStale(
  writer: InventoryWriter,
  { runId, classify, at }: { readonly runId: number; readonly classify: Classifier; readonly at: string },
): void {
  for (let stale = writer.stale(BATCH); stale.length > 0; stale = writer.stale(BATCH)) {
    const changed = stale.map((asset) => ({
      assetId: asset.assetId,
      classification: classify(asset),
    }));
    writer.reclassify(runId, at, changed);
  }
}
