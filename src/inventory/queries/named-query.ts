/** What a named query is: one of the forty questions with the SQL over the public views that answers it. */
import type { Value } from '../read.ts';

export interface NamedQuery {
  /** Number of the question: `Q01`. */
  readonly id: string;
  /** What is typed: `whereabouts query places`. */
  readonly name: string;
  readonly question: string;
  /** Named parameters of `sql`, without the colon. */
  readonly params: readonly QueryParam[];
  /** One select. What is unknown is listed or counted as unknown, never as fine. */
  readonly sql: string;
}

export interface QueryParam {
  readonly name: string;
  readonly meaning: string;
  /** Taken when none is given. */
  readonly default: Value;
  /** It must be an ISO date. */
  readonly date?: true;
}

/**
 * SQL for assets (alias a) that hold client data, or of which it is not known that they do not: a client is known, the level is
 * confidential or higher, or there is no level.
 */
export const HOLDS_CLIENT_DATA =
  '(a.removed_at is null and (a.client is not null or a.level_rank >= 2 or a.level is null))';

/** As HOLDS_CLIENT_DATA, for questions that must not drown in what is only unknown. */
export const SENSITIVE = '(a.removed_at is null and (a.client is not null or a.level_rank >= 2))';

export const CLIENT: QueryParam = {
  name: 'client',
  meaning: "a client's id; all when not given",
  default: null,
};
export const TODAY: QueryParam = {
  name: 'today',
  meaning: 'ISO date to judge by; today when not given',
  default: null,
  date: true,
};
