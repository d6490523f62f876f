/** From sources as written, and from bare arguments such as `~/work` or `s3://bucket`, to sources that can be connected. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Depth, SourceConfig } from '../config.ts';
import type { ConnectorModule, Options } from '../connector.ts';
import { UserError } from '../errors.ts';
import type { ConfigFile } from './file.ts';
import { type Environment, interpolate } from './interpolate.ts';
import type { SourceDocument } from './schema.ts';
import { isSourceKey } from './source-keys.ts';
import { didYouMean } from './suggest.ts';

/** What the surroundings decide: where relative paths begin, and what `~` and `${NAME}` stand for. */
export interface Surroundings {
  readonly env: Environment;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute. */
  readonly home: string;
}

/** What the command line says about every source. */
export interface SourceOverrides {
  readonly depth?: Depth | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface SelectOptions extends Surroundings {
  readonly file: ConfigFile | undefined;
  readonly modules: readonly ConnectorModule[];
  readonly overrides: SourceOverrides;
}

/**
 * The sources that `names` mean: a configured source's name, else a place that a connector knows by its look.
 * Without names, every configured source. Secrets are filled in for the sources that were chosen only.
 * @throws UserError for what is neither, and when there is nothing to choose from
 */
export function selectSources(names: readonly string[], options: SelectOptions): readonly SourceConfig[] {
  const configured = options.file?.document.sources ?? [];
  if (names.length === 0) {
    if (configured.length === 0) {
      throw new UserError(
        'nothing to scan: name a place ("whereabouts scan ~/work s3://bucket"), or write a config with "whereabouts init"',
      );
    }
    return configured.map((source, index) => fromDocument(source, index, options));
  }
  const chosen = names.map((name) => {
    const index = configured.findIndex((source) => source.name === name);
    const source = configured[index];
    return source ? fromDocument(source, index, options) : fromArgument(name, options);
  });
  return chosen.filter((source, index) => chosen.findIndex(({ name }) => name === source.name) === index);
}

function fromDocument(source: SourceDocument, index: number, options: SelectOptions): SourceConfig {
  const { file, modules, overrides } = options;
  if (file === undefined) throw new Error('a configured source without a config file');
  const filled = interpolate(source, { env: options.env, path: ['sources', index], at: file.at });
  const own = Object.entries(filled).filter(([key]) => !isSourceKey(key));
  const module = modules.find(({ kind }) => kind === source.connector);
  return {
    name: source.name,
    connector: source.connector,
    // The schema was made from the connector's own option list, so these are its options.
    options: absolutePaths(Object.fromEntries(own) as Options, module, file.folder, options),
    client: filled.client ?? null,
    include: [...(filled.include ?? []), ...overrides.include],
    exclude: [...(filled.exclude ?? []), ...overrides.exclude],
    depth: overrides.depth ?? filled.depth ?? 'full',
  };
}

function fromArgument(argument: string, options: SelectOptions): SourceConfig {
  for (const module of options.modules) {
    const found = module.fromArgument(argument);
    if (found === undefined) continue;
    const connectorOptions = absolutePaths(found, module, options.cwd, options);
    const path = Object.entries(module.options).find(([, spec]) => spec.format === 'path')?.[0];
    const place = path === undefined ? undefined : connectorOptions[path];
    if (typeof place === 'string' && !existsSync(place)) throw unknownPlace(argument, options);
    return {
      name: nameOf(argument, module, place),
      connector: module.kind,
      options: connectorOptions,
      client: null,
      include: options.overrides.include,
      exclude: options.overrides.exclude,
      depth: options.overrides.depth ?? 'full',
    };
  }
  throw unknownPlace(argument, options);
}

/**
 * A place given as an argument is named by itself: the absolute path or the address, so that the same place has the same
 * name every time and no two places share one. What may be a credential in an address is left out.
 */
function nameOf(argument: string, module: ConnectorModule, place: Options[string]): string {
  if (typeof place === 'string') return module.kind === 'local' ? place : `${module.kind}:${place}`;
  const address = URL.canParse(argument) ? new URL(argument) : undefined;
  if (address === undefined) return argument.replace(/\/+$/, '');
  // `onedrive://ada@example.com` is Ada's; in the address of a server a name alone may be a token.
  const whose = address.password === '' && !/^https?:$/.test(address.protocol) ? address.username : '';
  const user = whose === '' ? '' : `${whose}@`;
  return `${address.protocol}//${user}${address.host}${address.pathname}`.replace(/\/+$/, '');
}

function unknownPlace(argument: string, { file }: SelectOptions): UserError {
  const names = (file?.document.sources ?? []).map(({ name }) => name);
  return new UserError(
    `"${argument}" is neither a source in the config nor a place that exists${didYouMean(argument, names)}; ` +
      'check the path, or see how addresses look with "whereabouts connectors"',
  );
}

function absolutePaths(
  options: Options,
  module: ConnectorModule | undefined,
  folder: string,
  { home }: Surroundings,
): Options {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => {
      const isPath = module?.options[key]?.format === 'path' && typeof value === 'string';
      return [key, isPath ? expandPath(value, folder, home) : value];
    }),
  );
}

/** `~` and `~/x` from the home folder, everything else from `folder`; absolute. */
export function expandPath(path: string, folder: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? resolve(home, path.slice(2)) : resolve(folder, path);
}
