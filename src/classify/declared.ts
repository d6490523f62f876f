/** What is said about an asset before anything is found in it: decisions, declarations, sidecars and the provider's labels. */
import type { DeclarationConfig } from '../config.ts';
import { compileGlobs, parseSourceGlob } from '../globs.ts';
import type { Classification } from '../inventory/types.ts';
import { type Level, levelRank } from '../model.ts';
import type { Policy, PolicyDecision, Sidecar } from './policy.ts';

/** Name of the file that declares what is in its folder. */
export const SIDECAR_NAME = '.whereabouts.yaml';

type Declared = NonNullable<Classification['declared']>;

export interface DeclaredInput {
  readonly source: string;
  /** Container.id. */
  readonly container: string;
  readonly uri: string;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containerLabels: Readonly<Record<string, string>>;
}

/** A decision in force: who says so, why, and until when. */
export interface InForce {
  readonly level: Level;
  readonly reason: string;
  readonly by: string;
  /** ISO date. */
  readonly expires?: string | undefined;
}

/**
 * Compiles declarations, sidecars and label mapping. Of several declarations that match, the last in the config holds, as in gitignore;
 * of sidecars the one that is nearest; an asset's own labels come before its container's. Of the three the highest level holds.
 */
export function compileDeclarations(policy: Policy): (input: DeclaredInput) => Declared | null {
  const find = compileLast(policy, ({ by }) => by === undefined);
  const beside = compileSidecars(policy.sidecars);

  return (input) => {
    const entry = find(input);
    const said: readonly (Declared | null)[] = [
      entry && { level: entry.level, basis: 'declared' as const, source: `${entry.glob}: ${entry.reason}` },
      beside(input),
      labelled(policy, input.labels) ?? labelled(policy, input.containerLabels),
    ].map((one) => one ?? null);
    return said.reduce((highest, one) =>
      levelRank(one?.level ?? null) > levelRank(highest?.level ?? null) ? one : highest,
    );
  };
}

/** Compiles what named persons decided and what has not expired: with `classify`, or else in the config; the last that matches holds. */
export function compileDecisions(policy: Policy): (input: DeclaredInput) => InForce | undefined {
  const inConfig = compileLast(policy, ({ by }) => by !== undefined);
  const recorded = compileRecorded(policy);
  return (input) => {
    const decision = recorded(input);
    // Withdrawn or expired is as good as never said.
    if (decision !== undefined && decision.level !== null) {
      const { level, reason, by, expires } = decision;
      return { level, reason, by, ...(expires === null ? {} : { expires }) };
    }
    const entry = inConfig(input);
    return entry?.by === undefined ? undefined : { ...entry, by: entry.by };
  };
}

function compileRecorded(policy: Policy): (input: DeclaredInput) => PolicyDecision | undefined {
  const sourceNames = policy.sources.map(({ name }) => name);
  const byPlace = new Map<string, number>();
  const globs = policy.decisions.flatMap(({ target }, index) => {
    if ('glob' in target) {
      const { glob, source } = parseSourceGlob(target.glob, sourceNames);
      return { index, source, matches: compileGlobs([glob]) };
    }
    for (const place of target.assets) byPlace.set(`${place.source}\n${place.uri}`, index);
    return [];
  });
  globs.reverse();
  return ({ source, uri, path }) => {
    const glob = globs.find((one) => (one.source ?? source) === source && one.matches(path));
    const last = Math.max(glob?.index ?? -1, byPlace.get(`${source}\n${uri}`) ?? -1);
    return policy.decisions[last];
  };
}

function compileSidecars(sidecars: readonly Sidecar[]): (input: DeclaredInput) => Declared | null {
  const compiled = sidecars
    .map(({ declarations, ...where }) => ({
      ...where,
      entries: declarations.map((entry) => ({ entry, matches: compileGlobs([entry.glob]) })).reverse(),
    }))
    .sort((a, b) => b.folder.length - a.folder.length);
  return ({ source, container, path }) => {
    for (const sidecar of compiled) {
      const { folder, entries } = sidecar;
      if (sidecar.source !== source || sidecar.container !== container || !path.startsWith(folder)) continue;
      const below = path.slice(folder.length);
      const found = entries.find(({ matches }) => matches(below))?.entry;
      if (found === undefined) continue;
      const where = `${folder}${SIDECAR_NAME}: ${found.reason}`;
      return { level: found.level, basis: 'declared', source: where };
    }
    return null;
  };
}

function compileLast(
  policy: Policy,
  chosen: (entry: DeclarationConfig) => boolean,
): (input: Pick<DeclaredInput, 'source' | 'path'>) => DeclarationConfig | undefined {
  const sourceNames = policy.sources.map(({ name }) => name);
  const compiled = policy.declarations
    .filter(chosen)
    .map((entry) => {
      const { glob, source } = parseSourceGlob(entry.glob, sourceNames);
      return { entry, source, matches: compileGlobs([glob]) };
    })
    .reverse();
  return ({ source, path }) =>
    compiled.find((one) => (one.source ?? source) === source && one.matches(path))?.entry;
}

function labelled(policy: Policy, labels: Readonly<Record<string, string>>): Declared | null {
  let highest: Declared | null = null;
  for (const [key, value] of Object.entries(labels)) {
    const label = `${key}=${value}`;
    const level = Object.hasOwn(policy.labels, label) ? policy.labels[label] : undefined;
    if (level !== undefined && levelRank(level) > levelRank(highest?.level ?? null)) {
      highest = { level, basis: 'labelled', source: label };
    }
  }
  return highest;
}
