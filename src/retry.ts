/** How requests to a provider are tried again: one policy per source, so that all its requests slow down together. */
import type { Retry } from './connector.ts';
import { ConnectorError } from './errors.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Milliseconds; the wait before try n is random between 0 and `base * 2^n`, at most `longest`. */
  readonly base: number;
  readonly longest: number;
  /** So many requests in a row that failed to their last try open the circuit: every further one fails at once. */
  readonly breaker: number;
}

export const RETRY_POLICY: RetryPolicy = { attempts: 6, base: 250, longest: 30_000, breaker: 5 };

/** Time and chance, handed in so that tests need neither. */
export interface RetryClock {
  /** Milliseconds, monotonic, the same in all threads of a process. */
  now(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/** Bytes of `RetryOptions.shared`. */
export const RETRY_BYTES = 2 * BigInt64Array.BYTES_PER_ELEMENT;

export interface RetryOptions {
  readonly log?: (message: string) => void;
  /** RETRY_BYTES, zero at first. Threads that share it wait together for a Retry-After, and count failures together. */
  readonly shared?: SharedArrayBuffer;
}

/** What is in `shared`: the millisecond before which nothing is sent, and the requests in a row that failed to their last try. */
const NOT_BEFORE = 0;
const FAILED = 1;

/**
 * Makes the one Retry of a source. `throttled` and `transient` errors are tried again; everything else is thrown as it is.
 * A Retry-After holds back every request of the source, not only the one that was told. Only ever wrap reads in it.
 */
export function createRetry(
  policy: RetryPolicy = RETRY_POLICY,
  clock: RetryClock = systemClock,
  { log = () => undefined, shared = new SharedArrayBuffer(RETRY_BYTES) }: RetryOptions = {},
): Retry {
  const state = new BigInt64Array(shared);
  function holdUntil(time: number): void {
    const wanted = BigInt(Math.ceil(time));
    for (let held = Atomics.load(state, NOT_BEFORE); held < wanted; held = Atomics.load(state, NOT_BEFORE))
      Atomics.compareExchange(state, NOT_BEFORE, held, wanted);
  }

  return async (attempt, signal) => {
    for (let tried = 1; ; tried += 1) {
      signal.throwIfAborted();
      const wait = Number(Atomics.load(state, NOT_BEFORE)) - clock.now();
      if (wait > 0) await clock.sleep(wait, signal);
      try {
        const result = await attempt();
        Atomics.store(state, FAILED, 0n);
        return result;
      } catch (error) {
        if (!isRetriable(error)) throw error;
        signal.throwIfAborted();
        if (Atomics.load(state, FAILED) >= policy.breaker) throw error;
        if (tried >= policy.attempts) {
          Atomics.add(state, FAILED, 1n);
          throw error;
        }
        const backOff = clock.random() * Math.min(policy.longest, policy.base * 2 ** tried);
        const pause = Math.max((error.retryAfter ?? 0) * 1000, backOff);
        log(
          `${error.message}: waiting ${Math.round(pause)} ms before try ${tried + 1} of ${policy.attempts}`,
        );
        if (error.retryAfter !== undefined) holdUntil(clock.now() + pause);
        else await clock.sleep(pause, signal);
      }
    }
  };
}

function isRetriable(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && (error.code === 'throttled' || error.code === 'transient');
}

const systemClock: RetryClock = {
  now: () => performance.timeOrigin + performance.now(),
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const abort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal.addEventListener('abort', abort, { once: true });
    }),
};
