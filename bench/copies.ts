/**
 * Recognising copies among many: sketches written and grouped, then 5 % of the assets changed or new: sketches, groups, events and
 * alerts. Sizes as arguments; default 100,000 and 1,000,000 contents, each in a process of its own. One in ten is a copy or a part of
 * an earlier one, and so is each new one; a fifth are tables, the rest text. Half of what changes is new, unclassified and restricted.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { relate } from '../src/copies/relate.ts';
import { NO_SAMPLE, type Sample, type Sketch } from '../src/copies/sketch.ts';
import { createAlerts } from '../src/inventory/alerts.ts';
import { createSketches } from '../src/inventory/copies.ts';
import { createCopyEvents } from '../src/inventory/copies-events.ts';
import { createGrouping } from '../src/inventory/copies-group.ts';
import { createEvents } from '../src/inventory/events.ts';
import { openForWriting } from '../src/inventory/open.ts';
import { BATCH as GROUPED_AT_ONCE } from '../src/scan/copies.ts';
import { numbersFrom } from '../test/copies/tables.ts';
import { inMegabytes, printTable } from './measure.ts';

const BATCH = 10_000;
const CHANGED = 0.05;
const AT = '2026-09-21T10:15:00.000Z';
const COLUMNS = [
  ...['contents', 'write', 'group', 'write 5 %', 'group 5 %', 'events', 'alerts', 'view copies'],
  ...['groups', 'copied', 'alerts', 'file', 'peak'],
];

const [first = 100_000, ...more] = process.argv.slice(2).map(Number);
if (process.argv.length === 3) {
  printTable('Recognising copies, CPU seconds', [COLUMNS, measure(first)]);
} else {
  for (const size of more.length > 0 ? [first, ...more] : [first, 1_000_000])
    spawnSync(process.execPath, [import.meta.filename, String(size)], { stdio: 'inherit' });
}

function measure(size: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'whereabouts-bench-'));
  const file = join(folder, 'inventory.db');
  const db = openForWriting(file);
  try {
    const times: number[] = [];
    const time = (work: () => void) => {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1e6);
    };
    const fill = createFill(db);
    const sketches = createSketches(db);
    const grouping = createGrouping(db);
    const write = (from: number, to: number, step: number, version: number) =>
      inBatches(db, { from, to, step }, (id) =>
        sketches.replace(id, [sketchOf(id, version, { isNew: id > size })]),
      );
    const group = () => {
      let count = 1;
      while (count > 0) count = db.transaction(() => grouping.group(relate, GROUPED_AT_ONCE)).immediate();
    };
    const changed = (size * CHANGED) / 2;
    inBatches(db, { from: 1, to: size, step: 1 }, (id) => fill(id, 1));
    time(() => write(1, size, 1, 0));
    time(group);
    inBatches(db, { from: size + 1, to: size + changed, step: 1 }, (id) => fill(id, 2));
    time(() => {
      write(size / changed, size, size / changed, 1);
      write(size + 1, size + changed, 1, 0);
    });
    time(group);
    const events = createEvents(db);
    time(() => db.transaction(() => createCopyEvents(db, events)({ runId: 2 }, AT)).immediate());
    const settings = { levelRank: 2, staleDays: 10, coverageDrop: 5, sources: null, at: AT };
    const alerts = createAlerts(db);
    time(() => db.transaction(() => alerts.raise({ ...settings, runIds: [2] })).immediate());
    const count = (sql: string) => String(db.prepare<[], number>(sql).pluck().get());
    let groups = '';
    time(() => {
      groups = count('select count(distinct copy_group) from copies');
    });
    const peak = inMegabytes(process.resourceUsage().maxRSS * 1024);
    db.pragma('wal_checkpoint(truncate)');
    return [
      ...[String(size), ...times.map((each) => each.toFixed(1)), groups],
      count("select count(*) from _events where type = 'copied'"),
      count("select count(*) from _alerts where type = 'new-unclassified-copy'"),
      ...[inMegabytes(statSync(file).size), peak],
    ];
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
}

/** Two scans of one container; gives what adds an asset with a content of its own, as the scan with that number saw it. */
function createFill(db: Database.Database): (id: number, runId: number) => void {
  db.exec(`
    insert into _sources (source_id, name, connector, category, location, config_digest, first_run, complete_run)
      values (1, 'bench', 'local', 'machine', '', '', 1, 2);
    insert into _rulesets values (1, 'r', '1');
    insert into _runs (run_id, source_id, status, started_at, depth, full, tool_version, ruleset_id, config_digest, policy_digest)
      values (1, 1, 'complete', '2026-09-14T10:15:00.000Z', 'full', 0, '0', 1, '', ''), (2, 1, 'complete', '${AT}', 'full', 0, '0', 1, '', '');
    insert into _containers (container_id, source_id, container, name, uri, provider, public_access, versioning, logging,
      access_run, first_run, last_run, baseline_run, complete_run)
      values (1, 1, 'root', 'root', 'file:///bench', 'local', 'no', 'no', 'no', 1, 1, 2, 1, 2);
    insert into _classifications (classification_id, digest, level, status, why) values (1, x'00', 'restricted', 'unclassified', '');`);
  const content =
    db.prepare(`insert into _contents (content_id, size, coverage, depth, bytes_read, has_text, has_columns, retry)
    values (?, 4096, 'full', 2, 4096, 1, 1, 'no')`);
  const asset =
    db.prepare(`insert into _assets (asset_id, container_id, key, version, access_run, content_id, classification_id,
    stale, first_run, last_run) values (?, 1, ?, '1', 1, ?, 1, 0, ?, 2)`);
  const events = createEvents(db);
  return (id, runId) => {
    content.run(id);
    asset.run(id, `folder-${id % 977}/file-${id}`, id, runId);
    if (runId > 1) events.append({ runId, at: AT, type: 'added', containerId: 1, assetId: id });
  };
}

/** From `from` to `to`, both included. */
function inBatches(
  db: Database.Database,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  work: (id: number) => void,
): void {
  for (let at = from; at <= to; at += BATCH * step) {
    db.transaction(() => {
      for (let id = at; id <= to && id < at + BATCH * step; id += step) work(id);
    }).immediate();
  }
}

/** The same for the same id and version; copies have the tags of an earlier table or text, half of them every second tag only. */
function sketchOf(id: number, version: number, { isNew }: { readonly isNew: boolean }): Sketch {
  const random = numbersFrom(`copy ${id}`);
  const copy = isNew || (id > 10 && id % 10 === 3);
  const of = copy ? random(Math.floor(id / 10)) * 10 + (random(2) === 0 ? 1 : 4) : id;
  const table = of % 5 === 1;
  const sample = sampleOf(`${of}:${copy ? 0 : version}`, table ? 400 : 100, copy && random(2) === 0 ? 2 : 1);
  const details = table ? sampleOf(`${of}:details`, 300, 1) : NO_SAMPLE;
  const kind = table ? 'rows' : 'text';
  return { kind, part: '', size: sample.distinct, weight: 1, sample, details, head: sample.tags.slice(0, 2) };
}

/** Every `step`th of `count` tags that are the same for the same seed. */
function sampleOf(seed: string, count: number, step: number): Sample {
  const random = numbersFrom(seed);
  const tags = Uint32Array.from({ length: count }, () => random(2 ** 32))
    .sort()
    .filter((_, index) => index % step === 0);
  return { tags, distinct: tags.length };
}
