/** Reads a file of this machine for asking where else its data is: the same segments and rules as in a scan; nothing is stored. */
import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Sketch } from '../copies/sketch.ts';
import { createSketching } from '../copies/sketcher.ts';
import { createTagger } from '../copies/tags.ts';
import { compileDetector } from '../detect/index.ts';
import { createDigester } from '../digest/index.ts';
import { extract } from '../extract/index.ts';
import { type ByteSource, EXTRACT_LIMITS } from '../extract/segment.ts';
import type { Digests } from '../model.ts';
import type { Rule } from '../rule.ts';

export interface SketchFileOptions {
  readonly key: Uint8Array;
  readonly rules: readonly Rule[];
  readonly signal: AbortSignal;
}

/** Sketches of the file and of what is in it, if it is an archive, and its sha256. @throws Error of the file system */
export async function sketchFile(
  path: string,
  { key, rules, signal }: SketchFileOptions,
): Promise<{ readonly sketches: readonly Sketch[]; readonly digests: Digests }> {
  const sketcher = createSketching(createTagger(key))();
  const scan = compileDetector(rules).begin({ path, name: basename(path), labels: {} });
  const sketches: Sketch[] = [];
  const parts = extract(sourceOf(path), {
    name: basename(path),
    mediaType: null,
    limits: EXTRACT_LIMITS,
    digests: ['sha256'],
    signal,
  });
  for await (const part of parts) {
    sketcher.add(part);
    if (part.type === 'member') sketches.push(...sketcher.member());
    if (part.type === 'text' || part.type === 'rows') scan.add(part);
  }
  sketches.push(...sketcher.finish(scan.finish().values));
  const digest = createDigester('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk);
  return { sketches, digests: { sha256: digest.digest() } };
}

function sourceOf(path: string): ByteSource {
  return {
    size: statSync(path).size,
    stream: () => createReadStream(path),
    async read(start, end) {
      await using file = await open(path);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    },
  };
}
