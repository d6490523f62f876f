/** `whereabouts diff`: what changed between two runs, or since the runs before the last ones. */
import { EXIT, UserError } from '../errors.ts';
import { type Change, hasRun, readChanges } from '../inventory/changes.ts';
import { openReader } from '../inventory/read.ts';
import { forTerminal } from '../report/escape.ts';
import { formatCount } from '../report/format.ts';
import { createStyle } from '../report/style.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { findInventory } from './load.ts';

/** Changes of a type that are told; `--json` has them all. */
const SHOWN = 20;

export const run: Run<[from: string | undefined, to: string | undefined], CommonOptions> = async (
  context,
  options,
  from,
  to,
) => {
  const reader = openReader(await findInventory(context, options));
  try {
    const asked = { from: runOf(from), to: runOf(to) };
    const unknown = [asked.from, asked.to].find((run) => run !== null && run > 0 && !hasRun(reader, run));
    if (unknown !== undefined)
      throw new UserError(`there is no run ${unknown}; "whereabouts query coverage" shows the last ones`);
    const changes = readChanges(reader, asked);
    if (options.json) for (const change of changes) context.stdout.write(`${JSON.stringify(change)}\n`);
    else if (!options.quiet) context.stdout.write(formatChanges(changes, context));
    return EXIT.ok;
  } finally {
    reader.close();
  }
};

/** @throws UserError for what is no run's number */
function runOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UserError(
    `"${text}" is not the number of a run; "whereabouts query coverage" shows the last ones`,
  );
}

function formatChanges(changes: readonly Change[], { stdout }: Context): string {
  if (changes.length === 0) return 'nothing has changed\n';
  const style = createStyle(stdout);
  const types = [...new Set(changes.map(({ type }) => type))];
  return types
    .map((type) => {
      const these = changes.filter((change) => change.type === type);
      const lines = these.slice(0, SHOWN).map(({ uri, before, after }) => {
        const turn =
          before === null && after === null ? '' : `  ${style.dim(forTerminal(turnOf(type, before, after)))}`;
        return `  ${forTerminal(uri)}${turn}`;
      });
      const rest = these.length - SHOWN;
      if (rest > 0) lines.push(`  and ${formatCount(rest)} more`);
      return `${style.bold(`${formatCount(these.length)} ${type}`)}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** Versions say nothing to people. */
function turnOf(type: string, before: string | null, after: string | null): string {
  if (type === 'changed') return '';
  return before === null ? `${after}` : `${before} -> ${after ?? 'unknown'}`;
}
