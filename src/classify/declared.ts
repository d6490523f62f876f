/** What is said about an asset before anything is found in it: the config's declarations and the provider's labels. */
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
  const sourceNames = policy.sources.map(({ name }) => name);
  const declarations = policy.declarations
    .map(({ glob: text, level, reason }) => {
      const { glob, source } = parseSourceGlob(text, sourceNames);
      const declared: Declared = { level, basis: 'declared', source: `${text}: ${reason}` };
      return { source, matches: compileGlobs([glob]), declared };
    })
    .reverse();

  return (input) => {
    const declaration = declarations.find(
      (entry) => (entry.source ?? input.source) === input.source && entry.matches(input.path),
    );
    const label = labelled(policy, input.labels) ?? labelled(policy, input.containerLabels);
    if (declaration === undefined) return label;
    if (label === null || levelRank(declaration.declared.level) >= levelRank(label.level))
      return declaration.declared;
    return label;
  };
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
