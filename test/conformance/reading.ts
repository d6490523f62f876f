/** Conformance: bytes are exact, whole or by range, and belong to the version that was listed; claimed features hold. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset, Connector } from '../../src/connector.ts';
import { createDigester } from '../../src/digest/index.ts';
import { EMPTY_KEY, LARGE_KEY, MAIN, mainContainer, smallContainer } from './estate.ts';
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
import { assetAt, containerNamed, type Place, type PlacedObject, type Subject } from './subject.ts';

export function readingChecks(subject: Subject): void {
  const { features } = subject.module;

  describe('reading', () => {
    const placed = mainContainer();
    let place: Place;
    let connector: Connector;
    let assets: Asset[];

    beforeAll(async () => {
      place = await subject.start([placed]);
      connector = await connect(subject, place.login, createRecorder(), 1000);
      assets = assetsOf(await pagesOf(connector, containerNamed(await containersOf(connector), MAIN)));
    });
    afterAll(async () => {
      await connector?.[Symbol.asyncDispose]();
      await place?.[Symbol.asyncDispose]();
    });

    test.each(['folder-3/note-1.txt', EMPTY_KEY, LARGE_KEY])('%s is read exactly', async (key) => {
      const bytes = await bytesOf(connector, assetAt(assets, key));
      expect(bytes.equals(bodyOf(placed.objects, key))).toBe(true);
    });

    test('a reader may stop early', async () => {
      let taken = 0;
      for await (const chunk of connector.open(assetAt(assets, LARGE_KEY), { signal: never })) {
        taken += chunk.length;
        break;
      }
      expect(taken).toBeGreaterThan(0);
    });

    test(`ranges are ${features.range ? 'honoured' : 'not claimed'}`, async () => {
      if (!features.range) return expect(features.range).toBe(false);
      const body = bodyOf(placed.objects, LARGE_KEY);
      const asset = assetAt(assets, LARGE_KEY);
      for (const [start, end] of [
        [0, 1],
        [5, 70_000],
        [body.length - 9, body.length],
      ] as const) {
        const bytes = await bytesOf(connector, asset, { range: { start, end } });
        expect(bytes.equals(body.subarray(start, end))).toBe(true);
      }
    });

    test('claimed digests are those of the bytes', () => {
      const vouched = new Set<string>();
      for (const asset of assets) {
        for (const [algorithm, digest] of Object.entries(asset.digests ?? {})) {
          vouched.add(algorithm);
          expect([asset.path, digest]).toEqual([
            asset.path,
            digestOf(algorithm, bodyOf(placed.objects, asset.path)),
          ]);
        }
      }
      expect([...vouched].sort()).toEqual(features.digests.toSorted());
    });

    test('nothing but reads reached the place', async () => {
      expect(await place.writes()).toEqual([]);
    });
  });

  test('an object that was removed after its listing is gone; a replaced one has changed, and is read on demand', async () => {
    const placed = smallContainer();
    await using place = await subject.start([placed]);
    const recorder = createRecorder();
    await using connector = await connect(subject, place.login, recorder);
    const assets = assetsOf(await pagesOf(connector, containerNamed(await containersOf(connector), MAIN)));
    const [removed, replaced] = [assets[0], assets[1]];
    if (removed === undefined || replaced === undefined) throw new Error('nothing was listed');
    await place.remove(MAIN, removed.path);
    const other = Buffer.from('other bytes');
    await place.replace({ key: replaced.path, body: other }, MAIN);
    expect(await failureOf(recorder, bytesOf(connector, removed))).toMatchObject({ code: 'gone' });
    expect(await failureOf(recorder, bytesOf(connector, replaced))).toMatchObject({ code: 'changed' });
    const now = await Array.fromAsync(connector.open(replaced, { signal: never, current: true }), (chunk) =>
      chunk.slice(),
    );
    expect(Buffer.concat(now)).toEqual(other);
  });

  test.each(['grants', 'labels', 'trash'] as const)('%s hold where they are claimed', async (feature) => {
    const exercise = subject.exercises[feature];
    if (!features[feature]) return expect([features[feature], exercise]).toEqual([false, undefined]);
    expect(exercise, `${subject.name} claims ${feature} and must exercise it`).toBeDefined();
    await exercise?.();
  });

  test('disposing leaves no handle open', async () => {
    const placed = smallContainer();
    await using place = await subject.start([placed]);
    const before = openFiles();
    {
      await using connector = await connect(subject, place.login, createRecorder());
      const assets = assetsOf(await pagesOf(connector, containerNamed(await containersOf(connector), MAIN)));
      for (const asset of assets.slice(0, 8)) await bytesOf(connector, asset);
      for await (const _ of connector.open(assets[9] ?? assetAt(assets, ''), { signal: never })) break;
    }
    await expect.poll(() => place.proxy?.connections() ?? 0, { timeout: 2000 }).toBe(0);
    await expect.poll(openFiles, { timeout: 2000 }).toBeLessThanOrEqual(before);
  });
}

function bodyOf(objects: readonly PlacedObject[], key: string): Buffer {
  const body = objects.find((object) => object.key === key)?.body;
  if (body === undefined) throw new Error(`${key} was never placed`);
  return Buffer.from(body);
}

/** By Node where it has the algorithm, else by our own, which test/digest proves. */
function digestOf(algorithm: string, body: Buffer): string {
  if (algorithm !== 'quickxor' && algorithm !== 'crc32c')
    return createHash(algorithm).update(body).digest('hex');
  const digest = createDigester(algorithm);
  digest.update(body);
  return digest.digest();
}

/** Files and sockets that this process holds open. */
function openFiles(): number {
  return readdirSync('/dev/fd').length;
}
