/** Extracts one damaged input after the other and says which it is at; what must not happen ends the thread. */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { extract } from '../../src/extract/index.ts';
import { EXTRACT_LIMITS, type Extracted } from '../../src/extract/segment.ts';
import { GAP_REASONS } from '../../src/model.ts';
import { type FuzzInput, fuzzInputs } from './inputs.ts';

/** What the thread works on. */
export interface FuzzTask {
  readonly seed: number;
  /** The first number; it goes on until it is ended, or reaches `end`. */
  readonly first: number;
  readonly end: number;
  /** Int32: the number it is at. */
  readonly shared: SharedArrayBuffer;
}

const TEXT_BYTES = 256 * 1024;
const ROWS = 1000;
/** Within the time of an input. */
const STEP_SECONDS = 2;

async function run({ seed, first, end, shared }: FuzzTask): Promise<void> {
  const inputs = await fuzzInputs();
  const at = new Int32Array(shared);
  for (let number = first; number < end; number += 1) {
    Atomics.store(at, 0, number);
    const input = inputs(seed, number);
    // One input in two comes in small pieces, as over a network, and without random access.
    await extractAll(input, number % 2 === 0 ? input.bytes.length + 1 : 1000);
    // A rejection that nobody handles must end the thread while it is still at this input.
    await setImmediate();
  }
  Atomics.store(at, 0, end);
  parentPort?.postMessage('done');
}

/** @throws Error when the extractor throws, or breaks what segment.ts promises */
async function extractAll({ name, bytes }: FuzzInput, piece: number): Promise<void> {
  const source = {
    size: bytes.length,
    async *stream() {
      for (let from = 0; from < bytes.length; from += piece)
        yield Buffer.from(bytes.subarray(from, from + piece));
    },
    ...(piece > bytes.length ? { read: async (from: number, to: number) => bytes.slice(from, to) } : {}),
  };
  const { signal } = new AbortController();
  let parts = 0;
  for await (const part of extract(source, {
    name,
    mediaType: null,
    limits: { ...EXTRACT_LIMITS, stepSeconds: STEP_SECONDS },
    digests: [],
    signal,
  })) {
    if (parts === 0 && part.type !== 'format' && part.type !== 'gap')
      throw new Error(`begins with a ${part.type}`);
    parts += 1;
    check(part);
  }
  if (parts === 0) throw new Error('says nothing at all');
}

function check(part: Extracted): void {
  if (part.type === 'text' && part.bytes.length > TEXT_BYTES)
    throw new Error(`a text of ${part.bytes.length} bytes`);
  if (part.type === 'gap' && !(part.reason in GAP_REASONS)) throw new Error('a gap without a known reason');
  if (part.type !== 'rows') return;
  if (part.rows.length > ROWS) throw new Error(`${part.rows.length} rows at once`);
  for (const [row, cells] of part.rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      if (typeof cell !== 'string') throw new Error(`a cell that is a ${typeof cell}`);
      if (typeof part.place(row, column) !== 'string') throw new Error('a cell without a place');
    }
  }
}

// Only ever started as a worker by fuzz.ts beside this folder.
await run(workerData as FuzzTask);
