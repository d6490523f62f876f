/** Runs damaged inputs through the extractor in a thread of its own, and tells which of them it did not survive. */
import { Worker } from 'node:worker_threads';
import type { FuzzTask } from './worker.ts';

/** Milliseconds that one input may take, of the clock: a sixth of what a scan gives a file, so that a busy machine is no hang. */
const INPUT_MS = 20_000;
const WATCH_EVERY = 100;
/** The number of a thread that still loads. */
const STARTING = -1;
/** MiB of heap, as in a scan (src/scan/thread.ts). */
const HEAP_MIB = 768;

export interface FuzzOptions {
  readonly seed: number;
  /** The first input's number. Default 0. */
  readonly first?: number;
  /** Inputs, at most. */
  readonly count: number;
  /** Seconds, at most; default no limit. */
  readonly seconds?: number;
}

export interface FuzzFailure {
  readonly seed: number;
  readonly number: number;
  /** What happened: a hang, an exit, an error with its stack. */
  readonly what: string;
}

export interface FuzzResult {
  /** Inputs extracted. */
  readonly done: number;
  readonly failures: readonly FuzzFailure[];
  /** Most bytes of memory that the process held. */
  readonly peakRss: number;
}

/** A thread that fails is replaced, and goes on with the next input. */
export async function fuzz({ seed, first = 0, count, seconds = Infinity }: FuzzOptions): Promise<FuzzResult> {
  const until = performance.now() + seconds * 1000;
  const end = first + count;
  const failures: FuzzFailure[] = [];
  let peakRss = 0;
  let next = first;
  while (next < end && performance.now() < until) {
    const { at, failure } = await runThread({ seed, first: next, end }, until, () => {
      peakRss = Math.max(peakRss, process.memoryUsage.rss());
    });
    if (failure !== undefined) failures.push({ seed, number: at, what: failure });
    next = failure === undefined ? at : at + 1;
    if (failure === undefined) break;
  }
  return { done: next - first, failures, peakRss };
}

/** Until the inputs or the time are used up, or one input fails. */
function runThread(
  task: Omit<FuzzTask, 'shared'>,
  until: number,
  onWatch: () => void,
): Promise<{ readonly at: number; readonly failure?: string }> {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const slot = new Int32Array(shared);
  Atomics.store(slot, 0, STARTING);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...task, shared } satisfies FuzzTask,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return new Promise((resolve) => {
    let seen = STARTING;
    let since = performance.now();
    const settle = async (failure?: string): Promise<void> => {
      clearInterval(watch);
      worker.removeAllListeners();
      // A second error of a thread that is being ended says nothing new.
      worker.on('error', () => undefined);
      const at = Math.max(task.first, Atomics.load(slot, 0));
      await worker.terminate();
      resolve({ at, ...(failure === undefined ? {} : { failure }) });
    };
    const watch = setInterval(() => {
      onWatch();
      const at = Atomics.load(slot, 0);
      const now = performance.now();
      if (at !== seen) {
        seen = at;
        since = now;
      }
      if (seen !== STARTING && now - since > INPUT_MS) void settle(`not done after ${INPUT_MS} ms`);
      else if (now > until) void settle();
    }, WATCH_EVERY);
    worker.once('message', () => void settle());
    worker.once(
      'error',
      (error) => void settle(error instanceof Error ? String(error.stack) : String(error)),
    );
    worker.once('exit', (code) => void settle(`the thread ended with ${code}`));
  });
}
