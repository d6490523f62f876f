/** What a classification follows from beside the findings: rules' levels, declarations, suppressions, label mapping, clients, decisions. */
import type { ClientConfig, DeclarationConfig, SuppressionConfig } from '../config.ts';
import type { RuleRecord } from '../inventory/types.ts';
import type { Level } from '../model.ts';

export interface Policy {
  readonly rules: readonly RuleRecord[];
  /** Declarations, and decisions (with `by`) that are in force. */
  readonly declarations: readonly DeclarationConfig[];
  /** Those in force, in the config's order. */
  readonly suppressions: readonly SuppressionConfig[];
  /** Provider label or tag `key=value` -> level. */
  readonly labels: Readonly<Record<string, Level>>;
  readonly defaultLevel: Level;
  readonly clients: readonly ClientConfig[];
  readonly sources: readonly { readonly name: string; readonly client: string | null }[];
}
