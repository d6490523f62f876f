import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';

const FIRST = 'From: Ann <ann@example.org>\r\nSubject: one\r\nMIME-Version: 1.0\r\n\r\n';
const message = (body: string, from = 'ann@example.org Mon Sep 14 10:15:00 2026'): string =>
  `From ${from}\n${FIRST}${body}\n\n`;

describe('a mailbox', () => {
  test('is read message by message, bodies and attachments decoded', async () => {
    const encoded = [
      'From - Mon Sep 14 10:15:00 2026',
      'From: bob@example.org',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/csv; name=list.csv',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('email,phone\ncarol@example.org,1\n').toString('base64'),
      '--b--',
      '',
    ].join('\n');
    const found = await collect(message('first body') + encoded, { name: 'Inbox' });
    expect(found.formats.map(({ format }) => format)).toEqual(['mbox', 'csv']);
    expect(found.texts).toContainEqual({ place: 'message 1 body', line: 1, text: 'first body\n\n' });
    expect(found.cells).toContainEqual({
      place: 'message 2 header From',
      column: 'From',
      cell: 'bob@example.org',
    });
    expect(found.cells).toContainEqual({
      place: 'Inbox!/message 2!/list.csv row 1, column email',
      column: 'email',
      cell: 'carol@example.org',
    });
    expect(found.members.map(({ path }) => path)).toEqual(['message 2!/list.csv']);
    expect(found.gaps).toEqual([]);
  });

  test('is not cut where a sentence begins with From, nor where From is quoted', async () => {
    const body =
      'Dear Bob,\n\nFrom 10:30 to 2026\nI am away.\n\n>From me Mon Sep 14 10:15:00 2026\nX: y\nend';
    const { texts } = await collect(message(body) + message('second'), { name: 'a.mbox' });
    expect(texts.map(({ place, text }) => `${place}: ${text.trimEnd()}`)).toEqual([
      `message 1 body: ${body}`,
      'message 2 body: second',
    ]);
  });

  test('is the same wherever the stream is cut', async () => {
    const content = Buffer.from(
      `stray words\n${message('one\nFrom here')}${message('zwei ü')}${message('')}`,
    );
    const whole = await collect(content, { name: 'a.mbox' });
    for (const cuts of [[1], [7], [64, 3], [200]]) {
      expect(await collect(content, { name: 'a.mbox', cuts })).toEqual(whole);
    }
  });

  test('gives all of its text when it has more attachments than one file may have', async () => {
    const part = (n: number): string =>
      `Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext ${n}\n--b\nContent-Disposition: attachment; filename=${n}.txt\n\n${n}\n--b--\n`;
    const many = [1, 2, 3, 4].map((n) => `From a Mon Sep 14 10:15:00 2026\n${part(n)}`).join('\n');
    const found = await collect(many, { name: 'a.mbox', limits: { members: 2 } });
    expect(found.members.length).toBe(2);
    expect(found.texts.filter(({ place }) => place.endsWith('body')).length).toBe(4);
    expect(found.gaps).toEqual([
      { reason: 'archive-limit', message: 'attachments of 2 messages: more than 2 members' },
    ]);
  });
});

describe('a message', () => {
  test.each([
    ['in a maildir', '1726308900.M1P2.host:2,S', FIRST],
    ['of Apple Mail', '1.emlx', `${FIRST.length + 4}\n${FIRST}`],
    ['saved as a page', 'page.mht', FIRST],
  ])('%s is known as one', async (_, name, head) => {
    const { formats, texts } = await collect(`${head}body`, { name });
    expect(formats[0]?.format).toBe('eml');
    expect(texts.map(({ place, text }) => [place, text.trim()])).toEqual([['body', 'body']]);
  });

  test('of very many short lines is read as text, and says so', async () => {
    const { texts, gaps } = await collect(`${FIRST}${'x\n'.repeat(150_000)}needle`, { name: 'a.eml' });
    expect(texts.some(({ text }) => text.includes('needle'))).toBe(true);
    expect(gaps.map(({ reason }) => reason)).toEqual(['malformed']);
  });

  test('whose parts lie too deep is read as text, and says so', async () => {
    const nested = Array.from(
      { length: 300 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
    );
    const { texts, gaps } = await collect(`From: a@example.org\n${nested.join('')}\nneedle`, {
      name: 'a.eml',
    });
    expect(texts.some(({ text }) => text.includes('needle'))).toBe(true);
    expect(gaps.map(({ reason }) => reason)).toEqual(['malformed']);
  });
});
