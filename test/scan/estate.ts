/** Small trees of invented data, configs for them, and comparable dumps of what a scan made of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import {
  type Config,
  DEFAULT_ALERTS,
  DEFAULT_LIMITS,
  NO_REGISTER,
  type SourceConfig,
} from '../../src/config.ts';
import type { ScanEvent } from '../../src/scan/events.ts';
import { runScan, type ScanOptions } from '../../src/scan/run.ts';

/** A folder that is gone when the test is. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'whereabouts-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes files by relative path. */
export function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** `count` files in folders of ten; every third holds an invented customer table. */
export function manyFiles(count: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let index = 0; index < count; index += 1) {
    const folder = `d${String(Math.floor(index / 10)).padStart(3, '0')}`;
    files[`${folder}/f${index}.csv`] =
      index % 3 === 0
        ? `name,email,ssn\nAda Quill ${index},ada.quill${index}@quillworks.net,${521 + (index % 50)}-45-${1000 + index}\n`
        : `week,total\n${index},${index * 2}\n`;
  }
  return files;
}

/** One local source over `root`. */
export function configFor(
  inventory: string,
  root: string,
  more: Partial<SourceConfig & Config> = {},
): Config {
  const source: SourceConfig = {
    name: 'laptop',
    connector: 'local',
    options: { path: root },
    client: null,
    include: more.include ?? [],
    exclude: more.exclude ?? [],
    depth: more.depth ?? 'full',
  };
  return {
    inventory,
    sources: more.sources ?? [source],
    clients: more.clients ?? [],
    declarations: more.declarations ?? [],
    suppressions: more.suppressions ?? [],
    labels: {},
    defaultLevel: 'internal',
    rules: more.rules ?? { off: [], packs: [], levels: {} },
    register: more.register ?? NO_REGISTER,
    alerts: more.alerts ?? DEFAULT_ALERTS,
    limits: more.limits ?? DEFAULT_LIMITS,
    concurrency: 4,
  };
}

/** Runs a scan in this process and keeps its events. */
export async function scan(config: Config, more: Partial<ScanOptions> = {}) {
  const events: ScanEvent[] = [];
  const result = await runScan({
    config,
    full: false,
    dryRun: false,
    signal: new AbortController().signal,
    env: {},
    observe: (event) => events.push(event),
    log: () => undefined,
    ...more,
  });
  return { result, events };
}

/** Rows of one query over an inventory. */
export function rows(inventory: string, sql: string): Record<string, unknown>[] {
  const database = new Database(inventory, { readonly: true });
  try {
    // The library types rows as unknown.
    return database.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

/** Everything that two scans of the same tree must agree on: no times, no row ids. */
export function dump(inventory: string): Record<string, Record<string, unknown>[]> {
  return {
    assets: rows(
      inventory,
      `select source, connector, container, uri, path, name, size, media_type, owner, exposure, sha256, level, detected_level,
       status, basis, why, client, environment, coverage, removed_at is null as live from assets order by source, uri`,
    ),
    findings: rows(
      inventory,
      `select source, uri, rule, kind, level, confidence, count, distinct_count, places, shape, why from findings
       order by source, uri, rule`,
    ),
    containers: rows(
      inventory,
      'select source, container, provider, region, encryption, public_access from containers',
    ),
    grants: rows(
      inventory,
      'select principal, kind, role, via, count(*) as n from grants group by 1, 2, 3, 4 order by 1, 2, 3, 4',
    ),
    events: rows(inventory, 'select type, uri from events order by type, uri'),
  };
}
