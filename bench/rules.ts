/** What each rule costs: its share of the engine's time over the mixed corpus, tables as tables and chats as records. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileDetector } from '../src/detect/index.ts';
import { loadBuiltInRules } from '../src/detect/load.ts';
import { extract } from '../src/extract/index.ts';
import { EXTRACT_LIMITS, type Segment } from '../src/extract/segment.ts';
import { generatedCorpus } from './corpus.ts';
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

const corpus = generatedCorpus(MEGABYTES);
const contents: (readonly Segment[])[] = [];
for (const file of readdirSync(corpus, { recursive: true, withFileTypes: true })) {
  if (file.isFile()) contents.push(await segmentsOf(join(file.parentPath, file.name)));
}

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

const ofRules = spent.reduce((sum, milliseconds) => sum + milliseconds, 0);
const share = (milliseconds: number) => `${((milliseconds / total) * 100).toFixed(1)}%`;
const ranked = [...rules.keys()].sort((a, b) => spent[b]! - spent[a]!).slice(0, SHOWN);
printTable(
  `rules: share of the engine's time, ${rules.length} rules, ${MEGABYTES} MB, the ${SHOWN} that cost most`,
  [
    ['', 'share', `over ${MOST * 100}%`],
    ['finding candidates, for all rules at once', share(total - ofRules), ''],
    ...ranked.map((index) => [
      rules[index]!.id,
      share(spent[index]!),
      spent[index]! > total * MOST ? 'too much' : '',
    ]),
  ],
);

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
