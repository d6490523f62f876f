/** Logins that end in the middle of a scan: the sources say so, nothing counts as removed, and the next scan has all of it again. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAMILIES } from '../../src/rule.ts';
import { subjects as azureBlob } from '../conformance/subjects/azure-blob.ts';
import { subjects as gcs } from '../conformance/subjects/gcs.ts';
import { subjects as googleDrive } from '../conformance/subjects/google-drive.ts';
import { subjects as jupyter } from '../conformance/subjects/jupyter.ts';
import { subjects as microsoft365 } from '../conformance/subjects/microsoft-365.ts';
import { subjects as s3 } from '../conformance/subjects/s3.ts';
import { configFor, manyFiles, rows, scan, temporaryFolder } from './estate.ts';

const SUBJECTS = [s3[0], gcs[0], azureBlob[0], googleDrive[0], microsoft365[0], jupyter.at(-1)].flatMap(
  (subject) => subject ?? [],
);
const RULES = { off: FAMILIES.filter((family) => family !== 'identity'), packs: [], levels: {} };
const OBJECTS = Object.entries(manyFiles(12)).map(([key, body]) => ({ key, body: Buffer.from(body) }));
const LIVE = 'select source, path from assets where removed_at is null order by source, path';

test.each([
  ['while they are listed', 'metadata', 0.6],
  ['while files are read', 'full', 0.9],
] as const)('all clouds refuse us from then on: %s', async (_, depth, share) => {
  using folder = temporaryFolder();
  await using scope = new AsyncDisposableStack();
  const clouds = await Promise.all(
    SUBJECTS.map(async (subject) => {
      const place = scope.use(await subject.start([{ name: 'client-exports', objects: OBJECTS }]));
      if (place.proxy === null) throw new Error('a place without requests');
      return { kind: subject.module.kind, place, proxy: place.proxy };
    }),
  );
  const sources = clouds.map(({ kind, place }) => ({
    ...{ name: kind, connector: kind, options: place.login.options, depth },
    ...{ client: null, include: [], exclude: [] },
  }));
  const inventory = join(folder.path, 'inventory.db');
  const env = Object.assign({}, ...clouds.map(({ place }) => place.login.env));
  const run = () =>
    scan(configFor(inventory, '', { sources, rules: RULES }), { env, pageSize: 5, full: true });
  await run();
  const all = rows(inventory, LIVE);
  expect(all.length).toBe(SUBJECTS.length * OBJECTS.length);
  const before = clouds.map(({ proxy }) => proxy.count());
  await run();

  for (const [index, { proxy }] of clouds.entries()) {
    const requests = proxy.count() - (before[index] ?? 0);
    proxy.inject({ kind: 'status', status: 401, after: Math.floor(requests * share) });
  }
  const { result } = await run();
  expect(result.incomplete).toBe(true);
  expect(result.sources.map(({ source, removed }) => [source, removed])).toEqual(
    sources.map(({ name }) => [name, 0]),
  );
  expect(rows(inventory, LIVE)).toEqual(all);
  const gaps = rows(inventory, "select distinct source, message from gaps where open = 'yes'");
  expect(new Set(gaps.map(({ source }) => source))).toEqual(new Set(sources.map(({ name }) => name)));
  for (const { message } of gaps) expect(message).toMatch(/40[13]/);

  for (const { proxy } of clouds) proxy.heal();
  const healed = await run();
  expect(healed.result).toMatchObject({ incomplete: false });
  expect(healed.result.sources.map(({ removed }) => removed)).toEqual(sources.map(() => 0));
  expect(rows(inventory, LIVE)).toEqual(all);
  expect(rows(inventory, "select count(*) as n from gaps where open = 'yes'")).toEqual([{ n: 0 }]);
});
