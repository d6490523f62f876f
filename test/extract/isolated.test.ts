/** Parsers in threads of their own: what hangs or fills the memory costs itself and nothing else. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseIsolated } from '../../src/extract/isolated.ts';
import { collect } from './collect.ts';

const fixture = (path: string) => readFileSync(new URL(path, import.meta.url));
const PARSER = new URL('./parser-thread.ts', import.meta.url);
const { signal } = new AbortController();

function parse(task: string, options: { readonly seconds?: number; readonly signal?: AbortSignal } = {}) {
  return Array.fromAsync(parseIsolated(PARSER, task, { seconds: 5, signal, ...options }));
}

test('a PDF that its parser never comes to an end with is a gap, and the next one is read', async () => {
  const endless = gunzipSync(fixture('../hostile/fixtures/endless.pdf.gz'));
  const { gaps } = await collect(endless, { name: 'a.pdf', limits: { stepSeconds: 1 } });
  expect(gaps).toEqual([{ reason: 'time-limit', message: 'its parser took more than 1 s for one step' }]);
  const { texts } = await collect(fixture('../planted/fixtures/pages.pdf'), { name: 'b.pdf' });
  expect(texts).toHaveLength(2);
});

test('items come in order, one task after the other', async () => {
  expect(await parse('three')).toEqual([1, 2, 3]);
  expect(await parse('three')).toEqual([1, 2, 3]);
});

test('what came before a parser hung is kept', async () => {
  const items: unknown[] = [];
  const hanging = async () => {
    for await (const item of parseIsolated(PARSER, 'hang', { seconds: 0.5, signal })) items.push(item);
  };
  await expect(hanging()).rejects.toMatchObject({ reason: 'time-limit' });
  expect(items).toEqual([1]);
  expect(await parse('three')).toEqual([1, 2, 3]);
});

test('a parser that fills the memory is a gap', { timeout: 60_000 }, async () => {
  await expect(parse('fill', { seconds: 50 })).rejects.toMatchObject({ reason: 'memory-limit' });
  expect(await parse('three')).toEqual([1, 2, 3]);
});

test('a failure of the library is told by its name alone', async () => {
  await expect(parse('throw')).rejects.toMatchObject({
    reason: 'malformed',
    message: 'its parser stopped: TypeError',
  });
});

test('an abort ends the wait at once', async () => {
  const controller = new AbortController();
  const waiting = parse('hang', { signal: controller.signal, seconds: 60 });
  controller.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

test('a consumer that stops in the middle leaves nothing for the next task', async () => {
  for await (const item of parseIsolated(PARSER, 'three', { seconds: 5, signal })) {
    expect(item).toBe(1);
    break;
  }
  expect(await parse('three')).toEqual([1, 2, 3]);
});
