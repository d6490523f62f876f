/** How the conformance suite uses a connector: connects with a clock that never really waits, and records all that is said. */
import { inspect } from 'node:util';
import type { Asset, ByteRange, Connector, Container, Environment, Page } from '../../src/connector.ts';
import { createRetry, RETRY_POLICY } from '../../src/retry.ts';
import { PAGE_SIZE } from './estate.ts';
import type { Login, Subject } from './subject.ts';

/** Everything that a connector said in one test: log lines, and errors with all they carry. */
export interface Recorder {
  readonly said: string[];
  /** Milliseconds of each wait that the retry made. */
  readonly waited: number[];
}

export function createRecorder(): Recorder {
  return { said: [], waited: [] };
}

export const never: AbortSignal = new AbortController().signal;

/** Connects as a run would. */
export async function connect(
  subject: Subject,
  login: Login,
  recorder: Recorder,
  pageSize = PAGE_SIZE,
): Promise<Connector> {
  return subject.module.connect(login.options, environment(login, recorder, pageSize));
}

function environment(login: Login, recorder: Recorder, pageSize: number): Environment {
  let now = 0;
  const clock = {
    now: () => now,
    random: () => 0.5,
    sleep: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      recorder.waited.push(ms);
      now += ms;
    },
  };
  const log = (message: string) => recorder.said.push(message);
  return {
    env: login.env,
    retry: createRetry(RETRY_POLICY, clock, { log }),
    concurrency: 4,
    pageSize,
    log: (_level, message) => log(message),
  };
}

/** What a promise fails with, recorded. @throws Error when it does not fail */
export async function failureOf(recorder: Recorder, work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    recorder.said.push(inspect(error, { depth: 8, showHidden: true, maxStringLength: null }));
    return error;
  }
  throw new Error('this should have failed, and did not');
}

export async function containersOf(connector: Connector, signal = never): Promise<Container[]> {
  return Array.fromAsync(connector.discover(signal));
}

export async function pagesOf(
  connector: Connector,
  container: Container,
  from?: string,
  signal = never,
): Promise<Page[]> {
  return Array.fromAsync(connector.list(container, from, signal));
}

export function assetsOf(pages: readonly Page[]): Asset[] {
  return pages.flatMap((page) => page.assets);
}

/** All bytes of an asset. Chunks are copied, for each is valid only until the next. */
export async function bytesOf(
  connector: Connector,
  asset: Asset,
  options: { readonly range?: ByteRange; readonly signal?: AbortSignal } = {},
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const { range, signal = never } = options;
  for await (const chunk of connector.open(asset, range ? { signal, range } : { signal })) {
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks);
}
