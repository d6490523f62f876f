/** One run of one source: its containers and pages, in order, each page committed with its checkpoint. */
import type { Classifier } from '../classify/index.ts';
import type { SourceConfig } from '../config.ts';
import type { ConnectorModule, Container } from '../connector.ts';
import { messageOf } from '../errors.ts';
import type { AssetOutcome, InventoryWriter, RunCounts, RunState } from '../inventory/types.ts';
import { type DigestAlgorithm, GAP_REASONS, type RunStatus } from '../model.ts';
import type { ScanObserver } from './events.ts';
import { type PagesContext, settlePage } from './pages.ts';
import type { Pool } from './pool.ts';
import type { FromLister, ListedPage, WireError } from './protocol.ts';
import { compileSkip } from './skip.ts';
import { type Stop, Stopped } from './stop.ts';

/** Pages that are read ahead of the one that is committed next. */
const PAGES_IN_FLIGHT = 3;
/** Milliseconds between two progress events while nothing is committed. */
const TICK = 250;

export interface SourceContext {
  readonly source: SourceConfig;
  readonly module: ConnectorModule;
  readonly writer: InventoryWriter;
  readonly pool: Pool;
  readonly classify: Classifier;
  readonly run: RunState;
  readonly full: boolean;
  readonly dryRun: boolean;
  readonly own: ReadonlySet<string>;
  readonly digests: readonly DigestAlgorithm[];
  readonly stop: Stop;
  readonly observe: ScanObserver;
  /** ISO 8601 UTC. */
  readonly now: () => string;
}

export interface SourceOutcome {
  readonly status: RunStatus;
  readonly counts: RunCounts;
  readonly error?: WireError;
  readonly removed: number;
}

/** Never rejects for what the source does: a source that fails is `failed`, one that fails in part `partial`. */
export async function scanSource(context: SourceContext): Promise<SourceOutcome> {
  const { source, writer, run, pool, observe, stop, now, dryRun } = context;
  const progress = createProgress(context);
  const listing = { pages: 0, failedContainers: 0, removed: 0 };
  let current: OpenContainer | undefined;
  let error: WireError | undefined;

  async function onMessage(message: FromLister): Promise<void> {
    switch (message.type) {
      case 'checked':
        break;
      case 'container': {
        observe({ type: 'container', source: source.name, container: message.container.name });
        progress.container = message.container.name;
        current = openContainer(message.container, context, progress.committed);
        break;
      }
      case 'page':
        await stopWhenWanted();
        listing.pages += 1;
        await current?.add(message.listed);
        break;
      case 'container-end': {
        await current?.drain();
        if (message.error) {
          listing.failedContainers += 1;
          report(current?.container.uri ?? source.name, message.error);
        } else if (current && !dryRun)
          listing.removed += writer.finishContainer(run.runId, current.id, now());
        break;
      }
      case 'discovered':
        if (!dryRun) listing.removed += writer.finishDiscovery(run.runId, message.containerIds, now());
        break;
      case 'list-end':
        error = message.error;
        if (error) report(source.name, error);
    }
  }

  /** At least the first page of a run is taken in before, so that every run gets further than the one before. */
  async function stopWhenWanted(): Promise<void> {
    const reason = stop.wanted();
    if (reason === undefined) return;
    await current?.drain();
    throw new Stopped(reason);
  }

  function report(uri: string, failure: WireError): void {
    const gap = { reason: 'listing-failed', message: failure.message } as const;
    writer.addGap(run.runId, { uri, ...gap });
    observe({ type: 'gap', source: source.name, uri, gap });
  }

  const ticking = setInterval(progress.tick, TICK);
  let status: RunStatus;
  try {
    await pool.list({ type: 'list', source: source.name, progress: run.progress }, onMessage);
    if (error) status = listing.pages === 0 ? 'failed' : 'partial';
    else status = listing.failedContainers > 0 ? 'partial' : 'complete';
  } catch (thrown) {
    if (!stop.signal.aborted && !(thrown instanceof Stopped)) throw thrown;
    status = 'interrupted';
    error = { code: 'unexpected', message: messageOf(stop.signal.aborted ? stop.signal.reason : thrown) };
  } finally {
    clearInterval(ticking);
  }
  const counts = writer.finishRun(run.runId, status, now());
  return { status, counts, removed: listing.removed, ...(error ? { error } : {}) };
}

interface OpenContainer {
  readonly container: Container;
  readonly id: number;
  /** Takes a page in; waits while too many are under way. */
  add(listed: ListedPage): Promise<void>;
  /** Waits until every page is committed. */
  drain(): Promise<void>;
}

function openContainer(
  container: Container,
  context: SourceContext,
  onCommitted: (outcomes: readonly AssetOutcome[]) => void,
): OpenContainer {
  const { source, module, writer, run, now, dryRun, observe, pool } = context;
  const skip = compileSkip(source);
  const id = writer.putContainer(run.runId, container, now());
  const pages: PagesContext = {
    runId: run.runId,
    source: source.name,
    container,
    containerId: id,
    writer,
    pool,
    classify: context.classify,
    depth: source.depth,
    full: context.full,
    policyChanged: run.policyChanged,
    sorted: module.features.sorted,
    digests: context.digests,
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
  let counted = pool.totals().requests;

  async function settleAndCommit(listed: ListedPage, earlier: Promise<void>): Promise<void> {
    const outcomes = await settlePage(listed, pages);
    await earlier;
    if (dryRun) return;
    const { requests } = pool.totals();
    writer.commitPage({
      runId: run.runId,
      containerId: id,
      outcomes,
      listingGaps: listed.page.gaps,
      next: listed.page.next,
      requests: requests - counted,
      at: now(),
    });
    counted = requests;
    for (const gap of listed.page.gaps) observe({ type: 'gap', source: source.name, uri: gap.uri, gap });
    for (const { asset, gaps, content } of outcomes) {
      for (const gap of [...gaps, ...(content?.gaps ?? [])]) {
        if (GAP_REASONS[gap.reason].incomplete)
          observe({ type: 'gap', source: source.name, uri: asset.uri, gap });
      }
    }
    onCommitted(outcomes);
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
    async drain() {
      await Promise.all(underWay.splice(0));
    },
  };
}

function createProgress({ source, pool, observe, writer, run }: SourceContext) {
  const expected = run.lastComplete === null ? null : writer.liveAssets(run.sourceId);
  const start = pool.totals();
  const totals = { listed: 0, read: 0, unchanged: 0, gaps: 0 };
  const progress = {
    container: '',
    tick() {
      const { bytes, requests } = pool.totals();
      observe({
        type: 'progress',
        source: source.name,
        container: progress.container,
        ...totals,
        bytesRead: bytes - start.bytes,
        requests: requests - start.requests,
        expected,
      });
    },
    committed(outcomes: readonly AssetOutcome[]) {
      totals.listed += outcomes.length;
      for (const { outcome } of outcomes) {
        if (outcome === 'read') totals.read += 1;
        else if (outcome === 'gap') totals.gaps += 1;
        else if (outcome !== 'metadata') totals.unchanged += 1;
      }
      progress.tick();
    },
  };
  return progress;
}
