/** `whereabouts report`: the one-page inventory, to the terminal, as Markdown, CSV or JSON. */
import { EXIT } from '../errors.ts';
import { openReader } from '../inventory/read.ts';
import { readReport } from '../inventory/report.ts';
import { readSources, readSummary } from '../inventory/summary.ts';
import { formatOnePage, type OnePage } from '../report/one-page.ts';
import { onePageCsv, onePageJson, onePageMarkdown } from '../report/one-page-forms.ts';
import { createStyle } from '../report/style.ts';
import type { CommonOptions, Run } from './context.ts';
import { findInventory } from './load.ts';

export interface ReportOptions extends CommonOptions {
  readonly format?: 'terminal' | 'markdown' | 'csv' | 'json';
}

/** Exit code 4 when the record of changes has been edited. */
export const run: Run<[], ReportOptions> = async (context, options) => {
  const now = context.now();
  const page = readPage(await findInventory(context, options), now);
  const { stdout, stderr } = context;
  switch (options.format ?? (options.json ? 'json' : 'terminal')) {
    case 'terminal':
      stdout.write(formatOnePage(page, { style: createStyle(stdout), now }));
      break;
    case 'markdown':
      stdout.write(onePageMarkdown(page, now));
      break;
    case 'json':
      stdout.write(onePageJson(page));
      break;
    case 'csv':
      stdout.write(onePageCsv(page));
      if (!options.quiet)
        stderr.write(`last hash of the record of changes: ${page.chain.head ?? 'none yet'}\n`);
  }
  return page.chain.brokenAt === null ? EXIT.ok : EXIT.fatal;
};

function readPage(inventory: string, now: Date): OnePage {
  const reader = openReader(inventory);
  try {
    return {
      at: now.toISOString(),
      inventory,
      sources: readSources(reader),
      rows: readReport(reader),
      gaps: readSummary(reader, { limit: 0 }).gaps,
      chain: reader.verifyChain(),
    };
  } finally {
    reader.close();
  }
}
