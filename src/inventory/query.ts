/**
 * Anybody's SQL over an inventory, with a real time limit. SQLite runs inside one call of its library, which neither a timer nor
 * ending a worker thread can interrupt: so a process of its own runs the query, and is killed when the time is over.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { EXIT, type ExitCode, UserError } from '../errors.ts';
import type { Value } from './read.ts';

/** By name (`:client`, without the colon) or by position. */
export type Parameters = Readonly<Record<string, Value>> | readonly Value[];

export interface QueryOptions {
  /** Default 60,000. */
  readonly timeoutMs?: number;
  /** Rows beyond it are left out, and `truncated` says so. Default 1,000,000. */
  readonly maxRows?: number;
  readonly signal?: AbortSignal;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  /** True when there were more rows than `maxRows`. */
  readonly truncated: boolean;
}

/** What the query's process is asked, and what it answers. */
export interface QueryRequest {
  readonly file: string;
  readonly sql: string;
  readonly parameters: Parameters;
  readonly maxRows: number;
}
export type QueryAnswer =
  | { readonly type: 'rows'; readonly result: QueryResult }
  | { readonly type: 'error'; readonly message: string; readonly exitCode: ExitCode };

/**
 * Runs one statement that returns rows.
 * @throws UserError exit 2 for SQL that is wrong, would write, or took too long; exit 4 for a file that is not an inventory
 */
export async function runQuery(
  question: Omit<QueryRequest, 'maxRows'>,
  options: QueryOptions = {},
): Promise<QueryResult> {
  const { timeoutMs = 60_000, maxRows = 1_000_000, signal } = options;
  signal?.throwIfAborted();
  const child = fork(new URL(CHILD, import.meta.url), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // It needs none of the credentials that may be in ours.
    env: {},
    execArgv: [],
  });
  const timer = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await ask(
      child,
      { ...question, maxRows },
      AbortSignal.any([timer, ...(signal ? [signal] : [])]),
    );
    if (answer.type === 'rows') return answer.result;
    throw new UserError(answer.message, { exitCode: answer.exitCode });
  } catch (error) {
    if (!timer.aborted) throw error;
    throw new UserError(
      `the query took more than ${timeoutMs / 1000} s and was stopped; narrow it, or allow more with --timeout`,
      {
        exitCode: EXIT.usage,
        cause: error,
      },
    );
  } finally {
    child.kill('SIGKILL');
  }
}

/** Beside this file, in the form that this file has. */
const CHILD = import.meta.url.endsWith('.ts') ? './query-start.ts' : './query-start.js';

function ask(child: ChildProcess, request: QueryRequest, signal: AbortSignal): Promise<QueryAnswer> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    // Only our own process is at the other end.
    child.once('message', (answer) => resolve(answer as QueryAnswer));
    child.once('error', reject);
    child.once('exit', (code, by) => reject(new Error(`the query's process ended early (${by ?? code})`)));
    child.send(request);
    if (signal.aborted) abort();
  });
}
