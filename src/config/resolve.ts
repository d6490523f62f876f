/** Puts config file, arguments and defaults together into the one Config that a run works from. */
import { type ClientConfig, type Config, DEFAULT_LIMITS, type Limits, type OcrConfig } from '../config.ts';
import { resolveAlerts } from './alerts.ts';
import type { ConfigFile } from './file.ts';
import { resolveRegister } from './register.ts';
import type { ConfigDocument } from './schema.ts';
import { expandPath, type SelectOptions, type Surroundings, selectSources } from './sources.ts';
import { resolveSuppressions } from './suppressions.ts';
import { parseDuration, parseSize } from './units.ts';

/** Where the inventory is when nobody says: in the config's folder, or the current one. */
export const DEFAULT_INVENTORY = 'inventory.db';

export interface ResolveOptions extends SelectOptions {
  /** Names of sources, or places. */
  readonly names: readonly string[];
  /** `--inventory`. */
  readonly inventory: string | undefined;
  /** `--rules`: users' packs beside the config's, from the current folder. */
  readonly packs: readonly string[];
  /** `--concurrency`, else this machine's number of cores. */
  readonly concurrency: { readonly asked: number | undefined; readonly cores: number };
  /** `--max-bytes`, in bytes. */
  readonly runBytes: number | undefined;
  /** `--max-duration`, in seconds. */
  readonly runSeconds: number | undefined;
  /** ISO date (UTC) from which the year counts that a suppression may last. */
  readonly today: string;
}

/** The resolved configuration. @throws UserError (exit 2) */
export function resolveConfig(options: ResolveOptions): Config {
  const document: ConfigDocument = options.file?.document ?? {};
  const limits = resolveLimits(document.limits);
  return {
    ...resolvePolicy(options),
    sources: selectSources(options.names, options),
    register: resolveRegister(options.file?.document),
    alerts: resolveAlerts(options.file, options),
    limits: {
      ...limits,
      runBytes: options.runBytes ?? limits.runBytes,
      runSeconds: options.runSeconds ?? limits.runSeconds,
    },
    concurrency: options.concurrency.asked ?? document.concurrency ?? options.concurrency.cores,
  };
}

/** The part of the config that says what is known and wanted of data: what classifying needs, without a way into any source. */
export type PolicyConfig = Omit<Config, 'sources' | 'register' | 'alerts' | 'limits' | 'concurrency'>;

/** No environment variable need be set. @throws UserError */
export function resolvePolicy(
  options: Pick<ResolveOptions, 'file' | 'inventory' | 'packs' | 'today' | 'cwd' | 'home' | 'env'>,
): PolicyConfig {
  const document: ConfigDocument = options.file?.document ?? {};
  const folder = options.file?.folder ?? options.cwd;
  return {
    inventory: inventoryPath(options.inventory, options.file, options),
    clients: (document.clients ?? []).map(resolveClient),
    declarations: document.classification ?? [],
    suppressions: resolveSuppressions(options.file, options.today),
    labels: document.labels ?? {},
    defaultLevel: document.defaultLevel ?? 'internal',
    rules: {
      off: document.rules?.off ?? [],
      packs: [
        ...(document.rules?.packs ?? []).map((pack) => expandPath(pack, folder, options.home)),
        ...options.packs.map((pack) => expandPath(pack, options.cwd, options.home)),
      ],
      levels: document.rules?.levels ?? {},
    },
    ocr: resolveOcr(document.ocr, options.env),
  };
}

/** The inventory's absolute path: `--inventory` from the current folder, the config's from its own. */
export function inventoryPath(
  asked: string | undefined,
  file: ConfigFile | undefined,
  { cwd, home }: Surroundings,
): string {
  if (asked !== undefined) return expandPath(asked, cwd, home);
  const folder = file?.folder ?? cwd;
  return expandPath(file?.document.inventory ?? DEFAULT_INVENTORY, folder, home);
}

type ClientDocument = NonNullable<ConfigDocument['clients']>[number];

function resolveClient(client: ClientDocument): ClientConfig {
  return {
    id: client.id,
    name: client.name,
    aliases: client.aliases ?? [],
    paths: client.paths ?? [],
    engagementEnd: client.engagementEnd ?? null,
    allowedPlaces: client.allowedPlaces ?? [],
    retentionDays: client.retentionDays ?? null,
  };
}

function resolveLimits(limits: ConfigDocument['limits'] = {}): Limits {
  return {
    fileBytes: inBytes(limits.fileBytes) ?? DEFAULT_LIMITS.fileBytes,
    fileSeconds: inSeconds(limits.fileSeconds) ?? DEFAULT_LIMITS.fileSeconds,
    runBytes: inBytes(limits.runBytes) ?? DEFAULT_LIMITS.runBytes,
    runSeconds: inSeconds(limits.runSeconds) ?? DEFAULT_LIMITS.runSeconds,
    archiveDepth: limits.archiveDepth ?? DEFAULT_LIMITS.archiveDepth,
    archiveMembers: limits.archiveMembers ?? DEFAULT_LIMITS.archiveMembers,
    archiveBytes: inBytes(limits.archiveBytes) ?? DEFAULT_LIMITS.archiveBytes,
    archiveRatio: limits.archiveRatio ?? DEFAULT_LIMITS.archiveRatio,
  };
}

/** What a program needs to be found and to find its models; nothing else of the environment, which holds secrets. */
const OCR_ENVIRONMENT = ['PATH', 'LANG', 'LC_ALL', 'TESSDATA_PREFIX', 'OMP_THREAD_LIMIT'];

function resolveOcr(
  ocr: ConfigDocument['ocr'],
  env: Readonly<Record<string, string | undefined>>,
): OcrConfig | undefined {
  if (ocr === undefined) return undefined;
  const seen = OCR_ENVIRONMENT.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  return { command: ocr.command, env: Object.fromEntries(seen) };
}

function inBytes(value: string | number | undefined): number | undefined {
  return typeof value === 'string' ? parseSize(value) : value;
}

function inSeconds(value: string | number | undefined): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : value;
}
