/** One container of a run: its pages are planned, read and committed in order, and what could not be read before is tried again. */
import type { Classifier } from '../classify/index.ts';
import type { Container, Cursor } from '../connector.ts';
import type { AssetOutcome } from '../inventory/types.ts';
import { GAP_REASONS } from '../model.ts';
import { hashesAnew } from './digests.ts';
import { type PagesContext, settlePage } from './pages.ts';
import type { ListedPage } from './protocol.ts';
import { recordSidecars } from './sidecars.ts';
import { compileSkip } from './skip.ts';
import type { SourceContext } from './source.ts';

/** Pages that are read ahead of the one that is committed next. */
const PAGES_IN_FLIGHT = 3;
/** Assets of a page of what is tried again. */
const UNREAD_PAGE = 100;
/** What a source's pages have in common while they are taken in. */
export interface Settling {
  readonly classify: Classifier;
  sidecarsChanged: boolean;
}

export interface OpenContainer {
  readonly container: Container;
  readonly id: number;
  /** Takes a page in; waits while too many are under way. */
  add(listed: ListedPage): Promise<void>;
  /** Waits until every page is committed. */
  drain(): Promise<void>;
  /** Its pages begin anew, and are of a whole listing. */
  restart(): Promise<void>;
  /** After a listing of changes: pages of what could not be read before, and was not tried in this run. */
  unread(): AsyncIterable<ListedPage>;
}

export interface OpenOptions {
  /** Token whose changes are listed; null for a whole listing. */
  readonly since: Cursor | null;
  readonly settling: Settling;
  /** Requests since it was last asked. */
  readonly takeRequests: () => number;
  readonly onCommitted: (outcomes: readonly AssetOutcome[]) => void;
  /** Told of assets that a page of changes removed. */
  readonly onRemoved: (assets: number) => void;
}

/** Records the container, and that it is being listed. */
export function openContainer(
  container: Container,
  context: SourceContext,
  { since, settling, takeRequests, onCommitted, onRemoved }: OpenOptions,
): OpenContainer {
  const { source, module, writer, run, now, dryRun, observe, pool } = context;
  const skip = compileSkip(source);
  const id = writer.putContainer(run.runId, container, now());
  if (module.features.delta) writer.beginListing(run.runId, id, since);
  let whole = since === null;
  const pages: PagesContext = {
    runId: run.runId,
    source: source.name,
    container,
    containerId: id,
    writer,
    pool,
    classify: settling.classify,
    depth: source.depth,
    full: context.full,
    policyChanged: run.policyChanged,
    sorted: module.features.sorted && whole,
    digests: context.digests,
    rehash: hashesAnew(module),
    excluded: (path) => skip(path, false),
    own: context.own,
    onPlan: dryRun
      ? (asset, { action }) =>
          observe({
            type: 'would',
            source: source.name,
            uri: asset.uri,
            action: action === 'link' ? 'unchanged' : action,
            bytes: action === 'read' ? (asset.size ?? 0) : 0,
          })
      : undefined,
  };
  const underWay: Promise<void>[] = [];
  let before: Promise<void> = Promise.resolve();

  async function settleAndCommit(listed: ListedPage, earlier: Promise<void>): Promise<void> {
    const outcomes = await settlePage(listed, pages);
    await earlier;
    if (dryRun) return;
    // Before the page: a kill in between has it read again.
    if (recordSidecars(writer, run.runId, id, outcomes)) settling.sidecarsChanged = true;
    const { gaps: listingGaps, next, removed, token } = listed.page;
    const gone = writer.commitPage({
      runId: run.runId,
      containerId: id,
      outcomes,
      listingGaps,
      next,
      removed,
      token,
      requests: takeRequests(),
      at: now(),
    });
    onRemoved(gone);
    for (const gap of listingGaps) observe({ type: 'gap', source: source.name, uri: gap.uri, gap });
    for (const { asset, gaps, content } of outcomes) {
      for (const gap of [...gaps, ...(content?.gaps ?? [])]) {
        if (GAP_REASONS[gap.reason].incomplete)
          observe({ type: 'gap', source: source.name, uri: asset.uri, gap });
      }
    }
    onCommitted(outcomes);
  }

  async function drain(): Promise<void> {
    await Promise.all(underWay.splice(0));
  }

  return {
    container,
    id,
    async add(listed) {
      before = settleAndCommit(listed, before);
      underWay.push(before);
      // A failure is thrown by the wait below or by drain, never left unhandled.
      before.catch(() => undefined);
      if (underWay.length >= PAGES_IN_FLIGHT) await underWay.shift();
    },
    drain,
    async restart() {
      await drain();
      writer.restartListing(run.runId, id);
      whole = true;
    },
    async *unread() {
      if (whole) return;
      await drain();
      const range = (after: number) => ({ after, limit: UNREAD_PAGE });
      for (let after = 0; ; ) {
        const found = writer.retriable(run.runId, id, range(after));
        const last = found.at(-1);
        if (last === undefined) return;
        after = last.assetId;
        const metadataFindings = new Map(found.map((one, index) => [index, one.metadataFindings]));
        yield { page: { assets: found.map(({ asset }) => asset), gaps: [], next: null }, metadataFindings };
      }
    },
  };
}
