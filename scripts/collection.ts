/**
 * `node scripts/collection.ts FOLDER`: reads every file in a folder, such as a collection of damaged ones that is too large to be kept here, and
 * tells what crashed the extractor or took longer than a file may. Ends with 1 when one did.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { extract } from '../src/extract/index.ts';
import { EXTRACT_LIMITS } from '../src/extract/segment.ts';

/** Of which a scan gives a file so many, at least. */
const FILE_SECONDS = 120;

const folder = process.argv[2] ?? '.';
const outcomes = new Map<string, number>();
const failures: string[] = [];
let current = '';
process.on('unhandledRejection', () => failures.push(`${current}: a rejection that nobody waits for`));

/** The first gap's reason, `read`, or `empty`. */
async function outcomeOf(path: string): Promise<string> {
  const bytes = readFileSync(path);
  const source = {
    size: bytes.length,
    async *stream() {
      yield bytes;
    },
    read: async (start: number, end: number) => new Uint8Array(bytes.subarray(start, end)),
  };
  const hints = {
    name: basename(path),
    mediaType: null,
    limits: EXTRACT_LIMITS,
    digests: [],
    signal: new AbortController().signal,
  };
  let outcome = 'empty';
  for await (const part of extract(source, hints)) {
    if (part.type === 'gap') return part.reason;
    if (part.type === 'text' || part.type === 'rows') outcome = 'read';
  }
  return outcome;
}

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  current = join(entry.parentPath, entry.name);
  const started = performance.now();
  const outcome = await outcomeOf(current).catch((error: unknown) => {
    failures.push(`${current}: ${error instanceof Error ? error.name : 'failure'}`);
    return 'crashed';
  });
  const seconds = (performance.now() - started) / 1000;
  if (seconds > FILE_SECONDS) failures.push(`${current}: ${seconds.toFixed(0)} s`);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
process.stdout.write(`${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}\n`);
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
// Parsers wait in threads of their own for the next file.
process.exit(failures.length > 0 ? 1 : 0);
