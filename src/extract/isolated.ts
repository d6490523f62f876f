/**
 * A parser in a thread of its own, for libraries that may hang or fill the memory: when it does not answer in time it is ended, which
 * costs this content, and neither the reading thread nor what was found before.
 */
import { Worker } from 'node:worker_threads';
import type { GapReason } from '../model.ts';
import { ContentError } from './reader.ts';

/** MiB of heap that a parser may fill. */
const HEAP_MIB = 512;

/** What the thread is told: to begin with a task, to give the next item. */
export type ToParser = { readonly type: 'begin'; readonly task: unknown } | { readonly type: 'next' };

/** What it answers to `next`. */
export type FromParser =
  | { readonly type: 'item'; readonly item: unknown }
  | { readonly type: 'end' }
  | { readonly type: 'failed'; readonly reason: GapReason; readonly message: string };

/** Threads that wait for the next content: starting one and loading its library takes longer than a small content. */
const IDLE = new Map<string, Worker>();

/**
 * The items that the parser at `script` gives for a task, one at a time.
 * @throws ContentError its own, `time-limit` when one item takes longer than `seconds`, `memory-limit`
 */
export async function* parseIsolated(
  script: URL,
  task: unknown,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): AsyncGenerator<unknown, void, undefined> {
  const worker = IDLE.get(script.href) ?? start(script);
  IDLE.delete(script.href);
  worker.ref();
  let ended = false;
  try {
    worker.postMessage({ type: 'begin', task } satisfies ToParser);
    while (true) {
      const answer = await ask(worker, { seconds, signal });
      if (answer.type === 'item') {
        yield answer.item;
        continue;
      }
      ended = true;
      if (answer.type === 'failed') throw new ContentError(answer.reason, answer.message);
      return;
    }
  } finally {
    worker.unref();
    // One that was left in the middle would go on with the old content.
    if (ended && !IDLE.has(script.href)) IDLE.set(script.href, worker);
    else void worker.terminate();
  }
}

function start(script: URL): Worker {
  const worker = new Worker(script, {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 16 },
    // Nothing that a library prints may reach the terminal: it could hold content.
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  // One that dies while it waits is not used again, and its failure is nobody's.
  worker.on('error', () => undefined);
  worker.on('exit', () => IDLE.get(script.href) === worker && IDLE.delete(script.href));
  return worker;
}

function ask(
  worker: Worker,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<FromParser> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
      done();
    };
    const fail = (reason: GapReason, message: string) =>
      settle(() => reject(new ContentError(reason, message)));
    const onAbort = () => settle(() => reject(signal.reason));
    const onAnswer = (answer: FromParser) => settle(() => resolve(answer));
    const onExit = () => fail('malformed', 'its parser ended');
    const onError = (error: Error & { code?: string }) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? fail('memory-limit', `its parser needs more than ${HEAP_MIB} MiB of memory`)
        : fail('malformed', `its parser stopped: ${error.name}`);
    const late = `its parser took more than ${seconds} s for one step`;
    const timer = setTimeout(() => fail('time-limit', late), seconds * 1000);
    signal.addEventListener('abort', onAbort, { once: true });
    worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
    worker.postMessage({ type: 'next' } satisfies ToParser);
    if (signal.aborted) onAbort();
  });
}
