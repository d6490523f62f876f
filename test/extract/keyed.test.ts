import { beforeAll, describe, expect, test } from 'vitest';
import type { Detector } from '../../src/detect/detector.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadRules } from '../../src/detect/load.ts';
import { extract } from '../../src/extract/index.ts';
import { EXTRACT_LIMITS } from '../../src/extract/segment.ts';
import { atLeast, type Finding } from '../../src/model.ts';
import { cellLines, collect, sourceOf } from './collect.ts';

const PEOPLE = ['ann', 'bob', 'carol'];

describe('YAML', () => {
  test('has the records of a list as rows, and comments, secrets and all else as text in its lines', async () => {
    const records = PEOPLE.map(
      (name) =>
        `  - name: ${name} # staff\n    "e-mail": '${name}@example.org'\n    address:\n      city: "K\\u00f6ln"\n    tags:\n    - x\n    - y\n    db_password: hunter2\n`,
    );
    const found = await collect(`owner: dora\npeople:\n${records.join('')}last: eve\n`, { name: 'a.yaml' });
    expect(cellLines(found)).toEqual(
      PEOPLE.flatMap((name, i) => [
        `$.people[${i}].name = ${name}`,
        `$.people[${i}].e-mail = ${name}@example.org`,
        `$.people[${i}].address.city = Köln`,
        `$.people[${i}].tags[0] = x`,
        `$.people[${i}].tags[1] = y`,
      ]),
    );
    const [text] = found.texts;
    expect(found.texts.length).toBe(1);
    const lines = text?.text.split('\n') ?? [];
    expect(text?.line).toBe(1);
    expect(lines[0]).toBe('owner: dora');
    expect(lines[2]).toBe(' # staff');
    expect(lines[9]).toBe('    db_password: hunter2');
    expect(lines[26]).toBe('last: eve');
  });

  test.each([
    ['two records', '- a: needle\n- a: other\n'],
    ['a block scalar', '- a: 1\n- a: 2\n- a: |\n    needle: x\n    more\n'],
    ['a flow collection', '- a: 1\n- a: 2\n- a: {b: needle}\n'],
    ['an anchor', '- a: 1\n- a: 2\n- a: &x needle\n'],
    ['a template', '- a: 1\n- a: 2\n- a: {{ needle }}\n'],
    ['a string over lines', '- a: 1\n- a: 2\n- a: "needle\n    x"\n'],
    ['words that go on', '- a: 1\n- a: 2\n- a: b\n    needle\n'],
    ['a tab', '- a: 1\n- a: 2\n-\ta: needle\n'],
    ['no YAML at all', 'x\n  - y\n z: - needle\n::\n- : -\n'],
    ['a key that may be a value', '- needle@example.org: 1\n- b: 2\n- c: 3\n'],
    ['a manifest', 'kind: Secret\ndata:\n- a: 1\n- a: 2\n- a: needle\n'],
    ['a long line', `- a: 1\n- a: 2\n- a: ${'x'.repeat(70_000)} needle\n`],
  ])('loses nothing to %s', async (_, yaml) => {
    const { texts, cells } = await collect(yaml, { name: 'a.yml' });
    expect(texts.map(({ text }) => text).join('')).toContain('needle');
    expect(cells.some(({ place, column, cell }) => `${place}${column}${cell}`.includes('needle'))).toBe(
      false,
    );
  });

  test('is the same wherever the stream is cut', async () => {
    const list = PEOPLE.map((name) => `- name: ${name}\n  note: 'é\u20ac'\n`).join('');
    const content = Buffer.from(`# list\n${list}---\n${list}  end`);
    const whole = await collect(content, { name: 'a.yaml' });
    expect(whole.cells.length).toBe(12);
    for (const cuts of [[1], [3, 5], [40]])
      expect(await collect(content, { name: 'a.yaml', cuts })).toEqual(whole);
  });
});

describe('TOML', () => {
  test('has arrays of tables as rows, with the tables inside of their elements', async () => {
    const records = PEOPLE.map(
      (name) =>
        `[[shop.people]]\nname = "${name}" # staff\nborn = 1990-01-0${name.length}\n[shop.people.address]\ncity = 'X'\n`,
    );
    const found = await collect(`title = "t"\n${records.join('\n')}\n[owner]\nname = "dora"\n`, {
      name: 'a.toml',
    });
    expect(cellLines(found)).toEqual(
      PEOPLE.flatMap((name, i) => [
        `$.shop.people[${i}].name = ${name}`,
        `$.shop.people[${i}].born = 1990-01-0${name.length}`,
        `$.shop.people[${i}].address.city = X`,
      ]),
    );
    const text = found.texts.map((each) => each.text).join('');
    for (const kept of ['title = "t"', '# staff', 'name = "dora"']) expect(text).toContain(kept);
  });

  test('keeps strings over lines, lists and inline tables as text', async () => {
    const values = ['"""needle 1\nname = 2\n"""', '["needle 3",\n "needle 4"]', '{ a = "needle 5" }'];
    const content = values.map((value) => `[[x]]\na = ${value}\n`).join('');
    const { texts, cells } = await collect(content, { name: 'a.toml' });
    expect(cells).toEqual([]);
    expect(texts[0]?.text).toBe(content);
  });
});

describe('settings', () => {
  const ini =
    '; staff\n[customer]\nname = Ann Lee ; since 2001\n"odd" = x\n[db "main"]\npassword = hunter2\npath = a\\\n  b\n';

  test('are text, and values under their sections and keys', async () => {
    const found = await collect(ini, { name: 'a.ini' });
    expect(found.texts.map(({ text }) => text).join('')).toBe(ini);
    expect(found.cells).toEqual([]);
    expect(found.keyed.map(({ place, cell }) => `${place} = ${cell}`)).toEqual([
      '$.customer.name = Ann Lee',
      '$.db.main.password = hunter2',
    ]);
  });

  test.each([
    ['.env', "export DB_PASSWORD='hun ter2' # local\nX=\n", '$.DB_PASSWORD = hun ter2'],
    ['.env.production', 'API_TOKEN="a\\"b"\n', '$.API_TOKEN = a"b'],
    ['app.properties', 'customer.email: ann@example.org\n', '$.customer.email = ann@example.org'],
    ['app.toml', '[owner.home]\ncity = "Bern"\n', '$.owner.home.city = Bern'],
    ['app.yaml', 'owner:\n  api_token: x1y2\n', '$.owner.api_token = x1y2'],
  ])('%s', async (name, content, expected) => {
    const { texts, keyed } = await collect(content, { name });
    expect(texts.map(({ text }) => text).join('')).toBe(content);
    expect(keyed.map(({ place, cell }) => `${place} = ${cell}`)).toEqual([expected]);
  });

  test('are the same wherever the stream is cut', async () => {
    const whole = await collect(ini, { name: 'a.ini' });
    for (const cuts of [[1], [3, 5]]) expect(await collect(ini, { name: 'a.ini', cuts })).toEqual(whole);
  });
});

describe('what a rule finds in text', () => {
  let detector: Detector;
  let examples: readonly (readonly [rule: string, text: string])[];

  beforeAll(async () => {
    const { rules } = await loadRules({ off: [] });
    detector = compileDetector(rules);
    examples = rules.flatMap((rule) =>
      rule.matches.flatMap((example) => (typeof example === 'string' ? [[rule.id, example] as const] : [])),
    );
  });

  test.each(['x.yaml', 'x.toml', 'x.ini', 'x.env', 'x.sql'])('it finds in %s', async (name) => {
    const lost: string[] = [];
    for (const [rule, text] of examples) {
      const inText = await find(text, 'x.txt', rule);
      const here = await find(text, name, rule);
      // Some are JSON, which is read as such where the name says nothing else.
      if (inText === undefined || atLeast(here?.confidence ?? 'low', inText.confidence)) continue;
      lost.push(`${rule}: ${inText.confidence} in text, ${here?.confidence ?? 'nothing'} here`);
    }
    expect(lost).toEqual([]);
  });

  test('values that only their key tells are found by it, and others once, at the key and in their line', async () => {
    const text =
      '[customer]\ncustomer_dob = 1954-02-17\nemail = ann@example-mail.com\nemail_2 = bob@example-mail.com\n';
    expect(await find(text, 'a.txt', 'date-of-birth')).toBeUndefined();
    expect(await find(text, 'a.ini', 'date-of-birth')).toMatchObject({
      count: 1,
      places: ['$.customer.customer_dob'],
    });
    expect(await find(text, 'a.ini', 'email')).toMatchObject({
      count: 2,
      distinct: 2,
      places: expect.arrayContaining(['$.customer.email', 'line 3', 'line 4']),
    });
  });

  async function find(text: string, name: string, rule: string): Promise<Finding | undefined> {
    const scan = detector.begin({ path: name, name, labels: {} });
    const hints = { name, mediaType: null, limits: EXTRACT_LIMITS, digests: [] };
    const { signal } = new AbortController();
    for await (const part of extract(sourceOf(Buffer.from(text)), { ...hints, signal })) {
      if (part.type === 'text' || part.type === 'rows') scan.add(part);
    }
    return scan.finish().findings.find((finding) => finding.rule === rule);
  }
});
