/**
 * What each rule costs: its share of the engine's time over generated files, a fifth of which is dense with personal data, over files
 * as people have them (code, documentation and settings of the installed packages), and over both. Tables are read as tables.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { compileDetector } from '../src/detect/index.ts';
import { loadBuiltInRules } from '../src/detect/load.ts';
import { extract } from '../src/extract/index.ts';
import { EXTRACT_LIMITS, type Segment } from '../src/extract/segment.ts';
import { filesOf, generatedCorpus, naturalFiles } from './corpus.ts';
import { printTable } from './measure.ts';

const MEGABYTES = 20;
const ROUNDS = 3;
const SHOWN = 20;
/** No rule may cost more. */
const MOST = 0.05;

const rules = await loadBuiltInRules();
const spent = new Float64Array(rules.length);
let begun = 0;
let atWork = 0;
const detector = compileDetector(rules, {
  watch: {
    working(rule) {
      const now = performance.now();
      if (rule === undefined) spent[atWork]! += now - begun;
      else atWork = rule;
      begun = now;
    },
    isOff: () => false,
  },
});

/** Milliseconds of all rounds but the first, in all and by rule, over one sort of files. */
interface Cost {
  readonly total: number;
  readonly rules: Float64Array;
}

const costs = [
  await costOf(filesOf(generatedCorpus(MEGABYTES))),
  await costOf(naturalFiles(MEGABYTES * 1_000_000)),
];
const both: Cost = {
  total: costs.reduce((sum, { total }) => sum + total, 0),
  rules: rulesOf((rule) => costs.reduce((sum, cost) => sum + cost.rules[rule]!, 0)),
};
const finding = (cost: Cost) => cost.total - cost.rules.reduce((sum, milliseconds) => sum + milliseconds, 0);
const shares = (of: (cost: Cost) => number) =>
  [...costs, both].map((cost) => `${((of(cost) / cost.total) * 100).toFixed(1)}%`);
const ranked = [...rules.keys()].sort((a, b) => both.rules[b]! - both.rules[a]!).slice(0, SHOWN);
printTable(
  `rules: share of the engine's time, ${rules.length} rules, ${MEGABYTES} MB of each, the ${SHOWN} that cost most`,
  [
    ['', 'generated', 'natural', 'both', `over ${MOST * 100}%`],
    ['finding candidates, for all rules at once', ...shares(finding), ''],
    ...ranked.map((rule) => [
      rules[rule]!.id,
      ...shares((cost) => cost.rules[rule]!),
      both.rules[rule]! > both.total * MOST ? 'too much' : '',
    ]),
  ],
);

async function costOf(paths: readonly string[]): Promise<Cost> {
  const contents: (readonly Segment[])[] = [];
  for (const path of paths) contents.push(await segmentsOf(path));
  let total = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round warms up: code is compiled and states are built.
    if (round === 1) spent.fill(0);
    const begin = performance.now();
    for (const segments of contents) {
      const content = detector.begin({ path: 'bench', name: 'bench', labels: {} });
      for (const segment of segments) content.add(segment);
      content.finish();
    }
    if (round > 0) total += performance.now() - begin;
  }
  return { total, rules: spent.slice() };
}

function rulesOf(of: (rule: number) => number): Float64Array {
  return Float64Array.from(rules, (_, rule) => of(rule));
}

async function segmentsOf(path: string): Promise<readonly Segment[]> {
  const bytes = readFileSync(path);
  const source = {
    size: bytes.length,
    async *stream() {
      yield bytes;
    },
  };
  const segments: Segment[] = [];
  const hints = {
    name: basename(path),
    mediaType: null,
    limits: EXTRACT_LIMITS,
    digests: [],
    signal: new AbortController().signal,
  };
  for await (const part of extract(source, hints)) {
    if (part.type === 'text') segments.push({ ...part, bytes: part.bytes.slice() });
    else if (part.type === 'rows') segments.push(part);
  }
  return segments;
}
