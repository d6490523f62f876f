/** A thread that runs the engine over a megabyte of the worst text of each pattern of some rules, and says before each which it is. */
import { parentPort, workerData } from 'node:worker_threads';
import { compileDetector } from '../../src/detect/index.ts';
import { regexesOf } from '../../src/detect/load-pack.ts';
import type { Segment } from '../../src/extract/segment.ts';
import type { Rule } from '../../src/rule.ts';
import { worstUnits } from './worst-text.ts';

/** What it posts: the pattern that comes next, or with `milliseconds` the one that is done. */
export interface Worst {
  readonly pattern: string;
  readonly milliseconds?: number;
}

const MEGABYTE = 1_000_000;
/** Each text is tried so far, and the slowest goes all the way. */
const TRIAL = 8_000;
const PIECE = 64 * 1024;
/** The longest name, path or label that is worth a thought. */
const NAME = 4096;

type Run = (text: string) => void;

function runAll(rules: readonly Rule[], post: (message: Worst) => void): void {
  for (const rule of rules) {
    const detector = compileDetector([rule]);
    for (const [path, regex] of regexesOf(rule)) {
      const pattern = `${rule.id} ${path.join('.')}`;
      post({ pattern });
      const run = runOf(rule, String(path[0]), detector);
      const texts = worstUnits(regex).map((unit) => (length: number) => filled(unit, length));
      const trials = texts.map((text) => ({ text, cost: timed(run, text(TRIAL)) }));
      const worst = trials.reduce((a, b) => (b.cost > a.cost ? b : a));
      post({ pattern, milliseconds: timed(run, worst.text(MEGABYTE)) });
    }
  }
}

function runOf(rule: Rule, part: string, detector: ReturnType<typeof compileDetector>): Run {
  const scan = (segments: readonly Segment[]) => {
    const content = detector.begin({ path: 'worst', name: 'worst', labels: {} });
    for (const segment of segments) content.add(segment);
    content.finish();
  };
  if (part === 'text') return (text) => scan(pieces(text).map(textSegment));
  if (part === 'column') return (text) => scan(pieces(text).map((cell) => cellSegment(headerOf(rule), cell)));
  return (text) => {
    for (let at = 0; at < text.length; at += NAME) {
      const name = text.slice(at, at + NAME);
      detector.metadata({ path: name, name, labels: { [name.slice(0, NAME / 2)]: name.slice(NAME / 2) } });
    }
  };
}

function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

function pieces(text: string): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );
}

function textSegment(text: string, index: number): Segment {
  return { type: 'text', bytes: Buffer.from(text), place: '', line: null, continues: index > 0 };
}

function cellSegment(header: string, cell: string): Segment {
  return { type: 'rows', table: '', columns: [header], rows: [[cell]], place: () => 'the cell' };
}

function headerOf(rule: Rule): string {
  return (rule.column?.headers[0] ?? '').replace(/^~/, '');
}

function timed(run: Run, text: string): number {
  const begin = performance.now();
  run(text);
  return performance.now() - begin;
}

// Only ever started as a worker by worst.test.ts.
if (parentPort) {
  const port = parentPort;
  runAll(workerData as readonly Rule[], (message) => port.postMessage(message));
  port.close();
}
