/** `whereabouts classify`: records what a person decided about an asset, a copy group or a glob. */
import { resolvePolicy } from '../config/resolve.ts';
import { EXIT, UserError } from '../errors.ts';
import { assetsOfGroup } from '../inventory/explain.ts';
import { openReader } from '../inventory/read.ts';
import type { Level } from '../model.ts';
import { forTerminal } from '../report/escape.ts';
import { plural } from '../report/format.ts';
import { type DecideOptions, decide } from '../scan/decide.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { findAtMostOne, similar } from './find-asset.ts';
import { loadConfigFile } from './load.ts';

export interface ClassifyOptions extends CommonOptions {
  readonly level?: Level;
  readonly withdraw?: true;
  readonly reason: string;
  readonly by: string;
  /** ISO date. */
  readonly expires?: string;
}

/** Assets that are named when all are told; `--json` has them all. */
const SHOWN = 10;

export const run: Run<[what: string], ClassifyOptions> = async (context, options, what) => {
  const today = context.now().toISOString().slice(0, 10);
  const level = levelOf(options, today);
  const { file } = await loadConfigFile(context, options);
  const config = resolvePolicy({
    ...context,
    ...options,
    file,
    packs: [],
    inventory: options.inventory,
    today,
  });
  const target = findTarget(config.inventory, what, context);
  const { reason, by, expires } = options;
  const decision = { asked: what, target, level, reason, by, expires: expires ?? null };
  const sources = (file?.document.sources ?? []).map(({ name, client }) => ({
    name,
    client: client ?? null,
  }));
  const result = await decide({ config: { ...config, sources }, decision, now: context.now() });
  const assets = result.assets.map(({ classification, ...asset }) => ({
    ...asset,
    level: classification.level,
    detectedLevel: classification.detectedLevel,
    status: classification.status,
  }));
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ decision: result.decision, assets })}\n`);
    return EXIT.ok;
  }
  if (options.quiet) return EXIT.ok;
  const done = level === null ? 'withdrawn for' : `${level}:`;
  const lines = [`decision ${result.decision}, ${done} ${plural(assets.length, 'asset')} now`];
  for (const { uri, level: now, status } of assets.slice(0, SHOWN))
    lines.push(`  ${now ?? 'unknown'}, ${status}  ${forTerminal(uri)}`);
  if (assets.length > SHOWN) lines.push(`  and ${assets.length - SHOWN} more`);
  if ('glob' in target) lines.push('What comes to lie there later is meant too.');
  context.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.ok;
};

/** @throws UserError when neither or both of level and withdrawal are asked for, or the decision would have expired already */
function levelOf({ level, withdraw, expires }: ClassifyOptions, today: string): Level | null {
  if ((level === undefined) === (withdraw === undefined))
    throw new UserError('say what you decide: --level LEVEL, or --withdraw to take back an earlier decision');
  if (withdraw && expires !== undefined)
    throw new UserError('--expires is for --level; a withdrawal holds at once');
  if (expires !== undefined && expires <= today)
    throw new UserError(`--expires ${expires} is not ahead; write the first day on which it no longer holds`);
  return level ?? null;
}

/** What is meant: `group:N`, an asset by id, path or uri, or else a glob. @throws UserError for nothing, or several */
function findTarget(inventory: string, what: string, context: Context): DecideOptions['decision']['target'] {
  const reader = openReader(inventory);
  try {
    const group = /^group:(.+)$/.exec(what)?.[1];
    if (group !== undefined) {
      const assets = assetsOfGroup(reader, group);
      if (assets.length > 0) return { assets };
      throw new UserError(`there is no copy group ${group}; "whereabouts query copies" lists them`);
    }
    const isFolder = what.endsWith('/');
    // Names may hold what globs are made of: an asset that is there is meant first.
    const found = isFolder ? undefined : findAtMostOne(reader, what, context);
    if (found !== undefined)
      return { assets: [{ assetId: found.asset_id, source: found.source, uri: found.uri }] };
    if (isFolder || /[*?[\]{}]/.test(what)) return { glob: what };
    throw new UserError(
      `the inventory has no asset "${what}"; give its path, its uri or its asset id, group:N, or a glob such as "drafts/**"${similar(reader, what)}`,
    );
  } finally {
    reader.close();
  }
}
