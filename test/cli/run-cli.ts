/** Runs the command line as a process of its own, in a temporary folder. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
