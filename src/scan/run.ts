/** One scan, start to end: the only place where connectors, workers, classification and the inventory meet. */
import { availableParallelism } from 'node:os';
import type { Config, SourceConfig } from '../config.ts';
import { ensureKey } from '../copies/key.ts';
import { keyId } from '../copies/tags.ts';
import { loadRules } from '../detect/load.ts';
import { UserError } from '../errors.ts';
import { extractorVersion } from '../extract/version.ts';
import { acquireLock } from '../inventory/lock.ts';
import type { InventoryWriter, RulesetRecord, RunCounts } from '../inventory/types.ts';
import { openWriter } from '../inventory/writer.ts';
import type { RunStatus } from '../model.ts';
import { loadConnector } from '../registry.ts';
import { deliverAlerts, raiseAlerts } from './alarm.ts';
import { recogniseCopies } from './copies.ts';
import { digestsWanted } from './digests.ts';
import type { ScanObserver } from './events.ts';
import { clientRecord, ownUris, policyDigest, policyOf, sourceRecord, TOOL_VERSION } from './identity.ts';
import { createPool, type Pool } from './pool.ts';
import { reclassifyStale } from './reclassify.ts';
import { scanSource } from './source.ts';
import { createStop, type Stop } from './stop.ts';

const PAGE_SIZE = 1000;
/** With a limit on the run, which is met between pages. */
const LIMITED_PAGE_SIZE = 100;

export interface ScanOptions {
  readonly config: Config;
  /** Read everything again, changed or not. */
  readonly full: boolean;
  /** List and plan only: nothing is opened and nothing is written. */
  readonly dryRun: boolean;
  /** Aborting checkpoints the current page and returns with `interrupted`. */
  readonly signal: AbortSignal;
  /** Assets in a page, at most: what a SIGKILL can cost. Default 1,000. */
  readonly pageSize?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly observe: ScanObserver;
  readonly log: (level: 'debug' | 'info' | 'warn', message: string) => void;
}

export interface SourceResult {
  readonly source: string;
  readonly runId: number;
  readonly status: RunStatus;
  readonly counts: RunCounts;
  readonly removed: number;
  /** Sent over the network, listing and reading. */
  readonly requests: number;
  readonly seconds: number;
  /** What went wrong with the source as a whole. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ScanResult {
  readonly sources: readonly SourceResult[];
  /** Coverage is incomplete: exit code 3. */
  readonly incomplete: boolean;
  /** No source let us in: exit code 12. */
  readonly noAccess: boolean;
  readonly interrupted: boolean;
  /** Numbers of the alerts that this scan raised. */
  readonly alerts: readonly number[];
}

/**
 * Scans the sources one after the other. Every committed page is a checkpoint: what is interrupted or killed goes on there.
 * @throws UserError when another scan holds the inventory's lock (exit 11), the config or a rule is wrong (exit 2), or the
 * inventory cannot be written (exit 4)
 */
export async function runScan(options: ScanOptions): Promise<ScanResult> {
  const { config, dryRun } = options;
  const release = dryRun ? undefined : acquireLock(config.inventory, new Date().toISOString());
  try {
    const { rules, ruleset } = await loadRules({
      ...config.rules,
      clients: config.clients,
      suppressed: config.suppressions.map(({ rule }) => rule),
      extractorVersion: extractorVersion(config),
    });
    const writer = openWriter(config.inventory, { discard: dryRun });
    const stop = createStop(options.signal, config.limits.runSeconds);
    try {
      writer.syncClients(config.clients.map(clientRecord));
      writer.syncSuppressions(config.suppressions);
      writer.syncRegister(config.register);
      const key = dryRun ? undefined : ensureKey(config.inventory);
      if (key) writer.useKey(keyId(key));
      await using pool = createPool({
        sources: config.sources,
        rules,
        env: options.env,
        limits: config.limits,
        ocr: config.ocr,
        concurrency: config.concurrency,
        pageSize: options.pageSize ?? (limited(config) ? LIMITED_PAGE_SIZE : PAGE_SIZE),
        readers: availableParallelism(),
        signal: stop.signal,
        key,
      });
      const sources: SourceResult[] = [];
      for (const source of config.sources) {
        if (stop.signal.aborted || stop.wanted() !== undefined) break;
        sources.push(await scanOne(source, { options, writer, pool, ruleset, stop }));
      }
      const result = summarise(sources, options.signal.aborted);
      return dryRun ? result : { ...result, alerts: await alarm(result, writer, options) };
    } finally {
      stop.clear();
      writer.close();
    }
  } finally {
    release?.();
  }
}

function limited({ limits }: Config): boolean {
  return limits.runBytes !== null || limits.runSeconds !== null;
}

interface RunContext {
  readonly options: ScanOptions;
  readonly writer: InventoryWriter;
  readonly pool: Pool;
  readonly ruleset: RulesetRecord;
  readonly stop: Stop;
}

async function scanOne(source: SourceConfig, context: RunContext): Promise<SourceResult> {
  const { options, writer, pool, ruleset, stop } = context;
  const { config, full, dryRun, observe } = options;
  const module = await loadConnector(source.connector);
  if (!module) throw new UserError(`source ${source.name}: there is no connector "${source.connector}"`);
  const now = () => new Date().toISOString();
  const startedAt = now();
  const policy = policyOf(config, ruleset, {
    decisions: writer.decisions(),
    sidecars: writer.sidecars(),
    today: startedAt.slice(0, 10),
  });
  const started = performance.now();
  const requestsBefore = pool.totals().requests;
  const run = writer.startRun({
    source: sourceRecord(source, module),
    ruleset,
    depth: source.depth,
    full,
    toolVersion: TOOL_VERSION,
    policyDigest: policyDigest(policy, ruleset, source.name),
    startedAt,
  });
  observe({ type: 'source-started', source: source.name, runId: run.runId, resumed: run.resumed });
  const outcome = await scanSource({
    source,
    module,
    writer,
    pool,
    policy,
    run,
    full,
    dryRun,
    own: ownUris(config.inventory),
    digests: await digestsWanted(config.sources, writer),
    stop,
    observe: (event) => {
      observe(event);
      if (config.limits.runBytes !== null && pool.totals().bytes > config.limits.runBytes) {
        stop.stop(`the run's limit of ${config.limits.runBytes} bytes was reached`);
      }
    },
    now,
  });
  const { status, counts, removed, error } = outcome;
  if (!dryRun) {
    reclassifyStale(writer, { runId: run.runId, classify: outcome.classify, at: now() });
    recogniseCopies(writer, { runId: run.runId, at: now() });
  }
  const seconds = (performance.now() - started) / 1000;
  const failure = error ? { error } : {};
  const requests = pool.totals().requests - requestsBefore;
  observe({
    type: 'source-finished',
    source: source.name,
    runId: run.runId,
    status,
    counts,
    requests,
    removed,
    seconds,
    ...(error ? { error: error.message } : {}),
  });
  return { source: source.name, runId: run.runId, status, counts, removed, requests, seconds, ...failure };
}

function summarise(sources: readonly SourceResult[], interrupted: boolean): ScanResult {
  const shut = (result: SourceResult) =>
    result.status === 'failed' && ['auth', 'config', 'not-found'].includes(result.error?.code ?? '');
  return {
    sources,
    incomplete: sources.some(({ status, counts }) => status !== 'complete' || counts.incomplete > 0),
    noAccess: sources.length > 0 && sources.every(shut),
    interrupted,
    alerts: [],
  };
}

/** Raises alerts and sends them; gives the new ones. An interrupted scan sends nothing: somebody is waiting for it to end. */
async function alarm(
  result: ScanResult,
  writer: InventoryWriter,
  { config, signal, log }: ScanOptions,
): Promise<readonly number[]> {
  const at = new Date().toISOString();
  const raised = raiseAlerts({ writer, config, runIds: result.sources.map(({ runId }) => runId), at });
  if (result.interrupted) return raised;
  const alive =
    result.sources.length === config.sources.length &&
    result.sources.every(({ status }) => status === 'complete' || status === 'partial');
  const warn = (message: string) => log('warn', message);
  await deliverAlerts({ writer, alerts: config.alerts, alive, at, signal, warn });
  return raised;
}
