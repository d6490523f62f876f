/** The library's public names: what the command line is made of, for programs that want the same without it. */

export type { ConfigFile } from './config/file.ts';
export { readConfigFile } from './config/file.ts';
export type { ResolveOptions } from './config/resolve.ts';
export { resolveConfig } from './config/resolve.ts';
export type {
  ClientConfig,
  Config,
  DeclarationConfig,
  Depth,
  Limits,
  SourceConfig,
  SuppressionConfig,
} from './config.ts';
export { DEFAULT_LIMITS } from './config.ts';
export type {
  Asset,
  Connector,
  ConnectorModule,
  Container,
  Environment,
  Features,
  OptionSpec,
  Options,
  Page,
} from './connector.ts';
export { loadRules } from './detect/load.ts';
export { ConnectorError, EXIT, UserError } from './errors.ts';
export type { Access, Exposure, Finding, Gap, GapReason, Grant, Level } from './model.ts';
export { EXPOSURES, GAP_REASONS, LEVELS } from './model.ts';
export { CONNECTOR_KINDS, loadConnector, loadConnectors } from './registry.ts';
export type { Rule, RulePack } from './rule.ts';
export type { ScanEvent, ScanObserver } from './scan/events.ts';
export type { ScanOptions, ScanResult, SourceResult } from './scan/run.ts';
export { runScan } from './scan/run.ts';
