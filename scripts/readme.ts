/** `npm run readme`: writes README's tables of formats and of their libraries from the registry of formats. */
import { readFileSync, writeFileSync } from 'node:fs';
import { FORMATS } from '../src/extract/registry.ts';
import { librariesIn } from './libraries.ts';

const BEGIN = '<!-- formats: npm run readme -->';
const END = '<!-- /formats -->';

/** The README with its tables as the registry has them now. */
export function withFormats(readme: string): string {
  const formats = Object.values(FORMATS);
  const rows = formats.map(({ title, extensions, reads, places, limits, library }) => [
    title,
    extensions.map((name) => (name.includes('.') ? `\`${name}\`` : `\`.${name}\``)).join(' '),
    reads,
    places,
    limits,
    library,
  ]);
  const named = table(['format', 'names', 'what is read', 'places', 'limits', 'library'], rows);
  const libraries = librariesIn(formats.map(({ library }) => library)).map(({ name, licence, megabytes }) => [
    name,
    licence,
    megabytes,
  ]);
  const sizes = table(['library', 'licence', 'MB on disk, with all that it needs'], libraries);
  const [before = '', after = ''] = [readme.split(BEGIN)[0], readme.split(END)[1]];
  return `${before}${BEGIN}\n\n${named}\n\n${sizes}\n\n${END}${after}`;
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

if (import.meta.main) {
  const file = new URL('../README.md', import.meta.url);
  writeFileSync(file, withFormats(readFileSync(file, 'utf8')));
}
