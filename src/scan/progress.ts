/** What a source's run has come to so far, for whoever watches it. */
import type { AssetOutcome } from '../inventory/types.ts';
import type { Pool } from './pool.ts';
import type { SourceContext } from './source.ts';

/** Requests since it was last asked, of all threads. */
export function createRequestCounter(pool: Pool): () => number {
  let taken = pool.totals().requests;
  return () => {
    const { requests } = pool.totals();
    const since = requests - taken;
    taken = requests;
    return since;
  };
}

/** Running totals; `tick` tells them. */
export function createProgress({ source, pool, observe, writer, run }: SourceContext) {
  const expected = run.lastComplete === null ? null : writer.liveAssets(run.sourceId);
  const start = pool.totals();
  const totals = { listed: 0, read: 0, unchanged: 0, gaps: 0 };
  const progress = {
    container: '',
    tick() {
      const { bytes, requests } = pool.totals();
      observe({
        type: 'progress',
        source: source.name,
        container: progress.container,
        ...totals,
        bytesRead: bytes - start.bytes,
        requests: requests - start.requests,
        expected,
      });
    },
    committed(outcomes: readonly AssetOutcome[]) {
      totals.listed += outcomes.length;
      for (const { outcome } of outcomes) {
        if (outcome === 'read') totals.read += 1;
        else if (outcome === 'gap') totals.gaps += 1;
        else if (outcome !== 'metadata') totals.unchanged += 1;
      }
      progress.tick();
    },
  };
  return progress;
}
