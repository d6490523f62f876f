import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import local from '../../connectors/local/index.ts';
import { DEFAULT_LIMITS } from '../../src/config.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { extract } from '../../src/extract/index.ts';
import { createRetry } from '../../src/retry.ts';
import { readAsset } from '../../src/scan/read.ts';
import { zipOf } from '../extract/zip-fixture.ts';
import { temporaryFolder, writeTree } from './estate.ts';

const signal = new AbortController().signal;

/** Lists a folder, lets `meanwhile` happen, and reads the only file in it as it was listed. */
async function readAfter(
  root: string,
  meanwhile: () => void,
  {
    onBytes = () => undefined,
    now,
    fileSeconds = DEFAULT_LIMITS.fileSeconds,
  }: {
    readonly onBytes?: (bytes: number) => void;
    readonly now?: () => number;
    readonly fileSeconds?: number;
  } = {},
) {
  const environment = { env: {}, retry: createRetry(), concurrency: 1, pageSize: 10, log: () => undefined };
  await using connector = await local.connect({ path: root }, environment);
  const containers = await Array.fromAsync(connector.discover(signal));
  const container = containers[0];
  if (container === undefined) throw new Error('no container');
  const pages = await Array.fromAsync(connector.list(container, undefined, signal));
  const asset = pages[0]?.assets[0];
  if (asset === undefined) throw new Error('nothing was listed');
  meanwhile();
  return readAsset(
    asset,
    { type: 'read', source: 'laptop', assets: [asset], depth: 'full', digests: [] },
    {
      connector,
      detector: compileDetector([]),
      extract,
      limits: { ...DEFAULT_LIMITS, fileSeconds },
      ranged: true,
      signal,
      onBytes,
      ...(now === undefined ? {} : { now }),
    },
  );
}

test('a log that grew after its listing is read as it is now', async () => {
  using folder = temporaryFolder();
  writeTree(folder.path, { 'app.log': 'one\n' });
  const path = join(folder.path, 'app.log');
  const { content, gaps } = await readAfter(folder.path, () => writeFileSync(path, 'one\ntwo\n'));
  expect(gaps).toEqual([]);
  expect(content).toMatchObject({ coverage: 'full', size: 8, bytesRead: 8 });
});

test('a file that changes whenever it is read is a gap, and nothing of it is taken for the whole', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'app.log');
  writeTree(folder.path, { 'app.log': 'x'.repeat(600_000) });
  let size = 600_000;
  const grow = () => {
    size += 1000;
    writeFileSync(path, 'x'.repeat(size));
  };
  const { content, gaps } = await readAfter(folder.path, grow, { onBytes: grow });
  expect(content).toBeUndefined();
  expect(gaps).toMatchObject([{ reason: 'changed' }]);
});

test('a file that is gone is told so, and is no hole in the coverage', async () => {
  using folder = temporaryFolder();
  writeTree(folder.path, { 'app.log': 'x' });
  const { gaps } = await readAfter(folder.path, () => rmSync(join(folder.path, 'app.log')));
  expect(gaps).toMatchObject([{ reason: 'gone' }]);
});

test('what was read of a file when its time is over is kept, and told for what it is', async () => {
  using folder = temporaryFolder();
  writeTree(folder.path, { 'app.log': 'some text\n'.repeat(300_000) });
  // Every look at the clock is a second later.
  let seconds = 0;
  const now = () => {
    seconds += 1;
    return seconds * 1000;
  };
  const nothing = () => undefined;
  const slow = await readAfter(folder.path, nothing, { now: () => 40 * now() });
  expect(slow.gaps).toEqual([]);
  expect(slow.content).toMatchObject({
    coverage: 'sample',
    digests: {},
    gaps: [{ reason: 'time-limit' }],
    sample: { how: 'head', draws: 0, total: 3_000_000 },
  });
  expect(slow.content?.bytesRead).toBeLessThan(2_000_000);
  expect(slow.content?.bytesRead).toBeGreaterThan(100_000);
  const quick = await readAfter(folder.path, nothing, { now });
  expect(quick.content).toMatchObject({ coverage: 'full', gaps: [] });
  expect(quick.content?.sample).toBeUndefined();
});

test('a file has more time the more comes of it, so that a large one is read to its end', async () => {
  using folder = temporaryFolder();
  writeTree(folder.path, { 'app.log': 'some text\n'.repeat(240_000) });
  // 2.4 MB of which each takes so many seconds: above 80 % of its 12 s, and of 12.6 s.
  const at = (seconds: number) => {
    const clock = { ms: 0 };
    const onBytes = (bytes: number) => {
      clock.ms += (bytes / 1e6) * seconds * 1000;
    };
    const nothing = () => undefined;
    return readAfter(folder.path, nothing, { onBytes, now: () => clock.ms, fileSeconds: 12 });
  };
  expect((await at(4.1)).content).toMatchObject({ coverage: 'full', gaps: [] });
  expect((await at(4.4)).content).toMatchObject({ coverage: 'sample', gaps: [{ reason: 'time-limit' }] });
});

test('an archive whose digest would take longer than its time keeps what was found in it', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'a.zip');
  const csv = `name,email\n${'Ann,ann@example.org\n'.repeat(100)}`;
  // Large enough to be read by range, so that its bytes pass once more for the digest.
  const rest = Buffer.alloc(20 * 1024 ** 2, '\xff\xd8\xff', 'latin1');
  writeFileSync(
    path,
    zipOf([
      { name: 'a.csv', data: Buffer.from(csv) },
      { name: 'a.jpg', data: rest, stored: true },
    ]),
  );
  let seconds = 0;
  const read = (step: number) => {
    seconds = 0;
    const now = () => {
      seconds += step;
      return seconds * 1000;
    };
    return readAfter(folder.path, () => undefined, { now });
  };
  const { content } = await read(3);
  expect(content?.members).toHaveLength(2);
  expect(content?.digests).toEqual({});
  expect((await read(0)).content?.digests.sha256).toMatch(/^[0-9a-f]{64}$/);
});
