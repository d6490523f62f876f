import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

describe('JSON', () => {
  test('has key paths as places, and arrays of objects as tables', async () => {
    const content = JSON.stringify({
      patient: { mrn: '0042', active: true, weight: 70.5, note: null },
      people: [
        { email: 'a@example.org' },
        { email: 'b@example.org', address: { city: 'X' }, tags: ['t', 'u'] },
      ],
    });
    const found = await collect(content, { name: 'x.json' });
    expect(found.cells).toEqual([
      { place: '$.patient.mrn', column: 'patient.mrn', cell: '0042' },
      { place: '$.patient.active', column: 'patient.active', cell: 'true' },
      { place: '$.patient.weight', column: 'patient.weight', cell: '70.5' },
      { place: '$.people[0].email', column: 'email', cell: 'a@example.org' },
      { place: '$.people[1].email', column: 'email', cell: 'b@example.org' },
      { place: '$.people[1].address.city', column: 'address.city', cell: 'X' },
      { place: '$.people[1].tags[0]', column: 'tags[*]', cell: 't' },
      { place: '$.people[1].tags[1]', column: 'tags[*]', cell: 'u' },
    ]);
  });

  test.each([
    ['an array of values', '{"emails": ["a", "b"]}', ['$.emails[0] = a', '$.emails[1] = b']],
    ['an array of arrays', '[["a", "b"], ["c"]]', ['$[0][0] = a', '$[0][1] = b', '$[1][0] = c']],
    ['a single value', '"alone"', ['$ = alone']],
    ['escapes', '{"a": "\\u00e9\\ud83d\\ude00\\n\\"\\/"}', ['$.a = é😀\n"/']],
    ['the same key twice', '{"a": "x", "a": "y"}', ['$.a = x', '$.a = y']],
    [
      'numbers as they are written',
      '{"a": 4111111111111111111, "b": 1e5}',
      ['$.a = 4111111111111111111', '$.b = 1e5'],
    ],
    [
      'comments and trailing commas',
      '{"a": 1, // why\n /* and */ "b": [2,],}',
      ['$.a = 1', '$ = // why', '$ = /* and */', '$.b[0] = 2'],
    ],
    ['an end in the middle', '{"a": "x", "b": {"c": "unfin', ['$.a = x', '$.b.c = unfin']],
    ['no JSON at all', '{"a": oops not json', ['$.a = oops', '$[0] = not', '$[1] = json']],
    ['several documents', '{"a": 1}{"a": 2}', ['$.a = 1', '$.a = 2']],
  ])('survives %s', async (_, content, lines) => {
    const found = await collect(content, { name: 'x.json' });
    expect(found.gaps).toEqual([]);
    expect(cellLines(found).toSorted()).toEqual(lines.toSorted());
  });

  test('gives the properties of jCard and jCal by their names', async () => {
    const content = JSON.stringify([
      'vcard',
      [
        ['version', {}, 'text', '4.0'],
        ['fn', { pref: '1' }, 'text', 'Vera Lindqvist'],
        ['n', {}, 'text', ['Lindqvist', 'Vera']],
        ['plain', 'text', 'four', 'strings'],
      ],
    ]);
    const { cells } = await collect(content, { name: 'x.json' });
    expect(cells).toContainEqual({ place: '$[1][1][3]', column: '[*].fn', cell: 'Vera Lindqvist' });
    expect(cells).toContainEqual({ place: '$[1][2][3][1]', column: '[*].n[*]', cell: 'Vera' });
    expect(cells).toContainEqual({ place: '$[1][3][3]', column: '[*]', cell: 'strings' });
  });

  test('gives the value of an entry by its name where that is the name of a secret', async () => {
    const content = JSON.stringify({
      environment: [
        { name: 'DB_PASSWORD', value: 'a' },
        { name: 'colour', value: 'b' },
        { key: 'sessionid', type: 'text', value: 'c' },
        { name: 'Vera Lindqvist', value: 'd' },
      ],
      name: 'apiToken',
      value: 'e',
    });
    const { cells } = await collect(content, { name: 'x.json' });
    expect(cells).toContainEqual({ place: '$.environment[0].value', column: 'DB_PASSWORD', cell: 'a' });
    expect(cells).toContainEqual({ place: '$.environment[1].value', column: 'value', cell: 'b' });
    expect(cells).toContainEqual({ place: '$.environment[2].value', column: 'sessionid', cell: 'c' });
    expect(cells).toContainEqual({ place: '$.environment[3].value', column: 'value', cell: 'd' });
    expect(cells).toContainEqual({ place: '$.value', column: 'apiToken', cell: 'e' });
  });

  test('never shows a key that may be a value, and reads it like one', async () => {
    const found = await collect('{"users": {"ann@example.org": {"age": 7}, "bob@example.org": {"age": 8}}}', {
      name: 'x.json',
    });
    expect(found.cells).toEqual(
      expect.arrayContaining([
        { place: '$.users[0]', column: 'users', cell: 'ann@example.org' },
        { place: '$.users[1]', column: 'users', cell: 'bob@example.org' },
        { place: '$.users[0].age', column: 'age', cell: '7' },
        { place: '$.users[1].age', column: 'age', cell: '8' },
      ]),
    );
    expect(found.cells.some(({ place, column }) => `${place}${column}`.includes('@'))).toBe(false);
  });

  test('keeps a long array within a record bounded, and every place right', async () => {
    const content = JSON.stringify([{ id: 1, vector: Array.from({ length: 40 }, (_, i) => `v${i}`) }]);
    const { cells } = await collect(content, { name: 'x.json' });
    expect(cells.map(({ place }) => place)).toEqual(
      expect.arrayContaining(Array.from({ length: 40 }, (_, i) => `$[0].vector[${i}]`)),
    );
    expect(cells.every(({ place, cell }) => cell === '1' || place.endsWith(`[${cell.slice(1)}]`))).toBe(true);
  });

  test('is the same wherever the stream is cut', async () => {
    const content = JSON.stringify(
      Array.from({ length: 20 }, (_, i) => ({
        name: `Zoë "${i}"`,
        'a key': [i, { deep: '\u20ac\n' }],
        none: null,
      })),
    );
    const whole = await collect(content, { name: 'x.json' });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        async (cuts) => {
          expect(await collect(content, { name: 'x.json', cuts })).toEqual(whole);
        },
      ),
      { seed: 4, numRuns: 30 },
    );
  });

  test('of any value gives every string in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
        const strings = new Set<string>();
        const gather = (part: unknown): void => {
          if (typeof part === 'string') strings.add(part);
          else if (Array.isArray(part)) part.forEach(gather);
          else if (typeof part === 'object' && part !== null) Object.values(part).forEach(gather);
        };
        gather(value);
        const { cells } = await collect(JSON.stringify(value), { name: 'x.json' });
        const found = new Set(cells.map(({ cell }) => cell));
        for (const text of strings) if (text !== '' && text !== 'null') expect(found).toContain(text);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  test('nested a hundred thousand deep does not overflow', async () => {
    const deep = `${'['.repeat(100_000)}"core"${']'.repeat(100_000)}`;
    expect((await collect(deep, { name: 'x.json' })).cells.map(({ cell }) => cell)).toEqual(['core']);
    expect((await collect('{"a":'.repeat(100_000), { name: 'x.json' })).gaps).toEqual([]);
  });

  test.each([
    ['a no-break space', '\u00a0'],
    ['a form feed', '\f'],
    ['a vertical tab', '\v'],
    ['a byte order mark', '\ufeff'],
    ['a line separator', '\u2028'],
  ])('with %s between its tokens ends, and keeps its keys', async (_, space) => {
    const found = await collect(
      `{${space}"a"${space}:${space}"x",${space}"b":${space}word${space}}${space}`,
      {
        name: 'x.json',
      },
    );
    expect(cellLines(found)).toEqual(['$.a = x', '$.b = word']);
  });

  test('with a string too long to keep gives it as text', async () => {
    const long = 'y'.repeat(200_000);
    const { texts, cells } = await collect(JSON.stringify({ a: { b: long }, c: 'z' }), {
      name: 'x.json',
      cuts: [777],
    });
    expect(texts).toEqual([{ place: '$.a.b', line: null, text: long }]);
    expect(cells).toEqual([{ place: '$.c', column: 'c', cell: 'z' }]);
  });
});

describe('JSON lines', () => {
  test('have line and key path as place, and one table', async () => {
    const found = await collect(
      '{"email":"a@example.org","n":{"x":1}}\n\n{"n":{"x":2},"email":"b@example.org"}\n',
      {
        name: 'x.jsonl',
      },
    );
    expect(found.cells).toEqual([
      { place: 'line 1 $.email', column: 'email', cell: 'a@example.org' },
      { place: 'line 1 $.n.x', column: 'n.x', cell: '1' },
      { place: 'line 3 $.email', column: 'email', cell: 'b@example.org' },
      { place: 'line 3 $.n.x', column: 'n.x', cell: '2' },
    ]);
  });

  test('that are broken do not spoil the next', async () => {
    const found = await collect('{"a":"x","b":{"c":"open\n{"a":"y"}\nnot json\n{"a":"z"}\n', {
      name: 'x.jsonl',
    });
    expect(cellLines(found)).toEqual([
      'line 1 $.a = x',
      'line 1 $.b.c = open',
      'line 2 $.a = y',
      'line 3 $ = not',
      'line 3 $ = json',
      'line 4 $.a = z',
    ]);
  });

  test('are recognised under the name of JSON', async () => {
    expect((await collect('{"a":1}\n{"a":2}\n', { name: 'x.json' })).formats[0]?.format).toBe('jsonl');
    expect((await collect('{\n"a":1\n}\n', { name: 'x.jsonl' })).formats[0]?.format).toBe('json');
  });
});
