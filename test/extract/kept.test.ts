/** What experiments, chats, browsers and vector stores leave behind, in their real layout: what is read of it, and with which place. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { collect } from './collect.ts';

const EMAIL = 'ann.lee@example-mail.com';

test.each([
  ['MLflow, a parameter', 'recipient', EMAIL, 'line 1'],
  ['MLflow, about a run', 'meta.yaml', `run_name: x\nuser_id: ${EMAIL}\n`, '$.user_id'],
  ['MLflow, a table', 'table.json', `{"columns":["n","email"],"data":[[1,"${EMAIL}"]]}`, '$.data[0][1]'],
  ['W&B, a table', 'x.table.json', `{"columns":["email"],"data":[["x"],["${EMAIL}"]]}`, '$.data[1][0]'],
  ['W&B, configuration', 'config.yaml', `owner:\n  value: ${EMAIL}\n`, '$.owner.value'],
  ['W&B, output', 'output.log', `epoch 1\nto ${EMAIL}\n`, 'line 2'],
  [
    'Label Studio',
    'project-1.json',
    `[{"id":1,"data":{"text":"x"},"annotations":[{"completed_by":{"email":"${EMAIL}"}}]}]`,
    '$[0].annotations[0].completed_by.email',
  ],
  [
    'ChatGPT',
    'conversations.json',
    `[{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["${EMAIL}"]}}}}}]`,
    '$[0].mapping.a.message.content.parts[0]',
  ],
  [
    'Claude',
    'conversations.json',
    `[{"uuid":"u","chat_messages":[{"sender":"human","text":"${EMAIL}"}]}]`,
    '$[0].chat_messages[0].text',
  ],
  ['Slack', '2026-01-01.json', `[{"type":"message","user":"U1","text":"<mailto:${EMAIL}>"}]`, '$[0].text'],
  [
    'Teams',
    'messages.json',
    `{"conversations":[{"MessageList":[{"content":"<p>${EMAIL}</p>"}]}]}`,
    '$.conversations[0].MessageList[0].content',
  ],
  [
    'an archive of HTTP',
    'trace.har',
    `{"log":{"entries":[{"request":{"postData":{"text":"{\\"email\\":\\"${EMAIL}\\"}"}}}]}}`,
    '$.log.entries[0].request.postData.text',
  ],
  [
    'a page with its pictures',
    'page.mhtml',
    [
      'From: <Saved by Blink>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/related; type="text/html"; boundary="--B"',
      '',
      '----B',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      `<table><tr><th>email</th></tr><tr><td>${EMAIL.replace('@', '=40')}</td></tr></table>`,
      '----B--',
    ].join('\r\n'),
    'html body table 1 row 1, column email',
  ],
  [
    'a web archive of Safari',
    'page.webarchive',
    `<?xml version="1.0"?><plist version="1.0"><dict><key>WebMainResource</key><dict><key>WebResourceData</key><data>${Buffer.from(`<p>${EMAIL}</p>`).toString('base64')}</data></dict></dict></plist>`,
    '$.WebMainResource.WebResourceData',
  ],
])('%s is read', async (_, name, content, place) => {
  const { cells, keyed, texts, gaps } = await collect(content, { name });
  const places = [
    ...[...cells, ...keyed].filter(({ cell }) => cell.includes(EMAIL)).map((cell) => cell.place),
    ...texts.flatMap((text) =>
      text.text
        .split('\n')
        .flatMap((line, i) =>
          line.includes(EMAIL) ? [`${text.place} line ${(text.line ?? 1) + i}`.trim()] : [],
        ),
    ),
  ];
  expect(places).toContain(place);
  expect(gaps).toEqual([]);
});

test.each([
  [
    'mlflow.db',
    "create table params(key text, value text); insert into params values('to', 'EMAIL')",
    'table params row 1, column value',
  ],
  [
    'homes.gpkg',
    "create table homes(fid integer primary key, geom blob, owner text); insert into homes values(1, x'4750', 'EMAIL')",
    'table homes row 1, column owner',
  ],
  [
    'chroma.sqlite3',
    "create table embedding_metadata(id integer, key text, string_value text); insert into embedding_metadata values(1, 'chroma:document', 'EMAIL')",
    'table embedding_metadata row 1, column string_value',
  ],
])('%s is read', async (name, sql, place) => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  try {
    const database = new DatabaseSync(join(folder, name));
    database.exec(sql.replaceAll('EMAIL', EMAIL));
    database.close();
    const { cells } = await collect(readFileSync(join(folder, name)), { name });
    expect(cells.filter(({ cell }) => cell === EMAIL).map((cell) => cell.place)).toEqual([place]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the columns of a split table are judged by their names', async () => {
  const table = '{"columns":["full_name","dob"],"data":[["Ann Lee","1954-02-17"],["Bob Ray","1948-07-22"]]}';
  for (const content of [table, `{"table":${table}}`]) {
    const { cells } = await collect(content, { name: 'eval.json' });
    expect(cells.filter(({ cell }) => cell === '1948-07-22').map(({ column }) => column)).toEqual(['dob']);
  }
});

test.each([
  [
    'an index of FAISS has vectors alone',
    'index.faiss',
    Buffer.from(`IxF2${'\x04\0\xff\x81'.repeat(20)}`, 'latin1'),
    'no-text',
  ],
  ['an Outlook file', 'archive.pst', Buffer.from('!BDN\0\x01\xff\xfe', 'latin1'), 'unsupported-format'],
  ['a section of OneNote', 'a.one', Buffer.from('e4525c7b8cd8a74d0001ff', 'hex'), 'unsupported-format'],
  [
    'an Access database',
    'a.accdb',
    Buffer.from('\0\x01\0\0Standard ACE DB\0\xff', 'latin1'),
    'unsupported-format',
  ],
  [
    'events of TensorBoard',
    'events.out.tfevents.1700000000.host',
    Buffer.from('18000000000000000102ff', 'hex'),
    'unsupported-format',
  ],
])('%s: a gap, never clean', async (_, name, bytes, reason) => {
  const { gaps } = await collect(bytes, { name });
  expect(gaps.map((gap) => gap.reason)).toEqual([reason]);
});
