/** Listing 200,000 files into the inventory, against `find -printf` and `du`; then again with nothing changed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CLI, compare, inMegabytes, inSeconds, measure, printTable, type Sample } from './measure.ts';
import { generatedTree } from './tree.ts';

const FILES = Number(process.env.BENCH_FILES ?? 200_000);
const ROUNDS = 5;

const tree = generatedTree(FILES);
const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-bench-'));
try {
  let round = 0;
  const scan = (): Promise<Sample> =>
    measure([
      process.execPath,
      CLI,
      'scan',
      tree,
      '--depth',
      'metadata',
      '--quiet',
      '--inventory',
      join(scratch, `${round}.db`),
    ]);
  const results = await compare(ROUNDS, {
    find: () => measure(['find', tree, '-printf', '%p\\0%s\\0%T@\\0%u\\0%m\\0%i\\n']),
    du: () => measure(['du', '-s', tree]),
    first: () => {
      round += 1;
      return scan();
    },
    again: scan,
  });
  const row = (name: string, sample: Sample, target: string): readonly string[] => [
    name,
    inSeconds(sample.seconds),
    inSeconds(sample.cpuSeconds),
    `${Math.round(FILES / sample.seconds / 1000)}k files/s`,
    `${(sample.seconds / results.find.seconds).toFixed(2)}x find`,
    target,
    inMegabytes(sample.peakBytes),
  ];
  printTable(`metadata: ${FILES.toLocaleString('en')} files, median of ${ROUNDS}`, [
    ['', 'wall', 'CPU', 'rate', 'ratio', 'target', 'peak RSS'],
    row('find -printf', results.find, ''),
    row('du -s', results.du, ''),
    row('scan --depth metadata, new inventory', results.first, '<= 4x'),
    row('the same again, nothing changed', results.again, '<= 2x'),
  ]);
  printCounts(join(scratch, `${round}.db`));
} finally {
  await rm(scratch, { recursive: true });
}

/** Shows that both runs listed everything and read nothing. */
function printCounts(inventory: string): void {
  const db = new Database(inventory, { readonly: true });
  const runs = db.prepare('select run_id, status, listed, read, bytes_read from runs order by run_id').all();
  db.close();
  console.log(runs.map((run) => `  ${JSON.stringify(run)}`).join('\n'));
}
