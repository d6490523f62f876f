/** What makes a match in running text a finding, and how sure it is. */
import { expect, test } from 'vitest';
import { compileDetector } from '../../src/detect/index.ts';
import type { Rule, TextDetector } from '../../src/rule.ts';
import { rule, VALIDATORS } from './rules.ts';
import { scan, textSegments } from './scan.ts';

const NUMBER = String.raw`(?<!\d)\d{9}(?!\d)`;

function find(text: TextDetector, content: string, path = 'a/file.txt') {
  const rules: readonly Rule[] = [rule({ id: 'number', kind: 'national-id', text })];
  return scan(compileDetector(rules, { validators: VALIDATORS }), textSegments(content), path)[0];
}

test('a context word within 300 characters raises the confidence, before or after', () => {
  const text = { patterns: [{ regex: NUMBER, bare: 'low', context: 'high' }], context: ['tax id'] } as const;
  expect(find(text, '123456789')).toMatchObject({ confidence: 'low', why: 'pattern' });
  expect(find(text, `Tax-ID ${'.'.repeat(290)} 123456789`)).toMatchObject({
    confidence: 'high',
    why: 'near "tax-id"',
  });
  expect(find(text, `123456789${'.'.repeat(290)} tax id`)).toMatchObject({ confidence: 'high' });
  expect(find(text, `tax id ${'.'.repeat(300)} 123456789`)).toMatchObject({ confidence: 'low' });
  expect(find(text, '123456789', 'hr/taxId/list.txt')).toMatchObject({
    confidence: 'high',
    why: 'path "tax id"',
  });
});

test('a word at the edge of one value is whole for the next', () => {
  const text = { patterns: [{ regex: NUMBER, context: 'medium' }], context: ['tax id'] } as const;
  expect(find(text, `123456789${'.'.repeat(297)}tax id${'.'.repeat(100)}987654321`)).toMatchObject({
    count: 1,
  });
});

test('context words are whole words, in any script', () => {
  const text = {
    patterns: [{ regex: NUMBER, context: 'medium' }],
    context: ['lic', 'größe', '身份证'],
  } as const;
  expect(find(text, 'public 123456789')).toBeUndefined();
  expect(find(text, 'licence 123456789')).toBeUndefined();
  expect(find(text, 'lic_no 123456789')).toBeDefined();
  expect(find(text, 'Übergröße 123456789')).toBeUndefined();
  expect(find(text, 'GRÖßE: 123456789')).toBeDefined();
  expect(find(text, '我的身份证号码是 123456789')).toBeDefined();
});

test('a word of everyday language, or of two letters, counts only as a label', () => {
  const text = { patterns: [{ regex: NUMBER, context: 'medium' }], context: ['run', 'ci', 'rut'] } as const;
  for (const label of [
    'RUN: 123456789',
    'run no. 123456789',
    'CI 123456789',
    'CI of the patient: 123456789',
    '123456789 (run)',
  ]) {
    expect(find(text, label), label).toBeDefined();
  }
  expect(find(text, 'we run all of the tests and then see 123456789')).toBeUndefined();
  expect(find(text, '123456789 is what the CI printed')).toBeUndefined();
  expect(find(text, 'the RUT that she gave in her letter was 123456789')).toBeDefined();
});

test('the end of a row of numbers is no spaced number', () => {
  const text = { patterns: [{ regex: String.raw`\d{4}(?: \d{4}){3}`, bare: 'medium' }] } as const;
  expect(find(text, '891 978 1030 1043 1056 1069')).toBeUndefined();
  expect(find(text, 'no 4 1030 1043 1056 1069')).toBeDefined();
  expect(find(text, '12 items, 4 1030 1043 1056 1069')).toBeDefined();
});

test('a negative word lowers the band, and below low there is no finding', () => {
  const negative = ['order'];
  expect(find({ patterns: [{ regex: NUMBER, bare: 'high' }], negative }, 'order 123456789')).toMatchObject({
    confidence: 'medium',
    why: 'lowered: near "order"',
  });
  expect(find({ patterns: [{ regex: NUMBER, bare: 'low' }], negative }, 'order 123456789')).toBeUndefined();
});

test('after a failed check digit the search goes on at the next start', () => {
  const text = {
    patterns: [{ regex: String.raw`\d{4}(?: \d{4}){3}`, bare: 'medium' }],
    validate: 'luhn',
  } as const;
  expect(find(text, '0007 5500 0000 0000 0004')).toMatchObject({
    count: 1,
    why: 'luhn ok',
    shape: '9999 9999 9999 9999',
  });
  expect(find(text, '5500 0000 0000 0005')).toBeUndefined();
});

test('known test values do not count, however they are written', () => {
  const text = {
    patterns: [{ regex: String.raw`\d{3}[- ]\d{3}[- ]\d{3}`, bare: 'medium' }],
    deny: ['111-222-333'],
  } as const;
  expect(find(text, '111 222 333')).toBeUndefined();
  expect(find(text, '111-222-334')).toMatchObject({ count: 1 });
});

test('digits inside something longer are no number', () => {
  const text = { patterns: [{ regex: String.raw`\d{9}`, bare: 'medium' }] } as const;
  for (const longer of [
    'x123456789',
    '1234567890',
    '0.123456789',
    '1.2.123456789',
    '123456789.5',
    '00000000-0000-4000-8000-123456789012',
    'https://example.org/item/123456789',
    'https://example.org/item/123456789/edit',
    `Qk${'aB3/'.repeat(10)}+123456789/${'xYz+'.repeat(4)}`,
  ]) {
    expect(find(text, `see ${longer} there`), longer).toBeUndefined();
  }
  for (const own of [
    'no.123456789',
    '123456789.',
    '(123456789)',
    'a=123456789',
    'https://example.org/?id=123456789',
  ]) {
    expect(find(text, `see ${own} there`), own).toBeDefined();
  }
});

test('too few distinct values lower the band', () => {
  const text = { patterns: [{ regex: NUMBER, bare: 'medium' }], minDistinct: 2 } as const;
  expect(find(text, '123456789 123456789')).toMatchObject({ confidence: 'low', count: 2, distinct: 1 });
  expect(find(text, '123456789 987654321')).toMatchObject({ confidence: 'medium', count: 2, distinct: 2 });
});

test('what reached medium is counted, and what stayed low only when nothing did', () => {
  const text = { patterns: [{ regex: NUMBER, bare: 'low', context: 'medium' }], context: ['ssn'] } as const;
  const far = 'x '.repeat(400);
  expect(find(text, `123456789 ${far} ssn 234567891`)).toMatchObject({ confidence: 'medium', count: 1 });
  expect(find(text, `123456789 ${far} 234567891`)).toMatchObject({ confidence: 'low', count: 2 });
});

test('the value group is the value, and its line is the place', () => {
  const text = { patterns: [{ regex: String.raw`id:\s{0,4}(?<value>\d{9})`, bare: 'medium' }] } as const;
  expect(find(text, 'one\ntwo id:\n 123456789')).toMatchObject({ places: ['line 3'], shape: '999999999' });
});

test('the first fifteen places are kept', () => {
  const text = { patterns: [{ regex: NUMBER, bare: 'medium' }] } as const;
  const found = find(text, Array.from({ length: 20 }, (_, i) => `${123456789 + i}\n`).join(''));
  expect(found).toMatchObject({ count: 20, distinct: 20 });
  expect(found?.places).toEqual(Array.from({ length: 15 }, (_, i) => `line ${i + 1}`));
});

test('full-width digits, invisible characters and odd hyphens make no difference', () => {
  const text = { patterns: [{ regex: String.raw`(?<!\d)\d{3}-\d{3}(?!\d)`, bare: 'medium' }] } as const;
  for (const written of ['１２３-４５６', '1\u200b23-4\u00ad56', '123\u2011456', '123\u2013456']) {
    expect(find(text, written)).toMatchObject({ count: 1, shape: '999-999' });
  }
});

test('places in a part of a content begin with the part', () => {
  const detector = compileDetector([
    rule({ id: 'n', kind: 'k', text: { patterns: [{ regex: NUMBER, bare: 'medium' }] } }),
  ]);
  const bytes = Buffer.from('a\n123456789');
  const at = (place: string, line: number | null) =>
    scan(detector, [{ type: 'text', bytes, place, line, continues: false }])[0]?.places;
  expect(at('cell 4 output 1', 1)).toEqual(['cell 4 output 1 line 2']);
  expect(at('page 3', null)).toEqual(['page 3']);
  expect(at('', 7)).toEqual(['line 8']);
});

test('a rule that runs past its deadline is left out of the rest and reported', () => {
  let clock = 0;
  const slow = rule({
    id: 'slow',
    kind: 'k',
    text: { patterns: [{ regex: NUMBER, bare: 'medium' }], validate: 'slow' },
  });
  const validators = {
    slow: () => {
      clock += 600;
      return true;
    },
  };
  const detector = compileDetector([slow], { validators, now: () => clock, ruleMilliseconds: 500 });
  const content = detector.begin({ path: 'a', name: 'a', labels: {} });
  for (let i = 0; i < 3; i++) content.add({ ...textSegments('123456789')[0]!, continues: false });
  expect(content.finish()).toMatchObject({
    findings: [{ rule: 'slow', count: 1 }],
    gaps: [{ reason: 'rule-disabled', message: expect.stringContaining('slow') }],
  });
});

test('a pattern without end or a validator that is not there is refused by the name of its rule', () => {
  expect(() => find({ patterns: [{ regex: 'a+b', bare: 'low' }] }, '')).toThrow(/rule number.*finite/);
  expect(() => find({ patterns: [{ regex: 'ab', bare: 'low' }], validate: 'none' }, '')).toThrow(
    /number.*"none"/,
  );
});
