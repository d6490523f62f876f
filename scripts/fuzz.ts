/**
 * `npm run fuzz -- --seconds 60 --seed N`: damaged files of every format through the extractor. Ends with 1 when one of them crashed or hung it;
 * `--number N` with the same seed runs that one again, `--save FILE` keeps its bytes.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz/fuzz.ts';
import { fuzzInputs } from './fuzz/inputs.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    number: { type: 'string' },
    save: { type: 'string' },
  },
});
const seed = Number(values.seed);
const only = values.number === undefined ? undefined : Number(values.number);
if (only !== undefined) {
  const input = (await fuzzInputs())(seed, only);
  process.stdout.write(`made of ${input.name}: ${input.bytes.length} bytes\n`);
  if (values.save !== undefined) writeFileSync(values.save, input.bytes);
}
const result = await fuzz({
  seed,
  first: only ?? 0,
  count: only === undefined ? Number.MAX_SAFE_INTEGER : 1,
  seconds: Number(values.seconds),
});
for (const { number, what } of result.failures) {
  process.stdout.write(`\nnpm run fuzz -- --seed ${seed} --number ${number}\n${what}\n`);
}
const peak = Math.round(result.peakRss / 1024 ** 2);
process.stdout.write(
  `\nseed ${seed}: ${result.done} inputs, ${result.failures.length} failures, peak ${peak} MiB\n`,
);
process.exitCode = result.failures.length > 0 ? 1 : 0;
