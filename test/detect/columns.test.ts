/** Columns and records: headers, shares of cells, neighbours, and kinds that come together. */
import { expect, test } from 'vitest';
import { compileDetector } from '../../src/detect/index.ts';
import type { ColumnDetector } from '../../src/rule.ts';
import { RULES, rule, VALIDATORS } from './rules.ts';
import { rows, scan, textSegments } from './scan.ts';

function find(column: ColumnDetector, columns: readonly string[], cells: readonly (readonly string[])[]) {
  const detector = compileDetector([rule({ id: 'column', kind: 'person-name', column })]);
  return scan(detector, [rows(columns, cells)])[0];
}

test('headers are compared word by word, whatever their writing', () => {
  const column = { headers: ['first name', '~dob'] };
  for (const header of [
    'firstName',
    'FIRST_NAME',
    'First Name',
    'first-name',
    'patient dob',
    '$.patient.dobYear',
    'person.first.name',
  ])
    expect(find(column, [header], [['Zoe']]), header).toMatchObject({ count: 1, confidence: 'medium' });
  for (const header of ['firstname2', 'names first', 'dobby', '', '$.dob.format'])
    expect(find(column, [header], [['Zoe']]), header).toBeUndefined();
  expect(find({ headers: ['~name'], not: ['~file'] }, ['file name'], [['Zoe']])).toBeUndefined();
});

test('headers are the same with and without the marks on their letters, in the rule and in the table', () => {
  const headers = ['~telefono', '~lön', 'straße', '~número', 'łan', 'เลข'];
  for (const header of [
    'Teléfono',
    'tele\u0301fono',
    'lon',
    'LÖN',
    'strasse',
    'Straße',
    'numero',
    'lan',
    'Łan',
    'เลข',
  ])
    expect(find({ headers }, [header], [['Zoe']]), header).toMatchObject({ count: 1 });
  expect(find({ headers: ['เลข'] }, ['ลข'], [['Zoe']])).toBeUndefined();
});

test('enough of the cells that are not empty must match', () => {
  const column = { headers: ['zip'], cells: String.raw`\d{5}`, share: 0.5 };
  expect(
    find(column, ['zip'], [['12345'], [' 23456 '], ['x'], ['y'], [''], ['N/A'], ['*****']]),
  ).toMatchObject({
    count: 2,
    distinct: 2,
    shape: '99999',
    places: ['row 1, column zip', 'row 2, column zip'],
    why: 'column "zip", 2 of 4 cells',
  });
  expect(find(column, ['zip'], [['12345'], ['x'], ['y']])).toBeUndefined();
});

test('what is nested in a record is beside its keys, but not what both are nested in', () => {
  const column = { headers: ['~name'], beside: ['~scores', '~contact'] };
  const confidence = (columns: readonly string[]) => find(column, columns, [['Zoe', '81']])?.confidence;
  expect(confidence(['name', 'scores[*].type'])).toBe('medium');
  expect(confidence(['name', 'contact.phone'])).toBe('medium');
  expect(confidence(['contact.name', 'contact.phone'])).toBe('low');
  expect(confidence(['product.name', 'seller.contact.phone'])).toBe('low');
});

test('a table of thousands of columns, as XML may be, takes no time that grows with their square', () => {
  const columns = Array.from({ length: 3000 }, (_, n) => `record.part${n}.name`);
  const column = { headers: ['~name'], beside: ['~email'] };
  const before = process.threadCpuUsage();
  expect(find(column, columns, [columns.map(() => 'Zoe')])).toMatchObject({ confidence: 'low' });
  const { user } = process.threadCpuUsage(before);
  // Nine million comparisons of names taken apart anew took half a minute.
  expect(user / 1e6).toBeLessThan(5);
});

test('the keys of a translation are no headers', () => {
  const detector = compileDetector([rule({ id: 'c', kind: 'person-name', column: { headers: ['~name'] } })]);
  const found = (path: string) => scan(detector, [rows(['name'], [['Zoe']])], path).length;
  for (const path of [
    'assets/i18n/de_DE.json',
    'locale/sl/LC_MESSAGES/a.po',
    'lang/messages_pt-BR.properties',
  ])
    expect(found(path), path).toBe(0);
  for (const path of ['data/de_DE.json', 'i18n/customers.json', 'slang/de.json', 'locales/berlin.csv'])
    expect(found(path), path).toBe(1);
});

test('few distinct cells or no related column lower the band', () => {
  const column = { headers: ['name'], minDistinct: 2, confidence: 'high', beside: ['email'] } as const;
  expect(
    find(
      column,
      ['name', 'email'],
      [
        ['A', ''],
        ['B', ''],
      ],
    ),
  ).toMatchObject({ confidence: 'high' });
  expect(
    find(
      column,
      ['name', 'email'],
      [
        ['A', ''],
        ['A', ''],
      ],
    ),
  ).toMatchObject({ confidence: 'medium' });
  expect(
    find(
      column,
      ['name', 'size'],
      [
        ['A', ''],
        ['A', ''],
      ],
    ),
  ).toMatchObject({ confidence: 'low' });
});

test('a column is judged over all segments of its table, and tables apart', () => {
  const detector = compileDetector([
    rule({ id: 'c', kind: 'k', column: { headers: ['zip'], cells: String.raw`\d{5}` } }),
  ]);
  const good = [['12345'], ['23456']];
  const bad = [['a'], ['b'], ['c']];
  expect(scan(detector, [rows(['zip'], good), rows(['zip'], bad)])).toEqual([]);
  expect(scan(detector, [rows(['zip'], good, 'one'), rows(['zip'], bad, 'two')])).toMatchObject([
    { count: 2 },
  ]);
});

test('a cell that both its column and its text give away counts once', () => {
  const detector = compileDetector(RULES, { validators: VALIDATORS });
  const cells = [['ann@mail.test'], ['bob@mail.test']];
  const found = (header: string) =>
    scan(detector, [rows([header], cells)]).find((each) => each.rule === 'email');
  expect(found('email')).toMatchObject({ count: 2, confidence: 'high' });
  expect(found('x')).toMatchObject({ count: 2, confidence: 'medium' });
});

test('cells that the text patterns take whole are cells of the column, and stay hits of text where the column is none', () => {
  const both = rule({
    id: 'badge',
    kind: 'badge',
    text: { patterns: [{ regex: String.raw`\bB-\d{4}\b`, bare: 'medium' }] },
    column: { headers: ['badge'], cells: String.raw`\d{4}`, share: 0.5, minDistinct: 3, confidence: 'high' },
  });
  const detector = compileDetector([both]);
  const found = (cells: readonly string[]) =>
    scan(detector, [
      rows(
        ['badge'],
        cells.map((cell) => [cell]),
      ),
    ])[0];
  expect(found(['B-1234', '4321', 'see B-7777', 'none', 'B-1234', '9999'])).toMatchObject({
    count: 4,
    distinct: 3,
    confidence: 'high',
    why: 'column "badge", 4 of 5 cells',
  });
  expect(found(['B-1234', 'x', 'y', 'see B-7777 or B-1234'])).toMatchObject({
    count: 3,
    distinct: 2,
    confidence: 'medium',
  });
});

test('a record separator inside a cell is a space', () => {
  const detector = compileDetector(RULES, { validators: VALIDATORS });
  expect(scan(detector, [rows(['x', 'y'], [['a', '123\u001e45\u001e6789']])])).toMatchObject([
    { rule: 'us-ssn' },
  ]);
});

test('a header is the context of its cells', () => {
  const detector = compileDetector(RULES, { validators: VALIDATORS });
  const card = (header: string) =>
    scan(detector, [rows([header], [['5500000000000004']])]).find((each) => each.rule === 'card');
  expect(card('visa_no')).toMatchObject({
    confidence: 'high',
    why: 'luhn ok, column "visa"',
    places: ['row 1, column visa_no'],
  });
  expect(card('number')).toMatchObject({ confidence: 'medium' });
});

test('a header that looks like data is not repeated in the reason', () => {
  expect(find({ headers: ['~email'] }, ['email zoe9'], [['x']])?.why).toBe('column "email", 1 of 1 cells');
});

test('kinds in one row make a record, kinds in different rows do not', () => {
  const detector = compileDetector(RULES, { validators: VALIDATORS });
  const phi = (cells: readonly (readonly string[])[]) =>
    scan(detector, [rows(['mrn', 'email'], cells)]).find((each) => each.rule === 'phi');
  expect(
    phi([
      ['12345678', 'ann@mail.test'],
      ['23456789', 'bob@mail.test'],
      ['34567891', ''],
    ]),
  ).toMatchObject({
    count: 2,
    confidence: 'high',
    places: ['row 1, column mrn', 'row 2, column mrn'],
    why: 'mrn and email in one record',
  });
  expect(
    phi([
      ['12345678', ''],
      ['', 'bob@mail.test'],
    ]),
  ).toBeUndefined();
});

test('a column that is not judged to be a kind makes no record', () => {
  const detector = compileDetector([
    rule({
      id: 'name',
      kind: 'person-name',
      column: { headers: ['name'], cells: '[A-Z][a-z]+ [A-Z][a-z]+' },
    }),
    rule({ id: 'dx', kind: 'diagnosis-code', column: { headers: ['dx'] } }),
    rule({
      id: 'phi',
      kind: 'phi',
      together: { groups: [['person-name'], ['diagnosis-code']], confidence: 'high' },
    }),
  ]);
  const row = ['Zoe Novak', 'E11.9'];
  expect(scan(detector, [rows(['name', 'dx'], [row])]).map((each) => each.rule)).toEqual([
    'name',
    'dx',
    'phi',
  ]);
  const others = [row, ['bolt', 'x'], ['nut', 'y']];
  expect(scan(detector, [rows(['name', 'dx'], others)]).map((each) => each.rule)).toEqual(['dx']);
});

test('kinds within 300 characters of text make a record', () => {
  const detector = compileDetector(RULES, { validators: VALIDATORS });
  const phi = (between: number) =>
    scan(detector, textSegments(`\nMRN 12345678 ${'. '.repeat(between / 2)} ann@mail.test`)).find(
      (each) => each.rule === 'phi',
    );
  expect(phi(100)).toMatchObject({ count: 1, places: ['line 2'] });
  expect(phi(400)).toBeUndefined();
});

test('no finding holds a value', () => {
  const detector = compileDetector(RULES, { validators: VALIDATORS });
  const values = ['zoe.novak@mail.test', '123-45-6789', '5500000000000004', 'Zoe Novak', 'hunter22secret'];
  const findings = scan(detector, [
    rows(['email', 'ssn', 'card', 'full name', 'note'], [[...values.slice(0, 4), `password: ${values[4]}`]]),
    ...textSegments(values.join(' mrn ')),
  ]);
  expect(findings.length).toBeGreaterThan(4);
  for (const value of values) expect(JSON.stringify(findings)).not.toContain(value);
});

test('names, paths and labels give findings without content', () => {
  const detector = compileDetector(RULES, { validators: VALIDATORS });
  const found = (path: string, labels: Readonly<Record<string, string>> = {}) =>
    detector.metadata({ path, name: path.split('/').at(-1)!, labels });
  expect(found('x/patients_export.csv')).toMatchObject([
    { rule: 'names', confidence: 'medium', places: ['name'] },
  ]);
  expect(found('hr/patients.csv')).toMatchObject([
    { confidence: 'high', count: 2, places: ['name', 'path'] },
  ]);
  expect(found('x/y', { class: 'secret' })).toMatchObject([{ confidence: 'high', places: ['label class'] }]);
  expect(found('x/y.csv', { class: 'open' })).toEqual([]);
});
