/** Everything that ends a run early: the caller's abort, the run's time, the run's bytes. */

/** Milliseconds that pages under way have to be committed after a limit was reached. */
const GRACE = 60_000;

export interface Stop {
  /** Aborts at once for the caller, and for a limit when its grace is over. */
  readonly signal: AbortSignal;
  /** Why no further page is to be taken in; undefined while the run may go on. Pages under way are still committed. */
  wanted(): string | undefined;
  /** Ends the run for a limit; the second call does nothing. */
  stop(reason: string): void;
  clear(): void;
}

/** A limit was reached: what was taken in is committed, and the next scan goes on behind it. */
export class Stopped extends Error {}

/** @param seconds wall-clock limit of the run; null for none */
export function createStop(outer: AbortSignal, seconds: number | null): Stop {
  const limit = new AbortController();
  let reason: string | undefined;
  let grace: NodeJS.Timeout | undefined;
  const stop = (why: string) => {
    if (reason !== undefined) return;
    reason = why;
    grace = setTimeout(() => limit.abort(new Stopped(why)), GRACE);
    grace.unref();
  };
  const timer =
    seconds === null
      ? undefined
      : setTimeout(() => stop(`the run's limit of ${seconds} seconds was reached`), seconds * 1000);
  timer?.unref();
  return {
    signal: AbortSignal.any([outer, limit.signal]),
    wanted: () => reason,
    stop,
    clear() {
      clearTimeout(timer);
      clearTimeout(grace);
    },
  };
}
