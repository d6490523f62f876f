/** What is kept of rules between starts, by a build beside the compiled code, by a checkout where caches usually lie. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Names of what is kept: checked rules, and what finding candidates of their patterns needs. */
export type KeptName = 'rules' | 'plans';

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

const ROOT = import.meta.resolve('#root/package.json');
const HERE = new URL('.', import.meta.url);
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
/** Folders, from the package's. */
const BUILT = 'dist/';
const CACHE = 'node_modules/.cache/whereabouts/';

/** True for a checkout, which keeps what it has worked out; nobody but a build writes beside compiled code. */
export const KEEPS = EXTENSION === '.ts';
/** A checkout, which runs its sources, never meets what a build left. */
const FOLDER = new URL(KEEPS ? CACHE : BUILT, ROOT);

/** Every file that may be kept, from the package's folder. */
export const KEPT_FILES: readonly string[] = [BUILT, CACHE].flatMap((folder) => [
  `${folder}rules.json`,
  `${folder}plans.json`,
]);

/** sha256 over names and texts, hex. */
export function digestOf(files: readonly NamedText[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(`${name} ${text.length}\n${text}`);
  return hash.digest('hex');
}

/** The code that decides what becomes of a pack and of its patterns, with the versions of what it uses. */
export function readEngine(folder: URL = HERE, extension: string = EXTENSION): readonly NamedText[] {
  const own = readTexts(folder, (name) => name.endsWith(extension) && !name.endsWith('.d.ts'));
  return [{ name: 'package', text: readFileSync(new URL(ROOT), 'utf8') }, ...own];
}

/** The texts of the files in a folder, by name. */
export function readTexts(folder: URL, wanted: (name: string) => boolean): readonly NamedText[] {
  const names = readdirSync(folder).filter(wanted).sort();
  return names.map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
}

/** What was kept under this digest; undefined when nothing was, or something else, or it is damaged. */
export function readKept(name: KeptName, digest: string, folder: URL = FOLDER): unknown {
  try {
    // Written by keep or by a build, and the digest says of what.
    const kept = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
      digest?: unknown;
      value?: unknown;
    };
    return kept.digest === digest ? kept.value : undefined;
  } catch {
    // It is worked out again, which is slower and otherwise the same.
    return undefined;
  }
}

/** The text of a kept file. */
export function keptText(digest: string, value: unknown): string {
  return JSON.stringify({ digest, value });
}

/** Keeps it for the next start; a checkout that cannot be written to works it out at every start. */
export function keep(name: KeptName, digest: string, value: unknown, folder: URL = FOLDER): void {
  const part = new URL(`${name}.${randomUUID()}.part`, folder);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(part, keptText(digest, value));
    renameSync(part, new URL(`${name}.json`, folder));
  } catch {
    if (existsSync(part)) rmSync(part);
  }
}
