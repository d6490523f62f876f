/** Every named query, by the number of its question. */
import type { Value } from '../read.ts';
import { ACCESS } from './access.ts';
import { CLASSIFIED } from './classified.ts';
import { COMPLETENESS } from './completeness.ts';
import { HANDLED } from './handled.ts';
import type { NamedQuery } from './named-query.ts';
import { VENDORS } from './vendors.ts';
import { WHERE } from './where.ts';

export type { NamedQuery, QueryParam } from './named-query.ts';

export const QUERIES: readonly NamedQuery[] = [
  ...WHERE,
  ...CLASSIFIED,
  ...HANDLED,
  ...ACCESS,
  ...VENDORS,
  ...COMPLETENESS,
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** The parameters to bind: what is given, and the defaults of the rest. */
export function bindParameters(
  query: NamedQuery,
  given: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return { ...Object.fromEntries(query.params.map((param) => [param.name, param.default])), ...given };
}
