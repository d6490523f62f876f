#!/usr/bin/env node
/** The `whereabouts` program: wires the process to the commands, and errors and interrupts to exit codes. */
import { enableCompileCache } from 'node:module';
import { availableParallelism, homedir } from 'node:os';
import process from 'node:process';

enableCompileCache();
// After the cache is on, so that it serves what is imported here.
const { runProgram } = await import('./commands/main.ts');
process.exitCode = await runProgram(process.argv, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  cores: availableParallelism(),
  now: () => new Date(),
  clock: () => performance.now() / 1000,
});
