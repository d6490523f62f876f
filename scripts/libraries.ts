/** What the readers' libraries cost: for README's table of them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(import.meta.dirname, '../node_modules');

export interface Library {
  readonly name: string;
  readonly licence: string;
  /** Size on disk, in MB, with all that it needs. */
  readonly megabytes: string;
}

/** The libraries in `named`, as the registry writes them (`own, hyparquet (Snappy)`), each once, in order of name. */
export function librariesIn(named: readonly string[]): readonly Library[] {
  const names = named.flatMap((each) => each.split(', ').map((name) => name.replace(/ \(.*\)$/, '')));
  const foreign = [...new Set(names)].filter((name) => name !== 'own' && !name.startsWith('node:'));
  return foreign.sort().map((name) => ({
    name,
    licence: manifestOf(name).license ?? '',
    megabytes: (needs(name).reduce((sum, each) => sum + bytesIn(join(MODULES, each)), 0) / 1e6).toFixed(1),
  }));
}

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifestOf(name: string): Manifest {
  // What npm has installed has been checked by npm.
  return JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')) as Manifest;
}

/** The library and all that it needs, each once. */
function needs(name: string): readonly string[] {
  const found = new Set([name]);
  for (const each of found)
    for (const other of Object.keys(manifestOf(each).dependencies ?? {})) found.add(other);
  return [...found];
}

function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
