import { expect, test } from 'vitest';
import type { RulesetRecord } from '../../src/inventory/types.ts';
import {
  asset,
  classification,
  container,
  content,
  day,
  finding,
  outcome,
  RULES,
  rows,
  rule,
  ruleset,
  scan,
  start,
  tempInventory,
  tempWriter,
} from './estate.ts';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

test('an object that its provider hashed and a file that we hashed are one content', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const bucket = {
    name: 'bucket',
    source: { name: 'bucket', connector: 's3', category: 'storage', location: 's3://b', configDigest: 'c' },
  };
  const object = asset('people.csv', { container: 'b', uri: 's3://b/people.csv', digests: { md5: MD5 } });
  scan(writer, 1, {
    run: bucket,
    container: { id: 'b', uri: 's3://b', name: 'b' },
    outcomes: [outcome(object)],
  });
  expect(writer.digestsInUse()).toEqual(['md5']);

  const run = writer.startRun(start({ startedAt: day(2) }));
  const found = writer.contentByDigests({ md5: MD5 }, 1000);
  expect(found).toMatchObject({ coverage: 'none', current: false, size: 1000 });
  expect(writer.contentByDigests({ md5: MD5 }, 999)).toBeUndefined();
  writer.finishRun(run.runId, 'complete', day(2));

  const read = content('people', { findings: [finding('us-ssn')] });
  const digests = { ...read.digests, md5: MD5 };
  scan(writer, 3, { outcomes: [outcome(asset('export.csv'), { content: { ...read, digests } })] });
  expect(rows(file, 'select ordinal, copies, how, source from copies order by ordinal')).toEqual([
    { ordinal: 1, copies: 2, how: 'same bytes', source: 'bucket' },
    { ordinal: 2, copies: 2, how: 'same bytes', source: 'laptop' },
  ]);
  // The object was classified before its bytes were read: it is to be classified anew.
  const [stale] = writer.stale(10);
  expect(stale).toMatchObject({ source: 'bucket', findings: [{ rule: 'us-ssn' }] });
  writer.reclassify(3, day(3), [
    { assetId: stale?.assetId ?? 0, classification: classification('restricted') },
  ]);
  expect(writer.stale(10)).toEqual([]);
  expect(rows(file, 'select distinct level from assets')).toEqual([{ level: 'restricted' }]);
});

test('contents that a third one shows to be the same are merged', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const own = content('x');
  scan(writer, 1, {
    outcomes: [
      outcome(asset('by-md5'), { content: { ...own, digests: { md5: MD5 } } }),
      outcome(asset('by-sha'), { content: { ...own, findings: [finding('email')] } }),
      outcome(asset('both'), {
        content: { ...own, digests: { ...own.digests, md5: MD5 }, findings: [finding('email')] },
      }),
    ],
  });
  expect(rows(file, 'select count(*) as n from _contents')).toEqual([{ n: 1 }]);
  expect(rows(file, 'select count(*) as n from findings')).toEqual([{ n: 3 }]);
  expect(writer.stale(10).map(({ path }) => path)).toEqual(['by-md5']);
});

test('two files with one md5 but other sha256 are not the same', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const collide = (bytes: string) => ({
    content: content(bytes, { digests: { ...content(bytes).digests, md5: MD5 } }),
  });
  scan(writer, 1, { outcomes: [outcome(asset('a'), collide('a')), outcome(asset('b'), collide('b'))] });
  expect(rows(file, 'select * from copies')).toEqual([]);
  expect(rows(file, 'select count(*) as n from _contents')).toEqual([{ n: 2 }]);
});

test('bytes below 64 make no copies, members of archives do', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const tiny = { content: content('tiny', { size: 63 }) };
  const inner = content('people');
  const zip = content('zip', {
    format: 'zip',
    members: [{ path: 'in/people.csv', size: 1000, digests: inner.digests }],
  });
  scan(writer, 1, {
    outcomes: [
      outcome(asset('a'), tiny),
      outcome(asset('b'), tiny),
      outcome(asset('people.csv'), { content: inner }),
      outcome(asset('people.zip'), { content: zip }),
    ],
  });
  expect(rows(file, 'select ordinal, how, uri, member from copies order by ordinal')).toEqual([
    { ordinal: 1, how: 'same bytes', uri: 'file:///work/people.csv', member: null },
    { ordinal: 2, how: 'archive member', uri: 'file:///work/people.zip', member: 'in/people.csv' },
  ]);
});

test('hard links are one content for as long as their version stands', () => {
  const writer = tempWriter(tempInventory());
  const linked = asset('a', { identity: '1:42' });
  const { containerId } = scan(writer, 1, { outcomes: [outcome(linked, { content: content('a') })] });
  writer.startRun(start({ startedAt: day(2) }));
  expect(writer.contentByIdentity(containerId, '1:42', 'v1')?.contentId).toBe(1);
  expect(writer.contentByIdentity(containerId, '1:42', 'v2')).toBeUndefined();
});

/** What a second run with another rule set would read again, of a text, a table and bytes that are neither. */
function readAgain(second: RulesetRecord, of = RULES): readonly string[] {
  const writer = tempWriter(tempInventory());
  const kinds = {
    text: content('t', { hasText: true, hasColumns: false, findings: [finding('email')] }),
    table: content('c', { hasText: false, hasColumns: true }),
    other: content('o', { hasText: false, hasColumns: false }),
  };
  const outcomes = Object.entries(kinds).map(([key, one]) => outcome(asset(key), { content: one }));
  scan(writer, 1, { run: { ruleset: of }, outcomes });
  const run = writer.startRun(start({ ruleset: second, startedAt: day(2) }));
  const containerId = writer.putContainer(run.runId, container(), day(2));
  const assets = ['other', 'table', 'text'].map((key) => asset(key));
  const known = writer.known(containerId, assets, true);
  return assets.flatMap(({ key }, index) => (known[index]?.current ? [] : [key]));
}

test('a changed rule has only that read again which it can matter to', () => {
  const changed = (over: object) =>
    ruleset([...RULES.rules.slice(1), rule('email', { digest: 'email-2', ...over })]);
  expect(readAgain(RULES)).toEqual([]);
  expect(readAgain(changed({ columns: false }))).toEqual(['text']);
  expect(readAgain(changed({ text: false }))).toEqual(['table']);
  expect(readAgain(changed({ text: false, columns: false }))).toEqual([]);
  expect(readAgain(ruleset([...RULES.rules, rule('new')]))).toEqual(['table', 'text']);
  expect(readAgain(ruleset(RULES.rules.slice(1)))).toEqual([]);
  expect(readAgain(ruleset(RULES.rules.map((one) => ({ ...one, level: 'public', title: 'x' }))))).toEqual([]);
  expect(readAgain(ruleset(RULES.rules, '2'))).toEqual(['other', 'table', 'text']);
});

test('findings of a rule that is gone go with it, and what rested on them is classified anew', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const findings = [finding('email'), finding('us-ssn')];
  scan(writer, 1, { outcomes: [outcome(asset('a'), { content: content('a', { findings }) })] });
  writer.startRun(start({ ruleset: ruleset([rule('email', { level: 'internal' })]), startedAt: day(2) }));
  expect(rows(file, 'select rule, level from findings')).toEqual([{ rule: 'email', level: 'internal' }]);
  expect(writer.stale(10).map(({ path }) => path)).toEqual(['a']);
});

test('what was read to a lesser depth, or with a gap that may be over, is read again; a file that cannot be read better is not', () => {
  const writer = tempWriter(tempInventory());
  const gap = (reason: 'unavailable' | 'size-limit' | 'malformed') => [{ reason, message: 'invented' }];
  const contents = {
    deep: content('1', { coverage: 'sample', gaps: gap('malformed') }),
    limited: content('2', { coverage: 'sample', gaps: gap('size-limit') }),
    sampled: content('3', { coverage: 'sample', depth: 'sample' }),
    torn: content('4', { coverage: 'sample', gaps: gap('unavailable') }),
  };
  const outcomes = Object.entries(contents).map(([key, one]) => outcome(asset(key), { content: one }));
  scan(writer, 1, { outcomes });
  const assets = outcomes.map((one) => one.asset);
  const again = (n: number, over: Parameters<typeof start>[0]) => {
    const run = writer.startRun(start({ startedAt: day(n), ...over }));
    const known = writer.known(writer.putContainer(run.runId, container(), day(n)), assets, true);
    writer.finishRun(run.runId, 'failed', day(n));
    return assets.flatMap(({ key }, index) => (known[index]?.current ? [] : [key]));
  };
  expect(again(2, {})).toEqual(['sampled', 'torn']);
  expect(again(3, { depth: 'sample' })).toEqual(['torn']);
  expect(again(4, { depth: 'metadata' })).toEqual([]);
  expect(again(5, { source: { ...start().source, configDigest: 'other limits' } })).toEqual([
    'limited',
    'sampled',
    'torn',
  ]);
  expect(again(6, { full: true })).toEqual(['deep', 'limited', 'sampled', 'torn']);
});

test('other labels are noticed without reading; so is a copy that got other findings', () => {
  const writer = tempWriter(tempInventory());
  const shared = content('a');
  const a = asset('a', { labels: { team: 'blue' } });
  const b = asset('b');
  scan(writer, 1, { outcomes: [outcome(a, { content: shared }), outcome(b, { content: shared })] });
  const run = writer.startRun(start({ startedAt: day(2) }));
  const containerId = writer.putContainer(run.runId, container(), day(2));
  const relabelled = asset('a', { labels: { team: 'red' } });
  const current = () =>
    writer.known(containerId, [relabelled, asset('b')], true).map((one) => one?.metadataCurrent);
  expect(current()).toEqual([false, true]);
  const page = { runId: run.runId, containerId, listingGaps: [], requests: 1, next: 'a', at: day(2) };
  const reread = content('a', { findings: [finding('email')] });
  writer.commitPage({ ...page, outcomes: [outcome(relabelled, { content: reread })] });
  expect(current()).toEqual([true, false]);
});

test('a file that is too large to be hashed keeps one content as it grows', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const sample = content('x', { digests: {}, coverage: 'sample' });
  scan(writer, 1, { outcomes: [outcome(asset('big.csv'), { content: sample })] });
  scan(writer, 2, {
    outcomes: [outcome(asset('big.csv', { version: 'v2' }), { content: { ...sample, size: 2000 } })],
  });
  expect(rows(file, 'select content_id, size from _contents')).toEqual([{ content_id: 1, size: 2000 }]);
});

test('an archive that goes takes its members with it', () => {
  const file = tempInventory();
  const writer = tempWriter(file);
  const zip = content('zip', { members: [{ path: 'a', size: 100, digests: content('inner').digests }] });
  scan(writer, 1, { outcomes: [outcome(asset('a.zip'), { content: zip })] });
  expect(rows(file, 'select count(*) as n from _contents')).toEqual([{ n: 2 }]);
  scan(writer, 2, { outcomes: [outcome(asset('a.zip', { version: 'v2' }), { content: content('other') })] });
  expect(rows(file, 'select count(*) as n from _contents')).toEqual([{ n: 1 }]);
});
