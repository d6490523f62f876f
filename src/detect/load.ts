/** Loads the rules of a scan: the built-in packs, users' packs, and one rule per client, checked and with levels in force. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { RulesetRecord } from '../inventory/types.ts';
import type { Level } from '../model.ts';
import { FAMILIES, type Rule } from '../rule.ts';
import { VALIDATORS_VERSION } from '../validate/version.ts';
import { loadBuiltInRules } from './load-built-in.ts';
import type { ClientNames } from './load-clients.ts';

export { loadBuiltInRules } from './load-built-in.ts';

export interface LoadOptions {
  /** Families switched off. */
  readonly off?: readonly string[];
  /** Paths of users' packs. */
  readonly packs?: readonly string[];
  /** Rule id -> level in force instead of the rule's own. */
  readonly levels?: Readonly<Record<string, Level>>;
  readonly clients?: readonly ClientNames[];
  /** Rule ids, kinds or `*` that the config's suppressions name; each must exist. */
  readonly suppressed?: readonly string[];
  /** Part of the rule set's digest; what extraction makes of bytes decides what rules see. */
  readonly extractorVersion?: string;
}

export interface LoadedRules {
  /** In the order of packs and files; plain data, fit for a worker thread. */
  readonly rules: readonly Rule[];
  readonly ruleset: RulesetRecord;
}

/** @throws UserError (exit 2) naming file, line and the fix when a pack, an override or a family is wrong */
export async function loadRules(options: LoadOptions = {}): Promise<LoadedRules> {
  const off = new Set(options.off);
  for (const family of off) requireKnown(family, FAMILIES, `rules.off: there is no rule family "${family}"`);
  const builtIn = await loadBuiltInRules();
  const own = await Promise.all((options.packs ?? []).map(loadUserPack));
  const all = [...builtIn, ...own.flat(), ...(await clientRulesOf(options.clients ?? []))];
  requireUnique(all);
  const ids = all.map((rule) => rule.id);
  for (const id of Object.keys(options.levels ?? {})) {
    requireKnown(id, ids, `rules.levels: there is no rule "${id}"`);
  }
  const kinds = [...new Set(all.map((rule) => rule.kind))];
  for (const name of options.suppressed ?? []) {
    requireKnown(name, ['*', ...ids, ...kinds], `suppressions: there is no rule or kind "${name}"`);
  }
  const rules = all
    .filter((rule) => !off.has(rule.family))
    .map((rule) => ({ ...rule, level: options.levels?.[rule.id] ?? rule.level }));
  return { rules, ruleset: rulesetOf(rules, options.extractorVersion ?? '') };
}

/** Loaded late: most scans know of no client. */
async function clientRulesOf(clients: readonly ClientNames[]): Promise<readonly Rule[]> {
  return clients.length === 0 ? [] : (await import('./load-clients.ts')).clientRules(clients);
}

/**
 * One user's pack, with its patterns vetted for run-away backtracking.
 * @throws UserError naming file, line and the fix
 */
export async function loadUserPack(path: string): Promise<readonly Rule[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError(
      `cannot read the rule pack ${path}; check the path: in the config it is relative to the config file`,
      { cause },
    );
  }
  // Loaded late: parser and analysis cost what a scan without own packs need not pay.
  const { parsePack } = await import('./load-pack.ts');
  const { backtracking } = await import('./load-backtracking.ts');
  return parsePack(text, basename(path), { vet: backtracking }).rules;
}

/** What the inventory keeps of rules; the digests depend only on what decides matches, not on level, title or examples. */
function rulesetOf(rules: readonly Rule[], extractorVersion: string): RulesetRecord {
  const records = rules.map((rule) => ({
    id: rule.id,
    title: rule.title,
    kind: rule.kind,
    family: rule.family,
    level: rule.level,
    regulations: rule.regulations,
    digest: digestOf(rule),
    text: rule.text !== undefined || rule.together !== undefined,
    columns: rule.column !== undefined || rule.text !== undefined || rule.together !== undefined,
  }));
  const inOrder = records.map(({ id, digest }) => `${id} ${digest}`).sort();
  return { digest: sha256([extractorVersion, ...inOrder].join('\n')), extractorVersion, rules: records };
}

function digestOf(rule: Rule): string {
  const { kind, text, column, name, metadata, together } = rule;
  const checked = text?.validate !== undefined || column?.validate !== undefined;
  const parts = {
    kind,
    text,
    column,
    name,
    metadata,
    together,
    ...(checked && { validators: VALIDATORS_VERSION }),
  };
  return sha256(JSON.stringify(parts, sortKeys));
}

/** Key order in a YAML file must not matter. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function requireUnique(rules: readonly Rule[]): void {
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (seen.has(id)) throw new UserError(`rules: two rules have the id "${id}"; rename one of them`);
    seen.add(id);
  }
}

function requireKnown(name: string, known: readonly string[], problem: string): void {
  if (known.includes(name)) return;
  const near = known.filter((other) => other.includes(name) || name.includes(other)).slice(0, 3);
  const hint = near.length > 0 ? near : known.slice(0, 9);
  throw new UserError(
    `${problem}; use one of: ${hint.join(', ')}${hint.length < known.length ? ', ...' : ''}`,
  );
}
