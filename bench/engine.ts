/** The detection engine on one thread: running text and tables of each sort, against rule-by-rule expressions and a plain read. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Detector } from '../src/detect/detector.ts';
import { compileDetector } from '../src/detect/index.ts';
import { loadBuiltInRules } from '../src/detect/load.ts';
import type { RowsSegment, Segment } from '../src/extract/segment.ts';
import { generatedCorpus } from './corpus.ts';
import { median, printTable } from './measure.ts';

const MEGABYTES = 20;
const ROUNDS = 3;
const PIECE = 256 * 1024;
/** One expression after the other is too slow for all of it. */
const RULE_BY_RULE_BYTES = 200_000;

const rules = await loadBuiltInRules();
const compiling = process.cpuUsage();
const detector = compileDetector(rules);
const compileMilliseconds = cpuMilliseconds(compiling);
const expressions = rules
  .flatMap((rule) => rule.text?.patterns ?? [])
  .map(({ regex }) => new RegExp(regex, 'gu'));
const corpus = generatedCorpus(MEGABYTES);

/** First the kinds without personal data, then those dense with it. */
const kinds = readdirSync(corpus).map((folder) => {
  const files = readdirSync(join(corpus, folder)).map((name) => join(corpus, folder, name));
  const contents = files.map((file) => readFileSync(file));
  const texts = contents.map(textSegments);
  const tables = folder.endsWith('csv') ? contents.map(tableSegments) : [];
  const bytes = contents.reduce((sum, content) => sum + content.length, 0);
  return {
    folder,
    files,
    bytes,
    texts,
    tables,
    sample: contents[0]!.subarray(0, RULE_BY_RULE_BYTES).toString(),
  };
});

const speeds = new Map<string, number[]>();
for (let round = 0; round <= ROUNDS; round++) {
  for (const { folder, files, bytes, texts, tables, sample } of kinds) {
    const note = (name: string, amount: number, work: () => void) => {
      const begin = process.cpuUsage();
      work();
      // The first round warms up: code is compiled and states are built.
      const key = `${folder} ${round === 0 ? `cold ${name}` : name}`;
      speeds.set(key, [...(speeds.get(key) ?? []), amount / 1000 / cpuMilliseconds(begin)]);
    };
    note('engine', bytes, () => scanAll(detector, texts));
    if (tables.length > 0) note('rows', bytes, () => scanAll(detector, tables));
    note('read', bytes, () => readAll(files));
    if (round === 1) note('each', sample.length, () => matchEach(sample));
  }
}

printTable(
  `engine: ${rules.length} rules, ${expressions.length} expressions, MB per CPU second, median of ${ROUNDS}`,
  [
    ['', 'first pass', 'engine', 'as table', 'rule by rule', 'engine / rule by rule', 'plain read'],
    ...kinds.map(({ folder }) => {
      const of = (name: string) => median(speeds.get(`${folder} ${name}`) ?? []);
      const [cold, engine, rows, each, read] = ['cold engine', 'engine', 'rows', 'each', 'read'].map(
        of,
      ) as number[];
      const ratio = each! > 0 ? `${Math.round(engine! / each!)} x` : '';
      return [folder, show(cold!), show(engine!), show(rows!), show(each!), ratio, show(read!)];
    }),
  ],
);
console.log(`  compiling the rules: ${Math.round(compileMilliseconds)} ms of CPU, once per thread`);

function scanAll(by: Detector, contents: readonly (readonly Segment[])[]): void {
  for (const [index, segments] of contents.entries()) {
    const content = by.begin({ path: `bench/${index}`, name: `${index}`, labels: {} });
    for (const segment of segments) content.add(segment);
    content.finish();
  }
}

function matchEach(text: string): void {
  for (const expression of expressions) {
    expression.lastIndex = 0;
    while (expression.exec(text) !== null);
  }
}

function readAll(files: readonly string[]): void {
  const buffer = Buffer.allocUnsafe(PIECE);
  for (const file of files) {
    const descriptor = openSync(file, 'r');
    while (readSync(descriptor, buffer) > 0);
    closeSync(descriptor);
  }
}

function textSegments(content: Buffer): Segment[] {
  return Array.from({ length: Math.ceil(content.length / PIECE) }, (_, index) => ({
    type: 'text',
    bytes: content.subarray(index * PIECE, (index + 1) * PIECE),
    place: '',
    line: 1,
    continues: index > 0,
  }));
}

function tableSegments(content: Buffer): RowsSegment[] {
  const [header, ...rows] = content
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const columns = header ?? [];
  return Array.from({ length: Math.ceil(rows.length / 1000) }, (_, index) => ({
    type: 'rows',
    table: '',
    columns,
    rows: rows.slice(index * 1000, (index + 1) * 1000),
    place: (row, column) => `row ${index * 1000 + row + 1}, column ${columns[column]}`,
  }));
}

function cpuMilliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return Math.max(0.001, (user + system) / 1000);
}

function show(speed: number): string {
  return speed === 0 ? '' : speed < 10 ? speed.toFixed(2) : Math.round(speed).toString();
}
