/** The engine equals the reference with the rules that ship, on whole files: the corpus, and the practice estate where it is beside the checkout. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Detector } from '../../src/detect/detector.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { extract } from '../../src/extract/index.ts';
import { EXTRACT_LIMITS, type Segment } from '../../src/extract/segment.ts';
import { validators } from '../../src/validate/index.ts';
import { CORPUS } from '../corpus/cases.ts';
import { sourceOf } from '../extract/collect.ts';
import { compileReference } from './reference.ts';

const PRACTICE = join(import.meta.dirname, '../../../shared/practice/practice.tar.xz');
/** The reference runs each rule over all of a text: `FILE_BYTES=300000` takes five minutes. */
const MOST_BYTES = Number(process.env.FILE_BYTES ?? 12_000);

const rules = await loadBuiltInRules();
const engine = compileDetector(rules);
const reference = compileReference(rules, validators);

/** Files of the folder that the two judge differently, and how many were tried. */
async function compare(folder: string) {
  const files = globSync('**/*', { cwd: folder })
    .filter(
      (name) => statSync(join(folder, name)).isFile() && statSync(join(folder, name)).size <= MOST_BYTES,
    )
    .sort();
  const differing: string[] = [];
  for (const name of files) {
    const segments = await segmentsOf(join(folder, name), name);
    const [fast, slow] = [engine, reference].map((detector) => findingsOf(detector, segments, name));
    if (JSON.stringify(fast) !== JSON.stringify(slow)) differing.push(name);
  }
  return { differing, tried: files.length };
}

function findingsOf(detector: Detector, segments: readonly Segment[], path: string) {
  const content = detector.begin({ path, name: path.split('/').at(-1) ?? '', labels: {} });
  for (const segment of segments) content.add(segment);
  return content.finish().findings;
}

async function segmentsOf(file: string, name: string): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  const { signal } = new AbortController();
  const options = { name, mediaType: null, limits: EXTRACT_LIMITS, digests: [], signal };
  for await (const part of extract(sourceOf(readFileSync(file)), options)) {
    if (part.type === 'text') segments.push({ ...part, bytes: Buffer.from(part.bytes) });
    if (part.type === 'rows') segments.push({ ...part, rows: part.rows.map((row) => [...row]) });
  }
  return segments;
}

test('the corpus', { timeout: 120_000 }, async () => {
  const { differing, tried } = await compare(CORPUS);
  expect(tried).toBeGreaterThan(50);
  expect(differing).toEqual([]);
});

test.skipIf(!existsSync(PRACTICE))('the practice estate', { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'whereabouts-practice-'));
  try {
    execFileSync('tar', ['-xJf', PRACTICE, '-C', folder]);
    const { differing, tried } = await compare(join(folder, 'estate'));
    expect(tried).toBeGreaterThan(100);
    expect(differing).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
