/** `whereabouts where`: where somebody's data is, or a file's; offline, and only for whoever has the inventory's key. */
import { statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expandPath } from '../config/sources.ts';
import { readKey } from '../copies/key.ts';
import { relate } from '../copies/relate.ts';
import { keyId } from '../copies/tags.ts';
import { loadRules } from '../detect/load.ts';
import { EXIT, type ExitCode, UserError } from '../errors.ts';
import { openReader } from '../inventory/read.ts';
import { openWhere, type Place, type RelatedPlace } from '../inventory/where.ts';
import { forTerminal } from '../report/escape.ts';
import { plural } from '../report/format.ts';
import { sketchFile } from '../scan/sketch-file.ts';
import { tagsOfValue } from '../scan/sketch-value.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { findInventory } from './load.ts';

export interface WhereOptions extends CommonOptions {
  /** A value even if a file has that name. */
  readonly value?: true;
}

/** `what` is never stored, written or shown: not in errors either. */
export const run: Run<[what: string | undefined], WhereOptions> = async (context, options, what) => {
  const inventory = await findInventory(context, options);
  // Says what is wrong with an inventory that is not there, before it asks for its key.
  openReader(inventory).close();
  const key = readKey(inventory);
  if (key === undefined) {
    throw new UserError(
      `${inventory} cannot be asked without its key; put ${inventory}.key back beside it, or scan again to have a new one`,
    );
  }
  const where = openWhere(inventory, keyId(key));
  try {
    const path = what === undefined || options.value ? undefined : fileOf(what, context);
    if (path !== undefined) {
      const { rules } = await loadRules();
      const file = await sketchFile(path, { key, rules, signal: context.interruptible().signal });
      return show(where.related(file, relate), where.unread(), context, options);
    }
    const value = (what ?? (await text(process.stdin))).trim();
    if (value === '')
      throw new UserError('whose data? give an e-mail address, a number or a name, or a file');
    return show(where.people(tagsOfValue(key, value)), where.unread(), context, options);
  } finally {
    where.close();
  }
};

/** The file that is meant, if there is one. */
function fileOf(what: string, { cwd, home }: Context): string | undefined {
  const path = expandPath(what, cwd, home);
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined;
}

/** What was read before the key was made may have it too: then the answer is incomplete, and the exit code says so. */
function show(
  places: readonly (Place | RelatedPlace)[],
  unread: number,
  { stdout, stderr }: Context,
  options: WhereOptions,
): ExitCode {
  for (const place of places) stdout.write(`${options.json ? JSON.stringify(place) : lineOf(place)}\n`);
  if (unread > 0)
    stderr.write(
      `incomplete: this key is younger than the reading of ${plural(unread, 'file')}; scan, then ask again\n`,
    );
  else if (!options.json && !options.quiet) {
    const found = places.length === 0 ? 'nowhere that was read' : `in ${plural(places.length, 'place')}`;
    stderr.write(`${found}; a value is known where a rule found it, a file's data where enough of it is\n`);
  }
  return unread > 0 ? EXIT.incomplete : EXIT.ok;
}

function lineOf(place: Place | RelatedPlace): string {
  const at = place.uri + (place.member === null ? '' : `!/${place.member}`);
  const whose = `${place.level ?? 'unknown'}, ${place.exposure}, client ${place.client ?? 'unknown'}`;
  if (!('how' in place)) return `${forTerminal(at)}  ${whose}`;
  const part = place.part === null ? '' : ` (${place.part})`;
  const shares = `${percent(place.similarity)} of the file is there, ${percent(place.placeShare)} of that is in the file`;
  return `${forTerminal(at + part)}  ${place.how}: ${shares}  ${whose}`;
}

/** Never 100 for less, never 0 for more. */
function percent(share: number): string {
  return share >= 1 ? '100 %' : `${Math.max(share > 0 ? 1 : 0, Math.min(99, Math.round(share * 100)))} %`;
}
