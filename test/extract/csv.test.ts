import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

describe('a delimited table', () => {
  test('has rows from 1 below its header, and columns by name', async () => {
    const found = await collect('id,email\n7,ann@example.org\n8,bob@example.org\n', { name: 'people.csv' });
    expect(found.cells).toEqual([
      { place: 'row 1, column id', column: 'id', cell: '7' },
      { place: 'row 1, column email', column: 'email', cell: 'ann@example.org' },
      { place: 'row 2, column id', column: 'id', cell: '8' },
      { place: 'row 2, column email', column: 'email', cell: 'bob@example.org' },
    ]);
  });

  test.each([
    'Vorname,Nachname,Ort',
    'prénom,nom,ville',
    'nombre,apellidos,ciudad',
    'nome,cognome,comune',
    'voornaam,achternaam,woonplaats',
    'imię,nazwisko,miasto',
    'nome,apelido,cidade',
    'förnamn,efternamn,stad',
  ])('of words alone has a header of words (%s)', async (header) => {
    const { cells } = await collect(`${header}\nMira,Alm,Lund\nOmar,Berg,Lille\n`, { name: 'people.csv' });
    expect(cells.map(({ column }) => column)).toEqual([...header.split(','), ...header.split(',')]);
  });

  test.each([
    ['tabs', '\t'],
    ['semicolons', ';'],
    ['pipes', '|'],
  ])('is read with %s', async (_, delimiter) => {
    const content = `name,city\n"Doe, A",Berlin\nRoe,Paris\n`.replaceAll(/,(?! A)/g, delimiter);
    expect(cellLines(await collect(content, { name: 'x.csv' }))).toEqual([
      'row 1, column name = Doe, A',
      'row 1, column city = Berlin',
      'row 2, column name = Roe',
      'row 2, column city = Paris',
    ]);
  });

  test.each([
    [
      'quotes that double',
      'name,note\na,"say ""hi"""\n',
      ['row 1, column name = a', 'row 1, column note = say "hi"'],
    ],
    [
      'line ends in quotes',
      'name,note\na,"one\ntwo"\nb,x\n',
      [
        'row 1, column name = a',
        'row 1, column note = one\ntwo',
        'row 2, column name = b',
        'row 2, column note = x',
      ],
    ],
    [
      'CRLF, empty lines and no last line end',
      'name,note\r\na,x\r\n\r\nb,y',
      [
        'row 1, column name = a',
        'row 1, column note = x',
        'row 2, column name = b',
        'row 2, column note = y',
      ],
    ],
    [
      'rows too short and too long',
      'name,note\na\nb,y,more\n',
      [
        'row 1, column name = a',
        'row 2, column name = b',
        'row 2, column note = y',
        'row 2, column 3 = more',
      ],
    ],
    ['a byte order mark', '\ufeffname,note\na,x\n', ['row 1, column name = a', 'row 1, column note = x']],
    [
      "Excel's sep= line",
      'sep=;\nname;note\na,b;x\n',
      ['header, column 1 = sep=', 'row 1, column name = a,b', 'row 1, column note = x'],
    ],
    [
      'a title above the header',
      'Members of 2020\n\nname,note\na,x\nb,y\n',
      [
        'header, column 1 = Members of 2020',
        'row 1, column name = a',
        'row 1, column note = x',
        'row 2, column name = b',
        'row 2, column note = y',
      ],
    ],
    [
      'a quote that never closes',
      'name,note\na,"open\nb,y\n',
      ['row 1, column name = a', 'row 1, column note = open\nb,y\n'],
    ],
  ])('survives %s', async (_, content, lines) => {
    expect(cellLines(await collect(content, { name: 'x.csv' }))).toEqual(lines);
  });

  test('without a header has no column names, and loses no row', async () => {
    const { cells } = await collect('7,ann@example.org\n8,bob@example.org\n', { name: 'x.csv' });
    expect(cells.map(({ column, place }) => `${column}${place}`)).toEqual([
      'row 1, column 1',
      'row 1, column 2',
      'row 2, column 1',
      'row 2, column 2',
    ]);
  });

  test('never shows a header that may be a value, and reads it like a cell', async () => {
    const { cells } = await collect('name,078-05-1120\nAnn,1\nBob,2\n', { name: 'x.csv' });
    expect(cells.map(({ place, cell }) => `${place} = ${cell}`)).toEqual([
      'header, column 2 = 078-05-1120',
      'row 1, column name = Ann',
      'row 1, column 2 = 1',
      'row 2, column name = Bob',
      'row 2, column 2 = 2',
    ]);
  });

  test('in UTF-16 and latin-1 gives the same cells as in UTF-8', async () => {
    const text = 'name,city\nZoë,Köln\nRené,Orléans\n';
    const expected = (await collect(text, { name: 'x.csv' })).cells;
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect((await collect(utf16, { name: 'x.csv' })).cells).toEqual(expected);
    expect((await collect(utf16.swap16(), { name: 'x.csv' })).cells).toEqual(expected);
    expect((await collect(Buffer.from(text, 'latin1'), { name: 'x.csv' })).cells).toEqual(expected);
  });

  test('is the same wherever the stream is cut', async () => {
    const content = `id,name,note\n${Array.from({ length: 30 }, (_, i) => `${i},"Zoë ""${i}""","a\r\nb, ${i}"\r\n`).join('')}`;
    const whole = await collect(content, { name: 'x.csv' });
    expect(whole.cells.length).toBe(90);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        async (cuts) => {
          expect(await collect(content, { name: 'x.csv', cuts })).toEqual(whole);
        },
      ),
      { seed: 3, numRuns: 30 },
    );
  });

  test('gives a cell too long to keep as text at its place, and goes on after it', async () => {
    const long = 'x'.repeat(300_000);
    const { texts, cells } = await collect(`name,note\na,"${long}"\nb,y\n`, { name: 'x.csv', cuts: [1000] });
    expect(texts).toEqual([{ place: 'row 1, column note', line: null, text: long }]);
    expect(cells.map(({ place }) => place)).toEqual([
      'row 1, column name',
      'row 2, column name',
      'row 2, column note',
    ]);
  });

  test('is recognised by its looks under a vague name, and prose is not', async () => {
    const table = 'id\tname\temail\n1\tAnn\tann@example.org\n2\tBob\tbob@example.org\n';
    expect((await collect(table, { name: 'export.txt' })).formats[0]?.format).toBe('csv');
    const prose = 'Dear all, hello.\nWe met, ate, and left.\nBye, Ann\n';
    expect((await collect(prose, { name: 'letter.txt' })).formats[0]?.format).toBe('text');
  });
});

// Headings are no data: what a table is meant for says nothing of anybody. A heading that may be a value is read.
test.each([
  ['headings and no rows', 'ssn,dob,email\n', []],
  ['headings and rows without values', 'ssn,dob,email\n,,\n', []],
  [
    'one row and no headings',
    'Ann Lee,453-83-1025,ann@example.org\n',
    ['Ann Lee', '453-83-1025', 'ann@example.org'],
  ],
  ['a value among the headings', 'ssn,dob,ann@example.org\n', ['ssn', 'dob', 'ann@example.org']],
])('a table of %s', async (_, content, expected) => {
  const { cells, gaps } = await collect(content, { name: 'a.csv' });
  expect(cells.map(({ cell }) => cell)).toEqual(expected);
  expect(gaps).toEqual([]);
});
