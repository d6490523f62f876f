/** Everything that ends a run early: the caller's abort, the run's time, the run's bytes. */

export interface Stop {
  /** Aborts for whichever comes first; its reason says which. */
  readonly signal: AbortSignal;
  /** Ends the run for a limit; the second call does nothing. */
  stop(reason: string): void;
  clear(): void;
}

/** @param seconds wall-clock limit of the run; null for none */
export function createStop(outer: AbortSignal, seconds: number | null): Stop {
  const limit = new AbortController();
  const stop = (reason: string) => {
    if (!limit.signal.aborted) limit.abort(new Error(`${reason}; the next scan goes on from here`));
  };
  const timer =
    seconds === null
      ? undefined
      : setTimeout(() => stop(`the run's limit of ${seconds} seconds was reached`), seconds * 1000);
  timer?.unref();
  return { signal: AbortSignal.any([outer, limit.signal]), stop, clear: () => clearTimeout(timer) };
}
