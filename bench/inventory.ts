/** Assets written through the inventory's writer, page by page, against bare prepared inserts of the very rows that result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createRandom, HEX } from '../fixtures/estate-parts/random.ts';
import type { Container } from '../src/connector.ts';
import type { AssetOutcome, Classification, StartRun } from '../src/inventory/types.ts';
import { openWriter } from '../src/inventory/writer.ts';
import type { Access } from '../src/model.ts';
import { inMegabytes, median, printTable } from './measure.ts';

const ASSETS = 200_000;
const PAGE = 1000;
const ROUNDS = 5;
const AT = '2026-09-14T10:15:00.000Z';

const ACCESS: Access = {
  exposure: 'internal',
  grants: [{ principal: 'group:staff', kind: 'group', role: 'read', via: 'mode' }],
};
const CONTAINER: Container = {
  id: 'root',
  name: 'generated',
  uri: 'file:///generated',
  provider: 'local',
  account: null,
  region: null,
  encryption: null,
  publicAccess: 'no',
  versioning: 'unknown',
  logging: 'unknown',
  labels: {},
  access: ACCESS,
};
const RUN: StartRun = {
  source: {
    name: 'bench',
    connector: 'local',
    category: 'machine',
    location: 'local generated',
    configDigest: 'c',
  },
  ruleset: { digest: 'r', extractorVersion: '1', rules: [] },
  depth: 'metadata',
  full: false,
  toolVersion: '0',
  policyDigest: 'p',
  startedAt: AT,
};
const CLASSIFICATION: Classification = {
  level: null,
  detectedLevel: null,
  basis: null,
  status: 'unclassified',
  why: 'Not read.',
  client: null,
  clientWhy: null,
  declared: null,
  suppressed: [],
};

const pages = generatedPages();
const scratch = mkdtempSync(join(tmpdir(), 'whereabouts-bench-'));
try {
  const [ours, bare]: [number[], number[]] = [[], []];
  let rows: readonly unknown[][] = [];
  let schema: readonly string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const file = join(scratch, `${round}.db`);
    ours.push(writePages(file));
    ({ rows, schema } = readRows(file));
    bare.push(insertBare(join(scratch, `${round}-bare.db`), schema, rows));
  }
  const rate = (seconds: number): string => `${Math.round(ASSETS / seconds / 1000)}k rows/s`;
  printTable(`inventory: ${ASSETS.toLocaleString('en')} new assets, pages of ${PAGE}, median of ${ROUNDS}`, [
    ['', 'rate', 'of bare', 'target'],
    ['bare prepared inserts, same table and indexes', rate(median(bare)), '', ''],
    [
      "the inventory's writer",
      rate(median(ours)),
      `${Math.round((median(bare) / median(ours)) * 100)}%`,
      '>= 50%',
    ],
  ]);
  console.log(
    `  peak RSS of this process, all rows held in memory: ${inMegabytes(process.resourceUsage().maxRSS * 1024)}`,
  );
} finally {
  rmSync(scratch, { recursive: true });
}

/** Seconds to write all pages. */
function writePages(file: string): number {
  const writer = openWriter(file);
  const { runId } = writer.startRun(RUN);
  const containerId = writer.putContainer(runId, CONTAINER, AT);
  const started = performance.now();
  pages.forEach((outcomes, index) => {
    // A scan asks first what is known of a page; it is part of the price.
    writer.known(
      containerId,
      outcomes.map(({ asset }) => asset),
      true,
    );
    const next = index + 1 < pages.length ? String(index) : null;
    writer.commitPage({ runId, containerId, outcomes, listingGaps: [], next, requests: 0, at: AT });
  });
  const seconds = (performance.now() - started) / 1000;
  writer.finishContainer(runId, containerId, AT);
  writer.finishRun(runId, 'complete', AT);
  writer.close();
  return seconds;
}

function readRows(file: string): { readonly rows: readonly unknown[][]; readonly schema: readonly string[] } {
  const db = new Database(file, { readonly: true });
  const rows = db.prepare('select * from _assets').raw().all() as unknown[][]; // raw() makes rows arrays
  const schema = db
    .prepare(`select sql from sqlite_schema where tbl_name = '_assets' and sql is not null`)
    .pluck()
    .all();
  db.close();
  if (rows.length !== ASSETS) throw new Error(`${rows.length} rows instead of ${ASSETS}`);
  return { rows, schema: schema.map(String) };
}

/** Seconds to insert the rows with nothing but a prepared statement, in transactions as large as a page. */
function insertBare(file: string, schema: readonly string[], rows: readonly unknown[][]): number {
  const db = new Database(file);
  db.pragma('journal_mode = wal');
  db.pragma('synchronous = normal');
  db.pragma('foreign_keys = off'); // the tables referred to are not there
  for (const sql of schema) db.exec(sql);
  const insert = db.prepare(`insert into _assets values (${rows[0]?.map(() => '?').join(', ')})`);
  const insertPage = db.transaction((page: readonly unknown[][]) => {
    for (const row of page) insert.run(row);
  });
  const started = performance.now();
  for (let at = 0; at < rows.length; at += PAGE) insertPage(rows.slice(at, at + PAGE));
  const seconds = (performance.now() - started) / 1000;
  db.close();
  return seconds;
}

function generatedPages(): readonly (readonly AssetOutcome[])[] {
  const random = createRandom('inventory');
  return Array.from({ length: ASSETS / PAGE }, (_, page) =>
    Array.from({ length: PAGE }, (_, index) => {
      const name = `report-${String(index).padStart(4, '0')}-${random.text(HEX, 6)}.csv`;
      const key = `area-${Math.floor(((page * PAGE) / ASSETS) * 10)}/set-${String(page).padStart(4, '0')}/${name}`;
      return {
        outcome: 'metadata',
        metadataFindings: [],
        gaps: [],
        classification: CLASSIFICATION,
        asset: {
          container: CONTAINER.id,
          key,
          uri: `${CONTAINER.uri}/${key}`,
          path: key,
          name,
          size: random.int(0, 100_000),
          version: `${random.digits(13)}-${random.digits(6)}`,
          modifiedAt: AT,
          owner: 'robin',
          mediaType: null,
          access: ACCESS,
        },
      } as const;
    }),
  );
}
