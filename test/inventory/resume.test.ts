import { expect, test } from 'vitest';
import { openWriter } from '../../src/inventory/writer.ts';
import {
  asset,
  container,
  content,
  day,
  outcome,
  rows,
  rule,
  ruleset,
  start,
  tempInventory,
  tempWriter,
  unchanged,
} from './estate.ts';

const KEYS = ['a', 'b', 'c', 'd'];

/** Lists KEYS in pages of one; stops, as if killed, before the step of that number. Gives the run's id, or null when stopped. */
function scanUntil(file: string, stop: number, n: number): number | null {
  const writer = openWriter(file);
  let step = 0;
  const killed = () => step++ === stop;
  try {
    const run = writer.startRun(start({ startedAt: day(n) }));
    if (killed()) return null;
    const containerId = writer.putContainer(run.runId, container(), day(n));
    const cursor = run.progress.get('/work');
    const from = cursor === null ? KEYS.length : KEYS.indexOf(cursor ?? '') + 1;
    for (const [index, key] of KEYS.entries()) {
      if (index < from) continue;
      if (killed()) return null;
      const one = asset(key);
      const [known] = writer.known(containerId, [one], true);
      writer.commitPage({
        runId: run.runId,
        containerId,
        outcomes: [known ? unchanged(one) : outcome(one, { content: content(key) })],
        listingGaps: [],
        next: index === KEYS.length - 1 ? null : key,
        requests: 1,
        at: day(n),
      });
    }
    if (killed()) return null;
    if (cursor !== null) writer.finishContainer(run.runId, containerId, day(n));
    if (killed()) return null;
    writer.finishRun(run.runId, 'complete', day(n));
    return run.runId;
  } finally {
    writer.close();
  }
}

const FINAL = [
  'select path, level, coverage, first_seen, last_seen, removed_at, sha256 from assets order by path',
  'select run_id, status, listed, read, skipped, gaps, removed from runs',
  'select run_id, type, uri from events order by run_id, type, uri',
  'select * from _seen',
];

test.each([0, 1, 2, 3, 4, 5, 6])(
  'a run that is killed at step %i goes on where it stood, with the same rows',
  (stop) => {
    const whole = tempInventory();
    scanUntil(whole, -1, 1);
    scanUntil(whole, -1, 2);
    const torn = tempInventory();
    expect(scanUntil(torn, stop, 1)).toBeNull();
    expect(scanUntil(torn, -1, 1)).toBe(1);
    expect(scanUntil(torn, stop, 2)).toBeNull();
    expect(scanUntil(torn, -1, 2)).toBe(2);
    for (const sql of FINAL) expect(rows(torn, sql)).toEqual(rows(whole, sql));
  },
);

test('an interrupted run is not taken up again under another config, depth, rule set or policy', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  expect(writer.startRun(start()).runId).toBe(writer.startRun(start()).runId);
  const others = [
    { source: { ...start().source, configDigest: 'c2' } },
    { depth: 'sample' },
    { policyDigest: 'p2' },
    { ruleset: ruleset([rule('email')]) },
    { full: true },
  ];
  for (const over of others) {
    const { runId } = writer.startRun(start());
    expect(writer.startRun(start(over))).toMatchObject({ runId: runId + 1, resumed: false });
    expect(rows(file, `select status from runs where run_id = ${runId}`)).toEqual([
      { status: 'interrupted' },
    ]);
  }
});

test('a policy counts as applied only when a run under it came to its end', () => {
  const writer = tempWriter(tempInventory());
  const run = writer.startRun(start());
  expect(run.policyChanged).toBe(true);
  writer.finishRun(run.runId, 'interrupted', day(1));
  const again = writer.startRun(start());
  expect(again).toMatchObject({ resumed: true, policyChanged: true });
  writer.finishRun(again.runId, 'complete', day(1));
  const next = writer.startRun(start({ startedAt: day(2) }));
  expect(next).toMatchObject({ resumed: false, policyChanged: false, lastComplete: day(1) });
  writer.finishRun(next.runId, 'complete', day(2));
  // What could not be listed still stands under the policy before.
  const other = { policyDigest: 'p2', startedAt: day(3) };
  writer.finishRun(writer.startRun(start(other)).runId, 'partial', day(3));
  expect(writer.startRun(start({ ...other, startedAt: day(4) })).policyChanged).toBe(true);
});
