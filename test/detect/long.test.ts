/** Texts longer than the engine holds at once: matches and their context across blocks, rounds and segments. */
import { expect, test } from 'vitest';
import { compileDetector } from '../../src/detect/index.ts';
import { rule } from './rules.ts';
import { scan, textSegments } from './scan.ts';

const BLOCK = 32 * 1024;

const detector = compileDetector([
  rule({
    id: 'long',
    kind: 'secret',
    text: {
      patterns: [{ regex: '(?<=start )<[a-y é]{0,600}>(?= stop)', bare: 'low', context: 'high' }],
      context: ['key word'],
    },
  }),
  rule({ id: 'run', kind: 'genomic', text: { patterns: [{ regex: 'z{4,40}', bare: 'low' }] } }),
]);

/** A text whose match lies at `at`, with its context word as far before or behind as counts. */
function textWith(at: number, letter: string, wordBehind: boolean): string {
  const match = `start <${letter.repeat(600)}> stop`;
  const before = `${'.'.repeat(at)}\n${wordBehind ? '' : `key word ${'.'.repeat(285)}`}${match}`;
  return `${before}${wordBehind ? `${'.'.repeat(286)} key word` : ''}\n${'.'.repeat(2 * BLOCK)}`;
}

test('a match and its context are whole wherever blocks end', () => {
  for (const letter of ['a', 'é']) {
    for (let at = BLOCK - 1800; at <= BLOCK + 100; at += 97) {
      for (const wordBehind of [true, false]) {
        const text = textWith(at, letter, wordBehind);
        for (const cuts of [[], [at + 300], [at + 10, at + 650, at + 905]]) {
          expect(scan(detector, textSegments(text, cuts)), `${letter} at ${at}`).toMatchObject([
            { rule: 'long', count: 1, confidence: 'high', places: ['line 2'] },
          ]);
        }
      }
    }
  }
});

test('context far from a short value is seen wherever blocks end', () => {
  const short = compileDetector([
    rule({
      id: 'n',
      kind: 'k',
      text: { patterns: [{ regex: '#[a-z]{8}#', context: 'high' }], context: ['ö key'] },
    }),
  ]);
  for (let at = BLOCK - 700; at <= BLOCK + 700; at += 53) {
    for (const wordBehind of [true, false]) {
      const word = wordBehind ? ['', `${'é'.repeat(294)} ö key`] : [`ö key ${'é'.repeat(294)}`, ''];
      const text = `${'.'.repeat(at)} ${word.join('#abcdefgh#')} ${'.'.repeat(BLOCK)}`;
      expect(scan(short, textSegments(text, [at + 300])), `at ${at}`).toMatchObject([{ count: 1 }]);
    }
  }
});

test('matches do not overlap across rounds', () => {
  const text = 'z'.repeat(40 * 4000);
  for (const cuts of [[], [50_000, 50_001, 120_003]]) {
    expect(scan(detector, textSegments(text, cuts))).toMatchObject([
      { rule: 'run', count: 4000, distinct: 1 },
    ]);
  }
});

test('a line of many megabytes is like any other text', () => {
  const piece = Buffer.from('nothing to see here, '.repeat(12_000));
  const content = detector.begin({ path: 'a', name: 'a', labels: {} });
  for (let i = 0; i < 20; i++)
    content.add({ type: 'text', bytes: piece, place: '', line: 1, continues: i > 0 });
  content.add({
    type: 'text',
    bytes: Buffer.from(textWith(0, 'b', true)),
    place: '',
    line: 1,
    continues: true,
  });
  expect(content.finish().findings).toMatchObject([
    { rule: 'long', count: 1, confidence: 'high', places: ['line 2'] },
  ]);
});
