/** Ctrl-C and SIGTERM: the first asks for a checkpoint, the second ends the process at once. */
import process from 'node:process';
import { EXIT } from '../errors.ts';
import type { Interrupt } from './context.ts';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** Listens from now on; `told` is called once, at the first signal. */
export function listenForInterrupts(told: () => void): Interrupt {
  const controller = new AbortController();
  let code: (typeof CODES)[keyof typeof CODES] | undefined;
  const listen = (name: keyof typeof CODES) => {
    process.on(name, () => {
      if (code !== undefined) process.exit(CODES[name]);
      code = CODES[name];
      told();
      controller.abort(new Error(`interrupted by ${name}`));
    });
  };
  listen('SIGINT');
  listen('SIGTERM');
  return { signal: controller.signal, exitCode: () => code };
}
