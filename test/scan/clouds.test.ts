/** One file on a laptop and in five clouds is one content: its digests tell, and no copy is downloaded. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceConfig } from '../../src/config.ts';
import { FAMILIES } from '../../src/rule.ts';
import type { Place, Subject } from '../conformance/subject.ts';
import { subjects as azureBlob } from '../conformance/subjects/azure-blob.ts';
import { subjects as gcs } from '../conformance/subjects/gcs.ts';
import { subjects as googleDrive } from '../conformance/subjects/google-drive.ts';
import { subjects as microsoft365 } from '../conformance/subjects/microsoft-365.ts';
import { subjects as s3 } from '../conformance/subjects/s3.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from './estate.ts';

const PEOPLE = 'name,email\nAda Quill,ada.quill@quillworks.net\nBo Quill,bo.quill@quillworks.net\n';
const CLOUDS = [s3, gcs, azureBlob, googleDrive, microsoft365].flatMap(([first]) => first ?? []);
const rules = { off: FAMILIES.filter((family) => family !== 'contact'), packs: [], levels: {} };

interface Cloud {
  readonly subject: Subject;
  readonly place: Place;
  readonly source: SourceConfig;
}

/** Every cloud with the same file in it. */
async function startClouds(scope: AsyncDisposableStack): Promise<readonly Cloud[]> {
  const object = { key: 'exports/people.csv', body: Buffer.from(PEOPLE) };
  return Promise.all(
    CLOUDS.map(async (subject) => {
      const place = scope.use(await subject.start([{ name: 'client-exports', objects: [object] }]));
      const { kind } = subject.module;
      return { subject, place, source: sourceOf(kind, kind, place.login.options) };
    }),
  );
}

function sourceOf(name: string, connector: string, options: SourceConfig['options']): SourceConfig {
  return { name, connector, options, client: null, include: [], exclude: [], depth: 'full' };
}

/** Requests that each cloud got in a scan. */
async function requestsOf(
  clouds: readonly Cloud[],
  inventory: string,
  sources: readonly SourceConfig[],
): Promise<Readonly<Record<string, number>>> {
  const before = clouds.map(({ place }) => place.proxy?.count() ?? 0);
  const env = Object.assign({}, ...clouds.map(({ place }) => place.login.env));
  const { result } = await scan(configFor(inventory, '', { sources: [...sources], rules }), { env });
  expect(result.sources.map(({ source, status }) => `${source} ${status}`)).toEqual(
    sources.map(({ name }) => `${name} complete`),
  );
  return Object.fromEntries(
    clouds.map(({ source, place }, index) => [
      source.name,
      (place.proxy?.count() ?? 0) - (before[index] ?? 0),
    ]),
  );
}

test('what lies on the laptop as well is not downloaded from any of five clouds, on the first scan or later', async () => {
  using folder = temporaryFolder();
  await using scope = new AsyncDisposableStack();
  const clouds = await startClouds(scope);
  const root = join(folder.path, 'laptop');
  writeTree(root, { 'people.csv': PEOPLE });
  const laptop = sourceOf('laptop', 'local', { path: root });
  const sources = clouds.map(({ source }) => source);
  const inventory = (name: string) => join(folder.path, `${name}.db`);

  const listing = await requestsOf(
    clouds,
    inventory('listed'),
    sources.map((source) => ({ ...source, depth: 'metadata' })),
  );
  const first = await requestsOf(clouds, inventory('first'), [laptop, ...sources]);
  expect(first).toEqual(listing);

  // The laptop was scanned before anybody spoke of clouds: its file is hashed once more, by what they vouch for.
  await requestsOf(clouds, inventory('later'), [laptop]);
  expect(await requestsOf(clouds, inventory('later'), [laptop, ...sources])).toEqual(listing);

  for (const name of ['first', 'later']) {
    const assets = rows(
      inventory(name),
      'select source, sha256, level, coverage from assets order by source',
    );
    expect(assets.length).toBe(6);
    expect(new Set(assets.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(new Set(assets.map(({ level, coverage }) => `${level} ${coverage}`)).size).toBe(1);
    const findings = rows(inventory(name), 'select distinct source from findings');
    expect(findings.length).toBe(6);
  }

  // Alone, each has to be downloaded: the counting would have noticed.
  for (const { source } of clouds) {
    const alone = await requestsOf(clouds, inventory(`only-${source.name}`), [source]);
    expect(alone[source.name]).toBeGreaterThan(listing[source.name] ?? 0);
  }
});

test('what was read in one cloud is known in the others', async () => {
  using folder = temporaryFolder();
  await using scope = new AsyncDisposableStack();
  const clouds = await startClouds(scope);
  const sources = clouds.map(({ source }) => source);
  const listing = await requestsOf(
    clouds,
    join(folder.path, 'listed.db'),
    sources.map((source) => ({ ...source, depth: 'metadata' })),
  );
  const inventory = join(folder.path, 'inventory.db');
  const first = await requestsOf(clouds, inventory, sources);
  const downloaded = Object.keys(first).filter((name) => first[name] !== listing[name]);
  expect(downloaded).toEqual([sources[0]?.name]);
  expect(rows(inventory, 'select count(*) as n, count(distinct sha256) as contents from assets')).toEqual([
    { n: 5, contents: 1 },
  ]);
});
