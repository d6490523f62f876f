/** `whereabouts explain`: all that is known of one asset, and why it has its level. */
import { EXIT } from '../errors.ts';
import { explainAsset } from '../inventory/explain.ts';
import { openReader } from '../inventory/read.ts';
import { formatExplanation } from '../report/explanation.ts';
import { createStyle } from '../report/style.ts';
import type { CommonOptions, Run } from './context.ts';
import { findOne } from './find-asset.ts';
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
