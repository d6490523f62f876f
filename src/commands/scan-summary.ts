/** The end of `whereabouts scan`: reads the inventory, prints the summary, and holds the gate. */
import { relative } from 'node:path';
import { DEFAULT_INVENTORY } from '../config/resolve.ts';
import type { Config } from '../config.ts';
import { readAlerts } from '../inventory/alert-list.ts';
import type { AlertType } from '../inventory/alert-types.ts';
import { readEvidence } from '../inventory/evidence.ts';
import { countGate } from '../inventory/gate.ts';
import { type InventoryReader, openReader } from '../inventory/read.ts';
import { readSummary, type ScanSummary } from '../inventory/summary.ts';
import { formatNewAlerts } from '../report/alerts.ts';
import { forTerminal } from '../report/escape.ts';
import { plural } from '../report/format.ts';
import type { GateCondition } from '../report/gate.ts';
import { type Highlight, pickHighlights } from '../report/most-sensitive.ts';
import { jsonLine, type Redactor } from '../report/redact.ts';
import { createStyle } from '../report/style.ts';
import { formatSummary, summaryWidth } from '../report/summary.ts';
import type { ScanResult } from '../scan/run.ts';
import type { CommonOptions, Context } from './context.ts';

/** The most sensitive assets that are shown, and those that they are picked from: copies are told once. */
const HIGHLIGHTS = 10;
const CANDIDATES = 50;

export interface PrintOptions {
  readonly config: Config;
  readonly result: ScanResult;
  readonly gate: readonly GateCondition[];
  readonly options: CommonOptions;
  readonly redact: Redactor;
  /** Seconds the scan took. */
  readonly seconds: number;
}

/** A condition of the gate that was met. */
interface Met {
  readonly condition: string;
  readonly message: string;
}

/** Prints to standard output; tells on standard error which conditions were met. True when the gate tripped. */
export function printSummary(context: Context, print: PrintOptions): boolean {
  const { config, result, options, redact } = print;
  const reader = openReader(config.inventory);
  try {
    const scanned = result.sources.map(({ source }) => source);
    const summary = readSummary(reader, { sources: scanned, limit: CANDIDATES });
    const evidence = readEvidence(
      reader,
      summary.mostSensitive.map(({ assetId }) => assetId),
    );
    const highlights = pickHighlights(summary.mostSensitive, evidence, HIGHLIGHTS);
    const met = print.gate.flatMap((condition) => hold(reader, condition, print));
    if (options.json) {
      context.stdout.write(jsonLine(summaryLine(summary, { highlights, met, print }), redact));
    } else if (!options.quiet) {
      context.stdout.write(
        formatSummary(summary, {
          style: createStyle(context.stdout),
          columns: context.stdout.columns,
          now: context.now(),
          seconds: print.seconds,
          ends: result.sources.map(({ source, status, error }) => ({
            source,
            status,
            error: error === undefined ? null : redact(error.message),
          })),
          incomplete: result.incomplete || result.interrupted,
          bytesRead: result.sources.reduce((total, { counts }) => total + counts.bytesRead, 0),
          requests: result.sources.reduce((total, { requests }) => total + requests, 0),
          program: programOf(context.env),
          flags: flagsOf(options),
          inventory: shownPath(config.inventory, context.cwd),
          highlights,
        }),
      );
    }
    if (!options.json && !options.quiet && result.alerts.length > 0) {
      const told = readAlerts(reader, { ids: result.alerts });
      context.stdout.write(
        formatNewAlerts(told, {
          style: createStyle(context.stdout),
          program: programOf(context.env),
          width: summaryWidth(context.stdout.columns),
        }),
      );
    }
    for (const { condition, message } of met) {
      context.stderr.write(`--fail-on ${condition}: ${forTerminal(message)}\n`);
    }
    return met.length > 0;
  } finally {
    reader.close();
  }
}

function hold(reader: InventoryReader, condition: GateCondition, { result }: PrintOptions): readonly Met[] {
  if (condition.what === 'alert') return raised(reader, condition.name, result.alerts);
  const { name, what, onlyNew, onlyPublic } = condition;
  if (what === 'gaps') {
    return result.incomplete ? [{ condition: name, message: 'not everything could be read' }] : [];
  }
  const { assets, unknownExposure, example } = countGate(reader, {
    sources: result.sources.map(({ source }) => source),
    atLeast: what === 'unclassified' ? 'confidential' : what,
    unclassified: what === 'unclassified',
    exposed: onlyPublic,
    added: onlyNew,
  });
  if (assets === 0) return [];
  const unknown =
    onlyPublic && unknownExposure > 0 ? ` (of ${unknownExposure} it is unknown who can read them)` : '';
  return [{ condition: name, message: `${plural(assets, 'asset')}${unknown}, such as ${example}` }];
}

function raised(reader: InventoryReader, type: AlertType, ids: readonly number[]): readonly Met[] {
  const alerts = readAlerts(reader, { ids }).filter((alert) => alert.type === type);
  const [first] = alerts;
  if (first === undefined) return [];
  return [{ condition: type, message: `${plural(alerts.length, 'new alert')}, such as: ${first.what}` }];
}

/** The last line of `--json`. */
function summaryLine(
  { totals, changes, gaps }: ScanSummary,
  { highlights, met, print }: { highlights: readonly Highlight[]; met: readonly Met[]; print: PrintOptions },
) {
  const { result, seconds, config } = print;
  return {
    type: 'summary',
    inventory: config.inventory,
    seconds,
    incomplete: result.incomplete,
    interrupted: result.interrupted,
    sources: result.sources,
    totals,
    mostSensitive: highlights.map(({ asset, evidence }) => ({ ...asset, ...evidence })),
    changes,
    gaps,
    alerts: result.alerts,
    failedOn: met,
  };
}

/** What the commands to type next need so that they find the same inventory. */
function flagsOf({ inventory, config }: CommonOptions): string {
  if (inventory !== undefined) return inventory === DEFAULT_INVENTORY ? '' : `--inventory ${inventory}`;
  return config === undefined ? '' : `--config ${config}`;
}

/** What to type to run this program again: npm says how it was started. */
function programOf({ npm_lifecycle_event: script }: Context['env']): string {
  if (script === undefined) return 'whereabouts';
  return script === 'npx' ? 'npx whereabouts' : 'npm run -s whereabouts --';
}

/** The inventory as one would type it here. */
function shownPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') ? path : near;
}
