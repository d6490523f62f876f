/** The rules that come with the product: from YAML, or from what a build or an earlier start made of the very same YAML. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Rule } from '../rule.ts';
import { parsePack } from './load-pack.ts';

/** What the build leaves in `dist/rules.json`. Reading it takes some ten milliseconds, parsing and checking the YAML half a second. */
const builtSchema = z.object({
  /** sha256 over the packs' names and bytes; when it is not that of the packs at hand, the file is stale and not used. */
  digest: z.string(),
  rules: z.array(z.unknown()),
});

interface PackFile {
  readonly name: string;
  readonly text: string;
}

/** The built-in rules, in file and reading order. */
export async function loadBuiltInRules(): Promise<readonly Rule[]> {
  const files = await readPacks(new URL('rules/', import.meta.resolve('#root/package.json')));
  // Beside the compiled code, so that a checkout, which runs its sources, never meets what an older build left.
  const built = await readBuilt(new URL('../../rules.json', import.meta.url));
  // Written by buildRules from checked rules, and the digest says that it was these.
  if (built?.digest === digestOf(files)) return built.rules as readonly Rule[];
  return import.meta.url.endsWith('.ts') ? parseOnce(files) : parseAll(files);
}

/** In a checkout: what an earlier start parsed, as long as neither packs nor loader have changed; where caches usually lie. */
async function parseOnce(files: readonly PackFile[]): Promise<readonly Rule[]> {
  const folder = new URL('node_modules/.cache/whereabouts/', import.meta.resolve('#root/package.json'));
  const cache = new URL('rules.json', folder);
  const digest = digestOf([...files, ...(await readLoader())]);
  const cached = await readBuilt(cache);
  if (cached?.digest === digest) return cached.rules as readonly Rule[];
  const rules = parseAll(files);
  try {
    await mkdir(folder, { recursive: true });
    const part = new URL(`rules.${process.pid}.json`, folder);
    await writeFile(part, JSON.stringify({ digest, rules }));
    await rename(part, cache);
  } catch {
    // A checkout that cannot be written to parses at every start.
  }
  return rules;
}

/** The code that decides what becomes of a pack. */
async function readLoader(): Promise<readonly PackFile[]> {
  const here = new URL('.', import.meta.url);
  const names = (await readdir(here)).filter((name) => name.startsWith('load')).sort();
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(name, here), 'utf8') })),
  );
}

/** What `dist/rules.json` must hold for the packs in `folder`. */
export async function buildRules(folder: URL): Promise<string> {
  const files = await readPacks(folder);
  return JSON.stringify({ digest: digestOf(files), rules: parseAll(files) });
}

async function readPacks(folder: URL): Promise<readonly PackFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(name, folder), 'utf8') })),
  );
}

function parseAll(files: readonly PackFile[]): readonly Rule[] {
  return files.flatMap(({ name, text }) => parsePack(text, `rules/${name}`).rules);
}

function digestOf(files: readonly PackFile[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(`${name} ${text.length}\n${text}`);
  return hash.digest('hex');
}

/** Undefined when nothing was built, as in a checkout, or by another version. */
async function readBuilt(file: URL): Promise<z.output<typeof builtSchema> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    // Never built: the YAML is read instead, which is slower and otherwise the same.
    return undefined;
  }
  return builtSchema.safeParse(JSON.parse(text)).data;
}
