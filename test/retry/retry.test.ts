import { expect, test } from 'vitest';
import type { Retry } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { createRetry, RETRY_BYTES, RETRY_POLICY } from '../../src/retry.ts';

/** A clock that passes only by sleeping; chance always takes the longest wait. */
function fakeClock() {
  const slept: number[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    random: () => 1,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
  };
  return { clock, slept };
}

const signal = new AbortController().signal;

/** Fails with the given errors in turn, then succeeds. */
function failing(...errors: Error[]) {
  let calls = 0;
  return {
    attempt: async () => {
      const error = errors[calls++];
      if (error) throw error;
      return 'done';
    },
    calls: () => calls,
  };
}

const transient = new ConnectorError('transient', 'reset');

test('a transient failure is tried again with growing waits', async () => {
  const { clock, slept } = fakeClock();
  const work = failing(transient, transient, transient);
  expect(await createRetry(RETRY_POLICY, clock)(work.attempt, signal)).toBe('done');
  expect(slept).toEqual([500, 1000, 2000]);
});

test('Retry-After is a floor and holds back the other requests of the source', async () => {
  const { clock, slept } = fakeClock();
  const retry = createRetry(RETRY_POLICY, clock);
  const work = failing(new ConnectorError('throttled', 'slow down', { retryAfter: 7 }));
  await retry(work.attempt, signal);
  expect(slept).toEqual([7000]);
});

test('threads that share a source wait for its Retry-After together, and open the circuit together', async () => {
  const { clock, slept } = fakeClock();
  const shared = new SharedArrayBuffer(RETRY_BYTES);
  const [one, other] = [1, 2].map(() =>
    createRetry({ ...RETRY_POLICY, attempts: 2, breaker: 1 }, clock, { shared }),
  ) as [Retry, Retry];
  const slowDown = new ConnectorError('throttled', 'slow down', { retryAfter: 7 });
  await expect(one(failing(slowDown, transient).attempt, signal)).rejects.toBe(transient);
  // Held back by what the first was told until it is over, and then not tried twice.
  const work = failing(slowDown, slowDown);
  await expect(other(work.attempt, signal)).rejects.toBe(slowDown);
  expect([slept, work.calls()]).toEqual([[7000], 1]);
  const third = createRetry(RETRY_POLICY, { ...clock, now: () => 0 }, { shared });
  await third(failing().attempt, signal);
  expect(slept).toEqual([7000, 7000]);
});

test('an auth failure is never tried again', async () => {
  const { clock } = fakeClock();
  const work = failing(new ConnectorError('auth', 'no'));
  await expect(createRetry(RETRY_POLICY, clock)(work.attempt, signal)).rejects.toThrow('no');
  expect(work.calls()).toBe(1);
});

test('after the last try the error is thrown as it is', async () => {
  const { clock } = fakeClock();
  const work = failing(...Array<Error>(20).fill(transient));
  await expect(createRetry(RETRY_POLICY, clock)(work.attempt, signal)).rejects.toBe(transient);
  expect(work.calls()).toBe(RETRY_POLICY.attempts);
});

test('the circuit opens after requests that failed to their last try, and a success closes it', async () => {
  const { clock } = fakeClock();
  const retry = createRetry({ ...RETRY_POLICY, attempts: 2, breaker: 2 }, clock);
  const work = failing(transient, transient, transient, transient, transient);
  await expect(retry(work.attempt, signal)).rejects.toBe(transient);
  await expect(retry(work.attempt, signal)).rejects.toBe(transient);
  expect(work.calls()).toBe(4);
  await expect(retry(work.attempt, signal)).rejects.toBe(transient);
  expect(work.calls()).toBe(5);
  expect(await retry(work.attempt, signal)).toBe('done');
});

test('an abort ends the waiting', async () => {
  const controller = new AbortController();
  const work = failing(new ConnectorError('throttled', 'slow down', { retryAfter: 60 }));
  const waiting = createRetry()(work.attempt, controller.signal);
  setImmediate(() => controller.abort(new Error('stop')));
  await expect(waiting).rejects.toThrow('stop');
});
