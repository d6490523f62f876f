import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import local from '../../connectors/local/index.ts';
import { DEFAULT_LIMITS } from '../../src/config.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { extract } from '../../src/extract/index.ts';
import { createRetry } from '../../src/retry.ts';
import { readAsset } from '../../src/scan/read.ts';
import { temporaryFolder, writeTree } from './estate.ts';

const signal = new AbortController().signal;

/** Lists a folder, lets `meanwhile` happen, and reads the only file in it as it was listed. */
async function readAfter(root: string, meanwhile: () => void, onBytes: () => void = () => undefined) {
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
      limits: DEFAULT_LIMITS,
      ranged: true,
      signal,
      onBytes,
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
  const { content, gaps } = await readAfter(folder.path, grow, grow);
  expect(content).toBeUndefined();
  expect(gaps).toMatchObject([{ reason: 'changed' }]);
});

test('a file that is gone is told so, and is no hole in the coverage', async () => {
  using folder = temporaryFolder();
  writeTree(folder.path, { 'app.log': 'x' });
  const { gaps } = await readAfter(folder.path, () => rmSync(join(folder.path, 'app.log')));
  expect(gaps).toMatchObject([{ reason: 'gone' }]);
});
