/** Conformance: a login that was good when the run began, and is refused in the middle of it. */
import { describe, expect, test } from 'vitest';
import type { Connector, Page } from '../../src/connector.ts';
import { MAIN, smallContainer } from './estate.ts';
import { everything } from './failures.ts';
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
import { assetAt, containerNamed, type Subject } from './subject.ts';

export function expiryChecks(subject: Subject): void {
  describe('a login that is refused under way', () => {
    const placed = smallContainer();

    test('for good ends listing and reading, says what to do, and nothing looks whole', async () => {
      await using place = await subject.start([placed]);
      const { proxy, expired } = place;
      expect(expired === null).toBe(place.secrets.length === 0);
      if (proxy === null || expired === null) return;
      const recorder = createRecorder();
      await using connector = await connect(subject, place.login, recorder);
      const container = containerNamed(await containersOf(connector), MAIN);
      const asset = assetAt(assetsOf(await pagesOf(connector, container)), placed.objects[0]?.key ?? '');
      const pages: Page[] = [];
      const list = async (): Promise<void> => {
        for await (const page of connector.list(container, undefined, never)) {
          pages.push(page);
          proxy.inject(expired);
        }
      };
      const told = { code: 'auth', message: expect.stringMatching(/expired|ended/) };
      expect(await failureOf(recorder, list())).toMatchObject(told);
      expect(pages.length).toBeGreaterThan(0);
      expect(pages.every(({ next }) => next !== null)).toBe(true);
      expect(await failureOf(recorder, bytesOf(connector, asset))).toMatchObject(told);
      // It is not asked for again and again.
      expect(recorder.waited).toEqual([]);
    });

    test('once is renewed where the login can be, and nothing is lost or doubled', async () => {
      await using place = await subject.start([placed]);
      const { proxy, expired, renewable } = place;
      if (proxy === null || expired === null || renewable === null) return expect(renewable).toBeNull();
      const recorder = createRecorder();
      const fresh = (): Promise<Connector> => connect(subject, renewable, recorder, 12);
      const wanted = ({ path, method }: { path: string; method: string }) =>
        expired.when?.({ path, method }) ?? true;
      await using first = await fresh();
      await containersOf(first);
      const before = proxy.count(wanted);
      const whole = await everything(first);
      const requests = proxy.count(wanted) - before;
      expect(requests).toBeGreaterThan(4);
      for (let n = 0; n < requests; n += 1) {
        await using connector = await fresh();
        await containersOf(connector);
        proxy.inject({ ...expired, after: n, times: 1 });
        expect(await everything(connector), `request ${n}`).toEqual(whole);
        proxy.heal();
      }
      expect(recorder.waited).toEqual([]);
    });
  });
}
