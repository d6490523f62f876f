/** Builds small inventories through the writer: invented assets, listed and read as a scan would. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Asset, Container, ListingGap } from '../../src/connector.ts';
import { openReader } from '../../src/inventory/read.ts';
import type {
  AssetOutcome,
  Classification,
  ContentResult,
  InventoryWriter,
  RuleRecord,
  RulesetRecord,
  RunState,
  StartRun,
} from '../../src/inventory/types.ts';
import { openWriter } from '../../src/inventory/writer.ts';
import type { Access, Finding, Level } from '../../src/model.ts';

/** The path of an inventory in a folder that is removed after the test. */
export function tempInventory(): string {
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'inventory.db');
}

/** A writer that is closed after the test. */
export function tempWriter(file: string): InventoryWriter {
  const writer = openWriter(file);
  onTestFinished(() => writer.close());
  return writer;
}

export function rule(id: string, over: Partial<RuleRecord> = {}): RuleRecord {
  return {
    id,
    title: `Rule ${id}`,
    kind: id,
    family: 'contact',
    level: 'confidential',
    regulations: ['GDPR'],
    digest: `${id}-1`,
    text: true,
    columns: true,
    ...over,
  };
}

export function ruleset(rules: readonly RuleRecord[], extractorVersion = '1'): RulesetRecord {
  const digest = createHash('sha256')
    .update(JSON.stringify([extractorVersion, rules.map((one) => [one.id, one.digest])]))
    .digest('hex');
  return { digest, extractorVersion, rules };
}

export const RULES = ruleset([
  rule('email'),
  rule('us-ssn', { family: 'identity', level: 'restricted', regulations: ['GDPR', 'CCPA'] }),
  rule('mrn', { family: 'health', level: 'restricted', regulations: ['HIPAA'] }),
]);

/** Day `n` of an invented November. */
export function day(n: number, time = '06:00:00'): string {
  return `2026-11-${String(n).padStart(2, '0')}T${time}.000Z`;
}

export function start(over: Partial<StartRun> & { readonly name?: string } = {}): StartRun {
  const { name = 'laptop', ...rest } = over;
  return {
    source: { name, connector: 'local', category: 'machine', location: `local /${name}`, configDigest: 'c1' },
    ruleset: RULES,
    depth: 'full',
    full: false,
    toolVersion: '0.1.0',
    policyDigest: 'p1',
    startedAt: day(1),
    ...rest,
  };
}

export function container(over: Partial<Container> = {}): Container {
  return {
    id: '/work',
    name: 'work',
    uri: 'file:///work',
    provider: 'local',
    account: null,
    region: null,
    encryption: null,
    publicAccess: 'unknown',
    versioning: 'unknown',
    logging: 'unknown',
    labels: {},
    access: null,
    ...over,
  };
}

export const PRIVATE: Access = {
  exposure: 'private',
  grants: [{ principal: 'ada@example.com', kind: 'user', role: 'own', via: 'mode' }],
};
export const PUBLIC: Access = {
  exposure: 'public',
  grants: [{ principal: 'allUsers', kind: 'everyone', role: 'read', via: 'acl' }],
};

export function asset(key: string, over: Partial<Asset> = {}): Asset {
  return {
    container: '/work',
    key,
    uri: `file:///work/${key}`,
    path: key,
    name: key.slice(key.lastIndexOf('/') + 1),
    size: 1000,
    version: 'v1',
    modifiedAt: '2026-10-01T12:00:00.000Z',
    owner: 'ada',
    mediaType: null,
    access: PRIVATE,
    ...over,
  };
}

export function finding(of: string, over: Partial<Finding> = {}): Finding {
  return {
    rule: of,
    confidence: 'high',
    count: 3,
    distinct: 2,
    places: ['line 1', 'line 2'],
    shape: 'aaa@aaaaaaa.aaa',
    why: 'column "email"',
    ...over,
  };
}

/** Content whose bytes are told apart by `bytes`. */
export function content(bytes: string, over: Partial<ContentResult> = {}): ContentResult {
  return {
    digests: { sha256: createHash('sha256').update(bytes).digest('hex') },
    size: 1000,
    format: 'csv',
    mediaType: 'text/csv',
    coverage: 'full',
    depth: 'full',
    bytesRead: 1000,
    hasText: false,
    hasColumns: true,
    findings: [],
    gaps: [],
    members: [],
    ...over,
  };
}

export function classification(level: Level | null, over: Partial<Classification> = {}): Classification {
  return {
    level,
    detectedLevel: level,
    basis: level === null ? null : 'detected',
    status: 'unclassified',
    why: level === null ? 'Not read.' : `Found what is ${level}.`,
    client: null,
    clientWhy: null,
    declared: null,
    suppressed: [],
    ...over,
  };
}

/** An outcome with a classification that follows from its findings' rules, roughly. */
export function outcome(of: Asset, over: Partial<AssetOutcome> = {}): AssetOutcome {
  const findings = over.content?.findings ?? [];
  const level =
    findings.length === 0
      ? 'internal'
      : findings.some(({ rule: id }) => id !== 'email')
        ? 'restricted'
        : 'confidential';
  const read = over.content !== undefined;
  return {
    asset: of,
    outcome: read ? 'read' : 'metadata',
    metadataFindings: [],
    gaps: [],
    classification: classification(read ? level : null),
    ...over,
  };
}

export function unchanged(of: Asset): AssetOutcome {
  return { asset: of, outcome: 'unchanged', metadataFindings: [], gaps: [] };
}

export interface ScanStep {
  readonly run?: Parameters<typeof start>[0];
  readonly container?: Partial<Container>;
  readonly outcomes: readonly AssetOutcome[];
  readonly listingGaps?: readonly ListingGap[];
}

/** A whole run of one container, in one page, on day `n`. */
export function scan(
  writer: InventoryWriter,
  n: number,
  step: ScanStep,
): RunState & { readonly containerId: number } {
  const run = writer.startRun(start({ startedAt: day(n), ...step.run }));
  const containerId = writer.putContainer(run.runId, container(step.container), day(n));
  writer.known(
    containerId,
    step.outcomes.map((one) => one.asset),
    false,
  );
  writer.commitPage({
    runId: run.runId,
    containerId,
    outcomes: step.outcomes,
    listingGaps: step.listingGaps ?? [],
    next: null,
    requests: 1,
    at: day(n, '06:01:00'),
  });
  writer.finishContainer(run.runId, containerId, day(n, '06:02:00'));
  writer.finishRun(run.runId, 'complete', day(n, '06:03:00'));
  return { ...run, containerId };
}

/** Rows of one query on a file that may still be open for writing. */
export function rows(file: string, sql: string): readonly Record<string, unknown>[] {
  const reader = openReader(file);
  try {
    return reader.rows<Record<string, unknown>>(sql);
  } finally {
    reader.close();
  }
}
