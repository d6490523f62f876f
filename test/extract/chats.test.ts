/** Where people and models talked: what tools export and what models are trained on, each value at a place that a person can open. */
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';

const EMAIL = 'ann.lee@fernpost-mail.com';

test.each([
  [
    'Slack',
    '2026-09-14.json',
    JSON.stringify([{ type: 'message', user: 'U1', text: `mail ${EMAIL}`, ts: '1.0' }]),
    '$[0].text',
  ],
  [
    'Slack, with who wrote',
    'general.json',
    JSON.stringify([{ user: 'U1', user_profile: { real_name: 'Ann', email: EMAIL } }, { text: 'ok' }]),
    '$[0].user_profile.email',
  ],
  [
    'Discord',
    'chat.json',
    JSON.stringify({ messages: [{ id: '1' }, { content: EMAIL, author: { name: 'a' } }] }),
    '$.messages[1].content',
  ],
  [
    'Teams',
    'messages.json',
    JSON.stringify({ value: [{ body: { contentType: 'html', content: `<p>${EMAIL}</p>` } }] }),
    '$.value[0].body.content',
  ],
  [
    'OpenAI',
    'train.jsonl',
    `{}\n${JSON.stringify({ messages: [{ role: 'user', content: EMAIL }] })}\n`,
    'line 2 $.messages[0].content',
  ],
  [
    'Anthropic',
    'log.jsonl',
    JSON.stringify({ messages: [{ role: 'user', content: [{ type: 'text', text: EMAIL }] }] }),
    'line 1 $.messages[0].content[0].text',
  ],
  [
    'ShareGPT',
    'share.json',
    JSON.stringify([{ conversations: [{ from: 'human', value: EMAIL }] }]),
    '$[0].conversations[0].value',
  ],
  [
    'completions',
    'old.jsonl',
    JSON.stringify({ prompt: `Human: ${EMAIL}`, completion: 'ok' }),
    'line 1 $.prompt',
  ],
  ['MLflow', 'mlflow.user', EMAIL, 'line 1'],
  ['MLflow, about a run', 'meta.yaml', `run_name: x\nuser_id: ${EMAIL}\n`, 'line 2'],
  ['Weights & Biases', 'wandb-summary.json', JSON.stringify({ best: { example: EMAIL } }), '$.best.example'],
  [
    'Weights & Biases, configuration',
    'config.yaml',
    `wandb_version: 1\nowner:\n  desc: null\n  value: ${EMAIL}\n`,
    'line 4',
  ],
  ['a model card', 'README.md', `---\nlicense: mit\ncontact: ${EMAIL}\n---\n# Model\n`, 'line 3'],
  ['WhatsApp', 'chat.txt', `14/09/2026, 10:15 - Ann: hi\n14/09/2026, 10:16 - Bob: ${EMAIL}\n`, 'line 2'],
  [
    'syslog',
    'syslog',
    `Sep 14 10:15:00 host app[1]: start\nSep 14 10:15:01 host app[1]: for ${EMAIL}\n`,
    'line 2',
  ],
  ['a rotated log of JSON', 'app.log.1', `{"m":"x"}\n{"user":{"email":"${EMAIL}"}}\n`, 'line 2 $.user.email'],
])('what %s wrote is found at its place', async (_, name, content, place) => {
  expect(await placesOf(content, name)).toEqual([place]);
});

describe('a message in HL7 version 2', () => {
  test('has its segments at their lines, whatever ends them', async () => {
    for (const end of ['\r', '\n', '\r\n']) {
      const content = ['MSH|^~\\&|A|B', `PID|1||42||Lee^Ann||||||||${EMAIL}`, ''].join(end);
      const [place] = await placesOf(content, 'a.hl7');
      expect(place).toBe(end === '\r' ? 'line 1' : 'line 2');
    }
  });
});

/** The places of everything that holds the address. */
async function placesOf(content: string, name: string): Promise<readonly string[]> {
  const { texts, cells } = await collect(content, { name });
  const lines = texts.flatMap(({ place, line, text }) =>
    text
      .split('\n')
      .flatMap((each, i) => (each.includes(EMAIL) ? [`${place}${place && ' '}line ${(line ?? 1) + i}`] : [])),
  );
  return [...lines, ...cells.filter(({ cell }) => cell.includes(EMAIL)).map(({ place }) => place)];
}
