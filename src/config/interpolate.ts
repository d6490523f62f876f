/** Fills `${NAME}` in the config's strings from the environment; `$${` writes a plain `${`. */
import { UserError } from '../errors.ts';
import type { DocumentPath } from './mistakes.ts';

const PLACEHOLDER = /\$?\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface InterpolateOptions {
  readonly env: Environment;
  /** Where the value stands, for messages. */
  readonly path: DocumentPath;
  /** `whereabouts.yaml:12:5` of a place. */
  at(path: DocumentPath): string;
}

/** The value with every string in it filled in. @throws UserError naming the variable that is not set, or is empty */
export function interpolate<T>(value: T, options: InterpolateOptions): T {
  // The shape stays: strings become strings, lists lists, maps maps.
  return fill(value, options) as T;
}

function fill(value: unknown, options: InterpolateOptions): unknown {
  const inside = (key: string | number) => ({ ...options, path: [...options.path, key] });
  if (typeof value === 'string') return fillText(value, options);
  if (Array.isArray(value)) return value.map((item, index) => fill(item, inside(index)));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, inside(key))]));
  }
  return value;
}

function fillText(text: string, { env, path, at }: InterpolateOptions): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) => {
    if (placeholder.startsWith('$$')) return placeholder.slice(1);
    const value = env[name];
    if (value) return value;
    throw new UserError(
      `${at(path)}: the environment variable ${name} is not set; set it, for example: export ${name}=...`,
    );
  });
}
