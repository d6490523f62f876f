/** One conversation with one worker thread: a batch to read, or a source to list, until it is done, aborted or dead. */
import type { Worker } from 'node:worker_threads';
import type { Limits } from '../config.ts';
import { messageOf } from '../errors.ts';
import type { Gap } from '../model.ts';
import {
  type FromLister,
  type FromWorker,
  type ListTask,
  type ReadResult,
  type ReadTask,
  ruleMilliseconds,
  SLOT,
  type ToWorker,
} from './protocol.ts';

/** Milliseconds between two looks at what a worker is doing. */
const WATCH_EVERY = 500;
/** MiB of V8 heap that a worker may fill before it is killed. */
export const HEAP_MIB = 768;

export interface Thread {
  readonly worker: Worker;
  readonly slots: Int32Array;
}

export type BatchOutcome =
  | { readonly type: 'done'; readonly results: readonly ReadResult[] }
  | { readonly type: 'aborted' }
  /** A rule, by index, never came to an end. */
  | { readonly type: 'runaway'; readonly rule: number }
  /** `results`: of the assets before the culprit. */
  | {
      readonly type: 'died';
      readonly culprit: number;
      readonly gap: Gap;
      readonly results: readonly ReadResult[];
    };

/** Sends one batch and watches over it: the file's seconds, the rules' work, the worker's memory, the run's abort. */
export function runBatch(
  { worker, slots }: Thread,
  task: ReadTask,
  { signal, limits }: { readonly signal: AbortSignal; readonly limits: Limits },
): Promise<BatchOutcome> {
  return new Promise((resolve) => {
    const results: ReadResult[] = [];
    const settle = (outcome: BatchOutcome) => {
      clearInterval(watch);
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const died = (reason: Gap['reason'], what: string) => {
      // The asset after the last result that arrived: what was read and not yet told of is read again.
      const culprit = Math.max(results.length, Atomics.load(slots, SLOT.current));
      const uri = task.assets[culprit]?.uri ?? task.source;
      settle({ type: 'died', culprit, gap: { reason, message: `reading ${uri}: ${what}` }, results });
    };
    const onMessage = (message: FromWorker) => {
      if (message.type === 'read') results.push(message.result);
      else if (message.type === 'read-end') settle({ type: 'done', results });
    };
    const onError = (error: Error & { code?: string }) => {
      if (signal.aborted) settle({ type: 'aborted' });
      else if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        died('memory-limit', `more than ${HEAP_MIB} MiB of memory`);
      // The message of an unexpected error could quote content; its name cannot.
      else died('malformed', `the reader failed (${error.name})`);
    };
    const onExit = () => died('malformed', 'the reader ended');
    const onAbort = () => settle({ type: 'aborted' });

    const onAsset = lasting(() => Atomics.load(slots, SLOT.current));
    const onNothing = lasting(() => Atomics.load(slots, SLOT.progress));
    const onWork = lasting(() => Atomics.load(slots, SLOT.works));
    const watch = setInterval(() => {
      const rule = Atomics.load(slots, SLOT.rule);
      const seconds = Math.max(limits.fileSeconds, Atomics.load(slots, SLOT.seconds));
      const [asset, nothing] = [onAsset(), onNothing()];
      if (onWork() > ruleMilliseconds(limits) && rule >= 0) settle({ type: 'runaway', rule });
      else if (Atomics.load(slots, SLOT.current) < 0) return;
      else if (asset > seconds * 1000) died('time-limit', `not done after ${seconds} s`);
      else if (nothing > limits.fileSeconds * 1000)
        died('time-limit', `nothing came of it for ${limits.fileSeconds} s`);
    }, WATCH_EVERY);
    watch.unref();
    worker.on('message', onMessage);
    worker.once('error', onError);
    worker.once('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    worker.postMessage(task);
  });
}

/** Milliseconds for which a number has been seen to stay the same, without those that the machine slept through. */
function lasting(look: () => number): () => number {
  let seen = Number.NaN;
  let lasted = 0;
  let before = 0;
  return () => {
    const number = look();
    const now = performance.now();
    lasted = number === seen ? lasted + Math.min(now - before, 2 * WATCH_EVERY) : 0;
    seen = number;
    before = now;
    return lasted;
  };
}

/** Messages are handled one after the other; a handled page gives the lister its credit back. */
export function runListing(
  { worker }: Thread,
  task: ListTask,
  onMessage: (message: FromLister) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let handled = Promise.resolve();
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'read' || message.type === 'read-end') return;
      handled = handled.then(async () => {
        await onMessage(message);
        if (message.type === 'page') worker.postMessage({ type: 'credit' } satisfies ToWorker);
        if (message.type === 'list-end') resolve();
      });
      handled.catch(reject);
    });
    worker.once('error', (error) =>
      reject(new Error(`the lister failed: ${messageOf(error)}`, { cause: error })),
    );
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.postMessage(task);
  });
}
