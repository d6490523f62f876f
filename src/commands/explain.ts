/** `whereabouts explain`: all that is known of one asset, and why it has its level. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expandPath } from '../config/sources.ts';
import { EXIT, UserError } from '../errors.ts';
import { type AssetView, explainAsset, findNamed } from '../inventory/explain.ts';
import { type InventoryReader, openReader } from '../inventory/read.ts';
import { formatExplanation } from '../report/explanation.ts';
import { createStyle } from '../report/style.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { findInventory } from './load.ts';

/** Text never gets wider, however wide the terminal. */
const WIDEST = 100;

export const run: Run<[asset: string], CommonOptions> = async (context, options, name) => {
  const reader = openReader(await findInventory(context, options));
  try {
    const asset = findOne(reader, name, context);
    const explanation = explainAsset(reader, asset);
    const width = Math.min(context.stdout.columns ?? WIDEST, WIDEST);
    context.stdout.write(
      options.json
        ? `${JSON.stringify(explanation)}\n`
        : formatExplanation(explanation, { style: createStyle(context.stdout), width }),
    );
    return EXIT.ok;
  } finally {
    reader.close();
  }
};

/** The one asset that is meant; a file that is there is looked up as itself first. @throws UserError for none, or several */
function findOne(reader: InventoryReader, name: string, { cwd, home }: Context): AssetView {
  const path = expandPath(name, cwd, home);
  const [here] = existsSync(path) ? findNamed(reader, pathToFileURL(path).href) : [];
  if (here !== undefined) return here;
  const [first, ...others] = findNamed(reader, name);
  if (first === undefined) {
    throw new UserError(`the inventory has no asset "${name}"; give its path, its uri or its asset id`);
  }
  if (others.length === 0) return first;
  const choices = [first, ...others].map((asset) => `  ${asset.asset_id}  ${asset.source}: ${asset.path}`);
  throw new UserError(
    `several assets are named like "${name}"; choose one by its id:\n${choices.join('\n')}`,
  );
}
