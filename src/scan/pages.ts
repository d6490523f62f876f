/** One container's pages on their way into the inventory: planned, read by the pool, classified, committed in order. */
import type { Classifier } from '../classify/index.ts';
import type { Depth } from '../config.ts';
import type { Asset, Container } from '../connector.ts';
import type { AssetOutcome, InventoryWriter, KnownContent } from '../inventory/types.ts';
import { type Coverage, type DigestAlgorithm, type Finding, GAP_REASONS } from '../model.ts';
import { type Plan, planAsset } from '../plan.ts';
import type { Pool } from './pool.ts';
import type { ListedPage, ReadResult } from './protocol.ts';
import { isSidecar } from './sidecars.ts';

/** A batch for one worker ends at so many assets or bytes, whichever comes first: seconds of work, not minutes. */
const BATCH_ASSETS = 64;
const BATCH_BYTES = 4 * 1024 ** 2;

export interface PagesContext {
  readonly runId: number;
  readonly source: string;
  readonly container: Container;
  readonly containerId: number;
  readonly writer: InventoryWriter;
  readonly pool: Pool;
  readonly classify: Classifier;
  readonly depth: Depth;
  readonly full: boolean;
  readonly policyChanged: boolean;
  /** Listings are in key order. */
  readonly sorted: boolean;
  readonly digests: readonly DigestAlgorithm[];
  /** What lacks one of `digests` is read once more. */
  readonly rehash: boolean;
  /** Left out by a glob. */
  readonly excluded: (path: string) => boolean;
  /** The inventory's own files, as URIs: never listed. */
  readonly own: ReadonlySet<string>;
  /** Only for a dry run: is told every plan, and nothing is read. */
  readonly onPlan?: ((asset: Asset, plan: Plan) => void) | undefined;
}

/** Plans a page, has read what must be read, and gives what is to be committed; nothing in a dry run. */
export async function settlePage(
  listed: ListedPage,
  context: PagesContext,
): Promise<readonly AssetOutcome[]> {
  const kept = [...listed.page.assets.entries()].filter(([, { uri }]) => !context.own.has(uri));
  const assets = kept.map(([, asset]) => asset);
  const known = context.writer.known(context.containerId, assets, context.sorted);
  const lacking = context.rehash
    ? context.writer.lacking(
        known.flatMap((one) => one?.contentId ?? []),
        context.digests,
      )
    : NONE;
  const plans = assets.map((asset, index) =>
    planAsset({
      asset,
      known: known[index],
      rehash: lacking.has(known[index]?.contentId ?? -1),
      // What a sidecar declares is known only to who reads it there.
      sameContent: () => (isSidecar(asset) ? undefined : sameContent(asset, context)),
      depth: context.depth,
      full: context.full,
      policyChanged: context.policyChanged,
      excluded: context.excluded(asset.path),
    }),
  );
  if (context.onPlan) {
    for (const [index, asset] of assets.entries()) context.onPlan(asset, plans[index] as Plan);
    return [];
  }
  const results = await readPlanned(assets, plans, context);
  return kept.map(([listedIndex, asset], index) => {
    const metadataFindings = listed.metadataFindings.get(listedIndex) ?? [];
    return outcomeOf(asset, plans[index] as Plan, { result: results.get(asset), metadataFindings }, context);
  });
}

function sameContent(asset: Asset, { writer, containerId }: PagesContext): KnownContent | undefined {
  const linked = asset.identity && writer.contentByIdentity(containerId, asset.identity, asset.version);
  if (linked) return linked;
  return asset.digests === undefined ? undefined : writer.contentByDigests(asset.digests, asset.size);
}

async function readPlanned(
  assets: readonly Asset[],
  plans: readonly Plan[],
  { pool, source, depth, digests }: PagesContext,
): Promise<ReadonlyMap<Asset, ReadResult>> {
  const toRead = assets.filter((_, index) => plans[index]?.action === 'read');
  const results = new Map<Asset, ReadResult>();
  // Depth `metadata` plans no reads.
  const readDepth = depth === 'sample' ? 'sample' : 'full';
  await Promise.all(
    batches(toRead).map(async (batch) => {
      const read = await pool.read({ type: 'read', source, assets: batch, depth: readDepth, digests });
      for (const [index, asset] of batch.entries()) results.set(asset, read[index] as ReadResult);
    }),
  );
  return results;
}

/** The largest first, so that the readers end at about the same time. */
function batches(assets: readonly Asset[]): Asset[][] {
  const all: Asset[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const asset of assets.toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0))) {
    const last = all.at(-1);
    if (last === undefined || bytes >= BATCH_BYTES || last.length >= BATCH_ASSETS) {
      all.push([asset]);
      bytes = 0;
    } else last.push(asset);
    bytes += asset.size ?? 0;
  }
  return all;
}

function outcomeOf(
  asset: Asset,
  plan: Plan,
  {
    result,
    metadataFindings,
  }: { readonly result: ReadResult | undefined; readonly metadataFindings: readonly Finding[] },
  context: PagesContext,
): AssetOutcome {
  const classified = (
    coverage: Coverage,
    { sha256, findings }: { readonly sha256: string | null; readonly findings: readonly Finding[] } = UNREAD,
  ) =>
    context.classify({
      source: context.source,
      container: context.container.id,
      uri: asset.uri,
      path: asset.path,
      sha256,
      coverage,
      findings,
      metadataFindings,
      labels: asset.labels ?? {},
      containerLabels: context.container.labels,
    });
  switch (plan.action) {
    case 'unchanged':
      return { asset, outcome: 'unchanged', metadataFindings, gaps: [] };
    case 'link': {
      const { contentId } = plan;
      const content = context.writer.contentById(contentId);
      const classification = classified(content.coverage, content);
      return { asset, outcome: 'linked', contentId, metadataFindings, gaps: [], classification };
    }
    case 'metadata':
    case 'gap': {
      const coverage = plan.action === 'gap' ? 'none' : 'metadata';
      const classification = classified(coverage);
      return { asset, outcome: plan.action, metadataFindings, gaps: plan.gaps, classification };
    }
    case 'read': {
      const { content, gaps } = result as ReadResult;
      if (content !== undefined) {
        const sha256 = content.digests.sha256 ?? asset.digests?.sha256 ?? null;
        const classification = classified(content.coverage, { sha256, findings: content.findings });
        return { asset, outcome: 'read', content, metadataFindings, gaps, classification };
      }
      const outcome = gaps.some(({ reason }) => GAP_REASONS[reason].incomplete) ? 'gap' : 'metadata';
      return { asset, outcome, metadataFindings, gaps, classification: classified('none') };
    }
  }
}

const NONE: ReadonlySet<number> = new Set();
/** What is known of bytes that were not read. */
const UNREAD = { sha256: null, findings: [] };
