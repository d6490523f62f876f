/** README cannot lie by omission: it names every command, option, exit code, connector, rule family, view and format. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { withFormats } from '../scripts/readme.ts';
import { createProgram } from '../src/commands/program.ts';
import { parseConfigFile } from '../src/config/file.ts';
import { EXIT } from '../src/errors.ts';
import { openReader } from '../src/inventory/read.ts';
import { openWriter } from '../src/inventory/writer.ts';
import { CONNECTOR_KINDS, loadConnectors } from '../src/registry.ts';

const ROOT = new URL('../', import.meta.url);
const README = readFileSync(new URL('README.md', ROOT), 'utf8');
// Only names and options are asked for; nothing of the context is touched.
const program = createProgram({} as Parameters<typeof createProgram>[0], '0', () => undefined);

/** Names that README has in no table or sentence as code. */
function missing(names: readonly string[]): readonly string[] {
  return names.filter(
    (name) => !new RegExp(`\`[^\`\\n]*(?<![\\w-])${name}(?![\\w-])[^\`\\n]*\``).test(README),
  );
}

test('README names every command', () => {
  expect(missing(program.commands.map((command) => command.name()))).toEqual([]);
});

test('README names every option', () => {
  const options = [program, ...program.commands].flatMap((command) => command.options);
  const names = options.map(({ long }) => long ?? '').filter((name) => name !== '--version');
  expect(missing([...new Set(names)])).toEqual([]);
});

test('README names every exit code', () => {
  const codes = Object.values(EXIT).map(String);
  const rows = README.split('\n')
    .filter((line) => /^\| [\d, ]+ +\|/.test(line))
    .join(' ');
  expect(codes.filter((code) => !rows.match(/\d+/g)?.includes(code))).toEqual([]);
});

test('README names every connector, and links its page', () => {
  expect(CONNECTOR_KINDS.filter((kind) => !README.includes(`connectors/${kind}/README.md`))).toEqual([]);
});

test('README names every rule family', () => {
  const packs = readdirSync(new URL('rules/', ROOT)).filter((name) => name.endsWith('.yaml'));
  const families = packs.map((name) => parse(readFileSync(new URL(`rules/${name}`, ROOT), 'utf8')).family);
  expect(missing(families)).toEqual([]);
});

test('README names every view of the inventory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whereabouts-readme-'));
  try {
    const file = join(folder, 'inventory.db');
    openWriter(file).close();
    const reader = openReader(file);
    const views = reader.rows<{ name: string }>(
      /* sql */ "select name from pragma_table_list where type = 'view'",
    );
    reader.close();
    expect(views.length).toBeGreaterThan(8);
    expect(missing(views.map(({ name }) => name))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("README's table of formats is the registry's (npm run readme)", () => {
  expect(withFormats(README)).toBe(README);
});

test("README's example configs have no mistakes", async () => {
  const modules = await loadConnectors();
  const file = { path: '/x/README.md', name: 'README.md' };
  const examples = [...README.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
  const documents = examples.map((text) => parseConfigFile(text, file, modules).document);
  expect(documents[0]?.sources).toHaveLength(2);
  expect(documents.length).toBeGreaterThan(3);
});

test("README's SQL runs", () => {
  const folder = mkdtempSync(join(tmpdir(), 'whereabouts-readme-'));
  try {
    const file = join(folder, 'inventory.db');
    openWriter(file).close();
    const reader = openReader(file);
    const blocks = [...README.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) => sql);
    const statements = blocks.flatMap((sql) => sql.match(/^select .*?;/gm) ?? []);
    expect(statements.length).toBeGreaterThan(2);
    for (const sql of statements) expect(reader.rows(sql)).toEqual([]);
    reader.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("README's links lead somewhere", () => {
  const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(new URL(link, ROOT)))).toEqual([]);
});
