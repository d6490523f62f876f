/** One directory's entries in the order of their keys, without holding more than their names. */
import { lstatSync, readdirSync } from 'node:fs';
import { bytesOfKey, bytesOfText, callPath, isAscii, keyOf } from './names.ts';

/**
 * The entries of a directory, sorted, as the UTF-8 bytes of their keys (latin1 strings, see names.ts); directories end in `/`,
 * which no name can hold, so that sorting names sorts whole keys, as git does with its trees.
 * @throws the system's error when the directory cannot be read
 */
export function readEntries(directory: string): string[] {
  let entries: string[];
  try {
    const found = readdirSync(callPath(directory), { withFileTypes: true, encoding: 'latin1' });
    entries = found.map((entry) => sortable(entry.name, entry.isDirectory()));
  } catch (error) {
    // Where the file system does not tell types, Node asks for each by name, which it takes to be text. Else this throws the same again.
    if (!(error instanceof Error)) throw error;
    entries = readdirSync(callPath(directory), 'latin1').map((name) => {
      const stats = lstatSync(callPath(`${directory}/${name}`), { throwIfNoEntry: false });
      return sortable(name, stats?.isDirectory() ?? false);
    });
  }
  return entries.sort();
}

/** The exact bytes of an entry's name, without the slash that marks a directory. */
export function nameOfEntry(entry: string): string {
  const name = entry.endsWith('/') ? entry.slice(0, -1) : entry;
  return isAscii(name) ? name : bytesOfKey(Buffer.from(name, 'latin1').toString('utf8'));
}

function sortable(name: string, isDirectory: boolean): string {
  const bytes = isAscii(name) ? name : bytesOfText(keyOf(name));
  return isDirectory ? `${bytes}/` : bytes;
}

/**
 * Where to go on in sorted entries after `after` (the rest of a cursor, in the same bytes): the index of the first entry that is
 * not wholly before or at it, and what remains of the cursor inside that entry when it is a directory that was left half done.
 */
export function seek(
  entries: readonly string[],
  after: string,
): { readonly index: number; readonly rest: string } {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  const slash = after.indexOf('/');
  if (slash < 0 || slash === after.length - 1) return { index: low, rest: '' };
  const half = after.slice(0, slash + 1);
  // Everything between a directory and the keys inside it is the directory itself.
  if (entries[low - 1] === half) return { index: low - 1, rest: after.slice(slash + 1) };
  return { index: low, rest: '' };
}
