/** One run of one source: its containers and pages, in order, each page committed with its checkpoint. */
import { type Classifier, createClassifier } from '../classify/index.ts';
import type { Policy } from '../classify/policy.ts';
import type { SourceConfig } from '../config.ts';
import type { ConnectorModule } from '../connector.ts';
import { messageOf } from '../errors.ts';
import type { InventoryWriter, RunCounts, RunState } from '../inventory/types.ts';
import type { DigestAlgorithm, RunStatus } from '../model.ts';
import { type OpenContainer, openContainer } from './container.ts';
import type { ScanObserver } from './events.ts';
import type { Pool } from './pool.ts';
import { createProgress, createRequestCounter } from './progress.ts';
import type { FromLister, WireError } from './protocol.ts';
import { applySidecars } from './sidecars.ts';
import { type Stop, Stopped } from './stop.ts';

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
    const { progress: from } = run;
    const tokens = dryRun ? tokensUnderWay(run) : run.tokens;
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

/** A dry run says of everything what would be done: only what an interrupted run has begun to list as changes goes on so. */
function tokensUnderWay({ tokens, progress }: RunState): RunState['tokens'] {
  return new Map([...tokens].filter(([container]) => progress.has(container)));
}
