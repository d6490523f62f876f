/** `whereabouts key rotate`: a new key for the inventory's sketches; the next scan reads everything again to make them anew. */
import { existsSync } from 'node:fs';
import { keyFile, makeKey } from '../copies/key.ts';
import { keyId } from '../copies/tags.ts';
import { EXIT, UserError } from '../errors.ts';
import { acquireLock } from '../inventory/lock.ts';
import { openWriter } from '../inventory/writer.ts';
import { plural } from '../report/format.ts';
import type { CommonOptions, Run } from './context.ts';
import { findInventory } from './load.ts';

export const rotate: Run<[], CommonOptions> = async (context, options) => {
  const inventory = await findInventory(context, options);
  if (!existsSync(inventory))
    throw new UserError(`no inventory at ${inventory}; the first scan makes its key`);
  const release = acquireLock(inventory, context.now().toISOString());
  try {
    const writer = openWriter(inventory);
    try {
      const stale = writer.useKey(keyId(makeKey(inventory)));
      if (options.json) context.stdout.write(`${JSON.stringify({ key: keyFile(inventory), stale })}\n`);
      else if (!options.quiet)
        context.stdout.write(
          `${keyFile(inventory)} is new; the next scan reads ${plural(stale, 'file')} again\n`,
        );
    } finally {
      writer.close();
    }
  } finally {
    release();
  }
  return EXIT.ok;
};
