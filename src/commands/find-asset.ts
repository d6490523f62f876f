/** Finds the asset that a person names on the command line. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expandPath } from '../config/sources.ts';
import { UserError } from '../errors.ts';
import { type AssetView, findNamed } from '../inventory/explain.ts';
import type { InventoryReader } from '../inventory/read.ts';
import type { Context } from './context.ts';

/** The one asset that is meant; a file that is there is looked up as itself first. @throws UserError for none, or several */
export function findOne(reader: InventoryReader, name: string, context: Context): AssetView {
  const found = findAtMostOne(reader, name, context);
  if (found !== undefined) return found;
  throw new UserError(`the inventory has no asset "${name}"; give its path, its uri or its asset id`);
}

/** As findOne; undefined for none. @throws UserError for several */
export function findAtMostOne(
  reader: InventoryReader,
  name: string,
  { cwd, home }: Pick<Context, 'cwd' | 'home'>,
): AssetView | undefined {
  const path = expandPath(name, cwd, home);
  const [here] = existsSync(path) ? findNamed(reader, pathToFileURL(path).href) : [];
  if (here !== undefined) return here;
  const [first, ...others] = findNamed(reader, name);
  if (first === undefined || others.length === 0) return first;
  const choices = [first, ...others].map((asset) => `  ${asset.asset_id}  ${asset.source}: ${asset.path}`);
  throw new UserError(
    `several assets are named like "${name}"; choose one by its id:\n${choices.join('\n')}`,
  );
}
