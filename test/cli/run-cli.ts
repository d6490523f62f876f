/** Runs the command line in a temporary folder: as a process of its own, or where that proves nothing more, in this one. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/commands/main.ts';
import { FAMILIES } from '../../src/rule.ts';

const CLI = fileURLToPath(import.meta.resolve('#root/src/cli.ts'));

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent as soon as standard error says this; as often as there are signals. */
  readonly interrupt?: { readonly at: RegExp; readonly signals: readonly NodeJS.Signals[] };
}

/** Runs `whereabouts ARGS` to its end. */
export function runCli(args: readonly string[], { cwd, env = {}, interrupt }: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let signals = interrupt?.signals ?? [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (interrupt?.at.test(stderr)) {
        for (const signal of signals) child.kill(signal);
        signals = [];
      }
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** As runCli, in this process: everything but what `src/cli.ts` does, in a tenth of the time. Not for what reads standard input. */
export async function runHere(
  args: readonly string[],
  { cwd, env = {} }: Omit<RunOptions, 'interrupt'>,
): Promise<Ended> {
  const [stdout, stderr] = [collected(), collected()];
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const code = await runProgram(['node', 'whereabouts', ...args], {
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    cwd,
    home: cwd,
    cores: availableParallelism(),
    now: () => new Date(),
    clock: () => performance.now() / 1000,
  });
  // A process would have ended with them.
  for (const [index, signal] of signals.entries())
    for (const listener of process.listeners(signal))
      if (!before[index]?.includes(listener)) process.off(signal, listener);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A stream that is no terminal, and what was written to it. */
function collected() {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

/** A folder with `files`, gone when the test is. */
export function folderWith(files: Readonly<Record<string, string>>): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'whereabouts-cli-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A config with one source `work` over `data/`, and few rules, so that scans are short. */
export function smallConfig(more = ''): string {
  const off = FAMILIES.filter((family) => family !== 'identity');
  return `sources:\n  - {name: work, connector: local, path: data}\nrules:\n  off: [${off.join(', ')}]\n${more}`;
}

/** A table of people who do not exist; their numbers are in issued ranges. */
export function people(count: number): string {
  const rows = Array.from(
    { length: count },
    (_, n) => `Ada Quill ${n},ada.quill${n}@quillworks.net,${521 + (n % 50)}-45-${1000 + n}`,
  );
  return `name,email,ssn\n${rows.join('\n')}\n`;
}

/** The JSON lines of an output. */
export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
