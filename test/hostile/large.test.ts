/** Files of more bytes than 32 bits count: read in full, nothing in them is lost; what is only a hole costs little. */
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import local from '../../connectors/local/index.ts';
import { DEFAULT_LIMITS } from '../../src/config.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { extract } from '../../src/extract/index.ts';
import { createRetry } from '../../src/retry.ts';
import { readAsset } from '../../src/scan/read.ts';
import { temporaryFolder } from '../scan/estate.ts';

const GiB = 1024 ** 3;
const { signal } = new AbortController();

/** Reads the only file of a folder, at most `fileBytes` of it. */
async function readOnly(root: string, fileBytes: number) {
  const environment = { env: {}, retry: createRetry(), concurrency: 1, pageSize: 10, log: () => undefined };
  await using connector = await local.connect({ path: root }, environment);
  const [container] = await Array.fromAsync(connector.discover(signal));
  if (container === undefined) throw new Error('no container');
  const [page] = await Array.fromAsync(connector.list(container, undefined, signal));
  const asset = page?.assets[0];
  if (asset === undefined) throw new Error('nothing was listed');
  const rules = (await loadBuiltInRules()).filter(({ id }) => id === 'us-ssn');
  return readAsset(
    asset,
    { type: 'read', source: 'laptop', assets: [asset], depth: 'full', digests: [] },
    {
      connector,
      detector: compileDetector(rules),
      extract,
      limits: { ...DEFAULT_LIMITS, fileBytes },
      ranged: true,
      signal,
      onBytes: () => undefined,
    },
  );
}

/** A sparse file with text at these offsets. */
function sparseFile(path: string, size: number, texts: ReadonlyMap<number, string>): void {
  const file = openSync(path, 'w');
  for (const [at, text] of texts) writeSync(file, text, at);
  closeSync(file);
  truncateSync(path, size);
}

// Reading and hashing five gigabytes takes its time, even when they are holes.
test('values at the start, across and behind the 32nd bit, and at the end are all found', {
  timeout: 120_000,
}, async () => {
  using folder = temporaryFolder();
  const line = (n: number) => `\nsocial security number 521-45-100${n}\n`;
  const texts = [0, 4 * GiB - 20, 4 * GiB + 200, 5 * GiB - 40].map((at, n) => [at, line(n + 1)] as const);
  sparseFile(join(folder.path, 'large.txt'), 5 * GiB, new Map(texts));
  const { content } = await readOnly(folder.path, 6 * GiB);
  expect(content).toMatchObject({ coverage: 'full', size: 5 * GiB, bytesRead: 5 * GiB, gaps: [] });
  expect(content?.digests.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(content?.findings).toMatchObject([{ rule: 'us-ssn', count: 4, distinct: 4 }]);
  expect(content?.findings[0]?.places).toEqual(['line 2', 'line 4', 'line 6', 'line 8']);
});

test('beyond the limit head and tail are read in any case, and the share is told', {
  timeout: 60_000,
}, async () => {
  using folder = temporaryFolder();
  const texts = [0, 5 * GiB - 40].map(
    (at, n) => [at, `\nsocial security number 521-45-100${n + 1}\n`] as const,
  );
  sparseFile(join(folder.path, 'large.txt'), 5 * GiB, new Map(texts));
  const { content } = await readOnly(folder.path, GiB / 16);
  expect(content).toMatchObject({
    coverage: 'sample',
    digests: {},
    gaps: [{ reason: 'size-limit' }],
    findings: [{ rule: 'us-ssn', distinct: 2 }],
    sample: { how: 'pieces', unit: 'bytes', total: 5 * GiB },
  });
  expect(content?.bytesRead).toBeLessThan(GiB / 15);
});

test('a small file is read in full as ever', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'small.txt'), 'social security number 521-45-1001\n');
  const { content } = await readOnly(folder.path, GiB);
  expect(content?.coverage).toBe('full');
  expect(content?.sample).toBeUndefined();
});
