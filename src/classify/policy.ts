/** What a classification follows from beside the findings: rules' levels, declarations, suppressions, label mapping, clients, decisions. */
import type { ClientConfig, DeclarationConfig, SuppressionConfig } from '../config.ts';
import type { AssetPlace } from '../inventory/decisions.ts';
import type { RuleRecord } from '../inventory/types.ts';
import type { Level } from '../model.ts';

/** What a person decided with `whereabouts classify`. */
export interface PolicyDecision {
  readonly target: { readonly glob: string } | { readonly assets: readonly AssetPlace[] };
  /** Null when it was withdrawn, or has expired. */
  readonly level: Level | null;
  readonly reason: string;
  readonly by: string;
  /** ISO date; null: until it is withdrawn. */
  readonly expires: string | null;
}

/** What a file named `.whereabouts.yaml` says about the folder that it is in. */
export interface Sidecar {
  readonly source: string;
  /** Container.id. */
  readonly container: string;
  /** With a slash at its end; empty for the root. */
  readonly folder: string;
  /** Globs over paths below the folder. */
  readonly declarations: readonly SidecarDeclaration[];
}
export type SidecarDeclaration = Pick<DeclarationConfig, 'glob' | 'level' | 'reason'>;

export interface Policy {
  readonly rules: readonly RuleRecord[];
  /** Declarations, and decisions (with `by`) that are in force. */
  readonly declarations: readonly DeclarationConfig[];
  /** In the order they were made: of several about one asset the last holds. */
  readonly decisions: readonly PolicyDecision[];
  readonly sidecars: readonly Sidecar[];
  /** Those in force, in the config's order. */
  readonly suppressions: readonly SuppressionConfig[];
  /** Provider label or tag `key=value` -> level. */
  readonly labels: Readonly<Record<string, Level>>;
  readonly defaultLevel: Level;
  readonly clients: readonly ClientConfig[];
  readonly sources: readonly { readonly name: string; readonly client: string | null }[];
}
