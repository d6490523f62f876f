/** The one-page inventory as Markdown for a wiki, CSV for a spreadsheet, and JSON for programs. */
import { csv } from './escape.ts';
import { CATEGORIES, COLUMNS, cellsOf, emptySection, notRead, type OnePage, proof } from './one-page.ts';

/** Markdown with a table for each category. */
export function onePageMarkdown(page: OnePage, now: Date): string {
  const sections = Object.entries(CATEGORIES).flatMap(([category, title]) => {
    const rows = page.rows.filter((row) => row.category === category);
    return [
      `## ${title}`,
      '',
      ...(rows.length === 0
        ? [forMarkdown(emptySection(page, category))]
        : [
            line(COLUMNS),
            line(COLUMNS.map(() => '---')),
            ...rows.map((row) => line(cellsOf(row, now).map(forMarkdown))),
          ]),
      '',
    ];
  });
  return [
    `# Where client data lives, ${page.at.slice(0, 10)}`,
    '',
    ...sections,
    '## Not read',
    '',
    ...notRead(page).map((gap) => `- ${forMarkdown(gap)}`),
    '',
    '## Proof',
    '',
    ...proof(page).map((sentence) => `- ${forMarkdown(sentence)}`),
    '',
  ].join('\n');
}

/** The rows alone, one for each place, client and level. */
export function onePageCsv({ rows }: OnePage): string {
  const columns = [
    'category',
    'source',
    'connector',
    'container',
    'uri',
    'region',
    'client',
    'level',
    'assets',
    'bytes',
    'exposure',
    'copies',
    'not_read',
    'last_complete',
    'client_basis',
  ];
  return csv(
    columns,
    rows.map((row) => [
      row.category,
      row.source,
      row.connector,
      row.containerName,
      row.uri,
      row.region,
      row.client,
      row.level ?? 'unknown',
      row.assets,
      row.bytes,
      row.exposure,
      row.copies,
      row.notRead,
      row.lastComplete,
      row.clientBasis,
    ]),
  );
}

/** One object on one line. */
export function onePageJson(page: OnePage): string {
  return `${JSON.stringify({ type: 'report', ...page })}\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Text of others that Markdown and the HTML in it leave as it is. Control characters are escaped already. */
function forMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#&~]/g, '\\$&');
}
