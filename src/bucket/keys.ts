/** Keys of objects: their order, their folders, and the prefixes that a source is narrowed to. */
import type { Options } from '../connector.ts';

/** Orders as S3 and GCS list: by UTF-8 bytes. JavaScript's own order differs where surrogates meet U+E000 to U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates, which stand for code points above U+FFFF, come after everything else. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The last part of a key, with the slash of a folder marker: `b/` for `a/b/`. */
export function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/', key.length - 2) + 1);
}

/** Each part between slashes percent-encoded; slashes, `.` and `..` stay, for such a URI is never normalised. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

/** Undoes percent-encoding when all of the text is validly encoded; a lone `%` is a key as a person types it. */
export function decodeTyped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/**
 * Options for `SCHEME://`, `SCHEME://bucket` or `SCHEME://bucket/prefix`; undefined for anything else. Percent-encoding is undone
 * when the whole argument is validly encoded, so that the `uri` of an asset can be pasted.
 */
export function bucketArgument(scheme: string, argument: string): Options | undefined {
  const match = /^([a-z0-9]+):\/\/([^/]*)(?:\/(.*))?$/s.exec(argument);
  if (match?.[1] !== scheme) return undefined;
  const [, , bucket = '', prefix = ''] = match;
  if (bucket === '') return {};
  return prefix === '' ? { buckets: [bucket] } : { buckets: [bucket], prefixes: [decodeTyped(prefix)] };
}

/** The key up to and with its last slash; '' at the top. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** The longest folder that both keys lie in: `a/b/` for `a/b/1` and `a/b/c/2`. */
export function commonFolder(a: string, b: string): string {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return folderOf(a.slice(0, index));
}

/** How many different entries a listing with delimiter `/` under `folder` would show for these keys, which are ascending. */
export function countEntries(keys: readonly string[], folder: string): number {
  let entries = 0;
  let last = '';
  for (const key of keys) {
    const slash = key.indexOf('/', folder.length);
    const entry = slash < 0 ? key : key.slice(0, slash + 1);
    if (entry !== last) entries += 1;
    last = entry;
  }
  return entries;
}

/** Whether keys under `prefix` can come after `key`. */
export function mayFollow(prefix: string, key: string): boolean {
  return key.startsWith(prefix) || compareKeys(prefix, key) > 0;
}

/** Ascending and without those that another one covers, so that no key is listed twice; `['']` for none. */
export function outermost(prefixes: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const prefix of prefixes.toSorted(compareKeys)) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept.length === 0 ? [''] : kept;
}
