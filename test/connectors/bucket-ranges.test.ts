/** Listing ahead gives exactly what listing one page after the other gives, in few requests, whatever the keys look like. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../../src/bucket/keys.ts';
import { type KeyRange, listRange, type RangeSource } from '../../src/bucket/ranges.ts';

const PAGE = 5;
const START: KeyRange = { after: '', upTo: null, token: undefined, folder: '', cut: false };
const key = fc.array(fc.constantFrom('a', 'b', '/', '.', '0', '\uffee', '\u{1f600}'), {
  minLength: 1,
  maxLength: 6,
});
const keys = fc
  .uniqueArray(
    key.map((parts) => parts.join('')),
    { maxLength: 120, size: 'max' },
  )
  .map((list) => list.sort(compareKeys));

/** A server that lists as S3 does; counts requests and how many ran at once. */
function serverOf(all: readonly string[], slowness: () => number = () => 0) {
  const counted = { requests: 0, running: 0, most: 0 };
  async function answer<T>(value: T): Promise<T> {
    counted.requests += 1;
    counted.running += 1;
    counted.most = Math.max(counted.most, counted.running);
    for (let turn = slowness(); turn >= 0; turn -= 1) await null;
    counted.running -= 1;
    return value;
  }
  const source: RangeSource<string> = {
    keyOf: (entry) => entry,
    page: ({ after }) => {
      const rest = all.filter((each) => compareKeys(each, after) > 0);
      return answer({ entries: rest.slice(0, PAGE), more: rest.length > PAGE, token: undefined });
    },
    folders: (folder, after) => {
      const under = all.filter((each) => each.startsWith(folder) && compareKeys(each, after) > 0);
      const names = under
        .filter((each) => each.includes('/', folder.length))
        .map((each) => each.slice(0, each.indexOf('/', folder.length) + 1));
      const folders = [...new Set(names)];
      return answer({ folders: folders.slice(0, 7), more: folders.length > 7 });
    },
  };
  return { source, counted };
}

async function listAll(source: RangeSource<string>, ahead: number, start = START) {
  const pages = await Array.fromAsync(listRange(source, start, ahead));
  expect(pages.map((page) => page.last)).toEqual(pages.map((_, index) => index === pages.length - 1));
  return pages.map((page) => page.entries);
}

test('every key comes once and in order, and pages do not depend on timing or on how far ahead is listed', async () => {
  await fc.assert(
    fc.asyncProperty(keys, fc.infiniteStream(fc.nat({ max: 9 })), async (all, stream) => {
      const pages = await listAll(serverOf(all).source, 1);
      expect(pages.flat()).toEqual(all);
      const delays = stream[Symbol.iterator]();
      expect(await listAll(serverOf(all, () => delays.next().value).source, 4)).toEqual(pages);
    }),
    { numRuns: 200 },
  );
});

test('a listing that goes on after any key gives what follows it', async () => {
  await fc.assert(
    fc.asyncProperty(keys, fc.nat({ max: 120 }), async (all, index) => {
      const after = all[index] ?? '';
      const pages = await listAll(serverOf(all).source, 4, { ...START, after });
      expect(pages.flat()).toEqual(all.filter((each) => compareKeys(each, after) > 0));
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['no folders', (n: number) => `${n}`, 1.1],
  ['a folder for each key', (n: number) => `${n}/x`, 1.1],
  ['a few large folders', (n: number) => `${Math.floor(n / 250)}/${n}`, 1.3],
  ['many small folders', (n: number) => `${Math.floor(n / 2)}/${n}`, 2.5],
  ['a large folder before a thousand tiny ones', (n: number) => (n < 1500 ? `0/${n}` : `${n}/x`), 1.5],
  ['deep folders', (n: number) => `${Math.floor(n / 500)}/${Math.floor(n / 100)}/${n}`, 1.5],
])('%s cost few more requests than there are pages', async (_, name, factor) => {
  const all = Array.from({ length: 1000 }, (__, n) => name(n + 1000)).sort(compareKeys);
  const { source, counted } = serverOf(all);
  expect((await listAll(source, 8)).flat()).toEqual(all);
  expect(counted.requests).toBeLessThanOrEqual((factor * all.length) / PAGE);
});

test('several requests run at once where there are folders, and never more than were allowed', async () => {
  const all = Array.from({ length: 1000 }, (_, n) => `${100 + Math.floor(n / 20)}/${1000 + n}`);
  const { source, counted } = serverOf(all, () => 3);
  await listAll(source, 4);
  expect(counted.most).toBe(4);
});

test('a page that fails is thrown when its turn comes, after all pages before it', async () => {
  const all = Array.from({ length: 40 }, (_, n) => `${10 + Math.floor(n / 10)}/${100 + n}`);
  const { source } = serverOf(all);
  const failing: RangeSource<string> = {
    ...source,
    page: async (range) => {
      if (range.after >= '12/') throw new Error('listing failed');
      return source.page(range);
    },
  };
  const seen: string[] = [];
  const listing = (async () => {
    for await (const { entries } of listRange(failing, START, 4)) seen.push(...entries);
  })();
  await expect(listing).rejects.toThrow('listing failed');
  expect(seen).toEqual(all.slice(0, seen.length));
  expect(seen.length).toBeGreaterThanOrEqual(15);
});
