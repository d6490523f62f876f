/**
 * Recognising copies among many: sketches written and grouped, then 5 % of them changed and grouped again. Sizes as arguments;
 * default 100,000 and 1,000,000 contents. One in ten is a copy or a part of an earlier one; a fifth are tables, the rest text.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { relate } from '../src/copies/relate.ts';
import { NO_SAMPLE, type Sample, type Sketch } from '../src/copies/sketch.ts';
import { createSketches } from '../src/inventory/copies.ts';
import { createGrouping } from '../src/inventory/copies-group.ts';
import { openForWriting } from '../src/inventory/open.ts';
import { numbersFrom } from '../test/copies/tables.ts';
import { inMegabytes, printTable } from './measure.ts';

const BATCH = 10_000;
const CHANGED = 0.05;
const sizes = process.argv.slice(2).map(Number);

const results: string[][] = [];
for (const size of sizes.length > 0 ? sizes : [100_000, 1_000_000]) results.push(measure(size));
printTable('Recognising copies, CPU seconds', [
  ['contents', 'write', 'group', 'write 5 %', 'group 5 %', 'view copies', 'groups', 'file', 'memory'],
  ...results,
]);

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
    fill(db, size);
    const random = numbersFrom('copies');
    const write = (ids: readonly number[], version: number) => {
      const sketches = createSketches(db);
      inBatches(db, ids, (id) => sketches.replace(id, [sketchOf(id, version, random)]));
    };
    const grouping = createGrouping(db);
    const group = () => {
      let count = BATCH;
      while (count > 0) count = db.transaction(() => grouping.group(relate, BATCH)).immediate();
    };
    const all = Array.from({ length: size }, (_, index) => index + 1);
    time(() => write(all, 0));
    time(group);
    time(() =>
      write(
        all.filter((id) => id % (1 / CHANGED) === 0),
        1,
      ),
    );
    time(group);
    let groups = 0;
    time(() => {
      groups = db.prepare<[], number>('select count(distinct copy_group) from copies').pluck().get() ?? 0;
    });
    const rss = inMegabytes(process.memoryUsage().rss);
    db.pragma('wal_checkpoint(truncate)');
    return [
      String(size),
      ...times.map((each) => each.toFixed(1)),
      String(groups),
      inMegabytes(statSync(file).size),
      rss,
    ].map(String);
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
}

/** One asset for each content, in one container. */
function fill(db: Database.Database, size: number): void {
  db.exec(`
    insert into _sources (source_id, name, connector, category, location, config_digest) values (1, 'bench', 'local', 'machine', '', '');
    insert into _rulesets values (1, 'r', '1');
    insert into _runs (run_id, source_id, status, started_at, depth, full, tool_version, ruleset_id, config_digest, policy_digest)
      values (1, 1, 'complete', '2026-09-14T10:15:00.000Z', 'full', 0, '0', 1, '', '');
    insert into _containers (container_id, source_id, container, name, uri, provider, public_access, versioning, logging,
      access_run, first_run, last_run) values (1, 1, 'root', 'root', 'file:///bench', 'local', 'no', 'no', 'no', 1, 1, 1);
    insert into _classifications (classification_id, digest, status, why) values (1, x'00', 'unclassified', '');`);
  const content =
    db.prepare(`insert into _contents (content_id, size, coverage, depth, bytes_read, has_text, has_columns, retry)
    values (?, 4096, 'full', 2, 4096, 1, 1, 'no')`);
  const asset =
    db.prepare(`insert into _assets (asset_id, container_id, key, version, access_run, content_id, classification_id,
    stale, first_run, last_run) values (?, 1, ?, '1', 1, ?, 1, 0, 1, 1)`);
  inBatches(
    db,
    Array.from({ length: size }, (_, index) => index + 1),
    (id) => {
      content.run(id);
      asset.run(id, `folder-${id % 977}/file-${id}`, id);
    },
  );
}

function inBatches(db: Database.Database, ids: readonly number[], work: (id: number) => void): void {
  for (let at = 0; at < ids.length; at += BATCH) {
    db.transaction(() => ids.slice(at, at + BATCH).forEach(work)).immediate();
  }
}

/** A tenth have the tags of an earlier one, half of those a part of them. */
function sketchOf(id: number, version: number, random: (limit: number) => number): Sketch {
  const copy = id > 10 && id % 10 === 3;
  const of = copy ? 1 + random(Math.floor(id / 10)) * 10 : id;
  const table = of % 5 === 1;
  const sample = sampleOf(`${of}:${copy ? 0 : version}`, table ? 400 : 100, copy && id % 20 === 3 ? 2 : 1);
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
