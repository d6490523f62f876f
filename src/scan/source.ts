/** One run of one source: its containers and pages, in order, each page committed with its checkpoint. */
import { type Classifier, createClassifier } from '../classify/index.ts';
import type { Policy } from '../classify/policy.ts';
import type { SourceConfig } from '../config.ts';
import type { ConnectorModule, Container, Cursor } from '../connector.ts';
import { messageOf } from '../errors.ts';
import type { AssetOutcome, InventoryWriter, RunCounts, RunState } from '../inventory/types.ts';
import { type DigestAlgorithm, GAP_REASONS, type RunStatus } from '../model.ts';
import { hashesAnew } from './digests.ts';
import type { ScanObserver } from './events.ts';
import { type PagesContext, settlePage } from './pages.ts';
import type { Pool } from './pool.ts';
import type { FromLister, ListedPage, WireError } from './protocol.ts';
import { applySidecars, recordSidecars } from './sidecars.ts';
import { compileSkip } from './skip.ts';
import { type Stop, Stopped } from './stop.ts';

/** Pages that are read ahead of the one that is committed next. */
const PAGES_IN_FLIGHT = 3;
/** Assets of a page of what is tried again. */
const UNREAD_PAGE = 100;
/** Milliseconds between two progress events while nothing is committed. */
const TICK = 250;

export interface SourceContext {
  readonly source: SourceConfig;
  readonly module: ConnectorModule;
  readonly writer: InventoryWriter;
  readonly pool: Pool;
  readonly policy: Policy;
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
  /** The policy as it stands now that the source's sidecars have been read. */
  readonly classify: Classifier;
}

/** Never rejects for what the source does: a source that fails is `failed`, one that fails in part `partial`. */
export async function scanSource(context: SourceContext): Promise<SourceOutcome> {
  const { source, writer, run, pool, observe, stop, now, dryRun } = context;
  const progress = createProgress(context);
  const listing = { pages: 0, failedContainers: 0, removed: 0 };
  const settling = {
    classify: createClassifier(context.policy),
    // Before it was interrupted, the run may have read sidecars after what they are about.
    sidecarsChanged: run.resumed,
  };
  const takeRequests = createRequestCounter(pool);
  let current: OpenContainer | undefined;
  let error: WireError | undefined;

  async function onMessage(message: FromLister): Promise<void> {
    switch (message.type) {
      case 'checked':
        break;
      case 'container': {
        observe({ type: 'container', source: source.name, container: message.container.name });
        progress.container = message.container.name;
        current = openContainer(message.container, context, {
          since: message.since ?? null,
          settling,
          takeRequests,
          onCommitted: progress.committed,
          onRemoved: (assets) => {
            listing.removed += assets;
          },
        });
        break;
      }
      case 'resync':
        await current?.restart();
        break;
      case 'page':
        await stopWhenWanted();
        listing.pages += 1;
        await current?.add(message.listed);
        break;
      case 'container-end': {
        if (!message.error) await retryUnread();
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

  /** What changed is listed; what could not be read the last time is not, and is tried again all the same. */
  async function retryUnread(): Promise<void> {
    if (current === undefined || dryRun) return;
    for await (const listed of current.unread()) {
      await stopWhenWanted();
      await current.add(listed);
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
    const { progress: from, tokens } = run;
    await pool.list({ type: 'list', source: source.name, progress: from, tokens }, onMessage);
    if (error) status = listing.pages === 0 ? 'failed' : 'partial';
    else status = listing.failedContainers > 0 ? 'partial' : 'complete';
  } catch (thrown) {
    if (!stop.signal.aborted && !(thrown instanceof Stopped)) throw thrown;
    status = 'interrupted';
    error = { code: 'unexpected', message: messageOf(stop.signal.aborted ? stop.signal.reason : thrown) };
  } finally {
    clearInterval(ticking);
  }
  if (!dryRun) {
    const { runId, sourceId } = run;
    const changed = settling.sidecarsChanged;
    const options = {
      writer,
      source: source.name,
      sourceId,
      runId,
      policy: context.policy,
      changed,
      at: now(),
    };
    settling.classify = applySidecars(options);
  }
  if (!dryRun) writer.addRequests(run.runId, takeRequests());
  const counts = writer.finishRun(run.runId, status, now());
  const { classify } = settling;
  return { status, counts, removed: listing.removed, classify, ...(error ? { error } : {}) };
}

/** What a source's pages have in common while they are taken in. */
interface Settling {
  readonly classify: Classifier;
  sidecarsChanged: boolean;
}

/** Requests since it was last asked, of all threads. */
function createRequestCounter(pool: Pool): () => number {
  let taken = pool.totals().requests;
  return () => {
    const { requests } = pool.totals();
    const since = requests - taken;
    taken = requests;
    return since;
  };
}

interface OpenContainer {
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

interface OpenOptions {
  /** Token whose changes are listed; null for a whole listing. */
  readonly since: Cursor | null;
  readonly settling: Settling;
  /** Requests since it was last asked. */
  readonly takeRequests: () => number;
  readonly onCommitted: (outcomes: readonly AssetOutcome[]) => void;
  /** Told of assets that a page of changes removed. */
  readonly onRemoved: (assets: number) => void;
}

function openContainer(
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
