/** What content scans are measured on: generated prose, logs, code, numbers and tables of invented people, and files of installed packages. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { cardNumberSpaced } from '../fixtures/estate-parts/numbers.ts';
import { person } from '../fixtures/estate-parts/people.ts';
import { createRandom, HEX, type Random } from '../fixtures/estate-parts/random.ts';
import { DATA } from './measure.ts';

/** Kinds of file with their share of the bytes in percent; personal data is in the last three only. */
const KINDS = [
  { ending: 'txt', share: 25, line: proseLine },
  { ending: 'log', share: 25, line: logLine },
  { ending: 'py', share: 15, line: codeLine },
  { ending: 'csv', share: 15, line: sensorLine, header: 'tick,x,y,z,flag' },
  { ending: 'csv', share: 8, line: peopleLine, header: 'customer_id,full_name,email,phone,city,ssn' },
  { ending: 'jsonl', share: 7, line: chatLine },
  { ending: 'txt', share: 5, line: letterLine },
] as const satisfies readonly {
  ending: string;
  share: number;
  line: (random: Random) => string;
  header?: string;
}[];

const SIZES = [4_000, 16_000, 60_000, 250_000, 1_000_000, 8_000_000];
const LINES_AT_ONCE = 400;

/** Path of a corpus of about `megabytes` (10^6 bytes), made once. */
export function generatedCorpus(megabytes: number): string {
  const corpus = join(DATA, `corpus-${megabytes}`);
  if (existsSync(corpus)) return corpus;
  const building = `${corpus}.building`;
  rmSync(building, { recursive: true, force: true });
  KINDS.forEach((kind, index) => {
    const folder = join(building, `${index}-${kind.ending}`);
    mkdirSync(folder, { recursive: true });
    const random = createRandom(`corpus ${index}`);
    let left = megabytes * 10_000 * kind.share;
    for (let file = 0; left > 0; file++) {
      const size = Math.min(left, random.pick(SIZES));
      writeLines(join(folder, `file-${file}.${kind.ending}`), size, {
        header: 'header' in kind ? kind.header : undefined,
        line: () => kind.line(random),
      });
      left -= size;
    }
  });
  renameSync(building, corpus);
  return corpus;
}

/** Paths of all files below a folder, sorted. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
}

const NATURAL = /\.(?:md|txt|json|ya?ml|xml|html|css|c?js|mjs|[cm]?ts|tsx|py|sh)$/;
const LARGEST_NATURAL = 200_000;
/** One file in so many, so that all packages have some. */
const EVERY = 11;

/** Paths of up to so many bytes of text in the packages that this checkout has installed. */
export function naturalFiles(bytes: number): readonly string[] {
  let left = bytes;
  return filesOf(join(import.meta.dirname, '../node_modules'))
    .filter((path) => NATURAL.test(path))
    .filter((path, index) => {
      if (index % EVERY !== 0) return false;
      const { size } = statSync(path);
      if (size > LARGEST_NATURAL || left <= 0) return false;
      left -= size;
      return true;
    });
}

function writeLines(
  path: string,
  size: number,
  { header, line }: { readonly header: string | undefined; readonly line: () => string },
): void {
  const file = openSync(path, 'w');
  try {
    let written = header === undefined ? 0 : writeSync(file, `${header}\n`);
    while (written < size) {
      const lines: string[] = [];
      let length = 0;
      while (lines.length < LINES_AT_ONCE && written + length < size) {
        const text = line();
        lines.push(text);
        length += text.length + 1;
      }
      written += writeSync(file, `${lines.join('\n')}\n`);
    }
  } finally {
    closeSync(file);
  }
}

const WORDS =
  'the of and model data we measured result every week small team because after which table page between result system value under first work light water number people report however could river made again'.split(
    ' ',
  );
const NAMES =
  'load parse index rows cell batch token value state cache chunk total config reader writer'.split(' ');

function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(' ');
}

function proseLine(random: Random): string {
  return `${words(random, random.int(10, 22))}.`;
}

function logLine(random: Random): string {
  const id = [8, 4, 4, 4, 12].map((length) => random.text(HEX, length)).join('-');
  return `2026-09-${random.int(10, 28)}T${random.int(10, 23)}:${random.int(10, 59)}:${random.int(10, 59)}.${random.digits(3)}Z INFO worker-${random.int(1, 9)} request ${id} ${random.pick(WORDS)} took ${random.int(1, 900)} ms bytes=${random.digits(6)}`;
}

function codeLine(random: Random): string {
  const [a, b, c] = [random.pick(NAMES), random.pick(NAMES), random.pick(NAMES)];
  return `${'    '.repeat(random.int(0, 3))}${a}_${b} = ${c}(${b}[${random.int(0, 99)}], key="${random.pick(WORDS)}")  # ${words(random, 4)}`;
}

function sensorLine(random: Random): string {
  return `${random.digits(7)},${random.next().toFixed(12)},${(random.next() * 1e4).toFixed(6)},${(-random.next()).toFixed(9)},${random.int(0, 1)}`;
}

function peopleLine(random: Random): string {
  const each = person(random);
  return `${random.digits(6)},${each.first} ${each.last},${each.email},${each.phone},${each.city},${each.ssn}`;
}

function chatLine(random: Random): string {
  const each = person(random);
  const content = `${words(random, 12)}, my email is ${each.email} and my card is ${cardNumberSpaced(random)}.`;
  return JSON.stringify({
    id: random.digits(8),
    messages: [
      { role: 'user', content },
      { role: 'assistant', content: words(random, 20) },
    ],
  });
}

function letterLine(random: Random): string {
  const each = person(random);
  return random.int(0, 9) === 0
    ? `Dear ${each.first} ${each.last}, we will call you on ${each.phone}; your social security number ${each.ssn} is on file.`
    : proseLine(random);
}
