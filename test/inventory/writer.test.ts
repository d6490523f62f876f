import { expect, test } from 'vitest';
import { QUERIES } from '../../src/inventory/queries/index.ts';
import {
  asset,
  classification,
  container,
  content,
  day,
  finding,
  outcome,
  PUBLIC,
  rows,
  scan,
  start,
  tempInventory,
  tempWriter,
  unchanged,
} from './estate.ts';

test('every asset of a run is counted in exactly one column', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const encrypted = { reason: 'encrypted', message: 'a password is needed' } as const;
  scan(writer, 1, {
    outcomes: [
      outcome(asset('a.csv'), { content: content('a') }),
      outcome(asset('b.csv'), { content: content('b', { coverage: 'sample' }) }),
      outcome(asset('c.zip'), { content: content('c', { coverage: 'none', gaps: [encrypted] }) }),
      outcome(asset('d.png'), {
        content: content('d', { coverage: 'metadata', gaps: [{ reason: 'no-text', message: 'a picture' }] }),
      }),
      outcome(asset('e'), { outcome: 'gap', gaps: [{ reason: 'permission-denied', message: 'not ours' }] }),
      outcome(asset('f')),
    ],
  });
  scan(writer, 2, {
    outcomes: ['a.csv', 'b.csv', 'c.zip', 'd.png', 'e', 'f'].map((key) => unchanged(asset(key))),
  });
  expect(
    rows(
      file,
      'select listed, read, sampled, metadata, skipped, gaps, listed = read + sampled + metadata + skipped + gaps as whole from runs',
    ),
  ).toEqual([
    { listed: 6, read: 1, sampled: 1, metadata: 2, skipped: 0, gaps: 2, whole: 1 },
    { listed: 6, read: 0, sampled: 0, metadata: 0, skipped: 6, gaps: 0, whole: 1 },
  ]);
});

test('an unchanged asset keeps its gaps, level and findings, and is seen by the last complete run', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const first = outcome(asset('a.csv'), {
    content: content('a', {
      findings: [finding('us-ssn')],
      gaps: [{ reason: 'malformed', message: 'row 9 is torn', place: 'row 9' }],
    }),
  });
  scan(writer, 1, { outcomes: [first] });
  const { sourceId } = scan(writer, 2, { outcomes: [unchanged(asset('a.csv'))] });
  expect(writer.openGaps(sourceId)).toBe(1);
  expect(rows(file, 'select level, coverage, first_seen, last_seen from assets')).toEqual([
    { level: 'restricted', coverage: 'full', first_seen: day(1), last_seen: day(2) },
  ]);
  expect(rows(file, 'select run_id, reason, place, open from gaps')).toEqual([
    { run_id: 1, reason: 'malformed', place: 'row 9', open: 'yes' },
  ]);
  expect(rows(file, 'select rule, level, places from findings')).toEqual([
    { rule: 'us-ssn', level: 'restricted', places: '["line 1","line 2"]' },
  ]);
});

test('a gap is closed by the run that reads the asset', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const denied = { reason: 'permission-denied', message: 'not ours' } as const;
  scan(writer, 1, { outcomes: [outcome(asset('a.csv'), { outcome: 'gap', gaps: [denied] })] });
  scan(writer, 2, { outcomes: [outcome(asset('a.csv'), { content: content('a') })] });
  expect(rows(file, 'select run_id, closed_run_id, open from gaps')).toEqual([
    { run_id: 1, closed_run_id: 2, open: 'no' },
  ]);
});

test('only a listing that reached its end marks what it did not see as removed', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const keys = ['a.csv', 'b.csv', 'c.csv'];
  scan(writer, 1, { outcomes: keys.map((key) => outcome(asset(key), { content: content(key) })) });

  const half = writer.startRun(start({ startedAt: day(2) }));
  const containerId = writer.putContainer(half.runId, container(), day(2));
  const page = { runId: half.runId, containerId, listingGaps: [], requests: 1, at: day(2) };
  writer.commitPage({ ...page, outcomes: [unchanged(asset('a.csv'))], next: 'a.csv' });
  expect(() => writer.finishContainer(half.runId, containerId, day(2))).toThrow('not listed to its end');
  writer.finishRun(half.runId, 'partial', day(2));
  expect(rows(file, 'select count(*) as n from assets where removed_at is not null')).toEqual([{ n: 0 }]);

  scan(writer, 3, { outcomes: [unchanged(asset('a.csv')), unchanged(asset('c.csv'))] });
  expect(rows(file, 'select path, last_seen, removed_at from assets order by path')).toEqual([
    { path: 'a.csv', last_seen: day(3), removed_at: null },
    { path: 'b.csv', last_seen: day(1), removed_at: day(3, '06:02:00') },
    { path: 'c.csv', last_seen: day(3), removed_at: null },
  ]);
  expect(writer.liveAssets(half.sourceId)).toBe(2);
});

test('nothing under a folder that could not be listed is marked removed, or claimed to be seen', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const keys = ['a.csv', 'locked/b.csv', 'z.csv'];
  scan(writer, 1, { outcomes: keys.map((key) => outcome(asset(key), { content: content(key) })) });
  const gap = {
    uri: 'file:///work/locked',
    reason: 'permission-denied',
    message: 'no entry',
    prefix: 'locked/',
  } as const;
  scan(writer, 2, { outcomes: [unchanged(asset('a.csv'))], listingGaps: [gap] });
  scan(writer, 3, { outcomes: [unchanged(asset('a.csv'))], listingGaps: [gap] });
  expect(rows(file, 'select path, last_seen, removed_at is null as there from assets order by path')).toEqual(
    [
      { path: 'a.csv', last_seen: day(3), there: 1 },
      { path: 'locked/b.csv', last_seen: day(1), there: 1 },
      { path: 'z.csv', last_seen: day(1), there: 0 },
    ],
  );
  scan(writer, 4, { outcomes: [unchanged(asset('a.csv')), unchanged(asset('locked/b.csv'))] });
  expect(rows(file, `select last_seen from assets where path = 'locked/b.csv'`)).toEqual([
    { last_seen: day(4) },
  ]);
  expect(rows(file, 'select run_id, open from gaps')).toEqual([{ run_id: 2, open: 'no' }]);
  scan(writer, 5, { outcomes: [unchanged(asset('a.csv'))] });
  expect(rows(file, `select removed_at from assets where path = 'locked/b.csv'`)).toEqual([
    { removed_at: day(5, '06:02:00') },
  ]);
});

test('an asset that comes back is the same asset', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const read = outcome(asset('a.csv'), { content: content('a') });
  scan(writer, 1, { outcomes: [read, outcome(asset('b.csv'), { content: content('b') })] });
  scan(writer, 2, { outcomes: [unchanged(asset('b.csv'))] });
  const { sourceId, containerId } = scan(writer, 3, { outcomes: [unchanged(asset('b.csv'))] });
  expect(writer.known(containerId, [asset('a.csv')], true)[0]?.removed).toBe(true);
  scan(writer, 4, { outcomes: [read, unchanged(asset('b.csv'))] });
  expect(writer.liveAssets(sourceId)).toBe(2);
  expect(rows(file, `select asset_id, first_seen, removed_at from assets where path = 'a.csv'`)).toEqual([
    { asset_id: 1, first_seen: day(1), removed_at: null },
  ]);
  expect(rows(file, 'select run_id, type from events where asset_id = 1 order by run_id')).toEqual([
    { run_id: 1, type: 'added' },
    { run_id: 2, type: 'removed' },
    { run_id: 4, type: 'reappeared' },
  ]);
});

test('a container that a complete discovery does not find is removed with all that is in it', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  scan(writer, 1, { outcomes: [outcome(asset('a.csv'), { content: content('a') })] });
  const run = writer.startRun(start({ startedAt: day(2) }));
  expect(writer.finishDiscovery(run.runId, ['/other'], day(2))).toBe(1);
  expect(writer.finishRun(run.runId, 'complete', day(2)).listed).toBe(0);
  expect(rows(file, 'select removed_at from containers')).toEqual([{ removed_at: day(2) }]);
  expect(rows(file, 'select removed_at from assets')).toEqual([{ removed_at: day(2) }]);
});

test('access that changes without the bytes is written, with what was granted before', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  scan(writer, 1, { outcomes: [outcome(asset('a.csv'), { content: content('a') })] });
  scan(writer, 2, { outcomes: [unchanged(asset('a.csv', { access: PUBLIC }))] });
  expect(rows(file, 'select exposure from assets')).toEqual([{ exposure: 'public' }]);
  expect(
    rows(file, 'select principal, current, first_seen, last_seen from grants order by first_seen'),
  ).toEqual([
    { principal: 'ada@example.com', current: 'no', first_seen: day(1), last_seen: day(1) },
    { principal: 'allUsers', current: 'yes', first_seen: day(2), last_seen: day(2) },
  ]);
  expect(rows(file, `select type, before, after from events where type like 'exposure%'`)).toEqual([
    { type: 'exposure-widened', before: 'private', after: 'public' },
  ]);
});

test("an asset without access of its own has its container's; without either it is unknown", () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const outcomes = [outcome(asset('a.csv', { access: null }), { content: content('a') })];
  scan(writer, 1, { outcomes });
  expect(rows(file, 'select exposure from assets')).toEqual([{ exposure: 'unknown' }]);
  scan(writer, 2, { container: { access: PUBLIC }, outcomes: [unchanged(asset('a.csv', { access: null }))] });
  expect(rows(file, 'select exposure from assets')).toEqual([{ exposure: 'public' }]);
  expect(rows(file, 'select asset_id, principal, inherited from grants order by asset_id')).toEqual([
    { asset_id: null, principal: 'allUsers', inherited: 'no' },
    { asset_id: 1, principal: 'allUsers', inherited: 'yes' },
  ]);
});

test('a level that falls is an event', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const read = { content: content('a', { findings: [finding('us-ssn')] }) };
  scan(writer, 1, { outcomes: [outcome(asset('a.csv'), read)] });
  const changed = asset('a.csv', { version: 'v2' });
  scan(writer, 2, { outcomes: [outcome(changed, { content: content('a2') })] });
  expect(rows(file, 'select type, before, after from events where run_id = 2')).toEqual([
    { type: 'changed', before: 'v1', after: 'v2' },
    { type: 'level-lowered', before: 'restricted', after: 'internal' },
  ]);
  expect(rows(file, 'select count(*) as n from _contents')).toEqual([{ n: 1 }]);
});

test('writing the same again changes nothing', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const link = outcome(asset('a.lnk'), { gaps: [{ reason: 'link', message: 'not followed' }] });
  scan(writer, 1, { outcomes: [link] });
  const before = rows(file, 'select * from _assets');
  scan(writer, 2, { outcomes: [{ ...link, asset: asset('a.lnk') }] });
  expect(rows(file, 'select * from _assets')).toEqual(before);
  expect(rows(file, 'select run_id, open from gaps')).toEqual([{ run_id: 1, open: 'yes' }]);
});

test('a failed page leaves nothing behind', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const run = writer.startRun(start());
  const containerId = writer.putContainer(run.runId, container(), day(1));
  const page = { runId: run.runId, containerId, listingGaps: [], requests: 1, at: day(1), next: null };
  const good = outcome(asset('a.csv'), { classification: classification('internal', { why: 'new words' }) });
  const bad = outcome(asset('b.csv'), { content: content('b', { findings: [finding('no-such-rule')] }) });
  expect(() => writer.commitPage({ ...page, outcomes: [good, bad] })).toThrow('no-such-rule');
  expect(rows(file, 'select count(*) as n from assets')).toEqual([{ n: 0 }]);
  // What was remembered of the transaction that was undone must not be used.
  writer.commitPage({ ...page, outcomes: [good] });
  expect(rows(file, 'select owner, exposure, why from assets')).toEqual([
    { owner: 'ada', exposure: 'private', why: 'new words' },
  ]);
});

test('Q33 tells what is back in its place, and what is back elsewhere', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const gone = content('gone');
  const [a, b] = [outcome(asset('a'), { content: gone }), outcome(asset('b'), { content: content('b') })];
  scan(writer, 1, { outcomes: [a, b] });
  scan(writer, 2, { outcomes: [unchanged(asset('b'))] });
  const elsewhere = outcome(asset('x/a'), { content: gone });
  scan(writer, 3, { outcomes: [elsewhere] });
  const query = QUERIES.find(({ id }) => id === 'Q33');
  expect(rows(file, query?.sql ?? '')).toMatchObject([
    { how: 'same bytes elsewhere', uri: 'file:///work/x/a', removed_uri: 'file:///work/a' },
  ]);
  scan(writer, 4, { outcomes: [unchanged(asset('x/a')), b] });
  expect(rows(file, query?.sql ?? '')).toContainEqual(
    expect.objectContaining({ how: 'in its place', uri: 'file:///work/b' }),
  );
});
