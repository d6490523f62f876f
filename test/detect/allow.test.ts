/** Comments in a text allow what they name, where they stand; they are counted, and nothing is left out. */
import { expect, test } from 'vitest';
import { compileDetector } from '../../src/detect/index.ts';
import { RULES, VALIDATORS } from './rules.ts';
import { rows, scan, textSegments } from './scan.ts';

const engine = compileDetector(RULES, { validators: VALIDATORS });
const MAIL = 'ann.lee@mail.org';

test.each<[string, string, boolean]>([
  ['in the same line', `to: ${MAIL} # whereabouts:allow email invented`, true],
  ['before it in the same line', `/* whereabouts:allow email invented */ "${MAIL}"`, true],
  ['alone in the line before', `// whereabouts:allow email invented\n${MAIL}`, true],
  [
    'alone in the line before, indented, with CRLF',
    `x\r\n  <!-- whereabouts:allow email why -->\r\n${MAIL}`,
    true,
  ],
  ['of several rules', `${MAIL} # whereabouts:allow us-ssn,email invented`, true],
  ['beside code in the line before', `port = 5 # whereabouts:allow email invented\n${MAIL}`, false],
  ['two lines before', `# whereabouts:allow email invented\n\n${MAIL}`, false],
  ['in the line after', `${MAIL}\n# whereabouts:allow email invented`, false],
  ['of another rule', `${MAIL} # whereabouts:allow us-ssn invented`, false],
  ['of a rule whose id begins alike', `${MAIL} # whereabouts:allow email-domain invented`, false],
  ['without a reason', `${MAIL} # whereabouts:allow email`, false],
  ['that is nothing but the end of a comment', `${MAIL} <!-- whereabouts:allow email -->`, false],
  ['too far away', `# whereabouts:allow email invented ${'x '.repeat(200)}${MAIL}`, false],
])('a comment %s', (_where, text, allowed) => {
  const [finding] = scan(engine, textSegments(text));
  expect(finding).toMatchObject({ rule: 'email', count: 1 });
  expect(finding?.allowed).toBe(allowed ? 1 : undefined);
});

test('what is allowed is counted with the rest, and the reason says how many', () => {
  const [finding] = scan(engine, textSegments(`${MAIL} # whereabouts:allow email invented\n\nbo@mail.org`));
  expect(finding).toMatchObject({ count: 2, distinct: 2, allowed: 1 });
  expect(finding?.why).toMatch(/, 1 allowed inline$/);
});

test('a finding made of several is not weakened', () => {
  const text = `MRN: A1234567 ${MAIL} # whereabouts:allow email,mrn invented`;
  const phi = scan(engine, textSegments(text)).find(({ rule }) => rule === 'phi');
  expect(phi?.confidence).toBe('high');
  expect(phi).not.toHaveProperty('allowed');
});

test('cells hold data, not comments', () => {
  const [finding] = scan(engine, [rows(['note'], [[`${MAIL} # whereabouts:allow email invented`]])]);
  expect(finding).toMatchObject({ rule: 'email', count: 1 });
  expect(finding).not.toHaveProperty('allowed');
});
