/** Files that are none, that are larger than they are, or whose names are code: numbers 13 to 19 and 22. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type HostileInput, PEOPLE } from './input.ts';

const GiB = 1024 ** 3;

export const FILES: readonly HostileInput[] = [
  { number: 13, name: 'empty.csv', content: '', reasons: [], found: false },
  { number: 13, name: 'five-gigabytes.txt', content: fiveGigabytes, reasons: ['size-limit'], found: true },
  {
    number: 14,
    name: 'hole.csv',
    content: (path) => sparse(path, 8 * GiB),
    reasons: ['size-limit'],
    found: false,
  },
  ...Array.from({ length: 8 }, (_, n) => ({
    number: 15,
    name: `pipe-${n}`,
    content: (path: string) => void execFileSync('mkfifo', [path]),
    reasons: ['not-regular'],
    found: false,
  })),
  {
    number: 16,
    name: 'loop',
    content: (path) => symlinkSync('.', path),
    reasons: ['link'],
    found: false,
  },
  {
    number: 16,
    name: 'outside',
    content: (path) => symlinkSync('/etc', path),
    reasons: ['link'],
    found: false,
  },
  {
    number: 16,
    name: 'hard-link.csv',
    content(path) {
      writeFileSync(path, `${PEOPLE}\n`);
      linkSync(path, join(dirname(path), 'hard-link-2.csv'));
    },
    reasons: [],
    found: true,
  },
  { number: 16, name: 'hard-link-2.csv', content: () => undefined, reasons: [], found: true },
  {
    number: 17,
    name: 'closed.csv',
    content(path) {
      writeFileSync(path, PEOPLE);
      chmodSync(path, 0);
    },
    reasons: ['permission-denied'],
    found: false,
  },
  ...[
    "'; drop table assets; --.csv",
    '-rf.csv',
    '=cmd|calc.csv',
    '\u202egpj.csv',
    'a\nb.csv',
    `${'n'.repeat(250)}.csv`,
  ].map((name) => ({
    number: name.startsWith("'") ? 22 : 19,
    name,
    content: PEOPLE,
    reasons: [],
    found: true,
  })),
];

/** Folders that must end in a gap of their own: one without rights, one deeper than any path. */
export function hostileFolders(root: string): void {
  mkdirSync(join(root, 'shut', 'inner'), { recursive: true });
  writeFileSync(join(root, 'shut', 'people.csv'), PEOPLE);
  chmodSync(join(root, 'shut'), 0);
  const dig = "for (let n = 0; n < 4000; n += 1) { fs.mkdirSync('d'); process.chdir('d'); }";
  execFileSync(process.execPath, ['-e', dig], { cwd: root });
}

/** Text at its beginning, holes behind; more than is read of one file. */
function fiveGigabytes(path: string): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, `${PEOPLE}${'some text\n'.repeat(10_000)}`);
    for (const at of [4 * GiB - 1, 4 * GiB + 1]) writeSync(file, 'x', at);
  } finally {
    closeSync(file);
  }
  truncateSync(path, 5 * GiB);
}

function sparse(path: string, bytes: number): void {
  writeFileSync(path, '');
  truncateSync(path, bytes);
}
