/** A worker thread: lists one source, or reads batches of assets, through its own connector and its own detector. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Connector, ConnectorModule } from '../connector.ts';
import type { Sketching } from '../copies/sketcher.ts';
import type { Detector } from '../detect/detector.ts';
import type { FinderPlan } from '../detect/finder-plan.ts';
import { compileMetadata } from '../detect/metadata.ts';
import { messageOf, UserError } from '../errors.ts';
import type { Extract } from '../extract/segment.ts';
import type { Gap } from '../model.ts';
import { loadConnector } from '../registry.ts';
import { createRetry, RETRY_POLICY } from '../retry.ts';
import { createCredits, listSource } from './list.ts';
import {
  type FromWorker,
  type ReadResult,
  type ReadTask,
  ruleMilliseconds,
  SLOT,
  type ToWorker,
  type WorkerData,
} from './protocol.ts';
import { readAsset } from './read.ts';
import { watchRequests } from './requests.ts';
import { compileSkip } from './skip.ts';

interface Opened {
  readonly module: ConnectorModule;
  readonly connector: Connector;
}

/** Serves the main thread until the port closes. */
function serve(port: NonNullable<typeof parentPort>, data: WorkerData): void {
  const slots = new Int32Array(data.shared);
  const controller = new AbortController();
  const credits = createCredits();
  const opened = new Map<string, Promise<Opened>>();
  const planned = Promise.withResolvers<FinderPlan>();
  // What reading needs is loaded while the main thread loads the plan.
  const loading = data.reads ? loadTools(data, planned.promise) : undefined;
  loading?.catch(() => undefined); // told of by the first batch
  const post = (message: FromWorker) => port.postMessage(message);
  watchRequests(() => Atomics.add(slots, SLOT.requests, 1));
  const open = (source: string) => {
    const known = opened.get(source) ?? connectSource(source, data);
    opened.set(source, known);
    return known;
  };

  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'abort':
        controller.abort(new Error('the scan was interrupted'));
        break;
      case 'credit':
        credits.add();
        break;
      case 'plan':
        planned.resolve(message.plan);
        break;
      case 'list':
        void listSource(message, {
          open: () => open(message.source),
          metadata: compileMetadata(data.rules),
          credits,
          post,
          slots,
          signal: controller.signal,
        });
        break;
      case 'read':
        void readBatch(message, () => open(message.source));
    }
  });

  async function readBatch(task: ReadTask, connect: () => Promise<Opened>): Promise<void> {
    const results: ReadResult[] = [];
    const done = (result: ReadResult) => {
      // One by one, so that a worker that dies later does not take them with it.
      post({ type: 'read', index: results.push(result) - 1, result });
    };
    const onBytes = (bytes: number) => {
      if (Atomics.load(slots, SLOT.abort) === 1) controller.abort(new Error('the scan was interrupted'));
      controller.signal.throwIfAborted();
      Atomics.add(slots, SLOT.progress, 1);
      Atomics.add(slots, SLOT.kib, Math.ceil(bytes / 1024));
    };
    const onSeconds = (seconds: number) => {
      Atomics.add(slots, SLOT.progress, 1);
      Atomics.store(slots, SLOT.seconds, Math.round(seconds));
    };
    try {
      if (loading === undefined) throw new Error('this thread was started to list');
      const { detector, extract, sketch } = await loading;
      const { connector, module } = await connect();
      for (const [index, asset] of task.assets.entries()) {
        Atomics.store(slots, SLOT.seconds, 0);
        Atomics.store(slots, SLOT.current, index);
        Atomics.add(slots, SLOT.progress, 1);
        onBytes(0);
        done(
          await readAsset(asset, task, {
            connector,
            detector,
            extract,
            sketch,
            limits: data.limits,
            ocr: data.ocr,
            ranged: module.features.range,
            signal: controller.signal,
            onBytes,
            onSeconds,
          }),
        );
      }
    } catch (error) {
      // When aborted nobody waits for results any more; otherwise the source does not let this thread in.
      if (controller.signal.aborted) return;
      const gap: Gap = { reason: 'unavailable', message: messageOf(error) };
      while (results.length < task.assets.length) done({ gaps: [gap] });
    } finally {
      Atomics.store(slots, SLOT.current, -1);
    }
    post({ type: 'read-end' });
  }
}

/** What only reading needs: a thread that lists starts without it. */
interface Tools {
  readonly detector: Detector;
  readonly extract: Extract;
  readonly sketch: Sketching | undefined;
}

async function loadTools(data: WorkerData, planned: Promise<FinderPlan>): Promise<Tools> {
  const { rules, limits, shared, off, key } = data;
  const [{ compileDetector }, { extract }, { createSketching }, { createTagger }] = await Promise.all([
    import('../detect/index.ts'),
    import('../extract/index.ts'),
    import('../copies/sketcher.ts'),
    import('../copies/tags.ts'),
  ]);
  const slots = new Int32Array(shared);
  const flags = new Int32Array(off);
  const detector = compileDetector(rules, {
    plan: await planned,
    ruleMilliseconds: ruleMilliseconds(limits),
    watch: {
      working(rule = -1) {
        // In this order, so that nobody sees a new rule with an old number of works.
        Atomics.add(slots, SLOT.works, 1);
        Atomics.store(slots, SLOT.rule, rule);
      },
      isOff: (rule) => Atomics.load(flags, rule) === 1,
    },
  });
  return { detector, extract, sketch: key && createSketching(createTagger(key)) };
}

async function connectSource(name: string, data: WorkerData): Promise<Opened> {
  const source = data.sources.find((candidate) => candidate.name === name);
  const module = source && (await loadConnector(source.connector));
  if (!module) throw new UserError(`source ${name}: there is no connector "${source?.connector}"`);
  const shared = data.limiters.get(name);
  const backOff = data.backOffs.get(name);
  const connector = await module.connect(source.options, {
    env: data.env,
    retry: createRetry(RETRY_POLICY, undefined, backOff === undefined ? {} : { shared: backOff }),
    concurrency: data.concurrency,
    pageSize: data.pageSize,
    skip: compileSkip(source),
    log: () => undefined,
    ...(shared === undefined ? {} : { shared }),
  });
  return { module, connector };
}

// Only ever started as a worker by pool.ts.
if (parentPort) serve(parentPort, workerData as WorkerData);
