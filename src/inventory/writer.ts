/** The writing side of the inventory: every method that writes is one transaction, and a page is one checkpoint. */
import type { Database } from 'better-sqlite3';
import type { DigestAlgorithm, Digests } from '../model.ts';
import { createAlerts } from './alerts.ts';
import { createAssets } from './assets.ts';
import { syncClients } from './clients.ts';
import { createContainers } from './containers.ts';
import { createContents, type ReadingNeed } from './contents.ts';
import { createSketches } from './copies.ts';
import { createCopyEvents } from './copies-events.ts';
import { createGrouping } from './copies-group.ts';
import { createDecisions } from './decisions.ts';
import { createDeliveries } from './deliveries.ts';
import { createDelta } from './delta.ts';
import { createDictionary } from './dictionary.ts';
import { createLacking } from './digests.ts';
import { createEvents } from './events.ts';
import { createGaps } from './gaps.ts';
import { createInheriting } from './inherited.ts';
import { createKnown } from './known.ts';
import { readMetrics } from './metrics.ts';
import { explainError, openForDiscarding, openForWriting } from './open.ts';
import { createPages } from './pages.ts';
import { pruneUnused } from './prune.ts';
import { createReclassify } from './reclassify.ts';
import { syncRegister } from './register.ts';
import { createRemoval } from './removal.ts';
import { createRetriable } from './retriable.ts';
import { createRuns } from './runs.ts';
import { createSeen } from './seen.ts';
import { createSidecars } from './sidecars.ts';
import { syncSuppressions } from './suppressions.ts';
import type { InventoryWriter } from './types.ts';

export interface WriterOptions {
  /** For a dry run: the file is neither made nor changed, and needs no lock. */
  readonly discard?: boolean;
}

/**
 * Opens or creates an inventory for one scan; hold its lock (`acquireLock`) as long as it is open. With `discard`, for a dry run,
 * nothing is kept, no file is made, and no lock is needed.
 * @throws UserError exit 4 when the file cannot be used, or when a write fails (disk full, damaged)
 */
export function openWriter(file: string, options: WriterOptions = {}): InventoryWriter {
  const db = options.discard ? openForDiscarding(file) : openForWriting(file);
  const dictionary = createDictionary(db);
  const events = createEvents(db);
  const gaps = createGaps(db);
  const seen = createSeen(db);
  const runs = createRuns(db);
  const contents = createContents(db, dictionary);
  const known = createKnown(db, dictionary);
  const containers = createContainers(db, { dictionary, events, gaps, seen });
  const delta = createDelta(db);
  const removal = createRemoval(db, { dictionary, events, gaps, seen, containers, delta, runs });
  const assets = createAssets(db, { contents, dictionary, events, gaps, known });
  const pages = createPages(db, { assets, containers, delta, gaps, removal, runs, seen });
  const sketches = createSketches(db);
  const grouping = createGrouping(db);
  const noteCopies = createCopyEvents(db, events);
  const inherit = createInheriting(db);
  const retriable = createRetriable(db);
  const { classifiable, classifiableOf, stale, reclassify } = createReclassify(db, { dictionary, events });
  const { decide, decisions } = createDecisions(db);
  const alerts = createAlerts(db);
  const deliveries = createDeliveries(db);
  const { sidecars, putSidecar, dropSidecars } = createSidecars(db);
  const { reading, writing } = createGuards(db, file, () => {
    dictionary.forget();
    contents.forget();
  });
  const active = new Map<number, ReadingNeed>();
  const context = (runId: number) => runs.context(runId);
  const identity = db
    .prepare<[number, string, string], number>(
      /* sql */ 'select content_id from _identities where container_id = ? and identity = ? and version = ?',
    )
    .pluck();
  const describe = (contentId: number | undefined) =>
    contentId === undefined ? undefined : contents.known(contentId, strictest(active.values()));

  return {
    syncClients: writing((clients) => syncClients(db, clients)),
    syncRegister: writing((register) => syncRegister(db, register)),
    syncSuppressions: writing((suppressions) => syncSuppressions(db, suppressions)),
    startRun: writing((run) => {
      const state = runs.start(run);
      active.set(state.runId, context(state.runId));
      if (state.resumed) removal.finishListed(context(state.runId), run.startedAt);
      return state;
    }),
    putContainer: writing((runId, container, at) => containers.put(context(runId), container, at)),
    beginListing: writing((runId, containerId, since) => delta.begin({ runId, containerId }, since)),
    restartListing: writing((runId, containerId) => {
      delta.restart({ runId, containerId });
      seen.drop({ runId, containerId });
    }),
    retriable: reading((runId, containerId, range) => retriable(context(runId), containerId, range)),
    known: reading((containerId, listed, sorted) =>
      known.known(containerId, listed, { sorted, need: context(containers.row(containerId).last_run) }),
    ),
    contentByDigests: reading((digests, size) => describe(contents.find(digests, size))),
    contentByIdentity: reading((containerId, word, version) =>
      describe(identity.get(containerId, word, version)),
    ),
    contentById: reading((contentId) =>
      contents.known(contents.survivor(contentId), strictest(active.values())),
    ),
    commitPage: writing((page) => pages.commit(page)),
    finishContainer: writing((runId, containerId, at) =>
      removal.finishContainer(context(runId), containerId, at),
    ),
    finishDiscovery: writing((runId, there, at) => removal.finishDiscovery(context(runId), there, at)),
    addRequests: writing((runId, requests) => runs.addRequests(runId, requests)),
    addGap: writing((runId, gap) => gaps.addSource(context(runId).sourceId, runId, gap)),
    classifiable: reading(classifiable),
    classifiableOf: reading(classifiableOf),
    stale: reading(stale),
    reclassify: writing(reclassify),
    decide: writing(decide),
    decisions: reading(decisions),
    sidecars: reading(sidecars),
    putSidecar: writing((runId, containerId, folder, declarations) => {
      const changed = putSidecar(containerId, folder, declarations);
      if (changed) runs.setPolicy(context(runId).sourceId, null);
      return changed;
    }),
    dropSidecars: writing((runId, sourceId, name) => {
      const folders = dropSidecars(sourceId, name);
      if (folders.length > 0) runs.setPolicy(context(runId).sourceId, null);
      return folders;
    }),
    lastRuns: reading(() => runs.last()),
    setPolicy: writing((sourceId, policyDigest) => runs.setPolicy(sourceId, policyDigest)),
    raiseAlerts: writing((settings) => {
      inherit();
      return alerts.raise(settings);
    }),
    settleAlerts: writing((at) => {
      inherit();
      alerts.settle(at);
    }),
    closeAlert: writing((alertId, why, at) => alerts.close(alertId, why, at)),
    metrics: reading(() => readMetrics(db)),
    undelivered: reading((channel) => deliveries.undelivered(channel)),
    noteDelivery: writing((channel, outcome) => deliveries.noteDelivery(channel, outcome)),
    useKey: writing((keyId) => sketches.useKey(keyId)),
    groupCopies: writing((compare, limit) => grouping.group(compare, limit)),
    noteCopies: writing((runId, at) => noteCopies(context(runId), at)),
    finishRun: writing((runId, status, at) => {
      const { sourceId } = context(runId);
      runs.finish(runId, status, at);
      if (status === 'complete' || status === 'partial') gaps.closeNotMet(sourceId, null, runId);
      active.delete(runId);
      // Another run may be about to link an asset to a content that nothing else has.
      if (active.size === 0) {
        pruneUnused(db);
        dictionary.forget();
      }
      return { ...runs.counts(runId), incomplete: gaps.countIncomplete(sourceId) };
    }),
    openGaps: reading((sourceId) => gaps.countIncomplete(sourceId)),
    liveAssets: reading((sourceId) => containers.live(sourceId)),
    digestsInUse: reading(() => digestsInUse(db)),
    lacking: reading(createLacking(db)),
    close: () => db.close(),
  };
}

/** Contents are asked for without saying for which run: the most demanding of those that are open decides. */
function strictest(needs: Iterable<ReadingNeed>): ReadingNeed {
  const [need] = [...needs].sort((a, b) => Number(b.full) - Number(a.full) || b.depth - a.depth);
  if (need === undefined) throw new Error('contents are asked for, but no run is open');
  return need;
}

/** `writing` makes a transaction of it; both say what to do about an error of SQLite. */
function createGuards(db: Database, file: string, onRollback: () => void) {
  function reading<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      try {
        return work(...args);
      } catch (error) {
        throw explainError(file, error);
      }
    };
  }
  function writing<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
    const transaction = db.transaction((args: A) => work(...args));
    return reading((...args: A) => {
      try {
        return transaction.immediate(args);
      } catch (error) {
        onRollback();
        throw error;
      }
    });
  }
  return { reading, writing };
}

function digestsInUse(db: Database): readonly (keyof Digests)[] {
  return db
    .prepare<[], DigestAlgorithm>(
      /* sql */ 'select distinct value from _sources, json_each(_sources.digests) order by value',
    )
    .pluck()
    .all();
}
