/** How long `--help` takes to open, against Node starting and doing nothing. */
import { CLI, compare, inMegabytes, measure, printTable } from './measure.ts';

const ROUNDS = 15;

const results = await compare(ROUNDS, {
  nothing: () => measure([process.execPath, '-e', '0']),
  help: () => measure([process.execPath, CLI, '--help']),
});
const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;
printTable(`help: median of ${ROUNDS}`, [
  ['', 'wall', 'target', 'peak RSS'],
  ['node -e 0', milliseconds(results.nothing.seconds), '', inMegabytes(results.nothing.peakBytes)],
  [
    'whereabouts --help',
    milliseconds(results.help.seconds),
    '<= 150 ms',
    inMegabytes(results.help.peakBytes),
  ],
]);
