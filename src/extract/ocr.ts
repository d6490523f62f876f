/**
 * Text recognised in pictures, by a program that the user chose: off unless the config names one. It gets the picture on standard input
 * and gives text on standard output; there is no shell, no file, and it is killed when its time is over.
 */
import { spawn } from 'node:child_process';
import { readWhole, rewound } from './memory.ts';
import { PICTURE_NOT_READ } from './picture.ts';
import { ContentError, type Context, gapNote, placeIn, type Read } from './reader.ts';
import type { Extracted, OcrCommand } from './segment.ts';
import { textSegments } from './text.ts';

/** A picture above this is not given to the program. */
const PICTURE_BYTES = 32 * 1024 ** 2;
/** More text than this is no page. */
const TEXT_BYTES = 4 * 1024 ** 2;

/** A picture's reader that has the picture itself recognised as well, or tells that it was not. */
export function withOcr(read: Read): Read {
  return async function* readPicture(input, context): AsyncGenerator<Extracted, void, undefined> {
    const { ocr } = context;
    if (ocr === undefined) {
      yield* read(input, context);
      yield gapNote(input, 'no-text', PICTURE_NOT_READ);
      return;
    }
    const whole = await readWhole(input, PICTURE_BYTES);
    yield* read(rewound(input, whole), context);
    if (whole.rest !== undefined) {
      yield gapNote(input, 'no-text', `picture: above ${PICTURE_BYTES} bytes, not recognised`);
      return;
    }
    try {
      const text = await recognise(whole.bytes, ocr, context);
      if (text.trim() !== '') yield* textSegments(text, placeIn(input, 'picture'), { line: 1 });
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      yield gapNote(input, error.reason, error.message);
    }
  };
}

/** What the program makes of it. @throws ContentError `no-text` when it fails, `time-limit`; the reason of `signal` */
async function recognise(
  picture: Buffer,
  { command: [program = '', ...args], env }: OcrCommand,
  { budget, signal }: Context,
): Promise<string> {
  signal.throwIfAborted();
  const seconds = budget.limits.stepSeconds;
  const child = spawn(program, args, {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    killSignal: 'SIGKILL',
    signal,
  });
  const state = { late: false };
  const deadline = setTimeout(() => {
    state.late = true;
    child.kill('SIGKILL');
  }, seconds * 1000);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  // It may end without reading all of it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(picture);
  const parts: Buffer[] = [];
  let total = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    total += chunk.length;
    if (total > TEXT_BYTES) child.kill('SIGKILL');
    else parts.push(chunk);
  });
  try {
    const code = await ended;
    signal.throwIfAborted();
    if (state.late)
      throw new ContentError('time-limit', `picture: the OCR command took longer than ${seconds} s`);
    if (total > TEXT_BYTES) throw new ContentError('memory-limit', 'picture: the OCR command gave too much');
    if (code !== 0)
      throw new ContentError('no-text', 'picture: the OCR command failed: try it by hand on this picture');
    return Buffer.concat(parts).toString().replaceAll('\f', '');
  } finally {
    clearTimeout(deadline);
  }
}
