/** Runs child processes and measures them: wall time, CPU time and the peak of memory of each. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const TIME = '/usr/bin/time';
export const CLI = join(import.meta.dirname, '../src/cli.ts');
/** Generated data; ignored by git, made when it is not there. */
export const DATA = join(import.meta.dirname, '.data');

export interface Sample {
  readonly seconds: number;
  /** User and system, all threads. */
  readonly cpuSeconds: number;
  /** Peak resident memory in bytes, of the process and what it waited for. */
  readonly peakBytes: number;
}

/** Accepted exit codes beside 0, such as 1 for `rg` without matches. */
export interface RunOptions {
  readonly accept?: readonly number[];
}

/** Runs a command to its end under GNU time, its output thrown away. @throws Error when it fails or GNU time is missing */
export async function measure(command: readonly string[], options: RunOptions = {}): Promise<Sample> {
  if (!existsSync(TIME)) throw new Error(`${TIME} is missing: apt-get install time`);
  const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-bench-'));
  try {
    const report = join(scratch, 'time');
    const started = process.hrtime.bigint();
    await run([TIME, '-q', '-f', '%U %S %M', '-o', report, ...command], [0, ...(options.accept ?? [])]);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const [user, system, kilobytes] = (await readFile(report, 'utf8')).trim().split(' ').map(Number);
    return { seconds, cpuSeconds: (user ?? 0) + (system ?? 0), peakBytes: (kilobytes ?? 0) * 1024 };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Runs each task once per round, in turn, so that a slow minute of the machine slows all of them. Gives the medians. */
export async function compare<Name extends string>(
  rounds: number,
  tasks: Readonly<Record<Name, () => Promise<Sample>>>,
): Promise<Readonly<Record<Name, Sample>>> {
  // Object.keys widens the names of a record to string.
  const names = Object.keys(tasks) as Name[];
  const samples = new Map<Name, Sample[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples.get(name)?.push(await tasks[name]());
  }
  // Every name was given its median just above.
  return Object.fromEntries(names.map((name) => [name, middle(samples.get(name) ?? [])])) as Record<
    Name,
    Sample
  >;
}

/** The median; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Prints a table with aligned columns, and before it what it is about and on which machine. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  console.log(`\n${title}  (${machine}, ${new Date().toISOString().slice(0, 10)})`);
  for (const row of rows) {
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`,
    );
  }
}

export function inSeconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

export function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function middle(samples: readonly Sample[]): Sample {
  return {
    seconds: median(samples.map(({ seconds }) => seconds)),
    cpuSeconds: median(samples.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: Math.max(...samples.map(({ peakBytes }) => peakBytes)),
  };
}

function run(command: readonly string[], accept: readonly number[]): Promise<void> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('nothing to run');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const messages: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== null && accept.includes(code)) resolve();
      else
        reject(
          new Error(`${command.join(' ')} ended with ${code}:\n${Buffer.concat(messages).subarray(-2000)}`),
        );
    });
  });
}
