/** Conformance: listings are whole, stable, resumable and exact about names, and reading changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connector, Page } from '../../src/connector.ts';
import { EMPTY, MAIN, mainContainer, nastyContainer, OTHER, PAGE_SIZE, smallContainer } from './estate.ts';
import { assetsOf, bytesOf, connect, containersOf, createRecorder, pagesOf } from './harness.ts';
import { assetAt, containerNamed, type Place, type Subject } from './subject.ts';

export function listingChecks(subject: Subject): void {
  describe('listing', () => {
    const placed = mainContainer();
    const many = subject.containers === 'many';
    let place: Place;
    let connector: Connector;
    let pages: Page[];

    beforeAll(async () => {
      place = await subject.start(
        many ? [placed, smallContainer(OTHER), { name: EMPTY, objects: [] }] : [placed],
      );
      connector = await connect(subject, place.login, createRecorder());
      pages = await pagesOf(connector, containerNamed(await containersOf(connector), MAIN));
    });
    afterAll(async () => {
      await connector?.[Symbol.asyncDispose]();
      await place?.[Symbol.asyncDispose]();
    });

    test('check says who we are there', async () => {
      const identity = await connector.check(new AbortController().signal);
      expect(identity.principal).not.toBe('');
    });

    test('every container in reach is discovered once', async () => {
      const containers = await containersOf(connector);
      expect(new Set(containers.map((container) => container.id)).size).toBe(containers.length);
      expect(containers.length).toBe(many ? 3 : 1);
    });

    test('every object is listed once, with its size, over more than two small pages', () => {
      const listed = assetsOf(pages).map((asset) => [asset.path, asset.size] as const);
      const wanted = placed.objects.map((object) => [object.key, object.body.length] as const);
      expect(listed.toSorted(byName)).toEqual(wanted.toSorted(byName));
      expect(pages.length).toBeGreaterThan(2);
      for (const page of pages) expect(page.assets.length).toBeLessThanOrEqual(PAGE_SIZE);
    });

    test('only the last page says that the listing has ended', () => {
      expect(pages.map((page) => page.next === null)).toEqual(
        pages.map((_, index) => index === pages.length - 1),
      );
    });

    test('keys and URIs are unique, names are the last part, versions are never empty', () => {
      const assets = assetsOf(pages);
      for (const field of ['key', 'uri'] as const) {
        expect(new Set(assets.map((asset) => asset[field])).size).toBe(assets.length);
      }
      for (const asset of assets) {
        expect(asset.key.isWellFormed()).toBe(true);
        expect(asset.version).not.toBe('');
        expect(asset.path.endsWith(asset.name)).toBe(true);
        expect(new Date(asset.modifiedAt ?? 'none').toISOString()).toBe(asset.modifiedAt);
      }
    });

    test(`keys ${subject.module.features.sorted ? 'ascend by their UTF-8 bytes' : 'come in an order of their own'}`, () => {
      const keys = assetsOf(pages).map((asset) => Buffer.from(asset.key));
      const sorted = keys.every(
        (key, index) => index === 0 || Buffer.compare(keys[index - 1] ?? key, key) < 0,
      );
      if (subject.module.features.sorted) expect(sorted).toBe(true);
      else expect(subject.module.features.sorted).toBe(false);
    });

    test('two listings are equal', async () => {
      const again = await connect(subject, place.login, createRecorder());
      await using _ = again;
      expect(await pagesOf(again, containerNamed(await containersOf(again), MAIN))).toEqual(pages);
    });

    test('a listing goes on after any page, in another connection too', async () => {
      const other = await connect(subject, place.login, createRecorder());
      await using _ = other;
      const container = containerNamed(await containersOf(other), MAIN);
      for (const [index, page] of pages.entries()) {
        if (page.next === null) continue;
        const rest = assetsOf(await pagesOf(other, container, page.next));
        expect(rest).toEqual(assetsOf(pages.slice(index + 1)));
      }
    });

    test('an empty container is one empty page', async () => {
      const fresh = many ? undefined : await subject.start([{ name: EMPTY, objects: [] }]);
      await using _place = fresh;
      await using lonely = await connect(subject, (fresh ?? place).login, createRecorder());
      const container = containerNamed(await containersOf(lonely), EMPTY);
      const pages = await pagesOf(lonely, container);
      expect(pages.map(({ assets, gaps, next }) => ({ assets, gaps, next }))).toEqual([
        { assets: [], gaps: [], next: null },
      ]);
    });

    test('nothing but reads reached the place', async () => {
      expect(await place.writes()).toEqual([]);
      if (place.proxy) expect(place.proxy.count()).toBeGreaterThan(0);
    });
  });

  test('nasty names are listed exactly and can be opened', async () => {
    const placed = nastyContainer(subject.impossible);
    await using place = await subject.start([placed]);
    await using connector = await connect(subject, place.login, createRecorder());
    const assets = assetsOf(await pagesOf(connector, containerNamed(await containersOf(connector), MAIN)));
    expect(assets.map((asset) => asset.path).sort()).toEqual(
      placed.objects.map((object) => object.key).sort(),
    );
    for (const object of placed.objects) {
      const asset = assetAt(assets, object.key);
      if (subject.keys === 'path') expect(asset.key).toBe(object.key);
      expect(URL.canParse(asset.uri)).toBe(true);
      expect(await bytesOf(connector, asset)).toEqual(Buffer.from(object.body));
    }
  });
}

function byName(a: readonly [string, number | null], b: readonly [string, number | null]): number {
  return a[0] < b[0] ? -1 : 1;
}
