/** Finds the asset that a person names on the command line. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expandPath } from '../config/sources.ts';
import { UserError } from '../errors.ts';
import { type AssetView, findLike, findNamed } from '../inventory/explain.ts';
import type { InventoryReader } from '../inventory/read.ts';
import type { Context } from './context.ts';

/** Assets that are offered for a name that no asset has. */
const MOST_SIMILAR = 5;

/** The one asset that is meant; a file that is there is looked up as itself first. @throws UserError for none, or several */
export function findOne(reader: InventoryReader, name: string, context: Context): AssetView {
  const found = findAtMostOne(reader, name, context);
  if (found !== undefined) return found;
  throw new UserError(
    `the inventory has no asset "${name}"; give its path, its uri or its asset id${similar(reader, name)}`,
  );
}

/** Assets whose paths have the name in them, to choose from; empty when there are none. */
export function similar(reader: InventoryReader, name: string): string {
  const found = name === '' ? [] : findLike(reader, basename(name), MOST_SIMILAR);
  return found.length === 0 ? '' : `. These are named like it:\n${choices(found)}`;
}

function choices(assets: readonly AssetView[]): string {
  return assets.map((asset) => `  ${asset.asset_id}  ${asset.source}: ${asset.path}`).join('\n');
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
  throw new UserError(
    `several assets are named like "${name}"; choose one by its id:\n${choices([first, ...others])}`,
  );
}
