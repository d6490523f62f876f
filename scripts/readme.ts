/** `npm run readme`: writes README's table of formats from the registry of formats. */
import { readFileSync, writeFileSync } from 'node:fs';
import { FORMATS } from '../src/extract/registry.ts';

const BEGIN = '<!-- formats: npm run readme -->';
const END = '<!-- /formats -->';

/** The README with its table of formats as the registry has it now. */
export function withFormats(readme: string): string {
  const rows = Object.values(FORMATS).map(({ title, extensions, reads, places, limits }) =>
    [title, extensions.map((extension) => `\`.${extension}\``).join(' '), reads, places, limits]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  const heading = ['format', 'names', 'what is read', 'places', 'limits'];
  const table = [heading.join(' | '), heading.map(() => '---').join(' | '), ...rows].map(
    (row) => `| ${row} |`,
  );
  const [before = '', after = ''] = [readme.split(BEGIN)[0], readme.split(END)[1]];
  return `${before}${BEGIN}\n\n${table.join('\n')}\n\n${END}${after}`;
}

if (import.meta.main) {
  const file = new URL('../README.md', import.meta.url);
  writeFileSync(file, withFormats(readFileSync(file, 'utf8')));
}
