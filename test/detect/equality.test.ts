/** The engine gives exactly the findings of the reference matcher, wherever a text is cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileDetector } from '../../src/detect/index.ts';
import { compileReference } from './reference.ts';
import { RULES, VALIDATORS } from './rules.ts';
import { rows, scan, textSegments } from './scan.ts';

const engine = compileDetector(RULES, { validators: VALIDATORS });
const reference = compileReference(RULES, VALIDATORS);

/** Pieces that fit together into matches and near misses, in several scripts. */
const PIECES = [
  'A1234xx',
  'AQB12x',
  'QQABC',
  'Q',
  'ABC',
  '1234xB5678',
  '99123a',
  '912a',
  'zzzz',
  'zz',
  'Paſſword=',
  'kennwort:',
  '\u212aennwort: ',
  '123\u001e45\u001e6789',
  'tok_abcdefgh12345678é',
  'ann.lee',
  'bob+x',
  '@',
  'mail.',
  'example',
  '.org',
  '.',
  'a.b',
  '123-45-6789',
  '078-05-1120',
  '923 45 6789',
  '123456789',
  '5500 0000 0000 0004',
  '4111111111111111',
  '41111111111111112',
  '37',
  '1',
  '0',
  'GB82',
  ' WEST',
  ' 1234',
  '5698',
  'tok_',
  'abcd1234EFGH5678',
  'pklive-',
  'deadbeef',
  'Password',
  ' = ',
  ':',
  '"hunter22"',
  'changeme',
  'Kennwort',
  'Señor ',
  'Frau ',
  'Dr. ',
  'Zoë',
  'Müller',
  'patient',
  'Größe',
  '患者',
  'MRN: ',
  'A1234567',
  '12345678',
  'ssn',
  'social  security',
  'card',
  'email',
  'xy7!',
  'ab1!',
  'éé2!',
  '$ 85,000',
  ' per year',
  ' a year',
  'SECTION 12\n',
  'Top secret',
  'Anna Lee',
  '\nZoë J. Müller,',
  'abcd1234EFGH_AZ12',
  'AZ34',
  'code',
  'Cod: ',
  '1234.5678',
  ',12',
  '; -37',
  '\n',
  ' ',
  ' ',
  '-',
  '_',
  'x',
  '\u200b',
  '１２３',
  '–',
  '\u00a0',
  '😀',
  'ſ',
  '\u001e',
  '/',
  'https://ex.org/',
  '# whereabouts:allow email,us-ssn invented\n',
  'whereabouts:allow card ',
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
const runs = { seed: 20261122, numRuns: 300 };

test('text cut anywhere has the findings of the whole text by the reference', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(300), { maxLength: 5 }), (whole, cuts) => {
      expect(scan(engine, textSegments(whole, cuts))).toEqual(scan(reference, textSegments(whole, cuts)));
    }),
    runs,
  );
});

test('where a text is cut makes no difference', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(300), { maxLength: 8 }), (whole, cuts) => {
      expect(scan(engine, textSegments(whole, cuts))).toEqual(scan(engine, textSegments(whole)));
    }),
    runs,
  );
});

test('tables have the findings of the reference', () => {
  const header = fc.constantFrom('email', 'Full Name', 'ssn', 'chart.mrn', 'x', '', 'note');
  const table = fc.record({
    columns: fc.array(header, { minLength: 1, maxLength: 5 }),
    cells: fc.array(
      fc.array(
        text.map((cell) => cell.slice(0, 90)),
        { maxLength: 5 },
      ),
      { maxLength: 6 },
    ),
  });
  fc.assert(
    fc.property(table, ({ columns, cells }) => {
      expect(scan(engine, [rows(columns, cells)])).toEqual(scan(reference, [rows(columns, cells)]));
    }),
    runs,
  );
});

test('long texts in large pieces have the findings of the reference', () => {
  const filler = 'nothing to see here, only some words é and 42 numbers; ';
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 30, maxLength: 60 }),
      fc.array(fc.nat(200_000), { maxLength: 4 }),
      (parts, cuts) => {
        const whole = parts.map((part, i) => part + filler.repeat((i * 37) % 90)).join('\n');
        expect(scan(engine, textSegments(whole, cuts))).toEqual(scan(reference, textSegments(whole, cuts)));
      },
    ),
    { ...runs, numRuns: 8, endOnFailure: true },
  );
});

test('values told under keys beside their text have the findings of the reference, and lose none of the text', () => {
  const header = fc.constantFrom('email', 'Full Name', 'ssn', 'chart.mrn', 'x');
  fc.assert(
    fc.property(text, text, header, fc.array(text, { maxLength: 3 }), (before, after, name, cells) => {
      const keyed = {
        ...rows(
          [name],
          cells.map((cell) => [cell.slice(0, 90)]),
          '$',
        ),
        inText: true as const,
      };
      const [first, second] = textSegments(before + after, [Array.from(before).length]);
      const segments = [first, keyed, second].filter((each) => each !== undefined);
      const found = scan(engine, segments);
      expect(found).toEqual(scan(reference, segments));
      const rules = new Set(found.map(({ rule }) => rule));
      expect(scan(engine, textSegments(before + after)).filter(({ rule }) => !rules.has(rule))).toEqual([]);
    }),
    runs,
  );
});
