/** Spends resource units no faster than Microsoft grants them, over all threads that share its memory. */
import { setTimeout as sleep } from 'node:timers/promises';

const MINUTE = 60_000_000;
/** Part of a minute's units that may be spent at once; with the rest spread evenly, no minute holds more than its units. */
const BURST = 0.2;

export interface Budget {
  /** Resolves when so many units may be spent. Rejects with the signal's reason when aborted. */
  spend(units: number, signal: AbortSignal): Promise<void>;
}

/** Time, handed in so that tests need not wait. */
export interface BudgetClock {
  /** Microseconds, the same in all threads of a process. */
  now(): bigint;
  /** Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/**
 * `perMinute` units. `shared` holds 8 bytes, zero at first: the microsecond up to which units are spent already. Threads that
 * share it share the budget (the "generic cell rate algorithm").
 */
export function createBudget(
  perMinute: number,
  shared: SharedArrayBuffer,
  clock: BudgetClock = systemClock,
): Budget {
  const spent = new BigInt64Array(shared);
  const perUnit = MINUTE / (perMinute * (1 - BURST));
  const ahead = perMinute * BURST * perUnit;

  return {
    async spend(units, signal) {
      const cost = BigInt(Math.round(units * perUnit));
      for (;;) {
        const now = clock.now();
        const before = Atomics.load(spent, 0);
        const after = (before > now ? before : now) + cost;
        if (Atomics.compareExchange(spent, 0, before, after) !== before) continue;
        const wait = Number(after - now) - ahead;
        if (wait > 0) await clock.sleep(wait / 1000, signal);
        return;
      }
    },
  };
}

const systemClock: BudgetClock = {
  now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
  async sleep(milliseconds, signal) {
    // A timer that is aborted says so in words of its own.
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};
