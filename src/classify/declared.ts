/** What is said about an asset before anything is found in it: the config's declarations and the provider's labels. */
import type { DeclarationConfig } from '../config.ts';
import { compileGlobs, parseSourceGlob } from '../globs.ts';
import type { Classification } from '../inventory/types.ts';
import { levelRank } from '../model.ts';
import type { Policy } from './policy.ts';

type Declared = NonNullable<Classification['declared']>;

export interface DeclaredInput {
  readonly source: string;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containerLabels: Readonly<Record<string, string>>;
}

/**
 * Compiles declarations and label mapping. Of several declarations that match, the last in the config holds, as in gitignore;
 * an asset's own labels come before its container's; between declaration and label the higher level holds.
 */
export function compileDeclarations(policy: Policy): (input: DeclaredInput) => Declared | null {
  const find = compileLast(policy, ({ by }) => by === undefined);

  return (input) => {
    const entry = find(input);
    const label = labelled(policy, input.labels) ?? labelled(policy, input.containerLabels);
    if (entry === undefined) return label;
    if (label !== null && levelRank(label.level) > levelRank(entry.level)) return label;
    return { level: entry.level, basis: 'declared', source: `${entry.glob}: ${entry.reason}` };
  };
}

/** Compiles what named persons decided and what has not expired; of several that match, the last in the config holds. */
export function compileDecisions(policy: Policy): (input: DeclaredInput) => DeclarationConfig | undefined {
  return compileLast(policy, ({ by }) => by !== undefined);
}

function compileLast(
  policy: Policy,
  chosen: (entry: DeclarationConfig) => boolean,
): (input: DeclaredInput) => DeclarationConfig | undefined {
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
