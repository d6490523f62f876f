/** `whereabouts scan`: brings the inventory up to date, shows how it goes, and says what was found. */
import { resolveConfig } from '../config/resolve.ts';
import type { Config, Depth } from '../config.ts';
import type { ConnectorModule } from '../connector.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { createDryRun } from '../report/dry-run.ts';
import { parseGate } from '../report/gate.ts';
import { createLog } from '../report/log.ts';
import { createProgress } from '../report/progress.ts';
import { createRedactor, jsonLine } from '../report/redact.ts';
import { createStyle } from '../report/style.ts';
import type { ScanObserver } from '../scan/events.ts';
import { runScan, type ScanResult } from '../scan/run.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { type Loaded, loadConfigFile } from './load.ts';
import { printSummary } from './scan-summary.ts';

export interface ScanCommandOptions extends CommonOptions {
  readonly depth?: Depth;
  readonly full?: true;
  readonly dryRun?: true;
  /** Seconds. */
  readonly maxDuration?: number;
  /** Bytes. */
  readonly maxBytes?: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly string[];
  readonly failOn?: string;
}

export const run: Run<[places: readonly string[]], ScanCommandOptions> = async (context, options, places) => {
  const gate = options.failOn === undefined ? [] : parseGate(options.failOn);
  const loaded = await loadConfigFile(context, options);
  const config = configOf(context, options, { ...loaded, places });
  const progress = createProgress({
    stream: context.stderr,
    quiet: options.quiet === true || options.json === true,
    clock: context.clock,
  });
  const redact = createRedactor(context.env, secretsOf(config, loaded.modules));
  const log = createLog({
    write: progress.write,
    style: createStyle(context.stderr),
    level: options.logLevel,
    redact,
  });
  const interrupt = context.interruptible();
  const dryRun = options.dryRun
    ? createDryRun((line) => context.stdout.write(line), options.json === true)
    : undefined;
  const json: ScanObserver = (event) => {
    if (event.type !== 'progress' && event.type !== 'container')
      context.stdout.write(jsonLine(event, redact));
  };
  const observers = [progress.observe, options.json && !dryRun ? json : undefined, dryRun?.observe];
  const started = context.clock();
  let result: ScanResult;
  try {
    result = await runScan({
      config,
      full: options.full === true,
      dryRun: dryRun !== undefined,
      signal: interrupt.signal,
      env: context.env,
      observe: (event) => {
        for (const observe of observers) observe?.(event);
      },
      log,
    });
  } finally {
    progress.stop();
  }
  for (const { source, error } of result.sources) {
    if (error !== undefined) log('error', `${source}: ${error.message}`);
  }
  if (dryRun !== undefined) {
    dryRun.finish();
    return interrupt.exitCode() ?? (result.noAccess ? EXIT.noAccess : EXIT.ok);
  }
  const seconds = context.clock() - started;
  const tripped = printSummary(context, { config, result, gate, options, redact, seconds });
  return exitCodeOf(result, tripped, interrupt.exitCode());
};

/** An interrupt says most; then that nothing was seen, then the gate, then that not all was seen. */
function exitCodeOf(result: ScanResult, tripped: boolean, interrupted: ExitCode | undefined): ExitCode {
  if (interrupted !== undefined) return interrupted;
  if (result.noAccess) return EXIT.noAccess;
  if (tripped) return EXIT.gate;
  return result.incomplete ? EXIT.incomplete : EXIT.ok;
}

function configOf(
  context: Context,
  options: ScanCommandOptions,
  { modules, file, places }: Loaded & { readonly places: readonly string[] },
): Config {
  return resolveConfig({
    ...context,
    modules,
    file,
    names: places,
    inventory: options.inventory,
    overrides: { depth: options.depth, include: options.include, exclude: options.exclude },
    packs: options.rules,
    concurrency: { asked: options.concurrency, cores: context.cores },
    runBytes: options.maxBytes,
    runSeconds: options.maxDuration,
    today: context.now().toISOString().slice(0, 10),
  });
}

/** The values of the options that connectors call secret. */
function secretsOf(config: Config, modules: readonly ConnectorModule[]): readonly string[] {
  return config.sources.flatMap(({ connector, options }) => {
    const specs = modules.find(({ kind }) => kind === connector)?.options ?? {};
    return Object.entries(options).flatMap(([key, value]) =>
      specs[key]?.secret && typeof value === 'string' ? [value] : [],
    );
  });
}
