/** What a run is recorded under: its source, its policy and its tool, each with the digest that says whether it is the same. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Policy } from '../classify/policy.ts';
import { suppressionsInForce } from '../config/suppressions.ts';
import type { ClientConfig, Config, SourceConfig } from '../config.ts';
import type { ConnectorModule } from '../connector.ts';
import type { ClientRecord, RulesetRecord, SourceRecord } from '../inventory/types.ts';

/** The package's version. */
export const TOOL_VERSION = readVersion();

function readVersion(): string {
  const file = fileURLToPath(import.meta.resolve('#root/package.json'));
  // Our own package.json.
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The source as the inventory keeps it: secrets are neither in it nor in its digest, so that they can be rotated. */
export function sourceRecord(source: SourceConfig, module: ConnectorModule): SourceRecord {
  const { include, exclude } = source;
  const options = Object.fromEntries(
    Object.entries(source.options).filter(([name]) => module.options[name]?.secret !== true),
  );
  const places = ['path', 'url', 'endpoint', 'buckets', 'prefixes'].flatMap((name) => options[name] ?? []);
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

/** Everything that classification depends on beside findings and labels, on a day (ISO date, UTC). */
export function policyOf(config: Config, ruleset: RulesetRecord, today: string): Policy {
  return {
    rules: ruleset.rules,
    declarations: config.declarations.filter(({ expires }) => expires === undefined || today < expires),
    suppressions: suppressionsInForce(config.suppressions, today),
    labels: config.labels,
    defaultLevel: config.defaultLevel,
    clients: config.clients,
    sources: config.sources.map(({ name, client }) => ({ name, client })),
  };
}

/** sha256 of the policy, hex: when it changes, as when a suppression expires, every asset is classified anew. */
export function policyDigest(policy: Policy, ruleset: RulesetRecord): string {
  return digestOf({ ...policy, ruleset: ruleset.digest });
}

/** URIs that a scan never lists: the inventory's own files, and our rules, whose examples look like what they find. */
export function ownUris(inventory: string): ReadonlySet<string> {
  const files = ['', '-wal', '-shm', '.lock'].map((suffix) => pathToFileURL(resolve(inventory) + suffix));
  const root = import.meta.resolve('#root/package.json');
  const folder = new URL('rules/', root);
  const packs = readdirSync(folder).map((name) => new URL(name, folder));
  const built = ['dist/rules.json', 'node_modules/.cache/whereabouts/rules.json'].map(
    (path) => new URL(path, root),
  );
  return new Set([...files, ...packs, ...built].map(({ href }) => href));
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
