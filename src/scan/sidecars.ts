/** Files named `.whereabouts.yaml`: read in the worker that read them as assets, applied when their source is done. */

import { SIDECAR_NAME } from '../classify/declared.ts';
import { type Classifier, createClassifier } from '../classify/index.ts';
import type { Policy, SidecarDeclaration } from '../classify/policy.ts';
import type { Asset, Connector } from '../connector.ts';
import { messageOf } from '../errors.ts';
import type { AssetOutcome, InventoryWriter } from '../inventory/types.ts';
import type { Gap } from '../model.ts';

/** Longer ones are not read: they are no declarations that a person wrote. */
const LONGEST = 64 * 1024;
/** A slip in a file must not lower a level. */
const BEFORE = 'what it declared before, if anything, still holds';
const BATCH = 1000;

export function isSidecar(asset: Pick<Asset, 'name'>): boolean {
  return asset.name === SIDECAR_NAME;
}

/** What a sidecar declares, or the gap that it is. @throws what `signal` was aborted with, or the connector's error */
export async function readSidecar(
  asset: Asset,
  connector: Connector,
  signal: AbortSignal,
): Promise<readonly SidecarDeclaration[] | Gap> {
  const gap = (why: string): Gap => ({ reason: 'malformed', message: `${asset.uri}: ${why}` });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of connector.open(asset, { signal, current: true })) {
    length += chunk.length;
    if (length > LONGEST) return gap(`longer than ${LONGEST} bytes, so it is not heeded, ${BEFORE}`);
    // The connector may reuse the chunk's memory.
    parts.push(chunk.slice());
  }
  // Loaded late: few places have one, and the parser costs every thread that has it at hand.
  const { parseSidecar } = await import('../config/sidecar.ts');
  try {
    return parseSidecar(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    return gap(`${messageOf(error)}; it is not heeded, ${BEFORE}`);
  }
}

/** Records what a committed page's sidecars declare; true when any says something else than before. */
export function recordSidecars(
  writer: InventoryWriter,
  runId: number,
  containerId: number,
  outcomes: readonly AssetOutcome[],
): boolean {
  let changed = false;
  for (const { asset, content } of outcomes) {
    if (content?.sidecar === undefined) continue;
    const folder = asset.path.slice(0, asset.path.length - asset.name.length);
    if (writer.putSidecar(runId, containerId, folder, content.sidecar)) changed = true;
  }
  return changed;
}

export interface ApplyOptions {
  readonly writer: InventoryWriter;
  readonly source: string;
  readonly sourceId: number;
  readonly runId: number;
  readonly policy: Policy;
  /** A sidecar was added or changed in this run, or may have been before it was interrupted. */
  readonly changed: boolean;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** Classifies a source anew, without reading, when its sidecars are other ones than at the run's start. Gives the classifier that now holds. */
export function applySidecars(options: ApplyOptions): Classifier {
  const { writer, source, sourceId, runId, policy, at } = options;
  const gone = writer.dropSidecars(runId, sourceId, SIDECAR_NAME);
  const sidecars = writer.sidecars();
  const classify = createClassifier({ ...policy, sidecars });
  if (!options.changed && gone.length === 0) return classify;
  const own = sidecars.filter((sidecar) => sidecar.source === source);
  const folders = [...gone, ...own.map(({ folder }) => folder)];
  for (let after = 0, batch = writer.classifiable(sourceId, after, BATCH); batch.length > 0; ) {
    const below = batch.filter(({ path }) => folders.some((folder) => path.startsWith(folder)));
    writer.reclassify(
      runId,
      at,
      below.map((asset) => ({ assetId: asset.assetId, classification: classify(asset) })),
    );
    after = batch.at(-1)?.assetId ?? after;
    batch = writer.classifiable(sourceId, after, BATCH);
  }
  return classify;
}
