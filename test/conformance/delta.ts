/** Conformance: changes since a token, applied to what was listed before, give what a whole listing gives. */
import { describe, expect, test } from 'vitest';
import type { Asset, Connector, Container, Page } from '../../src/connector.ts';
import { MAIN, PAGE_SIZE, smallContainer } from './estate.ts';
import {
  assetsOf,
  bytesOf,
  connect,
  containersOf,
  createRecorder,
  failureOf,
  never,
  pagesOf,
} from './harness.ts';
import { assetAt, type Changes, containerNamed, type Place, type Subject } from './subject.ts';

export function deltaChecks(subject: Subject): void {
  const { features } = subject.module;
  const placed = smallContainer();
  const keys = placed.objects.map(({ key }) => key);

  async function opened(scope: AsyncDisposableStack) {
    const place = scope.use(await subject.start([placed]));
    const connector = scope.use(await connect(subject, place.login, createRecorder()));
    const container = containerNamed(await containersOf(connector), MAIN);
    return { place, connector, container };
  }

  describe(`changes are ${features.delta ? 'listed' : 'not claimed'}`, () => {
    if (!features.delta) {
      test('there is no verb for them', async () => {
        await using scope = new AsyncDisposableStack();
        const { connector } = await opened(scope);
        expect(connector.changes).toBeUndefined();
      });
      return;
    }

    test('a listing ends with a token, since which nothing has changed', async () => {
      await using scope = new AsyncDisposableStack();
      const { connector, container } = await opened(scope);
      const pages = await pagesOf(connector, container);
      expect(pages.map(({ token }) => token !== undefined)).toEqual(pages.map(({ next }) => next === null));
      const changes = await changesOf(connector, container, tokenOf(pages));
      expect(changes.flatMap(({ assets, gaps, removed = [] }) => [...assets, ...gaps, ...removed])).toEqual(
        [],
      );
      expect(changes.map(({ token }) => token !== undefined)).toEqual(
        changes.map(({ next }) => next === null),
      );
      await changesOf(connector, container, tokenOf(changes));
    });

    test('what was added, changed, moved, shared and removed is named, and little else', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const before = await pagesOf(connector, container);
      await alter(place, keys);
      const changes = await changesOf(connector, container, tokenOf(before));
      const after = assetsOf(await pagesOf(connector, container));
      expect(applied(assetsOf(before), changes)).toEqual(byKey(after));
      const named = new Set(
        changes.flatMap(({ assets, removed = [] }) => [...assets.map(keyOf), ...removed]),
      );
      // Folders may be made on the way, and may be named among what is gone.
      expect(named.size).toBeLessThan(14);
      const added = assetAt(after, 'part-new/added.bin');
      expect(await bytesOf(connector, added)).toEqual(ADDED);
    });

    test('a folder that is called otherwise moves all that is in it, by changes or by a whole listing', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const before = await pagesOf(connector, container);
      await changesAt(place).rename(MAIN, 'part-03', 'part-renamed');
      const after = assetsOf(await pagesOf(connector, container));
      expect(after.filter(({ path }) => path.startsWith('part-renamed/')).length).toBe(3);
      try {
        const changes = await changesOf(connector, container, tokenOf(before));
        expect(applied(assetsOf(before), changes)).toEqual(byKey(after));
      } catch (error) {
        expect(error).toMatchObject({ code: 'resync' });
      }
    });

    test('a folder that goes into the trash takes all that is in it along', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const before = await pagesOf(connector, container);
      await changesAt(place).trash(MAIN, 'part-03');
      const after = assetsOf(await pagesOf(connector, container));
      expect(after.length).toBe(keys.length - 3);
      try {
        const changes = await changesOf(connector, container, tokenOf(before));
        expect(applied(assetsOf(before), changes)).toEqual(byKey(after));
      } catch (error) {
        expect(error).toMatchObject({ code: 'resync' });
      }
    });

    test('changes go on after any page, in another connection too', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const token = tokenOf(await pagesOf(connector, container));
      for (const key of keys.slice(0, 4 * PAGE_SIZE)) {
        await place.replace({ key, body: Buffer.from(`other bytes of ${key}`) }, MAIN);
      }
      const pages = await changesOf(connector, container, token);
      expect(pages.length).toBeGreaterThan(2);
      const other = scope.use(await connect(subject, place.login, createRecorder()));
      for (const [index, { next }] of pages.entries()) {
        if (next === null) continue;
        expect(await changesOf(other, container, token, next)).toEqual(pages.slice(index + 1));
      }
    });

    test('a token that no longer serves asks for a whole listing', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const token = tokenOf(await pagesOf(connector, container));
      await changesAt(place).expireTokens();
      const recorder = createRecorder();
      for (const bad of [token, 'no token of ours']) {
        expect(await failureOf(recorder, changesOf(connector, container, bad))).toMatchObject({
          code: 'resync',
        });
      }
      expect(recorder.waited).toEqual([]);
    });
  });
}

const ADDED = Buffer.from('bytes that were added');

/** One of each kind of change. */
async function alter(place: Place, keys: readonly string[]): Promise<void> {
  const [gone = '', changed = '', moved = '', shared = '', binned = ''] = keys;
  const { move, share, trash } = changesAt(place);
  await place.remove(MAIN, gone);
  await place.replace({ key: changed, body: Buffer.from('bytes that were changed') }, MAIN);
  await place.replace({ key: 'part-new/added.bin', body: ADDED }, MAIN);
  await move(MAIN, moved, 'part-05/moved.bin');
  await share(MAIN, shared);
  await trash(MAIN, binned);
}

function changesAt({ changes }: Place): Changes {
  if (changes === undefined) throw new Error('a place whose connector claims delta must be changeable');
  return changes;
}

async function changesOf(
  connector: Connector,
  container: Container,
  token: string,
  from?: string,
): Promise<Page[]> {
  if (connector.changes === undefined) throw new Error('a connector that claims delta has changes');
  return Array.fromAsync(connector.changes(container, token, from, never));
}

function tokenOf(pages: readonly Page[]): string {
  const token = pages.at(-1)?.token;
  if (token === undefined) throw new Error('the last page has no token');
  return token;
}

function applied(before: readonly Asset[], changes: readonly Page[]): readonly Asset[] {
  const assets = new Map(before.map((asset) => [asset.key, asset]));
  for (const page of changes) {
    const named = page.assets.map(keyOf);
    expect(page.removed?.filter((key) => named.includes(key)) ?? []).toEqual([]);
    for (const key of page.removed ?? []) assets.delete(key);
    for (const asset of page.assets) assets.set(asset.key, asset);
  }
  return byKey([...assets.values()]);
}

function byKey(assets: readonly Asset[]): readonly Asset[] {
  return assets.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function keyOf({ key }: Asset): string {
  return key;
}
