/** What a run is recorded under: its source, its policy and its tool, each with the digest that says whether it is the same. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Policy, Sidecar } from '../classify/policy.ts';
import type { PolicyConfig } from '../config/resolve.ts';
import { suppressionsInForce } from '../config/suppressions.ts';
import type { ClientConfig, SourceConfig } from '../config.ts';
import type { ConnectorModule } from '../connector.ts';
import { KEPT_FILES } from '../detect/load-kept.ts';
import type { Decision } from '../inventory/decisions.ts';
import type { ClientRecord, RulesetRecord, SourceRecord } from '../inventory/types.ts';

/** The package's version. */
export const TOOL_VERSION = readVersion();

function readVersion(): string {
  const file = fileURLToPath(import.meta.resolve('#root/package.json'));
  // Our own package.json.
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Options that say where a source is. */
const PLACES = ['path', 'url', 'endpoint', 'buckets', 'prefixes', 'subjects', 'drives'];

/** The source as the inventory keeps it: secrets are neither in it nor in its digest, so that they can be rotated. */
export function sourceRecord(source: SourceConfig, module: ConnectorModule): SourceRecord {
  const { include, exclude } = source;
  const options = Object.fromEntries(
    Object.entries(source.options).filter(([name]) => module.options[name]?.secret !== true),
  );
  const places = PLACES.flatMap((name) => options[name] ?? []);
  return {
    name: source.name,
    connector: source.connector,
    category: module.category,
    location: [source.connector, ...places].join(' '),
    configDigest: digestOf({ connector: source.connector, options, include, exclude }),
  };
}

export function clientRecord(client: ClientConfig): ClientRecord {
  const { id, name, aliases, engagementEnd, allowedPlaces, retentionDays } = client;
  return { id, name, aliases, engagementEnd, allowedPlaces, retentionDays };
}

/** What classification depends on beside the config. */
export interface Recorded {
  readonly decisions: readonly Decision[];
  readonly sidecars: readonly Sidecar[];
  /** ISO date (UTC). */
  readonly today: string;
}

/** Everything that classification depends on beside findings and labels. */
export function policyOf(
  config: PolicyConfig & Pick<Policy, 'sources'>,
  ruleset: RulesetRecord,
  { decisions, sidecars, today }: Recorded,
): Policy {
  const holds = (expires: string | null | undefined) => expires == null || today < expires;
  return {
    rules: ruleset.rules,
    declarations: config.declarations.filter(({ expires }) => holds(expires)),
    decisions: decisions.map(({ target, level, reason, by, expires }) => ({
      ...{ target, reason, by, expires },
      level: holds(expires) ? level : null,
    })),
    sidecars,
    suppressions: suppressionsInForce(config.suppressions, today),
    labels: config.labels,
    defaultLevel: config.defaultLevel,
    clients: config.clients,
    sources: config.sources.map(({ name, client }) => ({ name, client })),
  };
}

/**
 * sha256 of a source's policy, hex: when it changes, as when a decision expires, every asset is classified anew. Sidecars are not
 * in it: the run that reads a changed one classifies its folder.
 */
export function policyDigest(policy: Policy, ruleset: RulesetRecord, source: string): string {
  const { sidecars: _, sources, ...rest } = policy;
  return digestOf({
    ...rest,
    sources: sources.filter(({ name }) => name === source),
    ruleset: ruleset.digest,
  });
}

/** URIs that a scan never lists: the inventory's own files, and our rules, whose examples look like what they find. */
export function ownUris(inventory: string): ReadonlySet<string> {
  const files = ['', '-wal', '-shm', '.lock', '.key'].map((suffix) =>
    pathToFileURL(resolve(inventory) + suffix),
  );
  const root = import.meta.resolve('#root/package.json');
  const folder = new URL('rules/', root);
  const packs = readdirSync(folder).map((name) => new URL(name, folder));
  const built = KEPT_FILES.map((path) => new URL(path, root));
  return new Set([...files, ...packs, ...built].map(({ href }) => href));
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
