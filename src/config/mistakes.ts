/** What the schema has against a config, in words that name the fix. */
import type { z } from 'zod';
import type { ConnectorModule } from '../connector.ts';
import { knownKeys } from './schema.ts';
import { didYouMean } from './suggest.ts';

/** Keys and indices from the top of the config down. */
export type DocumentPath = readonly (string | number)[];

/** One mistake in words. */
export interface Mistake {
  readonly message: string;
  /** The key that is wrong, when the place is the map it stands in. */
  readonly key?: string;
}

/** One zod issue in words, with the fix. `value` is the whole config as written. */
export function explainIssue(
  issue: z.core.$ZodIssue,
  value: unknown,
  modules: readonly ConnectorModule[],
): readonly Mistake[] {
  const where = issuePath(issue);
  const name =
    where.length === 0 ? 'the config' : `"${where.filter((step) => typeof step === 'string').at(-1)}"`;
  const found = valueAt(value, where);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const connector = valueAt(value, [...where, 'connector']);
        const known = knownKeys(modules, where, connector);
        const hint = didYouMean(key, known) || (known.length > 0 ? `; known keys: ${known.join(', ')}` : '');
        return { key, message: `unknown key "${key}"${hint}` };
      });
    case 'invalid_union': {
      if (issue.discriminator === 'connector') return [{ message: unknownConnector(found, modules) }];
      const told = issue.errors.flat().find((inner) => inner.code === 'invalid_format')?.message;
      return [{ message: `${name} has a value that does not fit${told ? `: ${told}` : ''}` }];
    }
    case 'invalid_value': {
      const choices = issue.values.map(String);
      const hint = typeof found === 'string' ? didYouMean(found, choices) : '';
      return [{ message: `${name} must be one of ${choices.join(', ')}${hint}` }];
    }
    case 'invalid_type':
      return [
        found === undefined
          ? { message: `${name} is missing; add ${name}` }
          : { message: `${name} must be ${article(issue.expected)}` },
      ];
    default:
      return [{ message: issue.code === 'custom' ? issue.message : `${name}: ${issue.message}` }];
  }
}

/** Where an issue stands. JSON has no symbols as keys, so neither have zod's paths here. */
export function issuePath(issue: z.core.$ZodIssue): DocumentPath {
  return issue.path.filter((step) => typeof step !== 'symbol');
}

function unknownConnector(found: unknown, modules: readonly ConnectorModule[]): string {
  const kinds = modules.map(({ kind }) => kind);
  if (typeof found !== 'string') return `"connector" is missing; it is one of ${kinds.join(', ')}`;
  return `there is no connector "${found}"${didYouMean(found, kinds)}; it is one of ${kinds.join(', ')}`;
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    array: 'a list',
    object: 'a map of keys and values',
    record: 'a map of keys and values',
    string: 'text (put it in quotes)',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return words[expected] ?? expected;
}

function valueAt(value: unknown, where: DocumentPath): unknown {
  let at: unknown = value;
  for (const step of where) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    // Just checked to be an object with this very key.
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}
