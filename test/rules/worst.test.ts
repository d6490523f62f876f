/** No built-in pattern has a text on which it never comes to an end ("ReDoS"). */
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { regexesOf } from '../../src/detect/load-pack.ts';
import type { Rule } from '../../src/rule.ts';
import type { Worst } from './worst-thread.ts';

/** For one pattern, which takes a tenth of a second or, with a slow check digit, a few; what blows up takes years. */
const SECONDS = 60;

test('every built-in pattern gets through a megabyte of its own worst text', {
  timeout: 600_000,
}, async () => {
  const rules = await loadBuiltInRules();
  expect(await runAll(rules, SECONDS)).toEqual(rules.flatMap(patternsOf));
});

test('a pattern that blows up does not get through', async () => {
  const [rule] = await loadBuiltInRules();
  const regex = `job-${'(?:no){1,80}'.repeat(5)}!`;
  const endless: Rule = { ...rule!, id: 'endless', text: { patterns: [{ regex, bare: 'medium' }] } };
  await expect(runAll([endless], 3)).rejects.toThrow('endless text.patterns.0.regex');
});

function patternsOf(rule: Rule): readonly string[] {
  return regexesOf(rule).map(([path]) => `${rule.id} ${path.join('.')}`);
}

/** The patterns that came to their ends. @throws Error naming the first that did not in so many seconds */
function runAll(rules: readonly Rule[], seconds: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worst-thread.ts', import.meta.url), { workerData: rules });
    const done: string[] = [];
    let timer: NodeJS.Timeout | undefined;
    worker.on('message', ({ pattern, milliseconds }: Worst) => {
      clearTimeout(timer);
      if (milliseconds === undefined) {
        timer = setTimeout(() => {
          void worker.terminate();
          reject(new Error(`not done after ${seconds} s: ${pattern}`));
        }, seconds * 1000);
      } else done.push(pattern);
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve(done));
  });
}
