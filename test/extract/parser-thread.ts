/** A parser that does what its task says, for isolated.test.ts. */
import { serveParser } from '../../src/extract/isolated-thread.ts';

serveParser(async function* (task) {
  yield 1;
  if (task === 'hang') for (;;);
  if (task === 'throw') throw new TypeError('what nobody may see');
  if (task === 'fill')
    for (const held: number[][] = []; ; ) held.push(Array.from({ length: 10_000 }, Math.random));
  yield 2;
  yield 3;
});
