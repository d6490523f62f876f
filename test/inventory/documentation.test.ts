import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openReader } from '../../src/inventory/read.ts';
import { openWriter } from '../../src/inventory/writer.ts';
import { rows, scan, tempInventory } from './estate.ts';

const PAGE = new URL('../../docs/auditors.md', import.meta.url);
const HEADING = '## What each column means\n';
const VIEWS = [
  'sources',
  'containers',
  'assets',
  'samples',
  'findings',
  'copies',
  'digests',
  'grants',
  'clients',
  'vendors',
  'handling',
  'revocations',
  'rules',
  'suppressions',
  'decisions',
  'classified',
  'unclassified',
  'contradictions',
  'alerts',
  'deliveries',
  'runs',
  'gaps',
  'events',
  'documentation',
];

/** An inventory with nothing in it. */
function emptyInventory(): string {
  const file = tempInventory();
  openWriter(file).close();
  return file;
}

test('every column of every table and view has a meaning, in the file itself', () => {
  const file = emptyInventory();
  const columns = rows(
    file,
    `select m.name as object, c.name as column from sqlite_schema m, pragma_table_info(m.name) c
     where m.type in ('table', 'view') and m.name not like 'sqlite%' order by 1, c.cid`,
  );
  expect(
    rows(file, `select object, column from documentation where column <> '' order by object, position`),
  ).toEqual(columns);
  const objects = rows(file, `select distinct object from documentation where column = '' order by 1`);
  expect(objects.map(({ object }) => object)).toEqual([...new Set(columns.map(({ object }) => object))]);
});

test('the page for auditors explains every view (npx vitest run test/inventory/documentation.test.ts -u writes it)', async () => {
  const meanings = rows(
    emptyInventory(),
    'select object, column, meaning from documentation order by object, position',
  );
  const views = [...new Set(meanings.map(({ object }) => String(object)))].filter(
    (name) => !name.startsWith('_'),
  );
  expect(views.toSorted()).toEqual(VIEWS.toSorted());
  const sections = VIEWS.map((view) => {
    const [own, ...columns] = meanings.filter(({ object }) => object === view);
    const table = columns.map(
      ({ column, meaning }) => `| \`${column}\` | ${String(meaning).replaceAll('|', '\\|')} |`,
    );
    return [`### ${view}`, '', own?.meaning, '', '| column | meaning |', '|---|---|', ...table, ''].join(
      '\n',
    );
  });
  const written = readFileSync(PAGE, 'utf8');
  const introduction = written.slice(0, written.indexOf(HEADING) + HEADING.length);
  await expect(`${introduction}\n${sections.join('\n')}`).toMatchFileSnapshot(PAGE.pathname);
});

test('the queries on the page run', () => {
  const file = tempInventory();
  const writer = openWriter(file);
  scan(writer, 1, { outcomes: [] });
  writer.close();
  const reader = openReader(file);
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) => sql);
  const statements = blocks.flatMap((sql) => sql.split(';').filter((part) => part.trim() !== ''));
  expect(blocks).toHaveLength(5);
  for (const sql of statements) expect(reader.rows(sql)).toBeInstanceOf(Array);
  reader.close();
});
