import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

describe('an SQL dump', () => {
  test('of PostgreSQL has the rows of COPY under their columns, and goes on after them', async () => {
    const dump = [
      '-- PostgreSQL database dump',
      'CREATE TABLE public.people (',
      '    id integer NOT NULL,',
      '    email text',
      ');',
      'COPY public.people (id, email, note) FROM stdin;',
      '1\tann@example.org\ta\\tb\\\\c',
      '2\t\\N\tsecond',
      '\\.',
      '-- owner: bob@example.org',
      "INSERT INTO public.people VALUES (3, E'it\\'s', '{\"a\": 1}'::jsonb);",
      '',
    ].join('\n');
    const found = await collect(dump, { name: 'a.sql' });
    expect(cellLines(found)).toEqual([
      'table people row 1, column id = 1',
      'table people row 1, column email = ann@example.org',
      'table people row 1, column note = a\tb\\c',
      'table people row 2, column id = 2',
      'table people row 2, column note = second',
      'table people row 3, column id = 3',
      "table people row 3, column email = it's",
      'table people row 3, column note = {"a": 1}',
    ]);
    const text = found.texts.map((each) => each.text).join('');
    expect(text).toContain('email text');
    expect(found.texts.map(({ line }) => line)).toEqual([1, 10]);
    expect(text).toContain('bob@example.org');
  });

  test('of MySQL has many rows a statement, backslashes in strings, and numbers that go on between tables', async () => {
    const dump = [
      '-- MySQL dump 10.13',
      "CREATE TABLE `people` (`id` int AUTO_INCREMENT, `name` varchar(50) COMMENT 'a, (b', PRIMARY KEY (`id`)) ENGINE=InnoDB;",
      "INSERT INTO `people` VALUES (1,'O\\'Neil; (x), y'),(2,NULL),\n(3,_binary 'it''s');",
      "INSERT IGNORE INTO `shop`.`orders` (`people id`, at) VALUES (1, now(3, 4)), (2, DATE('2020-01-01'));",
      'REPLACE INTO `people` VALUES (4,"Zoë\\n") ON DUPLICATE KEY UPDATE name=\'last\';',
    ].join('\n');
    const found = await collect(dump, { name: 'a.sql' });
    expect(cellLines(found)).toEqual([
      'table people row 1, column id = 1',
      "table people row 1, column name = O'Neil; (x), y",
      'table people row 2, column id = 2',
      'table people row 3, column id = 3',
      "table people row 3, column name = it's",
      'table orders row 1, column people id = 1',
      'table orders row 1, column at = now(3, 4)',
      'table orders row 2, column people id = 2',
      "table orders row 2, column at = DATE('2020-01-01')",
      'table people row 4, column id = 4',
      'table people row 4, column name = Zoë\n',
    ]);
    expect(found.texts.at(-1)?.text).toContain("name='last'");
  });

  test.each([
    ['a string that never ends', "INSERT INTO t (a) VALUES (1), ('needle "],
    ['brackets that never end', 'INSERT INTO t (a) VALUES ((((needle'],
    ['a list without brackets', 'INSERT INTO t VALUES needle;'],
    ['rows of a query', "INSERT INTO t (a) SELECT 'needle' FROM u;"],
    ['a table that never ends', 'CREATE TABLE t (a text, needle'],
    ['columns that never end', 'INSERT INTO t (a, b needle'],
    ['the csv form of COPY', 'COPY t (a) FROM stdin WITH (FORMAT csv);\n"needle",2\n\\.\n'],
    ['COPY without its end', 'COPY t (a) FROM stdin;\nneedle'],
    ['comments', '/* needle\nINSERT INTO t VALUES (1); */ -- more'],
    ['a column that may be a value', 'INSERT INTO t ("needle@example.org") VALUES (1);'],
    ['templates', 'INSERT INTO {{ needle }} VALUES (1);'],
    ['a trigger', 'CREATE TRIGGER x BEFORE INSERT\nINSERT INTO t VALUES (NEW.needle);'],
  ])('loses nothing to %s', async (_, sql) => {
    const { texts, cells, gaps } = await collect(sql, { name: 'a.sql' });
    expect([...texts.map(({ text }) => text), ...cells.map(({ cell }) => cell)].join('|')).toContain(
      'needle',
    );
    expect(cells.every(({ place }) => !place.includes('needle'))).toBe(true);
    expect(gaps).toEqual([]);
  });

  test('is the same wherever the stream is cut', async () => {
    const dump = Buffer.from(
      `x;\nINSERT INTO a (b,"c d") VALUES (1,'ü''(,'),(NULL,E'\\'');\nCOPY a (b, c) FROM stdin;\n1\t\\N\n\\.\nrest\ncreate table t (a int, b char(2));insert into t values(1,'z');\ny`,
    );
    const whole = await collect(dump, { name: 'a.sql' });
    expect(whole.cells.length).toBe(6);
    for (const cuts of [[1], [2, 3], [17], [64]]) {
      expect(await collect(dump, { name: 'a.sql', cuts })).toEqual(whole);
    }
  });

  test('tells tables of the same columns apart', async () => {
    const sql =
      'create table a (x int);\ninsert into a values (1);\ncreate table b (x int);\ninsert into b values (2);';
    const found = await collect(sql, { name: 'a.sql' });
    expect(cellLines(found)).toEqual(['table a row 1, column x = 1', 'table b row 1, column x = 2']);
  });

  test('has a cell too long for a table as text at its place', async () => {
    const { texts, cells } = await collect(
      `INSERT INTO t (a, b) VALUES (1, '${'x'.repeat(70_000)}needle');`,
      {
        name: 'a.sql',
      },
    );
    expect(texts.map(({ place }) => place)).toEqual(['table t row 1, column b']);
    expect(texts[0]?.text.endsWith('needle')).toBe(true);
    expect(cells.map(({ cell }) => cell)).toEqual(['1']);
  });

  test.each(['dump', 'backup', 'people.dmp'])('is known by how it begins: %s', async (name) => {
    const { formats } = await collect('-- MariaDB dump 10.19\nINSERT INTO t VALUES (1);\n', { name });
    expect(formats[0]?.format).toBe('sql');
  });
});
