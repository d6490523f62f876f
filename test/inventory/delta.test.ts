import { expect, test } from 'vitest';
import type { InventoryWriter, StartRun } from '../../src/inventory/types.ts';
import {
  asset,
  container,
  content,
  day,
  outcome,
  PUBLIC,
  rows,
  rule,
  ruleset,
  start,
  tempInventory,
  tempWriter,
} from './estate.ts';

interface Step {
  readonly run?: Partial<StartRun>;
  /** Pages of `[keys that are new or changed, keys that are gone]`; a name ending in `!` could not be read. */
  readonly pages: readonly (readonly [readonly string[], readonly string[]])[];
  readonly token?: string | undefined;
  /** After so many pages the token turns out not to serve: they were changes, and the others are a whole listing. */
  readonly resyncAfter?: number;
  /** Killed after so many pages. */
  readonly killedAfter?: number;
}

/** One run of the container on day `n`; gives the token that it was listed since, and how far the run had come before. */
function run(writer: InventoryWriter, n: number, step: Step) {
  const { runId, tokens, progress, resumed } = writer.startRun(start({ startedAt: day(n), ...step.run }));
  const since = tokens.get('/work') ?? null;
  const containerId = writer.putContainer(runId, container(), day(n));
  writer.beginListing(runId, containerId, since);
  let removed = 0;
  for (const [index, [keys, gone]] of step.pages.entries()) {
    if (index === step.killedAfter) return { since, runId, containerId, resumed };
    if (index === step.resyncAfter) writer.restartListing(runId, containerId);
    const assets = keys.map((key) => asset(key.replace('!', ''), { version: `v${n}` }));
    writer.known(containerId, assets, false);
    const last = index === step.pages.length - 1;
    removed += writer.commitPage({
      runId,
      containerId,
      outcomes: assets.map((one, at) =>
        keys[at]?.endsWith('!')
          ? outcome(one, {
              outcome: 'gap',
              gaps: [{ reason: 'throttled', message: `reading ${one.uri}: slow down` }],
            })
          : outcome(one, { content: content(`${one.key} on day ${n}`) }),
      ),
      listingGaps: [],
      next: last ? null : `page ${index + 2}`,
      removed: gone,
      token: last ? step.token : undefined,
      requests: 1,
      at: day(n, '06:01:00'),
    });
  }
  removed += writer.finishContainer(runId, containerId, day(n, '06:02:00'));
  const counts = writer.finishRun(runId, 'complete', day(n, '06:03:00'));
  return { since, runId, containerId, resumed, progress, removed, counts };
}

const FIRST: Step = {
  pages: [
    [['a', 'b', 'c'], []],
    [['d'], []],
  ],
  token: 'T1',
};
const BALANCE = 'select sum(listed - read - sampled - metadata - skipped - gaps) as off from runs';

test('a run of changes names what differs; the rest is counted as unchanged and seen', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  expect(run(writer, 1, FIRST).since).toBeNull();
  const second = run(writer, 2, {
    pages: [
      [
        ['b', 'e'],
        ['c', 'never listed'],
      ],
    ],
    token: 'T2',
  });
  expect(second).toMatchObject({
    since: 'T1',
    removed: 1,
    counts: { listed: 4, read: 2, skipped: 2, gaps: 0 },
  });
  expect(rows(file, 'select path, last_seen, removed_at from assets order by path')).toEqual([
    { path: 'a', last_seen: day(2), removed_at: null },
    { path: 'b', last_seen: day(2), removed_at: null },
    { path: 'c', last_seen: day(1), removed_at: day(2, '06:01:00') },
    { path: 'd', last_seen: day(2), removed_at: null },
    { path: 'e', last_seen: day(2), removed_at: null },
  ]);
  expect(rows(file, 'select assets from containers')).toEqual([{ assets: 4 }]);
  expect(
    rows(file, 'select type, asset_id from events where run_id = 2 order by event_id').map(
      ({ type }) => type,
    ),
  ).toEqual(['changed', 'added', 'removed']);
  expect(run(writer, 3, { pages: [[[], []]], token: 'T3' })).toMatchObject({
    since: 'T2',
    counts: { listed: 4, skipped: 4 },
  });
  expect(rows(file, BALANCE)).toEqual([{ off: 0 }]);
});

test('what is removed and comes back in later changes is the same asset again', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  run(writer, 1, FIRST);
  const second = run(writer, 2, {
    pages: [
      [['b'], []],
      [[], ['b', 'c']],
      [['c'], []],
    ],
    token: 'T2',
  });
  // Two are named, and of the three that are left two are not.
  expect(second.counts).toMatchObject({ listed: 4, read: 2, skipped: 2 });
  expect(rows(file, 'select path from assets where removed_at is null order by path')).toEqual(
    ['a', 'c', 'd'].map((path) => ({ path })),
  );
  expect(rows(file, 'select assets from containers')).toEqual([{ assets: 3 }]);
  expect(rows(file, BALANCE)).toEqual([{ off: 0 }]);
  const types = rows(file, 'select type from events where run_id = 2 order by event_id');
  expect(types.map(({ type }) => type)).toEqual(['changed', 'removed', 'removed', 'reappeared', 'changed']);
});

test.each<[string, Partial<StartRun>]>([
  ['everything is to be read again', { full: true }],
  ['the rules changed', { ruleset: ruleset([rule('email')]) }],
  ['the config changed', { source: { ...start().source, configDigest: 'c2' } }],
  ['the depth changed', { depth: 'sample' }],
  ['the policy changed', { policyDigest: 'p2' }],
  ['the program changed', { toolVersion: '0.2.0' }],
])('a container is listed whole when %s', (_why, over) => {
  const writer = tempWriter(tempInventory());
  run(writer, 1, FIRST);
  expect(run(writer, 2, { pages: FIRST.pages, token: 'T2', run: over }).since).toBeNull();
});

test('rules that another source was scanned with since make a token useless', () => {
  const writer = tempWriter(tempInventory());
  run(writer, 1, FIRST);
  const other = writer.startRun(start({ name: 'bucket', ruleset: ruleset([rule('email')]) }));
  writer.finishRun(other.runId, 'complete', day(2));
  expect(run(writer, 3, FIRST).since).toBeNull();
});

test('a listing that left something out, or gave no token, is followed by a whole one', () => {
  const writer = tempWriter(tempInventory());
  const first = writer.startRun(start());
  const containerId = writer.putContainer(first.runId, container(), day(1));
  writer.beginListing(first.runId, containerId, null);
  const uri = 'file:///work/shut/';
  writer.commitPage({
    ...{ runId: first.runId, containerId, outcomes: [], next: null, token: 'T1', requests: 1, at: day(1) },
    listingGaps: [{ uri, reason: 'permission-denied', message: 'shut', prefix: 'shut/' }],
  });
  writer.finishContainer(first.runId, containerId, day(1));
  writer.finishRun(first.runId, 'complete', day(1));
  expect(run(writer, 2, { pages: FIRST.pages }).since).toBeNull();
  expect(run(writer, 3, FIRST).since).toBeNull();
  expect(run(writer, 4, { pages: [[[], []]], token: 'T4' }).since).toBe('T1');
});

test('a token that does not serve is followed by a whole listing that removes what it does not have', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  run(writer, 1, FIRST);
  const second = run(writer, 2, {
    pages: [
      [['b', 'fleeting', 'e'], ['a']],
      [['a', 'b'], []],
      [['e'], []],
    ],
    resyncAfter: 1,
    token: 'T2',
  });
  expect(second).toMatchObject({ since: 'T1', removed: 4 });
  expect(rows(file, 'select path from assets where removed_at is null order by path')).toEqual(
    ['a', 'b', 'e'].map((path) => ({ path })),
  );
  expect(rows(file, 'select assets from containers')).toEqual([{ assets: 3 }]);
  expect(rows(file, BALANCE)).toEqual([{ off: 0 }]);
  expect(run(writer, 3, { pages: [[[], []]], token: 'T3' })).toMatchObject({
    since: 'T2',
    counts: { listed: 3 },
  });
});

test.each([1, 2])(
  'a run of changes that is killed after page %i goes on with the same changes',
  (killedAfter) => {
    const file = tempInventory();
    const writer = tempWriter(file);
    run(writer, 1, FIRST);
    const changes: Step = {
      pages: [
        [['b'], []],
        [['e'], ['c']],
        [['f'], []],
      ],
      token: 'T2',
    };
    run(writer, 2, { ...changes, killedAfter });
    const state = writer.startRun(start({ startedAt: day(3) }));
    expect(state).toMatchObject({ resumed: true });
    expect(state.progress.get('/work')).toBe(`page ${killedAfter + 1}`);
    expect(state.tokens.get('/work')).toBe('T1');
    const rest = run(writer, 2, { ...changes, pages: changes.pages.slice(killedAfter) });
    expect(rest).toMatchObject({ since: 'T1', counts: { listed: 5, read: 3, skipped: 2 } });
    expect(run(writer, 4, { pages: [[[], []]] }).since).toBe('T2');
  },
);

test('a run that is killed when its token turned out not to serve lists whole, from the start', () => {
  const writer = tempWriter(tempInventory());
  run(writer, 1, FIRST);
  const changes: Step['pages'] = [
    [['b'], []],
    [['c'], []],
  ];
  const second = run(writer, 2, { pages: changes, killedAfter: 1 });
  writer.restartListing(second.runId, second.containerId);
  const state = writer.startRun(start({ startedAt: day(2) }));
  expect([state.resumed, state.progress.has('/work'), state.tokens.has('/work')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a run that is to read everything again uses no token after an interruption either', () => {
  const writer = tempWriter(tempInventory());
  run(writer, 1, FIRST);
  for (const resumed of [false, true]) {
    const state = writer.startRun(start({ startedAt: day(2), full: true }));
    expect([state.resumed, state.tokens.size]).toEqual([resumed, 0]);
  }
});

test('a run that is killed before its container is finished has its token all the same', () => {
  const writer = tempWriter(tempInventory());
  const first = writer.startRun(start());
  const containerId = writer.putContainer(first.runId, container(), day(1));
  writer.beginListing(first.runId, containerId, null);
  const page = { runId: first.runId, containerId, outcomes: [], listingGaps: [], requests: 1, at: day(1) };
  writer.commitPage({ ...page, next: null, token: 'T1' });
  const again = writer.startRun(start());
  expect(again.progress.get('/work')).toBeNull();
  writer.finishRun(again.runId, 'complete', day(1));
  expect(run(writer, 2, FIRST).since).toBe('T1');
});

test('what could not be read is tried again as it was listed, once in a run', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  run(writer, 1, { pages: [[['a', 'b!', 'c!'], []]], token: 'T1' });
  const second = writer.startRun(start({ startedAt: day(2) }));
  const containerId = writer.putContainer(second.runId, container(), day(2));
  writer.beginListing(second.runId, containerId, 'T1');
  const all = { after: 0, limit: 10 };
  const found = writer.retriable(second.runId, containerId, all);
  expect(found.map((one) => one.asset)).toEqual(['b', 'c'].map((key) => asset(key)));
  expect(writer.retriable(second.runId, containerId, { after: found[0]?.assetId ?? 0, limit: 1 })).toEqual([
    found[1],
  ]);
  const [b, c] = found.map((one) => one.asset);
  if (b === undefined || c === undefined) throw new Error('nothing to try again');
  const slow = { reason: 'throttled', message: `reading ${c.uri}: slow down` } as const;
  writer.commitPage({
    ...{
      runId: second.runId,
      containerId,
      listingGaps: [],
      next: null,
      token: 'T2',
      requests: 2,
      at: day(2),
    },
    outcomes: [outcome(b, { content: content('b') }), outcome(c, { outcome: 'gap', gaps: [slow] })],
  });
  expect(writer.retriable(second.runId, containerId, all)).toEqual([]);
  writer.finishContainer(second.runId, containerId, day(2));
  expect(writer.finishRun(second.runId, 'complete', day(2))).toMatchObject({
    ...{ listed: 3, read: 1, skipped: 1, gaps: 1, incomplete: 1 },
  });
  const third = writer.startRun(start({ startedAt: day(3), depth: 'metadata' }));
  expect(writer.retriable(third.runId, containerId, all)).toEqual([]);
});

test('what the listing itself says cannot be read is not tried before a listing says otherwise', () => {
  const writer = tempWriter(tempInventory());
  const denied = {
    reason: 'permission-denied',
    message: 'its owner does not let readers download it',
  } as const;
  const listed = (n: number, held: boolean) => {
    const { runId } = writer.startRun(start({ startedAt: day(n) }));
    const containerId = writer.putContainer(runId, container(), day(n));
    writer.beginListing(runId, containerId, n === 1 ? null : 'T');
    const tried = writer.retriable(runId, containerId, { after: 0, limit: 9 }).map((one) => one.asset.key);
    const a = asset('a', held ? { unread: denied } : {});
    const page = { runId, containerId, listingGaps: [], next: null, token: 'T', requests: 1, at: day(n) };
    writer.commitPage({ ...page, outcomes: [outcome(a, { outcome: 'gap', gaps: [denied] })] });
    writer.finishContainer(runId, containerId, day(n));
    writer.finishRun(runId, 'complete', day(n));
    return tried;
  };
  listed(1, true);
  expect(listed(2, true)).toEqual([]);
  expect(listed(3, false)).toEqual([]);
  expect(listed(4, false)).toEqual(['a']);
});

test('an asset that is only called otherwise, or shared otherwise, is written anew', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const first = run(writer, 1, FIRST);
  const moved = asset('a', { path: 'moved/a', version: 'v1' });
  expect(writer.known(first.containerId, [asset('a'), moved], false)).toMatchObject([
    { metadataCurrent: true },
    { metadataCurrent: false },
  ]);
  const second = writer.startRun(start({ startedAt: day(2) }));
  const shared = asset('b', { access: PUBLIC, version: 'v1' });
  const [known] = writer.known(first.containerId, [shared], false);
  expect(known).toMatchObject({ current: true, metadataCurrent: true });
  writer.beginListing(second.runId, first.containerId, 'T1');
  writer.commitPage({
    ...{
      runId: second.runId,
      containerId: first.containerId,
      listingGaps: [],
      next: null,
      requests: 1,
      at: day(2),
    },
    outcomes: [{ asset: shared, outcome: 'unchanged', metadataFindings: [], gaps: [] }],
  });
  expect(rows(file, "select exposure from assets where path = 'b'")).toEqual([{ exposure: 'public' }]);
});
