/** Scans a folder by the command line as a user without rights, watching its memory; and takes snapshots of the folder. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(import.meta.resolve('#root/src/cli.ts'));
/** Says NETWORK on standard error when somebody wants to leave the machine, or to reach it, and lets nobody. */
export const NO_NETWORK = ['--require', join(import.meta.dirname, 'no-network.cjs')];
/** Root may read everything, and then nothing is denied: it gives these rights up. Another user might not reach this checkout. */
const WITHOUT_RIGHTS = ['--bounding-set', '--inh-caps'].map(
  (which) => `${which}=-dac_override,-dac_read_search`,
);

export interface Scanned {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Most bytes of memory that it held. */
  readonly peakRss: number;
  readonly seconds: number;
}

/** Runs `whereabouts ARGS` in `cwd`, without network. As root it needs util-linux's setpriv. */
export function scanWithoutRights(args: readonly string[], cwd: string): Promise<Scanned> {
  const started = performance.now();
  const program = [process.execPath, ...NO_NETWORK, CLI, ...args] as const;
  const [command, ...rest] =
    process.getuid?.() === 0 ? (['setpriv', ...WITHOUT_RIGHTS, ...program] as const) : program;
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, TMPDIR: cwd, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let peakRss = 0;
  const watch = setInterval(() => {
    peakRss = Math.max(peakRss, highWaterMark(child.pid));
  }, 50);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(watch);
      resolve({ code, ...output, peakRss, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** Bytes; 0 once the process has ended. */
function highWaterMark(pid: number | undefined): number {
  try {
    const [, kib = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kib) * 1024;
  } catch {
    return 0;
  }
}

/** Kind, mode, size, time of change and, of what is small, the bytes of everything in `root` but the endless folder `d`. */
export function snapshot(root: string): ReadonlyMap<string, string> {
  const seen = new Map<string, string>();
  const visit = (path: string): void => {
    const { mode, size, mtimeNs } = lstatSync(path, { bigint: true });
    const kind = Number(mode) & 0o170000;
    const bytes =
      kind === 0o100000 && size < 1_000_000n && (Number(mode) & 0o444) !== 0
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : kind === 0o120000
          ? readlinkSync(path)
          : '';
    seen.set(path.slice(root.length), `${mode} ${size} ${mtimeNs} ${bytes}`);
    if (kind !== 0o040000 || path.endsWith('/d') || (Number(mode) & 0o444) === 0) return;
    for (const name of readdirSync(path)) visit(join(path, name));
  };
  visit(root);
  return seen;
}
