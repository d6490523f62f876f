/** Delivery through loopback servers: each alert arrives once, a channel that fails is tried again, and fails nothing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ChannelConfig, DEFAULT_ALERTS } from '../../src/config.ts';
import type { AlertMessage } from '../../src/delivery/message.ts';
import { configFor, rows, scan, temporaryFolder, writeTree } from '../scan/estate.ts';

const SSN = '521-45-1000';
const people = (name: string) => `name,email,ssn\n${name} Quill,${name}@quillworks.net,${SSN}\n`;

interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A server on loopback that keeps what it gets, and answers with `answer.status`. */
async function server() {
  const received: Received[] = [];
  const answer = { status: 200 };
  const http = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ method: request.method ?? '', path: request.url ?? '', body });
    response.statusCode = answer.status;
    response.end('ok');
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function estate(channels: readonly ChannelConfig[]) {
  const folder = temporaryFolder();
  const root = join(folder.path, 'tree');
  mkdirSync(root);
  writeTree(root, { 'customers.csv': people('ada') });
  const inventory = join(folder.path, 'inventory.db');
  const config = configFor(inventory, root, { alerts: { ...DEFAULT_ALERTS, channels } });
  return { folder: folder.path, root, inventory, config, [Symbol.dispose]: folder[Symbol.dispose] };
}

test('an alert arrives at each channel once, with places and counts and no value', async () => {
  await using at = await server();
  using it = estate([
    { name: 'ops', to: 'webhook', target: `${at.url}/hook` },
    { name: 'chat', to: 'slack', target: `${at.url}/chat` },
  ]);
  await scan(it.config);
  expect(at.received).toEqual([]);
  writeFileSync(join(it.root, 'leads <&>.csv'), people('bo'));
  await scan(it.config);
  await scan(it.config);
  expect(at.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /hook', 'POST /chat']);
  const [hook, chat] = at.received.map(({ body }) => JSON.parse(body));
  const message = hook as AlertMessage;
  expect(message).toMatchObject({
    type: 'whereabouts.alerts',
    version: 1,
    counts: { 'new-unclassified': 1 },
  });
  expect(message.alerts[0]).toMatchObject({ type: 'new-unclassified', level: 'restricted', client: null });
  expect(chat.text).toContain('leads &lt;&amp;&gt;.csv');
  for (const { body } of at.received) expect(body).not.toContain(SSN);
});

test('a channel that fails is told about, fails nothing, and gets everything the next time', async () => {
  await using at = await server();
  using it = estate([{ name: 'ops', to: 'webhook', target: `${at.url}/secret-path` }]);
  await scan(it.config);
  writeFileSync(join(it.root, 'leads.csv'), people('bo'));
  at.answer.status = 503;
  const warnings: string[] = [];
  const { result } = await scan(it.config, { log: (_level, message) => warnings.push(message) });
  expect(result).toMatchObject({ incomplete: false, interrupted: false });
  expect(warnings.join()).toMatch(
    /could not be delivered to ops: it answered 503; the next scan tries again/,
  );
  expect(warnings.join()).not.toContain('secret-path');
  expect(rows(it.inventory, 'select channel, error, alerts from deliveries')).toEqual([
    { channel: 'ops', error: 'it answered 503', alerts: 0 },
  ]);
  at.answer.status = 200;
  await scan(it.config);
  expect(JSON.parse(at.received[1]?.body ?? '{}')).toMatchObject({ counts: { 'new-unclassified': 1 } });
  expect(rows(it.inventory, 'select channel, error, alerts from deliveries')).toEqual([
    { channel: 'ops', error: null, alerts: 1 },
  ]);
});

test('a server that is not there fails nothing, and its address is not told', async () => {
  const gone = await server();
  await gone[Symbol.asyncDispose]();
  using it = estate([{ name: 'deadman', to: 'ping', target: `${gone.url}/token-in-path` }]);
  const warnings: string[] = [];
  await scan(it.config, { log: (_level, message) => warnings.push(message) });
  expect(warnings.join()).toMatch(/deadman: fetch failed/);
  expect(warnings.join()).not.toContain('token-in-path');
});

test('the dead-man switch is told of every scan that did its work, and of no other', async () => {
  await using at = await server();
  using it = estate([{ name: 'deadman', to: 'ping', target: `${at.url}/ping` }]);
  await scan(it.config);
  const missing = join(it.folder, 'nowhere');
  await scan({
    ...it.config,
    sources: it.config.sources.map((one) => ({ ...one, options: { path: missing } })),
  });
  expect(at.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /ping']);
});

test('metrics are written whole, in the text format of Prometheus', async () => {
  using it = estate([]);
  const file = join(it.folder, 'whereabouts.prom');
  const channels = [{ name: 'node', to: 'textfile', target: file }] as const;
  await scan({ ...it.config, alerts: { ...DEFAULT_ALERTS, channels } });
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('# TYPE whereabouts_assets gauge\n');
  expect(text).toContain('whereabouts_assets{source="laptop",level="restricted",status="unclassified"} 1\n');
  expect(text).toMatch(/whereabouts_last_complete_scan_timestamp_seconds\{source="laptop"\} \d{10}\n/);
  expect(text).toContain('whereabouts_alerts_open{type="new-unclassified-copy"} 0\n');
  expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
});
