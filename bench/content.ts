/**
 * A content scan of generated mixed text, against `rg` with the same patterns and against reading and hashing the same files
 * with as many workers. Needs ripgrep: apt-get install ripgrep.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBuiltInRules } from '../src/detect/load.ts';
import { generatedCorpus } from './corpus.ts';
import { CLI, compare, inMegabytes, inSeconds, measure, printTable, type Sample } from './measure.ts';
import { ripgrepPatterns } from './ripgrep-patterns.ts';

const MEGABYTES = Number(process.env.BENCH_MEGABYTES ?? 500);
const ROUNDS = 3;
const WORKERS = String(availableParallelism());

const corpus = generatedCorpus(MEGABYTES);
const rules = await loadBuiltInRules();
const { patterns, left } = ripgrepPatterns(rules);
const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-bench-'));
try {
  const patternFile = join(scratch, 'patterns');
  await writeFile(patternFile, `${patterns.join('\n')}\n`);
  let round = 0;
  const results = await compare(ROUNDS, {
    hash: () => measure([process.execPath, join(import.meta.dirname, 'read-hash.ts'), corpus, WORKERS]),
    scan: () => {
      round += 1;
      return measure([
        process.execPath,
        CLI,
        'scan',
        corpus,
        '--quiet',
        '--concurrency',
        WORKERS,
        '--inventory',
        join(scratch, `${round}.db`),
      ]);
    },
  });
  // Once: it is slow, and its share of the noise is small.
  const rg = await measure(
    [
      'rg',
      '--no-config',
      '--no-ignore',
      '--hidden',
      '--no-unicode',
      '-j',
      WORKERS,
      '-c',
      '-o',
      '--regex-size-limit',
      '1G',
      '--dfa-size-limit',
      '1G',
      '-f',
      patternFile,
      corpus,
    ],
    { accept: [1] },
  );
  const row = (name: string, sample: Sample, target: string): readonly string[] => [
    name,
    inSeconds(sample.seconds),
    `${(MEGABYTES / sample.seconds).toFixed(1)} MB/s`,
    `${(results.hash.seconds / sample.seconds).toFixed(2)}`,
    `${(rg.seconds / sample.seconds).toFixed(1)}x`,
    target,
    inMegabytes(sample.peakBytes),
  ];
  printTable(
    `content: ${MEGABYTES} MB, ${WORKERS} workers, median of ${ROUNDS}, ${rules.length} rules, ${patterns.length} patterns for rg (${left} it cannot take)`,
    [
      ['', 'wall', 'rate', 'of reading', 'of rg', 'target', 'peak RSS'],
      row('read and sha256', results.hash, ''),
      row('rg, same patterns without look-around', rg, ''),
      row('scan', results.scan, '>= 0.40 of reading'),
    ],
  );
} finally {
  await rm(scratch, { recursive: true });
}
