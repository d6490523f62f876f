/** Conformance: what is wrong is said, with the right code; nothing short looks whole; nothing secret is told. */
import { afterAll, describe, expect, test } from 'vitest';
import type { Connector, Container, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { EMPTY, MAIN, PAGE_SIZE, smallContainer } from './estate.ts';
import type { Fault } from './fault-proxy.ts';
import {
  assetsOf,
  bytesOf,
  connect,
  containersOf,
  createRecorder,
  failureOf,
  never,
  pagesOf,
  type Recorder,
} from './harness.ts';
import { assetAt, containerNamed, type Place, type Subject } from './subject.ts';

export function failureChecks(subject: Subject): void {
  describe('failures', () => {
    const recorder = createRecorder();
    const secrets = new Set<string>();
    const placed = smallContainer();

    /** A fresh place, a connection to it and its main container; everything ends with the test. */
    async function opened(scope: AsyncDisposableStack, pageSize = PAGE_SIZE) {
      // What earlier tests waited for is not this one's.
      recorder.waited.length = 0;
      const place = scope.use(await subject.start([placed]));
      for (const secret of place.secrets) secrets.add(secret);
      const connector = scope.use(await connect(subject, place.login, recorder, pageSize));
      const container = containerNamed(await containersOf(connector), MAIN);
      return { place, connector, container };
    }

    // Runs last: everything said by all failures before.
    afterAll(() => {
      expect(recorder.said.length).toBeGreaterThan(0);
      for (const secret of secrets) {
        expect(recorder.said.filter((line) => line.includes(secret)).map((line) => line.length)).toEqual([]);
      }
    });

    test('a bad credential is an auth failure', async () => {
      await using scope = new AsyncDisposableStack();
      const { place } = await opened(scope);
      expect(place.refused !== null).toBe(place.secrets.length > 0);
      if (place.refused === null) return;
      const connector = scope.use(await connect(subject, place.refused, recorder));
      expect(await failureOf(recorder, connector.check(never))).toMatchObject({ code: 'auth' });
      expect(recorder.waited).toEqual([]);
    });

    test('a container that is named and not there is not found', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const absent = scope.use(await connect(subject, place.absent, recorder));
      expect(await failureOf(recorder, containersOf(absent))).toMatchObject({ code: 'not-found' });
      const vanished: Container = { ...container, id: `${container.id}-${EMPTY}` };
      expect(await failureOf(recorder, pagesOf(connector, vanished))).toMatchObject({ code: 'not-found' });
    });

    test('a listing that breaks after its first page throws and never says that it has ended', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const pages: Page[] = [];
      const error = await failureOf(recorder, collectBroken(place, connector, container, pages));
      expect(error).toBeInstanceOf(ConnectorError);
      expect(pages.length).toBeGreaterThan(0);
      expect(pages.every((page) => page.next !== null)).toBe(true);
    });

    test('a body that ends early throws', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const assets = assetsOf(await pagesOf(connector, container));
      expect(place.truncations.length).toBeGreaterThan(0);
      for (const [index, truncate] of place.truncations.entries()) {
        const object = placed.objects[index];
        if (object === undefined) throw new Error('more truncations than objects');
        await truncate(MAIN, object);
        const error = await failureOf(recorder, bytesOf(connector, assetAt(assets, object.key)));
        expect(error).toBeInstanceOf(ConnectorError);
        place.proxy?.heal();
      }
    });

    test('being throttled is waited out as long as the provider asks, then said', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      // A place without requests has nothing that could throttle.
      if (place.proxy === null) return expect(subject.module.category).not.toBe('saas');
      const whole = assetsOf(await pagesOf(connector, container));
      const asked: Recorder['waited'] = recorder.waited.splice(0);
      expect(asked).toEqual([]);
      const slowDown = { kind: 'status', status: 429, headers: { 'retry-after': '7' } } as const;

      place.proxy.inject({ ...slowDown, times: 2 });
      expect(assetsOf(await pagesOf(connector, container))).toEqual(whole);
      expect(recorder.waited.splice(0).filter((ms) => ms >= 7000).length).toBeGreaterThanOrEqual(1);

      place.proxy.inject({ ...slowDown, times: 1 });
      const first = placed.objects[0] ?? assetMissing();
      const bytes = await bytesOf(connector, assetAt(whole, first.key));
      expect(bytes.equals(Buffer.from(first.body))).toBe(true);
      expect(recorder.waited.splice(0).filter((ms) => ms >= 7000).length).toBe(1);

      place.proxy.inject(slowDown);
      expect(await failureOf(recorder, pagesOf(connector, container))).toMatchObject({ code: 'throttled' });
      recorder.waited.length = 0;
    });

    test('a server error or a reset is tried again, then transient', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      if (place.proxy === null) return expect(place.truncations.length).toBeGreaterThan(0);
      const whole = assetsOf(await pagesOf(connector, container));
      for (const fault of [{ kind: 'status', status: 500 }, { kind: 'reset' }] as const) {
        place.proxy.inject({ ...fault, times: 1 });
        expect(assetsOf(await pagesOf(connector, container))).toEqual(whole);
        place.proxy.inject(fault);
        expect(await failureOf(recorder, pagesOf(connector, container))).toMatchObject({ code: 'transient' });
      }
      recorder.waited.length = 0;
    });

    test('whichever request fails once, what is found and read is the same', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector } = await opened(scope, 12);
      const { proxy } = place;
      if (proxy === null) return expect(place.truncations.length).toBeGreaterThan(0);
      const before = proxy.count();
      const whole = await everything(connector);
      const requests = proxy.count() - before;
      for (let n = 0; n < requests; n += 1) {
        const fault = mendable(n);
        proxy.inject({ ...fault, after: n, times: 1 });
        const broken = await connect(subject, place.login, recorder, 12);
        await using _ = broken;
        const { containers, assets, bodies } = await everything(broken);
        const told = `request ${n}: ${fault.kind}`;
        expect([containers, assets], told).toEqual([whole.containers, whole.assets]);
        // What breaks off may be continued or given up; it is never short.
        for (const [index, body] of bodies.entries()) {
          if (body instanceof Error)
            expect([fault.kind, body], told).toMatchObject([
              expect.stringMatching(/cut|short/),
              { code: 'transient' },
            ]);
          else expect(body.equals(whole.bodies[index] as Buffer), told).toBe(true);
        }
      }
      recorder.waited.length = 0;
    });

    test('an abort ends a listing and a body promptly', async () => {
      await using scope = new AsyncDisposableStack();
      const { place, connector, container } = await opened(scope);
      const asset = assetAt(assetsOf(await pagesOf(connector, container)), placed.objects[0]?.key ?? '');
      for (const work of [
        (signal: AbortSignal) => pagesOf(connector, container, undefined, signal),
        (signal: AbortSignal) => bytesOf(connector, asset, { signal }),
      ]) {
        place.proxy?.inject({ kind: 'hang' });
        const controller = new AbortController();
        if (place.proxy) setTimeout(() => controller.abort(), 50);
        else controller.abort();
        const started = performance.now();
        expect(await failureOf(recorder, work(controller.signal))).toMatchObject({ name: 'AbortError' });
        expect(performance.now() - started).toBeLessThan(2000);
      }
    });
  });
}

/** What another try mends: a body that ends cleanly and too early too, anywhere in it. */
function mendable(n: number): Fault {
  const bytes = [20, 400, 1500, 3000][Math.floor(n / 5) % 4] ?? 0;
  const faults: readonly Fault[] = [
    { kind: 'short', bytes },
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    { kind: 'cut', bytes },
    { kind: 'status', status: 500 },
    { kind: 'reset' },
  ];
  return faults[n % faults.length] ?? { kind: 'reset' };
}

/** All containers and assets, and the bytes of some of them, or what was said instead. */
export async function everything(connector: Connector) {
  const containers = await containersOf(connector);
  const assets = assetsOf(await pagesOf(connector, containerNamed(containers, MAIN)));
  const bodies: (Buffer | ConnectorError)[] = [];
  for (const asset of assets.slice(0, 3)) {
    bodies.push(
      await bytesOf(connector, asset).catch((error: unknown) => {
        if (error instanceof ConnectorError) return error;
        throw error;
      }),
    );
  }
  return { containers, assets, bodies };
}

async function collectBroken(place: Place, connector: Connector, container: Container, pages: Page[]) {
  for await (const page of connector.list(container, undefined, never)) {
    pages.push(page);
    if (pages.length === 1) await place.breakListing(MAIN);
  }
}

function assetMissing(): never {
  throw new Error('nothing was placed');
}
