/** Finds and reads the config file that a command works with. */
import { existsSync } from 'node:fs';
import type { ConfigFile } from '../config/file.ts';
import { inventoryPath } from '../config/resolve.ts';
import { expandPath } from '../config/sources.ts';
import type { ConnectorModule } from '../connector.ts';
import { loadConnectors } from '../registry.ts';
import type { CommonOptions, Context } from './context.ts';

/** The config's name where nobody says another. */
export const CONFIG_NAME = 'whereabouts.yaml';

export interface Loaded {
  readonly modules: readonly ConnectorModule[];
  /** Undefined when there is none and none was asked for. */
  readonly file: ConfigFile | undefined;
}

/** `--config`, or whereabouts.yaml in the current folder if it is there. @throws UserError */
export async function loadConfigFile(context: Context, options: CommonOptions): Promise<Loaded> {
  const modules = await loadConnectors();
  const path = expandPath(options.config ?? CONFIG_NAME, context.cwd, context.home);
  if (options.config === undefined && !existsSync(path)) return { modules, file: undefined };
  // Loaded late: parser and schema cost more than all else that a question to the inventory takes.
  const { readConfigFile } = await import('../config/file.ts');
  return { modules, file: readConfigFile(path, options.config ?? CONFIG_NAME, modules) };
}

/** The file that a reading command asks; it need not be there. @throws UserError when the config has a mistake */
export async function findInventory(context: Context, options: CommonOptions): Promise<string> {
  // What `--inventory` names needs no config, so a mistake in one does not keep an auditor from reading.
  const file = options.inventory === undefined ? (await loadConfigFile(context, options)).file : undefined;
  return inventoryPath(options.inventory, file, context);
}
