/** `whereabouts sources`: the sources in the config, and what the inventory knows of each. */
import { existsSync } from 'node:fs';
import { inventoryPath } from '../config/resolve.ts';
import { EXIT } from '../errors.ts';
import { openReader } from '../inventory/read.ts';
import type { SourceState } from '../inventory/summary.ts';
import { readSources } from '../inventory/summary.ts';
import { forTerminal } from '../report/escape.ts';
import { formatAge, formatCount } from '../report/format.ts';
import { createStyle } from '../report/style.ts';
import { formatTable } from '../report/table.ts';
import type { CommonOptions, Run } from './context.ts';
import { loadConfigFile } from './load.ts';

export const run: Run<[], CommonOptions> = async (context, options) => {
  const { file } = await loadConfigFile(context, options);
  const inventory = inventoryPath(options.inventory, file, context);
  const configured = (file?.document.sources ?? []).map(({ name, connector }) => ({ name, connector }));
  const known = existsSync(inventory) ? readAll(inventory) : [];
  const names = [...new Set([...configured.map(({ name }) => name), ...known.map(({ name }) => name)])];
  const sources = names.map((name) => {
    const state = known.find((source) => source.name === name);
    const connector = configured.find((source) => source.name === name)?.connector ?? state?.connector ?? '';
    return { source: name, connector, configured: configured.some((source) => source.name === name), state };
  });
  if (options.json) {
    for (const { state, ...source } of sources)
      context.stdout.write(`${JSON.stringify({ ...source, ...state })}\n`);
    return EXIT.ok;
  }
  if (sources.length === 0) {
    context.stderr.write(
      'no sources yet; name a place ("whereabouts scan ~/work") or run "whereabouts init"\n',
    );
    return EXIT.ok;
  }
  const style = createStyle(context.stdout);
  const rows = sources.map(({ source, connector, configured: inConfig, state }) => [
    style.bold(forTerminal(source)),
    connector,
    state ? formatCount(state.assets) : '-',
    state?.lastComplete ? formatAge(state.lastComplete, context.now()) : style.warn('never'),
    state?.lastStatus ?? 'not scanned',
    inConfig ? '' : 'not in the config',
  ]);
  const titles = ['SOURCE', 'CONNECTOR', 'ASSETS', 'LAST COMPLETE', 'LAST RUN', ''];
  context.stdout.write(
    `${formatTable(
      titles.map((title) => ({ title })),
      rows,
    )}\n`,
  );
  return EXIT.ok;
};

function readAll(inventory: string): readonly SourceState[] {
  const reader = openReader(inventory);
  try {
    return readSources(reader);
  } finally {
    reader.close();
  }
}
