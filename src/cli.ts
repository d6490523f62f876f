#!/usr/bin/env node
/** The `whereabouts` program: wires the process to the commands, and errors and interrupts to exit codes. */
import module from 'node:module';
import { availableParallelism, homedir } from 'node:os';
import process from 'node:process';
import { EXIT } from './errors.ts';
import { nodeTooOld } from './node-version.ts';

const complaint = nodeTooOld(process.versions.node);
if (complaint === undefined) {
  module.enableCompileCache();
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
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = EXIT.usage;
}
