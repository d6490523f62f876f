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
/** rg takes seconds for every 100 kB of this, so it gets a smaller corpus of the same mixture, once. */
const SAMPLE_MEGABYTES = Math.min(MEGABYTES, 2);
const ROUNDS = 3;
const WORKERS = String(availableParallelism());

const RG_OPTIONS = [
  '--no-config',
  '--no-ignore',
  '--hidden',
  '--no-unicode',
  '--count',
  '--only-matching',
  '--threads',
  WORKERS,
  '--regex-size-limit',
  '1G',
  '--dfa-size-limit',
  '1G',
];

interface Row {
  readonly megabytes: number;
  readonly ratio?: string;
  readonly target?: string;
}

const corpus = generatedCorpus(MEGABYTES);
const sample = generatedCorpus(SAMPLE_MEGABYTES);
const rules = await loadBuiltInRules();
const { patterns, left } = ripgrepPatterns(rules);
const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-bench-'));
try {
  const patternFile = join(scratch, 'patterns');
  await writeFile(patternFile, `${patterns.join('\n')}\n`);
  let round = 0;
  const scan = (folder: string): Promise<Sample> => {
    round += 1;
    const inventory = join(scratch, `${round}.db`);
    return measure([process.execPath, CLI, 'scan', folder, '--quiet', '--inventory', inventory]);
  };
  const whole = await compare(ROUNDS, {
    hash: () => measure([process.execPath, join(import.meta.dirname, 'read-hash.ts'), corpus, WORKERS]),
    scan: () => scan(corpus),
  });
  const part = await compare(1, {
    scan: () => scan(sample),
    rg: () => measure(['rg', ...RG_OPTIONS, '-f', patternFile, sample], { accept: [1] }),
  });
  const row = (
    name: string,
    each: Sample,
    { megabytes, ratio = '', target = '' }: Row,
  ): readonly string[] => [
    name,
    inSeconds(each.seconds),
    `${(megabytes / each.seconds).toFixed(1)} MB/s`,
    `${(megabytes / each.cpuSeconds).toFixed(1)} MB/s`,
    ratio,
    target,
    inMegabytes(each.peakBytes),
  ];
  const ofReading = `${Math.round((whole.hash.seconds / whole.scan.seconds) * 100)}% of reading`;
  printTable(
    `content: ${WORKERS} workers, ${rules.length} rules, ${patterns.length} patterns for rg (${left} it cannot take)`,
    [
      ['', 'wall', 'rate', 'of one core', 'ratio', 'target', 'peak RSS'],
      row(`read and sha256, ${MEGABYTES} MB`, whole.hash, { megabytes: MEGABYTES }),
      row(`scan, ${MEGABYTES} MB`, whole.scan, { megabytes: MEGABYTES, ratio: ofReading, target: '>= 40%' }),
      row(`rg, the same patterns, ${SAMPLE_MEGABYTES} MB`, part.rg, { megabytes: SAMPLE_MEGABYTES }),
      row(`scan, ${SAMPLE_MEGABYTES} MB, start included`, part.scan, {
        megabytes: SAMPLE_MEGABYTES,
        ratio: `${(part.rg.cpuSeconds / part.scan.cpuSeconds).toFixed(1)}x rg in CPU`,
        target: '>= 8x',
      }),
    ],
  );
} finally {
  await rm(scratch, { recursive: true });
}
