/** What a classification follows from beside the findings: rules' levels, declarations, suppressions, label mapping, clients, decisions. */
import type { ClientConfig, DeclarationConfig, SuppressionConfig } from '../config.ts';
import type { RuleRecord } from '../inventory/types.ts';
import type { Level } from '../model.ts';

/** What a named person decided about one asset; in force until it expires. */
export interface Decision {
  readonly level: Level;
  readonly by: string;
  readonly reason: string;
  /** ISO date on which it lapses; null: never. */
  readonly expires: string | null;
}

export interface Policy {
  readonly rules: readonly RuleRecord[];
  readonly declarations: readonly DeclarationConfig[];
  /** Those in force, in the config's order. */
  readonly suppressions: readonly SuppressionConfig[];
  /** Provider label or tag `key=value` -> level. */
  readonly labels: Readonly<Record<string, Level>>;
  readonly defaultLevel: Level;
  readonly clients: readonly ClientConfig[];
  readonly sources: readonly { readonly name: string; readonly client: string | null }[];
}
