/** What is fuzzed: the fixtures of each format, damaged as a whole or in one of the parts that they pack. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { zip } from '../../fixtures/estate-parts/archives.ts';
import type { FixtureFile } from '../../fixtures/estate-parts/files.ts';
import { createRandom } from '../../fixtures/estate-parts/random.ts';
import { damage } from './damage.ts';

const FOLDERS = ['planted', 'extract'].map((name) =>
  join(import.meta.dirname, '../../test', name, 'fixtures'),
);
/** Programs that wrote fixtures, and what unpacks to gigabytes: that has tests of its own, and takes its whole budget. */
const LEFT_OUT = /^(?:bomb\.|README\.md$)|\.(?:mjs|pl|py)$/;

export interface FuzzInput {
  /** The fixture it was made of; tells formats apart where bytes do not. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The input `number` (from 0) of `seed`, whatever was asked for before. */
export type FuzzInputs = (seed: number, number: number) => FuzzInput;

/** Reads the fixtures. */
export async function fuzzInputs(): Promise<FuzzInputs> {
  const paths = FOLDERS.flatMap(filesIn).sort();
  const names = paths.map((path) => basename(path));
  const whole = paths.map((path) => readFileSync(path));
  const parts = await Promise.all(whole.map(partsOf));
  return (seed, number) => {
    const random = createRandom(`${seed} ${number}`);
    const at = random.int(0, names.length - 1);
    const name = names[at] ?? '';
    const bytes = whole[at] ?? Buffer.alloc(0);
    const files = parts[at] ?? [];
    // A compressed part that is damaged from outside rarely gets past the decompressor.
    if (files.length === 0 || random.next() < 0.3) return { name, bytes: damage(bytes, whole, random) };
    const chosen = random.pick(files);
    const others = files.map((file) => Buffer.from(file.bytes));
    const damaged = files.map((file) =>
      file === chosen ? { ...file, bytes: damage(Buffer.from(file.bytes), others, random) } : file,
    );
    return { name, bytes: Buffer.from(zip(damaged)) };
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The files in a zip; none in anything else, or where one is packed in another way than deflate. */
async function partsOf(bytes: Buffer): Promise<readonly FixtureFile[]> {
  if (bytes.toString('latin1', 0, 4) !== 'PK\x03\x04') return [];
  const archive = await fromBufferPromise(bytes, { lazyEntries: true });
  const files: FixtureFile[] = [];
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) return [];
    files.push({ path: entry.fileName, bytes: await buffer(await archive.openReadStreamPromise(entry)) });
  }
  return files;
}
